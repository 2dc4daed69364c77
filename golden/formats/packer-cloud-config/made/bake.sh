#!/bin/sh
# Bakes an image for any domain: one container behind Caddy
# No secret was found in this document by format, name or place; the registry token comes from file:///etc/firstlight/ghcr-token
# Made by firstlight 0.2.0; this command makes it again:
#   firstlight render firstlight.yaml --profile app --token file:///etc/firstlight/ghcr-token --set image=ghcr.io/acme/app:1.2 --set port=8080 --phase bake --format script
# The program on the server, which `firstlight inspect` shows: sha256:4fd1c0d91a9e80f35e51f85ac16bcec853cfc896e5b4fd1a4da33793095b202a
set -eu
umask 077

main() {
	changed=
	[ "$(id -u)" = 0 ] || fail 'run this as root'
	[ -d /run/systemd/system ] || fail 'this host does not run systemd'
	files
	if [ -z "$changed" ] && systemctl is-enabled --quiet firstlight.service; then
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
lay 0644 /etc/systemd/system/firstlight-docker.service <<'END-OF-FILE'
[Service]
Type=oneshot
ExecCondition=sh -c '! systemctl -q is-active docker && systemctl -q is-enabled docker'
ExecStart=systemctl start docker
TimeoutStartSec=5min
LogLevelMax=notice
CapabilityBoundingSet=
NoNewPrivileges=yes
ProtectSystem=strict
ProtectHome=yes
PrivateDevices=yes
PrivateNetwork=yes
RestrictAddressFamilies=AF_UNIX
SystemCallFilter=@system-service
SystemCallArchitectures=native
END-OF-FILE
lay 0644 /etc/systemd/system/firstlight-docker.timer <<'END-OF-FILE'
[Unit]
PartOf=firstlight.service

[Timer]
OnActiveSec=1min
OnUnitInactiveSec=1min
AccuracySec=1s
END-OF-FILE
lay 0644 /etc/systemd/system/firstlight-metadata.service <<'END-OF-FILE'
[Unit]
Before=docker.service
After=nftables.service
PartOf=nftables.service
ReloadPropagatedFrom=nftables.service
StartLimitIntervalSec=0

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=nft -f -
ExecReload=nft -f -
ExecStop=-nft delete table inet firstlight
StandardInput=data
StandardInputText=table inet firstlight
StandardInputText=delete table inet firstlight
StandardInputText=table inet firstlight {
StandardInputText=chain refused { meta l4proto tcp reject with tcp reset; reject; }
StandardInputText=chain forward { type filter hook forward priority -1
StandardInputText=ct direction reply accept
StandardInputText=iifname fl-metadata accept
StandardInputText=tcp dport 53 accept
StandardInputText=udp dport 53 accept
StandardInputText=ip daddr { 169.254.0.0/16, 168.63.129.16, 100.100.100.200 } goto refused
StandardInputText=ip6 daddr { fd00:ec2::/112, fd20:ce::254 } goto refused
StandardInputText=ip6 daddr { fd00:a9fe:a9fe::1, fd00:c1::a9fe:a9fe, fd00:42::42 } goto refused
StandardInputText=}; }
CapabilityBoundingSet=CAP_NET_ADMIN
NoNewPrivileges=yes
ProtectSystem=strict
ProtectHome=yes
PrivateDevices=yes
RestrictAddressFamilies=AF_NETLINK
RestrictNamespaces=yes
SystemCallFilter=@system-service
SystemCallArchitectures=native

[Install]
WantedBy=docker.service
END-OF-FILE
lay 0644 /etc/systemd/system/firstlight.path <<'END-OF-FILE'
[Unit]
PartOf=firstlight.service

[Path]
Unit=firstlight.service
PathChanged=/etc/firstlight/ghcr-token
END-OF-FILE
lay 0644 /etc/systemd/system/firstlight.service <<'END-OF-FILE'
[Unit]
Wants=network-online.target firstlight.path firstlight.timer firstlight-docker.timer
After=network-online.target
StartLimitIntervalSec=0

[Service]
Type=exec
ExecStart=/usr/local/sbin/firstlight run
Restart=on-abnormal
RestartSec=10

NoNewPrivileges=yes
PrivateTmp=yes
ProtectProc=invisible
ProtectClock=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectControlGroups=yes
RestrictNamespaces=mnt
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK
RestrictRealtime=yes
LockPersonality=yes
SystemCallArchitectures=native
SystemCallFilter=~@clock @cpu-emulation @debug @module @obsolete @raw-io @reboot @swap
SystemCallErrorNumber=EPERM
CapabilityBoundingSet=~CAP_SYS_TIME CAP_SYS_MODULE CAP_SYS_RAWIO CAP_SYS_BOOT CAP_SYS_PACCT CAP_SYS_NICE CAP_SYSLOG CAP_BPF
CapabilityBoundingSet=~CAP_PERFMON CAP_CHECKPOINT_RESTORE CAP_NET_ADMIN CAP_NET_RAW CAP_NET_BROADCAST CAP_IPC_LOCK CAP_IPC_OWNER
CapabilityBoundingSet=~CAP_WAKE_ALARM CAP_BLOCK_SUSPEND CAP_LEASE


[Install]
WantedBy=multi-user.target
Also=firstlight-metadata.service
END-OF-FILE
lay 0755 /usr/local/sbin/firstlight <<'END-OF-FILE'
#!/bin/sh
# The only way into firstlight. Its program is a folder, an archive, or at an address that need not be trusted,
# and runs from a folder named after its digest: what runs keeps its modules.
set -eu
lib=/usr/local/lib/firstlight digest='' address=''
read -r digest address <"$lib/digest" || :
# What is half in place is left to the one that began.
[ ! -e /var/lib/firstlight/apply.json ] || digest=$(readlink "$lib/current")
new=${digest:-none}.new last=${address:+59} unpack='import bz2, io, pathlib, re, sys, tarfile, urllib.request as u
sys.excepthook = lambda kind, error, trace: print("firstlight:", sys.argv[1], error, file=sys.stderr)
any = u.ssl._create_unverified_context()
data = bz2.BZ2Decompressor().decompress(u.urlopen(sys.argv[1], timeout=60, context=any).read(1 << 24), 1 << 24)
for one in (tar := tarfile.open(fileobj=io.BytesIO(data))):
    if one.isreg() and re.fullmatch(r"(\w+/)*\w+\.py", one.name):
        (path := pathlib.Path(sys.argv[2], one.name)).parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(tar.extractfile(one).read(1 << 20))'
current() { [ "$(readlink -e "$lib/current")" = "$lib/${digest:-none}" ]; }
fits() { [ "$(cd "$1" && find . -name '*.py' -printf '%P\n' | LC_ALL=C sort | xargs sha256sum | sha256sum)" = "$digest  -" ]; }
bring() { python3 -I -W ignore -c "$unpack" "${address:-file://$lib/runtime.tar.bz2}" "$new"; }
# For ten minutes: the network may come late.
try() { for left in $(seq "${last:-0}" -1 0); do bring && return; [ "$left" = 0 ] || sleep 10; done; return 1; }
# One makes it ready, the others wait. Only root may lock. Compiled, commands take half a second less.
current || (cd "$lib" && umask 077 && exec 9>>lock && umask 022 && flock 9
	current || (rm -rf "$new" && fits "${digest:-none}" 2>/dev/null) ||
		(try && fits "$new" && rm -rf "$digest" && mv -T "$new" "$digest") || {
		echo "firstlight: the program in $lib is missing or damaged: bring the document to this server again" >&2
		rm -rf "$new" && exit 1
	}
	current || (python3 -I -m compileall -qqf "$digest"; sync -f "$digest") || :
	current || (ln -sfn "$digest" current.new && mv -T current.new current))
exec python3 -I -B "$lib/$digest" "$@"
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
    cap_drop: [ALL]
    cap_add: [NET_BIND_SERVICE]
    security_opt: ["no-new-privileges:true"]
    read_only: true
    pids_limit: 1000
    healthcheck:
      test: [CMD, wget, -q, -O, /dev/null, "http://127.0.0.1:2019/config/"]
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
lay 0644 /usr/local/lib/firstlight/digest <<'END-OF-FILE'
4fd1c0d91a9e80f35e51f85ac16bcec853cfc896e5b4fd1a4da33793095b202a
END-OF-FILE
unpack 0644 /usr/local/lib/firstlight/runtime.tar.bz2 <<'END-OF-FILE'
{{ runtime bake }}
END-OF-FILE
}

commands() {
	# The program is written in Python, and reads documents with PyYAML.
	python3 -c 'import yaml' 2>/dev/null || {
		apt-get -q update && DEBIAN_FRONTEND=noninteractive apt-get -q install -y python3 python3-yaml
	}
	firstlight bake
}

main
