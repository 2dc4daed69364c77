install_site() {
	find /usr/local/{sbin,lib} /etc/systemd/system "$STATE/files" -path '*firstlight*' -type f \
		-exec sha256sum {} + >"$STATE/manifest"
	systemctl enable --now --no-block firstlight.target
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
		mark running "kept your $path; the new one is $new"
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
	while read -r line; do
		grep -q "^${line%%=*}=" "$2" || echo "$line" >>"$2"
	done < <(fill "$1" | grep '^[A-Z]')
}

fill() {
	local line value
	while IFS= read -r line; do
		if [[ $line =~ ^[A-Za-z_0-9]+=@(.+)@$ ]]; then
			value=$(resolve "${BASH_REMATCH[1]}")
			[[ $value != *[^0-9A-Za-z_.-]* ]] || value=$(printf %s "$value" | sed 's/[\\"$]/\\&/g; s/.*/"&"/')
			line=${line%%=*}=$value
		fi
		printf '%s\n' "$line"
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
