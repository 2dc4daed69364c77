## The containers: Caddy first, so that the certificate comes while the application is pulled.
## resolve REFERENCE: prints the value.
resolve() {
	case $1 in
		generate) head -c 32 /dev/urandom | od -An -vtx1 | tr -d ' \n' ;;
		docker-gid) stat -c %g /run/docker.sock 2>/dev/null || getent group docker | cut -d : -f 3 ;;
		file://*) await "${1#file://}" && head -n 1 "${1#file://}" | tr -d '\r\n' ;;
		## Each further scheme has a part of its own.
		*) "from_${1%%:*}" "${1#*://}" ;;
	esac
}

## A file of the operator's; nobody else may read it.
await() {
	until [ -s "$1" ]; do
		mark waiting "$1 is not there: copy it to this server"
		sleep 2
		## This may last for days, and updates go on.
		[ "$STEP" != app ] || rescue
	done
	## Only if need be: the path unit takes a change of mode for a new token.
	[ "$(stat -c %a%u "$1")" = 6000 ] || { chown 0:0 "$1" && chmod 600 "$1"; }
}

## Takes a token from standard input and puts it where the step app waits for it.
token() {
	local path=${TOKEN#file://}
	[ "$path" != "$TOKEN" ] || die "the token comes from $TOKEN"
	head -n 1 >"$path.new"
	mv "$path.new" "$path"
}

login() {
	[ "$TOKEN" != none ] || return 0
	[[ $TOKEN != file:* ]] || await "${TOKEN#file://}"
	retry 300 "logging in to $REGISTRY" try_login
}

try_login() {
	local token
	token=$(resolve "$TOKEN") &&
		printf %s "$token" | timeout 60 docker login "$REGISTRY" -u "$REGISTRY_USER" --password-stdin &&
		## As readable to the application as the one it replaces.
		chown --reference=login login/config.json
}

step_caddy() {
	needs docker files
	## A power cut can leave an account without its key. Then certmagic takes the folder's name for an e-mail address,
	## which every authority refuses, and so for ever.
	local account
	for account in /var/lib/docker/volumes/*/_data/caddy/acme/*/users/default; do
		if [ -d "$account" ] && [ ! -e "$account/default.key" ]; then
			docker compose rm -sf caddy
			rm -r "$account"
		fi
	done
	retry 1800 'starting Caddy' up --no-deps caddy
	## A container sees an edited Caddyfile only after a restart: editors replace the file that is mounted.
	if [ -e "$STATE/caddy" ] && [ -n "$(find "$HOME_DIR/Caddyfile" "$HOME_DIR/sites" -newer "$STATE/caddy")" ]; then
		docker compose restart caddy
	fi
	touch "$STATE/caddy"
}

## Runs at every start and whenever the token or a key changes; what is up already stays up.
step_app() {
	## First the way back: whatever fails or waits below is not to stand in it.
	rescue
	needs docker files
	rescue
	[ ! -e "$STATE/good" ] || share || :
	! has fetch_compose || retry 600 'fetching the compose file' fetch_compose
	login
	retry 1800 'pulling images' pull
	## Not both at once: each would create the network.
	needs caddy
	if [ -s "$STATE/good" ]; then up || :; else retry 300 "starting $SERVICE" up; fi
	systemctl --no-block start firstlight@ready
	## systemd does not see what changes while this step runs: again, until nothing has.
	local seen shared
	for _ in {1..9}; do
		seen=$(docker compose ps -aq "$SERVICE")
		settle
		[ ! "${TOKEN#file://}" -nt login/config.json ] || login
		shared=''
		! share || shared=1
		{ has updating && updating; } || [ "$seen" != "$(docker compose ps -aq "$SERVICE")" ] || break
	done
	[ -n "$shared" ] || NOTE+="$SERVICE cannot read its keys and its login. "
}

## Where another image runs than the last that was healthy: Caddy, too, may have been stopped half-way.
rescue() {
	local image
	if [ -s "$STATE/good" ] && image=$(of_app .Image) && [ "$image" != "$(cat "$STATE/good")" ]; then
		up || :
		settle
	fi
}

## A new image stays only if it gets healthy; else the one that was healthy before comes back. A container that came in
## between, by an update from within, is looked at anew.
settle() {
	local good image container is_healthy
	good=$(cat "$STATE/good" 2>/dev/null || :)
	for _ in 1 2 3; do
		container=$(of_app .Id || :)
		if up --no-deps --wait --wait-timeout 180 "$SERVICE"; then is_healthy=1; else is_healthy=''; fi
		[ "$(of_app .Id || :)" != "$container" ] || break
	done
	if [ -n "$is_healthy" ]; then
		image=$(docker inspect -f '{{.Image}}' "$container")
		echo "$image" >"$STATE/good"
		[ "$image" = "${good:-$image}" ] || echo 'Self-update complete.'
	elif [ -n "$good" ]; then
		retry 300 'going back' go_back "$good"
		NOTE='the new image was not healthy; back to the last one. '
	fi
}

go_back() { docker tag "$1" "$(of_app .Config.Image)" && up --no-deps "$SERVICE"; }

of_app() { docker inspect -f "{{$1}}" "$(docker compose ps -aq "$SERVICE" | head -n 1)"; }

## Only what is not here. `docker compose pull --policy missing` pulls :latest all the same, and with it the image from
## which there was a way back.
pull() {
	local image
	for image in $(docker compose config --images | sort -u); do
		docker image inspect "$image" >/dev/null 2>&1 || timeout 900 docker pull -q "$image" || return
	done
}

up() {
	! has updating || let_finish
	timeout 900 docker compose up -d --quiet-pull "$@"
}

## Not every profile has it.
has() { declare -F "$1" >/dev/null; }

in_app() { docker compose exec -T "$SERVICE" "$@" </dev/null; }

## The application's user may read the SSH keys and the registry login; /run/firstlight keeps others out. An application
## that does not update itself needs no login. Its user is the process's: an entrypoint begins as root and drops that.
share() {
	[[ -n $KEYS_DIR && $TOKEN != none ]] || rm -f login/config.json
	[ -n "$KEYS_DIR" ] || return 0
	local uid
	for _ in {1..20}; do
		uid=$(stat -c %u "/proc/$(of_app .State.Pid)") || return
		[ "$uid" = 0 ] || break
		sleep 1
	done
	find "$KEYS_DIR" login ! -uid "$uid" -execdir chown -h "$uid" {} +
}

## A staging or private authority is not in the trust store; `verify` says so.
probe() { curl "$PROBE" -o /dev/null --max-time 10 --resolve "$DOMAIN:443:127.0.0.1" "https://$DOMAIN$HEALTH"; }

step_ready() {
	until probe 2>ready.out; do
		mark waiting "$(obstacle)"
		sleep $((SECONDS < 300 ? 1 : 15))
	done
	echo "firstlight: https://$DOMAIN is up. As root: firstlight status" >/dev/console || :
}

obstacle() {
	local dns
	dns=$(getent ahosts "$DOMAIN" | awk '!seen[$1]++ { print $1 }' ORS=' ' || :)
	echo "$(last_line ready.out) (DNS for $DOMAIN: ${dns:-none}; this server: $(hostname -I))"
}
