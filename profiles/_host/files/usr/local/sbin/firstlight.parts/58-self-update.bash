## An application that updates itself from within: by a container of its own, which makes all containers anew.
updating() { docker inspect "$SERVICE-updater" >/dev/null 2>&1; }

## Was the updater made, and will nobody start it? The application that was to do so has ended, or begun anew since.
left() {
	! docker top "$SERVICE-updater" >/dev/null 2>&1 &&
		[[ $(of_app .State.Running) != true || $(of_app .State.StartedAt) > $(docker inspect -f '{{.Created}}' "$SERVICE-updater") ]]
}

## Only one may act at a time. What an update left half renamed is put right.
let_finish() {
	local name end=$((SECONDS + 600)) soon=$((SECONDS + 20))
	while updating; do
		if [ $SECONDS -ge $end ] || { [ $SECONDS -ge $soon ] && left; }; then
			docker rm -f "$SERVICE-updater" || break
		fi
		sleep 1
	done
	for name in $(docker ps -a -f "label=com.docker.compose.project.working_dir=$HOME_DIR" --format '{{.Names}}'); do
		[[ ! $name =~ ^[0-9a-f]{12}_ ]] || docker rename "$name" "${name#*_}" || docker rm -f "$name"
	done
}

## Has the registry another image than the one that runs? Docker's engine asks, with the login that updates use. No answer
## is no news.
outdated() {
	local auth digest
	auth=$(sed -n 's/.*"auth": "\(.*\)".*/\1/p' login/config.json | base64 -d)
	auth=$(printf '{"username":"%s","password":"%s"}' "${auth%%:*}" "${auth#*:}" | base64 -w 0 | tr +/ -_)
	digest=$(printf %s "X-Registry-Auth: $auth" | curl -fsS --max-time 15 --unix-socket /run/docker.sock -H @- \
		"http://docker/distribution/$(of_app .Config.Image)/json" | grep -o 'sha256:[0-9a-f]*' | head -n 1)
	[ -n "$digest" ] && [[ $(docker image inspect -f '{{.RepoDigests}}' "$(of_app .Image)") != *$digest* ]]
} 2>/dev/null
