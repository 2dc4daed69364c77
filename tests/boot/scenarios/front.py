"""Traefik in front of infrakt, as infrakt sets it up: its own routes are served beside the site."""

from rig import checks, host_side
from rig.guest import TOKEN_PATH, Guest
from rig.rig import Rig
from rig.shell import expect
from rig.world import GUEST_INSIDE, GUEST_OUTSIDE

FOLDER = f"{checks.HOME}/traefik"
SECOND = "second.example.com"
TRAEFIK = ("--set", "front=traefik")

# As infrakt writes it for an application that it deploys here.
ROUTE = f"""\
http:
  routers:
    second-example-com:
      rule: Host(`{SECOND}`)
      entryPoints:
      - websecure
      service: svc-second-example-com
      tls:
        certResolver: letsencrypt
    second-example-com-http:
      rule: Host(`{SECOND}`)
      entryPoints:
      - web
      service: svc-second-example-com
  services:
    svc-second-example-com:
      loadBalancer:
        servers:
        - url: http://infrakt-second:80
        passHostHeader: true
"""


def traefik(rig: Rig) -> None:
    """Traefik gets the certificate, a route that infrakt adds is served at once, and a broken file changes nothing."""
    token = {TOKEN_PATH: (rig.world.token.encode() + b"\n", 0o600)}
    guest = rig.guest(rig.render(*TRAEFIK, "--set", "www=true"), overlay=token)
    www = f"www.{rig.world.domain}"
    known(rig, www)
    guest.boot()
    rig.say_seen("power-on to HTTPS 200", checks.up(guest))
    as_infrakt_expects(guest)
    moved = guest.look("/api/health?a=1", "--dump-header", "-", domain=www)
    expect(
        moved.status == 301 and f"https://{rig.world.domain}/api/health?a=1".encode() in moved.body,
        f"www is answered with {moved.status}: {moved.body!r}",
    )
    plain = guest.ssh("curl -s -o /dev/null -w '%{http_code}' -H 'Host: infrakt.example.com' http://127.0.0.1/")
    expect(plain in ("301", "308"), f"HTTP is answered with {plain}")
    second(rig, guest)
    broken(guest)
    verified = guest.ssh("firstlight verify", timeout=120)
    expect("infrakt-traefik cannot reach the cloud's metadata" in verified, f"verify says: {verified}")
    guest.reboot(timeout=300)
    checks.up(guest)
    guest.wait_https("/", timeout=120, domain=SECOND)


def as_infrakt_expects(guest: Guest) -> None:
    said = guest.ssh(f"stat -c %a {FOLDER}/letsencrypt/acme.json; docker inspect -f '{{{{.State.Status}}}}' infrakt-app infrakt-traefik")
    expect(said.split() == ["600", "running", "running"], f"acme.json and the containers are {said}")
    guest.ssh("curl -fsS http://127.0.0.1:8000/api/health && docker network inspect infrakt")
    shut = "docker exec infrakt-traefik wget -q -O - http://127.0.0.1:8080/api/overview"
    expect(guest.exit_code(shut) != 0, "the dashboard is open")
    listening = guest.ssh("ss -Hltn 'sport = :8080'")
    expect(not listening, f"port 8080 is open: {listening}")


def second(rig: Rig, guest: Guest) -> None:
    """An application as infrakt deploys it, and its route."""
    known(rig, SECOND)
    guest.ssh("docker run -d --restart unless-stopped --name infrakt-second --network infrakt caddy:2-alpine caddy respond --listen :80 second", timeout=180)
    guest.put(f"{FOLDER}/conf.d/second-example-com.yml", ROUTE.encode())
    guest.wait_https("/", timeout=60, domain=SECOND)
    shown = guest.certificate(SECOND)
    expect("Pebble" in shown["issuer"], f"the certificate is not the ACME authority's: {shown}")


def broken(guest: Guest) -> None:
    guest.ssh(f"cp -p {FOLDER}/traefik.yml /root/traefik.yml && sed -i 's/address:/adress:/' {FOLDER}/traefik.yml")
    guest.ssh("firstlight apply", timeout=120)
    checks.fails(guest, f"{FOLDER}/traefik.yml", "adress", timeout=120)
    expect(guest.look().status == 200, "the site does not answer")
    guest.ssh(f"cp -p /root/traefik.yml {FOLDER}/traefik.yml && firstlight apply", timeout=120)
    checks.up(guest)


def there_and_back(rig: Rig, guest: Guest) -> None:
    """A running site gets Traefik in place of Caddy, and Caddy again: the data stays."""
    kept = checks.Kept.of(guest)
    guest.put("/root/newer", rig.render(*TRAEFIK))
    guest.ssh("firstlight apply /root/newer", timeout=300)
    guest.wait_for("Traefik in front", host_side.is_done("traefik"), timeout=300)
    checks.up(guest)
    as_infrakt_expects(guest)
    guest.put("/root/newer", rig.render())
    guest.ssh("firstlight apply /root/newer", timeout=300)
    # Traefik serves perhaps others, too: nobody stops it but the operator.
    checks.fails(guest, "taken by the container infrakt-traefik", timeout=120)
    expect(guest.look().status == 200, "the site does not answer")
    guest.ssh("docker stop infrakt-traefik && firstlight apply", timeout=120)
    checks.up(guest)
    now = checks.Kept.of(guest)
    expect((now.env, now.api_key) == (kept.env, kept.api_key), f"{kept} became {now}")
    names = guest.ssh("docker ps --format '{{.Names}}'").split()
    expect(sorted(names) == ["infrakt-caddy-1", "infrakt-infrakt-1"], f"the containers are {names}")


def known(rig: Rig, domain: str) -> None:
    rig.world.dns.records[domain] = [GUEST_INSIDE]
    rig.world.outside_dns.records[domain] = [GUEST_OUTSIDE]


CASES = {"traefik": traefik, "there-and-back": there_and_back}
SITE = {"there-and-back"}
