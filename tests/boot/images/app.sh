#!/bin/sh
# The stand-in infrakt, built as a normal image is: a Debian base with Python and Docker's clients, a user of its own
# in a docker group of the image's own number, a state folder that user owns. One OCI layout; tags KIND-v1 … KIND-v4.
#
#   app.sh LAYOUT SCRATCH MIRROR CA.pem
#
# Kinds: `plan` runs as the user infrakt, uid and gid 1000. `today` begins as root, and its entrypoint drops to uid 1000,
# gid 1001.
set -eu
layout=$1 scratch=$2 mirror=$3 ca=$4
here=$(dirname "$(readlink -f "$0")")
mkdir -p "$scratch"

# shellcheck disable=SC2016 # mmdebstrap's shell puts in the folder's name
mmdebstrap --quiet --mode=root --variant=minbase --aptopt='Acquire::Retries "5"' \
	--dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
	--dpkgopt='path-exclude=/usr/share/locale/*' \
	--include=python3,docker-cli,docker-compose,ca-certificates,openssh-client \
	--customize-hook="upload '$ca' /usr/local/share/ca-certificates/rig.crt" \
	--customize-hook="copy-in '$here/app/infrakt.py' '$here/app/servers.py' '$here/app/entrypoint' /opt" \
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
umoci new --image "$layout:plan"
umoci raw add-layer --image "$layout:plan" "$scratch/base.tar"
umoci config --image "$layout:plan" --config.workingdir /opt --config.env PYTHONUNBUFFERED=1 \
	--config.exposedports 8000/tcp --config.cmd python --config.cmd /opt/infrakt.py
umoci tag --image "$layout:plan" today
umoci config --image "$layout:plan" --config.user infrakt

# Today the group docker comes first, and so gets 1000.
groups=$scratch/groups
mkdir -p "$groups/home/infrakt/.infrakt"
tar -C "$groups" -xf "$scratch/base.tar" ./etc/passwd ./etc/group
sed -i 's/^\(infrakt:x:1000\):1000:/\1:1001:/' "$groups/etc/passwd"
sed -i 's/^infrakt:x:1000:/infrakt:x:1001:/; s/^docker:x:[0-9]*:/docker:x:1000:/' "$groups/etc/group"
chown -R 1000:1001 "$groups/home/infrakt"
chmod 0700 "$groups/home/infrakt/.infrakt"
tar -C "$groups" -cf "$scratch/groups.tar" etc/passwd etc/group home/infrakt
umoci raw add-layer --image "$layout:today" "$scratch/groups.tar"
umoci config --image "$layout:today" --config.env INFRAKT_HOME=/home/infrakt/.infrakt --config.entrypoint /opt/entrypoint

# v1, v2: healthy. v3: stops as it starts. v4: runs, and answers 500 to the health check.
for kind in plan today; do
	for version in v1 v2 v3 v4; do
		case $version in v3) mood=crash ;; v4) mood=sick ;; *) mood=well ;; esac
		rm -rf "$scratch/top" && mkdir -p "$scratch/top/opt"
		printf '{"kind": "%s", "version": "%s", "mood": "%s"}\n' $kind $version $mood >"$scratch/top/opt/release.json"
		tar -C "$scratch/top" --owner=0 --group=0 -cf "$scratch/top.tar" opt/release.json
		umoci tag --image "$layout:$kind" "$kind-$version"
		umoci raw add-layer --image "$layout:$kind-$version" "$scratch/top.tar"
	done
done
rm -rf "$scratch"
