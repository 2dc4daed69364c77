summary() { echo "https://$DOMAIN"; }
