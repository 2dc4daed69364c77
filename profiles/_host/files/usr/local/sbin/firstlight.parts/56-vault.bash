## vault://MOUNT/PATH?address=URL&…#KEY, of a key-value store version 2. The first credential is an AppRole's secret id
## with its role id, or a wrapped token. That can be unwrapped only once, so what was in it is kept, for root alone.
from_vault() {
	local path=${1%%\?*} address token
	address=$(query address "$1")
	if [[ $1 = *wrapped=* ]]; then
		[ -s "$STATE/vault-token" ] || unwrap "$address" "$(query wrapped "$1")" || return
		token=$(cat "$STATE/vault-token")
	else
		token=$(approle "$address" "$(query role_id "$1")" "$(query secret_id "$1")") || return
	fi
	header "X-Vault-Token: $token" | ask "$address/v1/${path%%/*}/data/${path#*/}" | json data data "${1##*#}"
}

## query KEY REFERENCE
query() {
	local value=${2#*[?&]"$1"=}
	value=${value%%#*}
	printf %s "${value%%&*}"
}

unwrap() {
	local wrapped
	wrapped=$(resolve "$2") || return
	header "X-Vault-Token: $wrapped" | ask -X POST "$1/v1/sys/wrapping/unwrap" | json auth client_token >"$STATE/vault-token.new" &&
		mv "$STATE/vault-token.new" "$STATE/vault-token"
}

## The secret id goes in by a file descriptor: curl's arguments can be seen.
approle() {
	local secret
	secret=$(resolve "$3") || return
	ask -d @<(printf '{"role_id":"%s","secret_id":"%s"}' "$2" "$secret") "$1/v1/auth/approle/login" </dev/null | json auth client_token
}
