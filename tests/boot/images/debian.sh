#!/bin/sh
# The part of Debian's archive that a machine without Docker asks for: its real, signed indices, and the packages that
# installing Docker there needs. Served under Debian's own names, so that the guest's apt checks the real signatures.
#
#   debian.sh OUT DPKG-STATUS MIRROR
set -eu
out=$1 status=$2 mirror=$3
wanted='docker.io docker-cli docker-compose nftables ca-certificates curl'
scratch=$out/scratch
mkdir -p "$scratch/lists/partial" "$scratch/parts"

fetch() { # URL PATH: what a mirror serves, at the same path below OUT
	mkdir -p "$out/$(dirname "$2")"
	curl -fsS --retry 5 --max-time 300 -o "$out/$2" "$1"
}

index() { # ARCHIVE SUITE: the signed list of lists, then the lists, also by their hash as apt asks for them
	fetch "${mirror%/*}/$1/dists/$2/InRelease" "$1/dists/$2/InRelease"
	for file in main/binary-amd64/Packages.xz main/i18n/Translation-en.xz; do
		path=$1/dists/$2/$file
		fetch "${mirror%/*}/$path" "$path" || continue
		mkdir -p "$out/$(dirname "$path")/by-hash/SHA256"
		ln "$out/$path" "$out/$(dirname "$path")/by-hash/SHA256/$(sha256sum <"$out/$path" | cut -d' ' -f1)"
	done
	echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] ${mirror%/*}/$1 $2 main" >>"$scratch/sources.list"
}

index debian trixie
index debian trixie-updates
index debian-security trixie-security

in_guest() { # apt-get as on the guest: its packages, its sources, its architecture
	apt-get -o APT::Architecture=amd64 -o APT::Architectures=amd64 -o Dir::State::Status="$status" \
		-o Dir::State::Lists="$scratch/lists" -o Dir::Etc::SourceList="$scratch/sources.list" \
		-o Dir::Etc::SourceParts="$scratch/parts" -o Dir::Etc::Preferences=/dev/null -o Dir::Etc::PreferencesParts="$scratch/parts" \
		-o Dir::Cache="$scratch" -o Dir::Cache::Archives="$scratch" "$@"
}

in_guest -qq update
# shellcheck disable=SC2086
in_guest -qq --print-uris -y install $wanted | cut -d"'" -f2 | while read -r url; do
	fetch "$url" "$(echo "${url#"${mirror%/*}/"}" | sed 's/%2b/+/g; s/%3a/:/g; s/%7e/~/g')"
done
rm -rf "$scratch"
