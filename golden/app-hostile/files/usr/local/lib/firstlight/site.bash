# shellcheck disable=SC1003,SC2016,SC2034
DOMAINS=xn--bcher-kva.example
DOMAIN=${DOMAINS%% *}
PROBE=-fsS
HEALTH='/up?a=%7B&b=c'
HOME_DIR=/opt/no
KEYS_DIR=''
COMPOSE_FILE=/opt/no/compose.yaml
SERVICE=no
TOKEN=file:///etc/firstlight/registry-token
REGISTRY=ghcr.io
REGISTRY_USER='robot$x '\''quoted'\'' "double" %n \'
