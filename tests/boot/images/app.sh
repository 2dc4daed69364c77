#!/bin/sh
# The stand-in infrakt, built as a normal image is: a Debian base with Python and Docker's clients, a user of its own
# in a docker group of the image's own number, a state folder that user owns. One OCI layout, tags v1 … v4.
#
#   app.sh LAYOUT SCRATCH MIRROR CA.pem
set -eu
layout=$1 scratch=$2 mirror=$3 ca=$4
here=$(dirname "$(readlink -f "$0")")
mkdir -p "$scratch"

# shellcheck disable=SC2016 # mmdebstrap's shell puts in the folder's name
mmdebstrap --quiet --mode=root --variant=minbase --aptopt='Acquire::Retries "5"' \
	--dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
	--dpkgopt='path-exclude=/usr/share/locale/*' \
	--include=python3,docker-cli,docker-compose,ca-certificates \
	--customize-hook="upload '$ca' /usr/local/share/ca-certificates/rig.crt" \
	--customize-hook="copy-in '$here/app/infrakt.py' /opt" \
	--customize-hook='chroot "$1" sh -eu' \
	trixie "$scratch/base.tar" "$mirror" <<'INSIDE'
update-ca-certificates >/dev/null 2>&1
useradd --create-home infrakt
groupadd docker
usermod -aG docker infrakt
install -d -o infrakt -g infrakt -m 0700 /home/infrakt/.infrakt
ln -s python3 /usr/bin/python
rm -rf /var/cache/apt/* /var/lib/apt/lists/* /var/log/*
INSIDE

umoci init --layout "$layout"
umoci new --image "$layout:base"
umoci raw add-layer --image "$layout:base" "$scratch/base.tar"
umoci config --image "$layout:base" --config.user infrakt --config.workingdir /opt \
	--config.env PYTHONUNBUFFERED=1 --config.exposedports 8000/tcp --config.cmd python --config.cmd /opt/infrakt.py

# v1, v2: healthy. v3: stops as it starts. v4: runs, and answers 500 to the health check.
for version in v1 v2 v3 v4; do
	case $version in v3) mood=crash ;; v4) mood=sick ;; *) mood=well ;; esac
	rm -rf "$scratch/top" && mkdir -p "$scratch/top/opt"
	printf '{"version": "%s", "mood": "%s"}\n' "$version" "$mood" >"$scratch/top/opt/release.json"
	tar -C "$scratch/top" --owner=0 --group=0 -cf "$scratch/top.tar" opt/release.json
	umoci tag --image "$layout:base" "$version"
	umoci raw add-layer --image "$layout:$version" "$scratch/top.tar"
done
rm -rf "$scratch"
