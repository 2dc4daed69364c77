#!/bin/bash
# A stand-in for the setup script of today's infrakt: what that leaves on a server, without the packages, the firewall,
# the provisioning and the secrets at GitHub. Docker is there already.
#
#   setup-today.sh DOMAIN TOKEN

set -euo pipefail
domain=$1 token=$2 home=/opt/infrakt
route=${domain//[^a-zA-Z0-9-]/-}
umask 022
mkdir -p $home/{apps,backups,ssh,traefik/conf.d,traefik/letsencrypt}
docker network create infrakt

cat >$home/traefik/traefik.yml <<'YAML'
api: {dashboard: true, insecure: true}
entryPoints:
  web:
    address: ":80"
    http: {redirections: {entryPoint: {to: websecure, scheme: https, permanent: true}}}
  websecure: {address: ":443"}
certificatesResolvers:
  letsencrypt:
    acme:
      email: ""
      storage: /letsencrypt/acme.json
      httpChallenge: {entryPoint: web}
providers:
  file: {directory: /opt/infrakt/traefik/conf.d, watch: true}
log: {level: INFO}
YAML

cat >$home/traefik/docker-compose.yml <<'YAML'
services:
  traefik:
    image: traefik:v3
    container_name: infrakt-traefik
    restart: unless-stopped
    ports: ["80:80", "443:443", "127.0.0.1:8080:8080"]
    volumes:
      - /opt/infrakt/traefik/traefik.yml:/etc/traefik/traefik.yml:ro
      - /opt/infrakt/traefik/conf.d:/opt/infrakt/traefik/conf.d:ro
      - /opt/infrakt/traefik/letsencrypt:/letsencrypt
    extra_hosts: ["host.docker.internal:host-gateway"]
    networks: [infrakt]
networks:
  infrakt: {external: true}
YAML

touch $home/traefik/letsencrypt/acme.json
chmod 600 $home/traefik/letsencrypt/acme.json

cat >"$home/traefik/conf.d/$route.yml" <<YAML
http:
  routers:
    $route: {rule: "Host(\`$domain\`)", entryPoints: [websecure], service: svc-$route, tls: {certResolver: letsencrypt}}
    $route-http: {rule: "Host(\`$domain\`)", entryPoints: [web], service: svc-$route}
  services:
    svc-$route:
      loadBalancer:
        servers: [{url: "http://infrakt-app:8000"}]
        passHostHeader: true
YAML
(cd $home/traefik && docker compose up -d)

docker login ghcr.io -u _token --password-stdin <<<"$token"
cd $home
curl -fsS -H "Authorization: token $token" -H "Accept: application/vnd.github.v3.raw" -o docker-compose.prod.yml \
	"https://api.github.com/repos/E4Dev-Solutions/e4dev-infrakt/contents/docker-compose.prod.yml?ref=main"
cat >.env <<ENV
# The folder with the SSH keys
SSH_KEY_PATH=$home/ssh

GITHUB_WEBHOOK_SECRET=$(openssl rand -hex 32)
ENV
compose() { docker compose -f docker-compose.prod.yml "$@"; }
compose pull -q
compose up -d
until key=$(compose exec -T infrakt cat /home/infrakt/.infrakt/api_key.txt) && [ -n "$key" ]; do sleep 2; done

ssh-keygen -q -t ed25519 -N "" -C "infrakt@$(hostname)" -f ssh/id_ed25519
chown 1000:1000 ssh/id_ed25519 ssh/id_ed25519.pub
mkdir -p /root/.ssh && chmod 700 /root/.ssh
cat ssh/id_ed25519.pub >>/root/.ssh/authorized_keys
chmod 600 /root/.ssh/authorized_keys

ask() { curl -fsS -H "X-API-Key: $key" -H "Content-Type: application/json" "$@"; }
until ask http://127.0.0.1:8000/api/servers; do sleep 2; done
ask http://127.0.0.1:8000/api/servers --data-binary @- <<JSON
{"name": "$(hostname)", "host": "172.17.0.1", "user": "root", "port": 22, "ssh_key_path": "/home/infrakt/.ssh/id_ed25519"}
JSON
ask -X PUT "http://127.0.0.1:8000/api/servers/$(hostname)" --data-binary '{"is_infrakt_host": true}'
