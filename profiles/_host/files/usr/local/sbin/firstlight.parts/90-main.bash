## The command line.
[ "$(id -u)" = 0 ] || die 'run this as root'
## The parent keeps other users of this server from the registry login in login/.
install -d -m 700 /run/firstlight /etc/firstlight
install -d -m 755 $DOCKER_CONFIG
cd /run/firstlight
case ${1-} in
	step)
		STEP=$2
		trap '[ $? = 0 ] || grep -q ^failed "$STEP" || mark failed "$(cut -f 2 "$STEP") (journalctl -u firstlight@$STEP)"' EXIT
		mark running ''
		"step_$STEP"
		mark 'done' "$NOTE"
		;;
	install_site | status | verify | token | apply | teardown) "$@" ;;
	*) echo 'usage: firstlight status [--json] | verify | token <FILE | apply [USER-DATA] | teardown [--volumes] [--yes]' ;;
## This file may hold a newer document by now, and bash would read on in that.
esac; exec true
