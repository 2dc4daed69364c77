## What infrakt adds to status and verify.
summary() {
	cat <<END

Dashboard  https://$DOMAIN
API key    $(in_app cat /home/infrakt/.infrakt/api_key.txt 2>&1)
SSH keys   scp ~/.ssh/id_ed25519 root@$1:$KEYS_DIR/
Updates    a step of the workflow that pushes the image, with its secrets (firstlight's docs/infrakt.md):
  DEPLOY_URL     https://$DOMAIN/api/self-update
  DEPLOY_SECRET  $(in_app printenv GITHUB_WEBHOOK_SECRET)
Careful    provisioning this server from the dashboard wipes it, unless it is marked there as infrakt's host
END
}

verify_profile() {
	check "self-update refuses what is not signed" \
		grep -qE '^4(0[013]|22)' <(curl -so /dev/null -w '%{http_code}' --max-time 20 -X POST "https://$DOMAIN/api/self-update")
}
