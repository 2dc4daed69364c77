resolve() {
	case $1 in
		generate) head -c 32 /dev/urandom | od -An -vtx1 | tr -d ' \n' ;;
		docker-gid) stat -c %g /run/docker.sock 2>/dev/null || getent group docker | cut -d : -f 3 ;;
		file://*) await "${1#file://}" && head -n 1 "${1#file://}" | tr -d '\r\n' ;;
	esac
}

absent() { mark waiting "$1 is not there: copy it to this server"; }

await() {
	local end=$((SECONDS + 86400))
	until [ -s "$1" ]; do
		absent "$1"
		[ $SECONDS -lt $end ] || die "$1 did not come within a day"
		sleep 2
	done
	[ "$(stat -c %a%u "$1")" = 6000 ] || { chown 0:0 "$1" && chmod 600 "$1"; }
}

step_token() {
	if [[ $TOKEN = file://* && ! -s ${TOKEN#file://} ]]; then
		absent "${TOKEN#file://}"
		exit
	fi
	share 2>/dev/null || :
	systemctl --no-block start firstlight@ready
}

login() { [ "$TOKEN" = none ] || retry 300 "logging in to $REGISTRY" try_login; }
try_login() { resolve "$TOKEN" | timeout 60 docker login "$REGISTRY" -u "$REGISTRY_USER" --password-stdin; }

step_caddy() {
	needs docker files
	retry 1800 'starting Caddy' up --no-deps caddy
	if [ -e "$STATE/caddy" ] && [ -n "$(find "$HOME_DIR/Caddyfile" "$HOME_DIR/sites" -newer "$STATE/caddy")" ]; then
		docker compose restart caddy
	fi
	touch "$STATE/caddy"
}

step_app() {
	needs docker files
	! declare -F fetch_compose >/dev/null || retry 600 'fetching the compose file' fetch_compose
	login
	retry 1800 'pulling images' timeout 900 docker compose pull -q --policy missing
	needs caddy
	retry 300 "starting $SERVICE" up
	settle
	share
}

settle() {
	local good id image
	good=$(cat "$STATE/good" 2>/dev/null || :)
	id=$(docker compose ps -aq "$SERVICE")
	image=$(docker inspect -f '{{.Image}}' "$id")
	if docker compose up -d --no-deps --wait --wait-timeout 180 "$SERVICE"; then
		echo "$image" >"$STATE/good"
		[ "$image" = "${good:-$image}" ] || echo 'Self-update complete.'
	elif [ -n "$good" ]; then
		docker tag "$good" "$(docker inspect -f '{{.Config.Image}}' "$id")"
		retry 300 'going back' up
		export NOTE='the new image was not healthy; back to the last one'
	fi
}

watch() {
	until docker info; do sleep 5; done >/dev/null 2>&1
	docker events -f event=die -f "label=com.docker.compose.service=$SERVICE" | while read -r _; do
		systemctl start firstlight@app || :
	done
}

up() { timeout 900 docker compose up -d --quiet-pull "$@"; }

in_app() { docker compose exec -T "$SERVICE" "$@" </dev/null; }

share() {
	[ -n "$KEYS_DIR" ] || return 0
	local uid
	uid=$(in_app id -u)
	find "$KEYS_DIR" login/config.json ! -uid "$uid" -exec chown "$uid" {} +
}

probe() { curl "$PROBE" -o /dev/null --max-time 10 --resolve "$DOMAIN:443:127.0.0.1" "https://$DOMAIN$HEALTH"; }

step_ready() {
	needs app
	local end=$((SECONDS + 86400))
	until probe 2>ready.out; do
		mark waiting "$(obstacle)"
		[ $SECONDS -lt $end ] || die "no HTTPS within a day: $(obstacle)"
		sleep $((SECONDS < 300 ? 1 : 15))
	done
	echo "firstlight: https://$DOMAIN is up. As root: firstlight status" >/dev/console || :
}

obstacle() {
	local dns
	dns=$(getent ahosts "$DOMAIN" | awk '{ print $1 }' | sort -u | paste -sd ' ' || :)
	echo "$(last_line ready.out) (DNS for $DOMAIN: ${dns:-none}; this server: $(hostname -I))"
}
