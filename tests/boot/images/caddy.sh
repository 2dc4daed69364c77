#!/bin/sh
# Docker Hub's caddy:2-alpine, as far as a compose file can tell: the real static binary, a shell, a CA bundle.
#
#   caddy.sh LAYOUT SCRATCH CADDY BUSYBOX CA.pem
set -eu
layout=$1 scratch=$2 caddy=$3 busybox=$4 ca=$5
tree=$scratch/tree
mkdir -p "$tree/usr/bin" "$tree/bin" "$tree/etc/ssl/certs" "$tree/etc/caddy" "$tree/config/caddy" \
	"$tree/data/caddy" "$tree/srv" "$tree/tmp" "$tree/usr/share/caddy"
install -m 0755 "$caddy" "$tree/usr/bin/caddy"
install -m 0755 "$busybox" "$tree/bin/busybox"
for applet in $("$busybox" --list); do [ -e "$tree/bin/$applet" ] || ln -s busybox "$tree/bin/$applet"; done
cat /etc/ssl/certs/ca-certificates.crt "$ca" >"$tree/etc/ssl/certs/ca-certificates.crt"
echo 'root:x:0:0:root:/root:/bin/sh' >"$tree/etc/passwd"
printf ':80 {\n\troot * /usr/share/caddy\n\tfile_server\n}\n' >"$tree/etc/caddy/Caddyfile"
chmod 1777 "$tree/tmp"

tar -C "$tree" --owner=0 --group=0 -cf "$scratch/root.tar" .
umoci init --layout "$layout"
umoci new --image "$layout:2-alpine"
umoci raw add-layer --image "$layout:2-alpine" "$scratch/root.tar"
umoci config --image "$layout:2-alpine" --config.workingdir /srv \
	--config.env XDG_CONFIG_HOME=/config --config.env XDG_DATA_HOME=/data \
	--config.env PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
	--config.exposedports 80/tcp --config.exposedports 443/tcp --config.exposedports 443/udp \
	--config.exposedports 2019/tcp \
	--config.cmd caddy --config.cmd run --config.cmd --config --config.cmd /etc/caddy/Caddyfile \
	--config.cmd --adapter --config.cmd caddyfile
rm -rf "$scratch"
