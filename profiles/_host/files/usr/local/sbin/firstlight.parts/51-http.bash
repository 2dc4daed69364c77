## What the secret stores have in common: HTTP and JSON.
## ask CURL-ARGUMENTS...: a request whose secret headers come from standard input, as curl's configuration. On failure
## the answer goes to standard error, where the step finds the reason.
ask() {
	local answer
	if ! answer=$(curl -sS --fail-with-body --connect-timeout 10 --max-time 60 --retry 3 --retry-connrefused -K - "$@"); then
		printf '%s\n' "$answer" >&2
		return 1
	fi
	printf %s "$answer"
}

## header NAME: VALUE: a line of curl's configuration.
header() { printf 'header = "%s"\n' "$1"; }

## json KEY...: the value at the keys of what comes on standard input.
json() {
	python3 -c '
import json, sys
value = json.load(sys.stdin)
for key in sys.argv[1:]:
    value = value[key]
print(value, end="")' "$@"
}
