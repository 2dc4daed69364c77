DOMAINS=xn--bcher-kva.example.com
DOMAIN=${DOMAINS%% *}
PROBE=-fsS
HEALTH='/up?a=%7B&b=c'
HOME_DIR=/opt/no
KEYS_DIR=''
SERVICE=no
TOKEN=file:///etc/firstlight/registry-token
REGISTRY=ghcr.io
REGISTRY_USER='robot$x '\''quoted'\'' "double" %n \'
COMPOSE_FILE=/opt/no/compose.yaml
