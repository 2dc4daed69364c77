#!/bin/sh
# Bakes an image for any domain: one container behind Caddy
# No secret was found in this document by format, name or place; the registry token comes from file:///etc/firstlight/ghcr-token
# Made by firstlight 0.1.0; this command makes it again:
#   firstlight render firstlight.yaml --profile app --token file:///etc/firstlight/ghcr-token --set image=ghcr.io/acme/app:1.2 --set port=8080 --phase bake --format script
set -eu
umask 077

main() {
	changed=
	[ "$(id -u)" = 0 ] || fail 'run this as root'
	[ -d /run/systemd/system ] || fail 'this host does not run systemd'
	files
	if [ -z "$changed" ] && systemctl is-active --quiet firstlight.target; then
		echo 'firstlight: nothing to change' >&2
		return
	fi
	# cloud-init would have created this folder.
	[ -d /var/lib/cloud/instance/sem ] || mkdir -p /var/lib/cloud/instance/sem
	commands
}

fail() {
	echo "firstlight: $1" >&2
	exit 1
}

# lay MODE PATH writes standard input to a file; unpack MODE PATH decodes it from base64 first.
# Both replace the file atomically.
lay() {
	(umask 022 && mkdir -p "$(dirname "$2")")
	cat >"$2.firstlight"
	settle "$@"
}

unpack() {
	(umask 022 && mkdir -p "$(dirname "$2")")
	base64 -d >"$2.firstlight"
	settle "$@"
}

settle() {
	chmod "$1" "$2.firstlight"
	if cmp -s "$2.firstlight" "$2" && [ "$(stat -c %04a "$2")" = "$1" ]; then
		rm "$2.firstlight"
	else
		mv "$2.firstlight" "$2"
		changed=yes
		echo "firstlight: wrote $2" >&2
	fi
}

files() {
lay 0644 /etc/systemd/system/firstlight-metadata.service <<'END-OF-FILE'
[Unit]
Before=docker.service

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=ip rule add to 169.254.0.0/16 ipproto tcp dport 80 prohibit protocol kernel
ExecStart=ip rule add iif lo to 169.254.0.0/16 lookup main protocol kernel
ExecStart=ip -6 rule add to fd00:ec2::254 ipproto tcp dport 80 prohibit protocol kernel
ExecStart=ip -6 rule add iif lo to fd00:ec2::254 lookup main protocol kernel
END-OF-FILE
lay 0644 /etc/systemd/system/firstlight.path <<'END-OF-FILE'
[Unit]
PartOf=firstlight.target

[Path]
Unit=firstlight@app.service
PathChanged=/etc/firstlight/ghcr-token
END-OF-FILE
lay 0644 /etc/systemd/system/firstlight.target <<'END-OF-FILE'
[Unit]
DefaultDependencies=no
Wants=firstlight-metadata.service firstlight@caddy.service firstlight@app.service firstlight.path

[Install]
WantedBy=multi-user.target
END-OF-FILE
lay 0644 /etc/systemd/system/firstlight@.service <<'END-OF-FILE'
[Unit]
StartLimitIntervalSec=0
Wants=network-online.target
After=network-online.target

[Service]
Type=oneshot
TimeoutStartSec=1d
ExecStart=/usr/local/sbin/firstlight step %i
END-OF-FILE
lay 0755 /usr/local/sbin/firstlight <<'END-OF-FILE'
#!/bin/bash
set -euo pipefail
umask 077
. /etc/firstlight/site.sh
STATE=/var/lib/firstlight
STEPS=(preflight files docker caddy app ready)
STEP='' NOTE=''
export COMPOSE_FILE DOCKER_CONFIG=/run/firstlight/login

mark() {
	local word=$1$'\t'${2//[\"\\[:cntrl:]]/}
	if [ -z "$STEP" ] || [ "$word" != "$(cat "$STEP" 2>/dev/null)" ]; then
		echo "$word" | tee ${STEP:+"$STEP"} >&2
	fi
}

die() {
	mark failed "$1"
	exit 1
}

needs() {
	local step units=()
	for step; do grep -qs ^done "$step" || units+=("firstlight@$step"); done
	[ ${#units[@]} != 0 ] || return 0
	mark waiting "for $*"
	systemctl start "${units[@]}" || die "$* did not succeed"
	mark running ''
}

last_line() { grep . "$1" | tail -n 1 | cut -c -300; }

hopeless() {
	if grep -qi 'no space left' "$1"; then
		die 'the disk is full: make room'
	elif [ "$STEP" = app ] && grep -qiE 'unauthorized|denied|forbidden|manifest unknown' "$1"; then
		[ "$TOKEN" != none ] ||
			die "$(last_line "$1"). A private image? Then make the document again, with the option --token"
		die "$(last_line "$1"). It takes a classic token with read:packages whose owner may read the image: replace $TOKEN"
	fi
}

retry() {
	local end=$((SECONDS + $1)) what=$2 delay=1 out=$STEP.out
	mark running "$what"
	until "${@:3}" >"$out" 2>&1 </dev/null; do
		hopeless "$out"
		[ $SECONDS -lt $end ] || die "$what: $(last_line "$out")"
		mark waiting "$what, again in $delay s: $(last_line "$out")"
		sleep $((delay + RANDOM % 2))
		delay=$((delay < 30 ? delay * 2 : 30))
	done
}

# shellcheck source=/dev/null
. /etc/os-release

step_preflight() {
	[[ $ID-${VERSION_ID-} =~ ^(debian-1[2-9]|ubuntu-2[2-9]) ]] ||
		die "$PRETTY_NAME is not supported: use Debian 12 or Ubuntu 22.04, or later"
	[ ! -e /snap/bin/docker ] || die 'Docker from snap loses bind mounts: snap remove docker'
	local mb inodes port who
	read -r _ mb _ </proc/meminfo
	[ "$mb" -ge 900000 ] || NOTE="$((mb / 1024)) MB of memory is little: add swap"
	read -r mb inodes < <(df -m --output=avail,iavail /var | tail -n 1)
	[ "$mb" -ge 2000 ] || die "/var has $mb MB free and needs 2000"
	[ "${inodes/-/50000}" -ge 50000 ] || die "/var has $inodes inodes free and needs 50000"
	retry 180 'waiting for the right time' clock
	[ -n "$(ip -4 route show default)" ] || die "no IPv4 route, which $REGISTRY needs: add an IPv4 address"
	for port in 80 443; do
		who=$(ss -Hltnp "sport = :$port" | cut -s -d '"' -f 2 | head -n 1)
		[[ $who =~ ^(docker-proxy)?$ ]] || die "port $port is taken by $who: systemctl disable --now $who"
	done
}

clock() { [ "$(date +%s)" -ge "$(stat -Lc %Y /etc/os-release)" ] || ! date; }

step_docker() {
	needs preflight
	{ docker compose version && command -v curl; } >/dev/null 2>&1 || retry 1800 'installing Docker' install_docker
	retry 120 'starting Docker' systemctl start docker
}

install_docker() {
	local packages=(docker.io docker-compose-v2)
	case $ID-$VERSION_ID in
		debian-12)
			docker_repository
			packages=(docker-ce docker-ce-cli containerd.io docker-compose-plugin)
			;;
		debian-*) packages=(docker.io docker-cli docker-compose) ;;
	esac
	! command -v docker || packages=("${packages[-1]}")
	! dpkg -s docker-ce-cli || packages=(docker-compose-plugin)
	export DEBIAN_FRONTEND=noninteractive NEEDRESTART_MODE=a
	dpkg --configure -a
	apt-get -q update
	apt-get -qy -o DPkg::Lock::Timeout=600 install --no-install-recommends "${packages[@]}" ca-certificates curl
}

docker_repository() {
	local key=/etc/apt/keyrings/docker.asc url=https://download.docker.com/linux/debian
	/usr/lib/apt/apt-helper download-file $url/gpg $key
	chmod 644 $key
	echo "deb [signed-by=$key] $url $VERSION_CODENAME stable" >/etc/apt/sources.list.d/docker.list
}

install_site() {
	find "$0" /etc/firstlight/site.sh /etc/systemd/system "$STATE/files" -path '*firstlight*' -type f \
		-exec sha256sum {} + >"$STATE/manifest"
	systemctl enable -q firstlight.target
	sync
	touch /var/lib/cloud/instance/sem/firstlight
	systemctl stop 'firstlight@*'
	rm -f "${STEPS[@]}"
	systemctl restart firstlight.target
}

step_files() {
	needs preflight
	local new
	install -d -m 750 "$HOME_DIR" "$HOME_DIR/sites"
	[ -z "$KEYS_DIR" ] || install -d -m 700 "$KEYS_DIR"
	getent group docker >/dev/null || groupadd --system docker
	while read -r new; do
		place "$new" "${new#"$STATE/files"}"
	done < <(find "$STATE/files" -type f)
	carry_over /etc/caddy/Caddyfile "$HOME_DIR/sites/carried-over.caddy"
}

place() {
	local new=$1 path=$2 base=$STATE/placed$2
	if [ -e "$path" ] && cmp -s "$new" "$base"; then
		return
	elif [ -e "$path" ] && ! cmp -s "$path" "$base"; then
		NOTE+="kept your $path; the new one is $new. "
		[[ $path != *.env ]] || complete "$new" "$path"
		return
	fi
	mkdir -p "${path%/*}" "${base%/*}"
	fill "$new" >"$path.new"
	chmod --reference="$new" "$path.new"
	sync "$path.new"
	mv "$path.new" "$path"
	cp "$new" "$base"
}

complete() {
	local line
	[ -z "$(tail -c 1 "$2")" ] || echo >>"$2"
	while IFS= read -r line; do
		grep -q "^${line%%=*}=" "$2" || echo "$line" >>"$2"
	done < <(fill "$1" | grep '^[A-Z]')
}

fill() {
	local line value end=$'\n'
	while IFS= read -r line || { end='' && [ -n "$line" ]; }; do
		if [[ $line =~ ^[A-Za-z_0-9]+=@(.+)@$ ]]; then
			value=$(resolve "${BASH_REMATCH[1]}")
			[[ $value != *[^0-9A-Za-z_.-]* ]] || value=$(printf %s "$value" | sed 's/[\\"$]/\\&/g; s/.*/"&"/')
			line=${line%%=*}=$value
		fi
		printf %s "$line$end"
	done <"$1"
}

carry_over() {
	[ -e "$1" ] && [ ! -e "$2" ] || return 0
	awk -v ours=" $DOMAINS " '
		/^[ \t]*#/ { next }
		depth == 0 && NF { name = $1; sub(/^https?:\/\//, "", name); sub(/[,{].*/, "", name)
			keep = name ~ /^[^:]/ && !index(ours, " " name " ") }
		{ line = $0; gsub(/"[^"]*"/, "", line)
			depth += gsub(/[{]([ \t]|$)/, "", line) - gsub(/(^|[ \t])[}]/, "", line) }
		keep' "$1" >"$2"
}

resolve() {
	case $1 in
		generate) head -c 32 /dev/urandom | od -An -vtx1 | tr -d ' \n' ;;
		docker-gid) stat -c %g /run/docker.sock 2>/dev/null || getent group docker | cut -d : -f 3 ;;
		file://*) await "${1#file://}" && head -n 1 "${1#file://}" | tr -d '\r\n' ;;
		*) "from_${1%%:*}" "${1#*://}" ;;
	esac
}

await() {
	until [ -s "$1" ]; do
		mark waiting "$1 is not there: copy it to this server"
		sleep 2
		[ "$STEP" != app ] || rescue
	done
	[ "$(stat -c %a%u "$1")" = 6000 ] || { chown 0:0 "$1" && chmod 600 "$1"; }
}

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
		chown --reference=login login/config.json
}

step_caddy() {
	needs docker files
	local account
	for account in /var/lib/docker/volumes/*/_data/caddy/acme/*/users/default; do
		if [ -d "$account" ] && [ ! -e "$account/default.key" ]; then
			docker compose rm -sf caddy
			rm -r "$account"
		fi
	done
	retry 1800 'starting Caddy' up --no-deps caddy
	if [ -e "$STATE/caddy" ] && [ -n "$(find "$HOME_DIR/Caddyfile" "$HOME_DIR/sites" -newer "$STATE/caddy")" ]; then
		docker compose restart caddy
	fi
	touch "$STATE/caddy"
}

step_app() {
	rescue
	needs docker files
	rescue
	[ ! -e "$STATE/good" ] || share || :
	! has fetch_compose || retry 600 'fetching the compose file' fetch_compose
	login
	retry 1800 'pulling images' pull
	needs caddy
	if [ -s "$STATE/good" ]; then up || :; else retry 300 "starting $SERVICE" up; fi
	systemctl --no-block start firstlight@ready
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

rescue() {
	local image
	if [ -s "$STATE/good" ] && image=$(of_app .Image) && [ "$image" != "$(cat "$STATE/good")" ]; then
		up || :
		settle
	fi
}

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

has() { declare -F "$1" >/dev/null; }

in_app() { docker compose exec -T "$SERVICE" "$@" </dev/null; }

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

check() {
	local out
	if out=$("${@:2}" 2>&1); then echo "ok   $1 $out"; else code=1 && echo "FAIL $1: $out"; fi
}

apply() {
	if [ -n "${1-}" ]; then
		CLOUD_CFG=$(cd "$OLDPWD" && realpath "$1")
		export CLOUD_CFG
		cloud-init schema -c "$CLOUD_CFG"
		cloud-init single --name write_files --frequency always
	fi
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

[ "$(id -u)" = 0 ] || die 'run this as root'
install -d -m 700 /run/firstlight /etc/firstlight
install -d -m 755 $DOCKER_CONFIG
cd /run/firstlight
case ${1-} in
	step)
		STEP=$2
		trap '[ $? = 0 ] || grep -q ^failed "$STEP" || mark failed "$(cut -f 2 "$STEP") (journalctl -u firstlight@$STEP)"' EXIT
		mark running ''
		"step_$STEP"
		mark 'done' "$NOTE"
		;;
	install_site | status | verify | token | apply | teardown) "$@" ;;
	*) echo 'usage: firstlight status [--json] | verify | token <FILE | apply [USER-DATA] | teardown [--volumes] [--yes]' ;;
esac; exec true
END-OF-FILE
lay 0755 /usr/local/sbin/firstlight-bake <<'END-OF-FILE'
#!/bin/bash
set -euo pipefail
umask 077
SITE=/etc/firstlight/site.sh

main() {
	if [ "$(systemctl is-active cloud-final.service)" = activating ]; then
		exec systemd-run --no-block --unit=firstlight-bake --property=After=cloud-final.service "$0" poweroff
	fi
	install -d -m 700 /etc/firstlight
	echo "REGISTRY='the registry'" >$SITE
	systemctl start firstlight@docker
	pull_images
	systemctl stop 'firstlight@*'
	forget
	sync
	[ "${1-}" != poweroff ] || systemctl poweroff
}

pull_images() {
	local image
	for image in $(find /var/lib/firstlight/files -name '*.y*ml' -exec sed -n 's/^ *image: *\([^ ${}]*\)$/\1/p' {} + | tr -d \'\"); do
		pull "$image" || echo "firstlight: $image is left to the servers: it is private, or its registry does not answer" >&2
	done
}

pull() {
	local try out
	for try in 1 2 3; do
		out=$(timeout 900 docker pull -q "$1" 2>&1) && return
		[[ ! $out =~ denied|unauthorized ]] || return 1
		sleep $((try * 5))
	done
	return 1
}

forget() {
	rm -f $SITE /etc/ssh/ssh_host_* /root/.ssh/authorized_keys /home/*/.ssh/authorized_keys
	rm -f /etc/netplan/50-cloud-init.yaml /etc/network/interfaces.d/50-cloud-init* /etc/systemd/network/10-cloud-init*
	rm -f /var/lib/docker/engine-id /var/lib/systemd/{random-seed,credential.secret} /root/.bash_history
	rm -rf /var/lib/dhcp/* /run/firstlight
	apt-get -q clean
	[ ! -d /var/lib/cloud ] || cloud-init clean --logs
	journalctl -q --rotate --vacuum-time=1s
	: >/etc/machine-id
	[ -L /var/lib/dbus/machine-id ] || rm -f /var/lib/dbus/machine-id
}

main "$@"
END-OF-FILE
lay 0600 /var/lib/firstlight/files/opt/app/.env <<'END-OF-FILE'
# Values that compose.yaml asks for
END-OF-FILE
lay 0644 /var/lib/firstlight/files/opt/app/compose.yaml <<'END-OF-FILE'
services:
  caddy:
    image: caddy:2-alpine
    ports: ["80:80", "443:443", "443:443/udp"]
    volumes:
      - ./Caddyfile:/etc/caddy/Caddyfile:ro
      - ./sites:/etc/caddy/sites:ro
      - caddy-data:/data
      - caddy-config:/config
    restart: unless-stopped
    logging: {driver: local}

  app:
    image: ghcr.io/acme/app:1.2
    expose: ["8080"]
    restart: unless-stopped
    logging: {driver: local}

volumes:
  caddy-data:
  caddy-config:
END-OF-FILE
}

commands() {
	firstlight-bake
}

main
