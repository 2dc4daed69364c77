#!/bin/sh
# Docker Hub's traefik:v3, as far as a compose file can tell: the real static binary, a shell, a CA bundle.
#
#   traefik.sh LAYOUT SCRATCH TRAEFIK BUSYBOX CA.pem
set -eu
layout=$1 scratch=$2 traefik=$3 busybox=$4 ca=$5
tree=$scratch/tree
mkdir -p "$tree/usr/local/bin" "$tree/bin" "$tree/etc/ssl/certs" "$tree/tmp"
install -m 0755 "$traefik" "$tree/usr/local/bin/traefik"
install -m 0755 "$busybox" "$tree/bin/busybox"
for applet in $("$busybox" --list); do [ -e "$tree/bin/$applet" ] || ln -s busybox "$tree/bin/$applet"; done
cat /etc/ssl/certs/ca-certificates.crt "$ca" >"$tree/etc/ssl/certs/ca-certificates.crt"
echo 'root:x:0:0:root:/root:/bin/sh' >"$tree/etc/passwd"
# As in the original: options and subcommands are Traefik's, anything else is a program.
cat >"$tree/entrypoint.sh" <<'INSIDE'
#!/bin/sh
set -e
case ${1-} in -*) set -- traefik "$@" ;; esac
if traefik "${1-}" --help >/dev/null 2>&1; then set -- traefik "$@"; fi
exec "$@"
INSIDE
chmod 0755 "$tree/entrypoint.sh"
chmod 1777 "$tree/tmp"

tar -C "$tree" --owner=0 --group=0 -cf "$scratch/root.tar" .
umoci init --layout "$layout"
umoci new --image "$layout:v3"
umoci raw add-layer --image "$layout:v3" "$scratch/root.tar"
umoci config --image "$layout:v3" --config.env PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
	--config.exposedports 80/tcp --config.entrypoint /entrypoint.sh --config.cmd traefik
rm -rf "$scratch"
