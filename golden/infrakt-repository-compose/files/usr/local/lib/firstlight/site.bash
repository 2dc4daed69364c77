# shellcheck disable=SC1003,SC2016,SC2034
DOMAINS=infrakt.example.com
DOMAIN=${DOMAINS%% *}
PROBE=-fsS
HEALTH=/api/health
HOME_DIR=/opt/infrakt
KEYS_DIR=/opt/infrakt/ssh
COMPOSE_FILE=/opt/infrakt/docker-compose.prod.yml
COMPOSE_URL='https://api.github.com/repos/E4Dev-Solutions/e4dev-infrakt/contents/docker-compose.prod.yml?ref=stable'
SERVICE=infrakt
TOKEN=file:///etc/firstlight/ghcr-token
REGISTRY=ghcr.io
REGISTRY_USER=_token
