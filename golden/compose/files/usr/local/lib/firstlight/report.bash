status() {
	local step is message code=0 json=''
	for step in preflight files docker token caddy app ready; do
		is=waiting message=''
		[ ! -s $step ] || IFS=$'\t' read -r is message <$step || :
		if [ "$step-$is" = ready-done ] && ! probe 2>ready.out; then
			is=waiting message=$(obstacle)
		fi
		case $is in
			failed) code=1 ;;
			waiting | running) code=$((code == 1 ? 1 : 2)) ;;
		esac
		json+=",{\"step\":\"$step\",\"state\":\"$is\",\"message\":\"$message\"}"
		[ -n "${1-}" ] || printf '%-10s %-8s %s\n' "$step" "$is" "$message"
	done
	if [ -n "${1-}" ]; then
		echo "{\"code\":$code,\"steps\":[${json#,}]}"
	elif [ $code = 1 ]; then
		echo 'Then: firstlight apply'
	elif [ $code = 0 ]; then
		summary "$(hostname -I | cut -d ' ' -f 1)"
	fi
	return $code
}

verify() {
	local code=0 image
	check "https://$DOMAIN$HEALTH and its certificate" curl -fsS --max-time 20 "https://$DOMAIN$HEALTH"
	verify_profile
	for image in $(docker compose config --images); do
		check "$image" docker image inspect -f '{{.RepoDigests}}' "$image"
	done
	check 'files as in the document' sha256sum --quiet -c "$STATE/manifest"
	return $code
}

check() {
	local out
	if out=$("${@:2}" 2>&1); then echo "ok   $1 $out"; else code=1 && echo "FAIL $1: $out"; fi
}

apply() {
	systemctl reset-failed 'firstlight@*'
	systemctl enable -q firstlight.target
	systemctl restart firstlight.target
}

teardown() {
	local volumes='' answer=''
	[[ " $* " != *' --yes '* ]] || answer=$DOMAIN
	echo 'This stops the site and removes:'
	if [[ " $* " = *' --volumes '* ]]; then
		volumes=--volumes
		echo " $HOME_DIR"
	fi
	# shellcheck disable=SC2086
	docker compose --dry-run down $volumes
	[ -n "$answer" ] || read -rp "Type $DOMAIN to go on: " answer
	[ "$answer" = "$DOMAIN" ] || die 'nothing was removed'
	systemctl disable --now firstlight.target
	# shellcheck disable=SC2086
	docker compose down $volumes
	[ -z "$volumes" ] || rm -rf "$HOME_DIR" "$STATE/placed" "$STATE/caddy"
}
