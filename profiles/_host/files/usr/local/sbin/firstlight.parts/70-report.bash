## What the operator asks for.
status() {
	local step is message code=0 json=''
	for step in "${STEPS[@]}"; do
		is=waiting message=''
		[ ! -s "$step" ] || IFS=$'\t' read -r is message <"$step" || :
		if [ "$step-$is" = ready-done ] && ! probe 2>ready.out; then
			is=waiting message=$(obstacle)
		fi
		if [ "$step-$is" = app-done ] && has outdated && outdated; then
			message+='the registry has another image than the one that runs: an update failed, or nobody asked for it'
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
		if has summary; then summary "$(hostname -I | cut -d ' ' -f 1)"; else echo "https://$DOMAIN"; fi
	fi
	return $code
}

verify() {
	local code=0 image
	check "https://$DOMAIN$HEALTH and its certificate" curl -fsS --max-time 20 "https://$DOMAIN$HEALTH"
	! has verify_profile || verify_profile
	for image in $(docker compose config --images); do
		check "$image" docker image inspect -f '{{.RepoDigests}}' "$image"
	done
	check 'files as in the document' sha256sum --quiet -c "$STATE/manifest"
	return $code
}

## check WHAT COMMAND...
check() {
	local out
	if out=$("${@:2}" 2>&1); then echo "ok   $1 $out"; else code=1 && echo "FAIL $1: $out"; fi
}

## apply [USER-DATA]: does all steps again, after laying the files of a newer document.
apply() {
	if [ -n "${1-}" ]; then
		CLOUD_CFG=$(cd "$OLDPWD" && realpath "$1")
		export CLOUD_CFG
		cloud-init schema -c "$CLOUD_CFG"
		cloud-init single --name write_files --frequency always
	fi
	## Only what the document says, and no secret: those are filled in later.
	diff -ruN "$STATE/placed" "$STATE/files" || :
	exec "$0" install_site
}

teardown() {
	local volumes='' answer=''
	[[ " $* " != *' --yes '* ]] || answer=$DOMAIN
	echo 'This stops the site and removes:'
	if [[ " $* " = *' --volumes '* ]]; then
		volumes=--volumes
		echo " $HOME_DIR"
	fi
	docker compose --dry-run down ${volumes:+"$volumes"}
	[ -n "$answer" ] || read -rp "Type $DOMAIN to go on: " answer
	[ "$answer" = "$DOMAIN" ] || die 'nothing was removed'
	systemctl disable --now firstlight.target
	docker compose down ${volumes:+"$volumes"}
	rm -f login/config.json
	[ -z "$volumes" ] || rm -rf "$HOME_DIR" "$STATE/placed" "$STATE/caddy"
}
