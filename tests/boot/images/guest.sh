#!/bin/sh
# The guest's disk: a Debian 13 cloud machine as a provider would hand it over, with nothing of firstlight in it.
#
#   guest.sh OUT plain|docker MIRROR CA.pem SSH-KEY.pub
#
# Leaves OUT/disk.img, OUT/vmlinuz, OUT/initrd, and OUT/dpkg-status: what is installed, for debian.sh.
set -eu
out=$1 variant=$2 mirror=$3 ca=$4 key=$5
here=$(dirname "$(readlink -f "$0")")
tree=$out/tree
mkdir -p "$out"

# What Debian's own cloud image has, as far as a first boot meets it. e2fsprogs: cloud-init's resizefs fails without it.
packages=systemd-sysv,systemd-resolved,systemd-timesyncd,dbus,udev,kmod,cloud-init,linux-image-cloud-amd64,netplan.io
packages=$packages,openssh-server,iproute2,iptables,procps,ca-certificates,curl,openssl,e2fsprogs,python3,sudo,less
[ "$variant" = plain ] || packages=$packages,docker.io,docker-cli,docker-compose,nftables

mmdebstrap --quiet --mode=root --variant=minbase --aptopt='Acquire::Retries "5"' --include="$packages" trixie "$tree" "$mirror"
rm -f "$tree/etc/apt/apt.conf.d/99mmdebstrap"

cp -a "$here/guest/." "$tree/"
cp "$key" "$tree/etc/ssh/rig_keys"
cp "$ca" "$tree/usr/local/share/ca-certificates/rig.crt"
chroot "$tree" update-ca-certificates >/dev/null 2>&1
mkdir -p "$tree/etc/systemd/system/sysinit.target.wants"
ln -s ../rig-seed.service "$tree/etc/systemd/system/sysinit.target.wants/"

echo 'LABEL=root / ext4 errors=remount-ro 0 1' >"$tree/etc/fstab"
ln -sf ../run/systemd/resolve/stub-resolv.conf "$tree/etc/resolv.conf"
: >"$tree/etc/machine-id"
rm -f "$tree/etc/hostname" "$tree"/etc/ssh/ssh_host_* "$tree"/var/log/*.log
cat >"$tree/etc/apt/sources.list" <<SOURCES
deb http://deb.debian.org/debian trixie main
deb http://deb.debian.org/debian trixie-updates main
deb http://deb.debian.org/debian-security trixie-security main
SOURCES

cp "$tree"/boot/vmlinuz-* "$out/vmlinuz"
cp "$tree/var/lib/dpkg/status" "$out/dpkg-status"
cp "$tree"/boot/initrd.img-* "$out/initrd"
mkfs.ext4 -qq -L root -d "$tree" "$out/disk.img" 6G >/dev/null
rm -rf "$tree"
