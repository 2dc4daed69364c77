## What the application adds to status and verify: nothing but its address.
summary() { echo "https://$DOMAIN"; }

verify_profile() { :; }
