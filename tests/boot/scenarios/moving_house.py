"""A server that infrakt's own setup script has made: the document takes it over, and nothing of it is lost."""

import json
from pathlib import Path

from rig import checks, deploy
from rig.guest import Guest
from rig.paths import BOOT
from rig.rig import Rig
from rig.shell import expect

REPOSITORY = "E4Dev-Solutions/e4dev-infrakt"
HOME = checks.HOME


def plan(rig: Rig) -> None:
    """A server made by the script of infrakt's deployment plan: Caddy, infrakt, `.env` and three volumes."""
    folder = BOOT / "baseline"
    guest = made_by(rig, "plan", folder / "setup-vps.sh", folder, "--domain", rig.world.domain, "--token", rig.world.token)
    kept = Kept.of(guest)
    brought(rig, guest)
    # Caddy is: started without what the plan's compose file lets it wait for, it is another one for Compose.
    expect(running(guest, "infrakt-infrakt-1") in kept.running, "infrakt's container was made anew")
    kept.same(guest)
    shown = guest.ssh("firstlight apply", timeout=180)
    expect("+    read_only: true" in shown.splitlines(), f"apply does not show the change of the compose file: {shown}")
    expect(f"kept your {HOME}/docker-compose.prod.yml" in shown, f"apply does not say what it keeps: {shown}")
    taken_over(guest)
    kept.same(guest)
    there = guest.ssh(f"cd {HOME} && ls docker-compose.prod.yml.old-* Caddyfile.old-*")
    expect(len(there.split()) == 2, f"of the old files only these are there: {there}")
    checks.owned(guest)
    # From now on infrakt can update itself.
    rig.world.release("v2", "plan")
    answer = deploy.push(guest)
    expect(answer == (200, {"status": "updating"}), f"a signed push was answered with {answer}")
    guest.wait_https(timeout=240, version="v2", every=2)
    checks.up(guest, version="v2")
    kept.same(guest)


def today(rig: Rig) -> None:
    """A server made by today's setup script: Traefik, infrakt's key and entry for its host, and another application's route."""
    folder = BOOT / "moving_house"
    guest = made_by(rig, "today", folder / "setup-today.sh", folder, rig.world.domain, rig.world.token)
    respond = "caddy:2-alpine caddy respond --listen :80 second"
    guest.ssh(f"docker run -d --restart unless-stopped --name infrakt-second --network infrakt {respond}", timeout=180)
    guest.put(f"{HOME}/traefik/conf.d/second.yml", SECOND.encode())
    guest.wait_for("other application", f"{SECOND_ANSWERS} | grep -qx second", timeout=60)
    kept, key = Kept.of(guest), guest.ssh(f"cat {HOME}/ssh/id_ed25519")
    # Caddy could not have the ports.
    guest.ssh("sh -s", stdin=rig.render("--format", "script"), timeout=180)
    guest.deliver_token()
    checks.fails(guest, "port 80 or 443 is taken by the container infrakt-traefik", timeout=120)
    own_key = guest.exit_code("docker exec -u 1000 infrakt-app cat /home/infrakt/.ssh/id_ed25519")
    expect(own_key == 0, "infrakt cannot read its own key meanwhile")
    expect(guest.look().status == 200, "the site is gone")
    brought(rig, guest, "--set", "front=traefik", "--set", "manage_host=true")
    expect(running(guest, "infrakt-app", "infrakt-traefik") == kept.running, "a container was made anew")
    shown = guest.ssh("firstlight apply", timeout=180)
    expect("-api: {dashboard: true, insecure: true}" in shown.splitlines(), f"apply does not show the open dashboard: {shown}")
    taken_over(guest)
    kept.same(guest)
    expect(guest.ssh(f"cat {HOME}/ssh/id_ed25519") == key, "infrakt has another key")
    expect(guest.ssh(SECOND_ANSWERS) == "second", "the route of the other application is gone")
    expect(guest.exit_code("curl -s http://127.0.0.1:8080/api/overview") == 7, "the dashboard is still open")
    api_key = f"X-API-Key: {kept.api_key}"
    (entry,) = json.loads(guest.ssh(f"curl -fsS -H '{api_key}' http://127.0.0.1:8000/api/servers"))
    hostname = guest.ssh("hostname")
    expect((entry["name"], entry["is_infrakt_host"]) == (hostname, True), f"infrakt has the entry {entry}")
    ours = guest.ssh("grep -c firstlight-manage-host /root/.ssh/authorized_keys")
    expect(ours == "1", f"authorized_keys has {ours} lines of ours")


# Another application's route; it asks for no certificate.
SECOND = """\
http:
  routers:
    second: {rule: "Host(`second.example.com`)", entryPoints: [websecure], service: svc-second, tls: {}}
  services:
    svc-second: {loadBalancer: {servers: [{url: "http://infrakt-second:80"}]}}
"""
SECOND_ANSWERS = "curl -ksS --resolve second.example.com:443:127.0.0.1 https://second.example.com/"


def made_by(rig: Rig, kind: str, script: Path, folder: Path, *words: str) -> Guest:
    """A server on which somebody ran that script, months ago."""
    rig.world.release("v1", kind)
    compose = (folder / "docker-compose.prod.yml").read_bytes()
    rig.world.github.files[f"{REPOSITORY}/docker-compose.prod.yml"] = compose
    guest = rig.guest(b"#cloud-config\n{}\n")
    guest.boot()
    guest.wait_ssh()
    guest.wait_for("end of cloud-init", "cloud-init status --wait", timeout=240)
    guest.put("/root/setup.sh", script.read_bytes(), "0700")
    guest.ssh(f"/root/setup.sh {' '.join(words)} >/root/setup.log 2>&1", timeout=600)
    guest.wait_https(timeout=300, version="v1")
    guest.ssh(f"docker exec {application(guest)} sh -c 'echo data >/home/infrakt/.infrakt/mark'")
    return guest


def brought(rig: Rig, guest: Guest, *settings: str) -> None:
    """The document comes as a script by SSH, and the token as it says."""
    guest.ssh("sh -s", stdin=rig.render("--format", "script", *settings), timeout=180)
    guest.deliver_token()
    checks.up(guest)


def taken_over(guest: Guest) -> None:
    said = guest.ssh("firstlight apply --new", timeout=180)
    expect(f"replaced; the old one is {HOME}/docker-compose.prod.yml.old-" in said, f"apply --new says: {said}")
    checks.up(guest)
    verified = guest.ssh("firstlight verify", timeout=180)
    expect("FAIL" not in verified, f"verify says: {verified}")


def application(guest: Guest) -> str:
    return guest.ssh("docker ps -q --filter label=com.docker.compose.service=infrakt")


def running(guest: Guest, *names: str) -> str:
    return guest.ssh(f"docker inspect -f '{{{{.Id}}}} {{{{.State.StartedAt}}}}' {' '.join(names)}")


class Kept:
    """What the document may not change on such a server."""

    def __init__(self, guest: Guest) -> None:
        inside = f"docker exec {application(guest)} cat /home/infrakt/.infrakt"
        self.api_key = guest.ssh(f"{inside}/api_key.txt")
        self.mark = guest.ssh(f"{inside}/mark")
        self.secret = guest.ssh(f"sed -n 's/^GITHUB_WEBHOOK_SECRET=//p' {HOME}/.env")
        self.keys = guest.ssh("cat /root/.ssh/authorized_keys | grep -v firstlight-manage-host || true")
        self.certificate = guest.certificate()["serial"]
        self.orders = guest.world.acme_orders()
        self.running = ""

    @classmethod
    def of(cls, guest: Guest) -> "Kept":
        """With the containers as they run."""
        kept = cls(guest)
        kept.running = running(guest, *sorted(guest.ssh("docker ps --format '{{.Names}}' | grep -v second").split()))
        return kept

    def same(self, guest: Guest) -> None:
        now, before = vars(Kept(guest)), vars(self)
        for name in before.keys() - {"running"}:
            expect(before[name] == now[name], f"{name} changed: {before[name]!r} became {now[name]!r}")


CASES = {"plan": plan, "today": today}
