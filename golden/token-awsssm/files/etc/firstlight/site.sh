DOMAINS=infrakt.example.com
DOMAIN=${DOMAINS%% *}
PROBE=-fsS
HEALTH=/api/health
HOME_DIR=/opt/infrakt
KEYS_DIR=/opt/infrakt/ssh
SERVICE=infrakt
TOKEN='awsssm://infrakt/ghcr-token?region=eu-central-1'
REGISTRY=ghcr.io
REGISTRY_USER=_token
COMPOSE_FILE=/opt/infrakt/docker-compose.prod.yml
