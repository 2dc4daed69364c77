## Puts the staged files in their places; what the operator edited stays.
## cloud-init runs this once it has laid the files. Until its mark is on the disk, each boot lays them anew (bootcmd).
install_site() {
	find "$0" /etc/firstlight/site.sh /etc/systemd/system "$STATE/files" -path '*firstlight*' -type f \
		-exec sha256sum {} + >"$STATE/manifest"
	systemctl enable -q firstlight.target
	sync
	touch /var/lib/cloud/instance/sem/firstlight
	## All steps begin anew.
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

## As dpkg treats conffiles: what is missing is put down, what is untouched replaced, what is edited kept.
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

## A kept .env gets the variables it lacks.
complete() {
	local line
	## The operator's last line may have no end.
	[ -z "$(tail -c 1 "$2")" ] || echo >>"$2"
	while IFS= read -r line; do
		grep -q "^${line%%=*}=" "$2" || echo "$line" >>"$2"
	done < <(fill "$1" | grep '^[A-Z]')
}

## NAME=@reference@ becomes NAME=value. Nothing secret is an argument of a program.
fill() {
	local line value end=$'\n'
	## The last line may have no end.
	while IFS= read -r line || { end='' && [ -n "$line" ]; }; do
		if [[ $line =~ ^[A-Za-z_0-9]+=@(.+)@$ ]]; then
			value=$(resolve "${BASH_REMATCH[1]}")
			[[ $value != *[^0-9A-Za-z_.-]* ]] || value=$(printf %s "$value" | sed 's/[\\"$]/\\&/g; s/.*/"&"/')
			line=${line%%=*}=$value
		fi
		printf %s "$line$end"
	done <"$1"
}

## Site blocks of a Caddy that ran here before; not its global options, not ours, not the bare ports.
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
