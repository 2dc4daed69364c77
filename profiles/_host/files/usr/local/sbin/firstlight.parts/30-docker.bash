## Is this server fit? Then Docker, if it is not here yet.
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

## A clock before the system's own birth makes every certificate look wrong.
clock() { [ "$(date +%s)" -ge "$(stat -Lc %Y /etc/os-release)" ] || ! date; }

step_docker() {
	needs preflight
	{ docker compose version && command -v curl; } >/dev/null 2>&1 || retry 1800 'installing Docker' install_docker
	## Its packages have enabled it; doing so again would make systemd read all units anew.
	retry 120 'starting Docker' systemctl start docker
}

install_docker() {
	## Compose is the last: where an engine is, only that is missing.
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

## Debian 12 itself has only Compose v1.
docker_repository() {
	local key=/etc/apt/keyrings/docker.asc url=https://download.docker.com/linux/debian
	/usr/lib/apt/apt-helper download-file $url/gpg $key
	chmod 644 $key
	echo "deb [signed-by=$key] $url $VERSION_CODENAME stable" >/etc/apt/sources.list.d/docker.list
}
