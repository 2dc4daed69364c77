## A step's state and message: one file in /run/firstlight, which `status` reads. The journal gets the same words.
mark() {
	local word=$1$'\t'${2//[\"\\[:cntrl:]]/}
	if [ -z "$STEP" ] || [ "$word" != "$(cat "$STEP" 2>/dev/null)" ]; then
		echo "$word" | tee ${STEP:+"$STEP"} >&2
	fi
}

die() {
	mark failed "$1"
	exit 1
}

## Starts the steps that are not done yet and waits for them. One that runs already is not started twice.
needs() {
	local step units=()
	for step; do grep -qs ^done "$step" || units+=("firstlight@$step"); done
	[ ${#units[@]} != 0 ] || return 0
	mark waiting "for $*"
	systemctl start "${units[@]}" || die "$* did not succeed"
	mark running ''
}

last_line() { grep . "$1" | tail -n 1 | cut -c -300; }

## Stops where trying again cannot help, judged by what the command printed.
hopeless() {
	if grep -qi 'no space left' "$1"; then
		die 'the disk is full: make room'
	elif [ "$STEP" = app ] && grep -qiE 'unauthorized|denied|forbidden|manifest unknown' "$1"; then
		[ "$TOKEN" != none ] ||
			die "$(last_line "$1"). A private image? Then make the document again, with the option --token"
		die "$(last_line "$1"). It takes a classic token with read:packages whose owner may read the image: replace $TOKEN"
	fi
}

## retry SECONDS WHAT COMMAND...: with backoff until it works, cannot work, or time is up.
retry() {
	local end=$((SECONDS + $1)) what=$2 delay=1 out=$STEP.out
	mark running "$what"
	until "${@:3}" >"$out" 2>&1 </dev/null; do
		hopeless "$out"
		[ $SECONDS -lt $end ] || die "$what: $(last_line "$out")"
		mark waiting "$what, again in $delay s: $(last_line "$out")"
		sleep $((delay + RANDOM % 2))
		delay=$((delay < 30 ? delay * 2 : 30))
	done
}
