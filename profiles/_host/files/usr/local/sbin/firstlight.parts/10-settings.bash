#!/bin/bash
## Brings this server up and tells how it is. Lines that begin with ## are for readers of the repository.
set -euo pipefail
umask 077
. /etc/firstlight/site.sh
STATE=/var/lib/firstlight
STEPS=(preflight files docker caddy app ready)
STEP='' NOTE=''
export COMPOSE_FILE DOCKER_CONFIG=/run/firstlight/login
