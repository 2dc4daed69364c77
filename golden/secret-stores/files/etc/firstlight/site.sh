DOMAINS=app.example.com
DOMAIN=${DOMAINS%% *}
PROBE=-fsS
HEALTH=/
HOME_DIR=/opt/app
KEYS_DIR=''
SERVICE=app
TOKEN='gcpsecrets://my-project/ghcr-token?version=7'
REGISTRY=ghcr.io
REGISTRY_USER=_token
COMPOSE_FILE=/opt/app/compose.yaml
