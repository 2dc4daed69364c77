"""infrakt manages its own server: it logs in to it as root, and never wipes it."""

import json
import time
from typing import Any

from rig import checks, host_side, site
from rig.guest import Guest
from rig.rig import Rig
from rig.shell import Failed, expect, tail
from rig.world import DOMAIN

KEY = f"{checks.HOME}/ssh/id_ed25519"
AUTHORIZED = "/root/.ssh/authorized_keys"
COMMENT = "firstlight-manage-host"
JOE = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA joe"
NAMES = (DOMAIN, "by-hand")
STOP = "systemctl stop firstlight.path firstlight-docker.timer firstlight.service"
SETTING = ("--set", "manage_host=true")


def registers(rig: Rig) -> None:
    """`manage_host`: the server makes a key, registers and marks itself at infrakt, and infrakt can log in; `teardown` ends that."""
    guest = site.deploy(rig, rig.render(*SETTING))
    rig.say_seen("power-on to HTTPS 200", checks.up(guest))
    checks.cloud_init_done(guest)
    guest.ssh(f"echo '{JOE}' >>{AUTHORIZED}")
    others = without_ours(guest)
    is_managed(guest)
    only_from_containers(guest)
    said = guest.ssh("firstlight status")
    expect("is root on this server" in said, f"status does not say what infrakt may do: {said}")
    before = state(guest)
    for _ in range(2):
        guest.ssh("firstlight apply", timeout=180)
        checks.up(guest)
        now = state(guest)
        expect(now == before, f"`apply` changed something: {before} became {now}")
    changes = requests(guest, "POST /api/servers") + requests(guest, "PUT")
    expect(changes == 2, f"{changes} requests to infrakt instead of one that registers and one that marks")
    said = guest.ssh("firstlight teardown --yes", timeout=180)
    expect(f"our line in {AUTHORIZED}" in said, f"teardown does not name the line: {said}")
    expect(ours(guest) == [] and without_ours(guest) == others, "the line is left, or another one is not")
    # The same document again finds the entry in infrakt's data.
    guest.ssh("firstlight apply", timeout=180)
    checks.up(guest)
    is_managed(guest)
    expect(requests(guest, "POST /api/servers") == 0, "the server was registered a second time")
    # A document without the setting removes the line as well.
    guest.put("/root/without", rig.render())
    guest.ssh("firstlight apply /root/without", timeout=180)
    checks.up(guest)
    expect(ours(guest) == [] and without_ours(guest) == others, "the line is left, or another one is not")


def never_wiped(rig: Rig) -> None:
    """infrakt without the mark for its own host gets no key; one with it is let in once all is marked, and provisions without a wipe."""
    rig.world.release("v1", "plan")
    guest = site.deploy(rig, rig.render(*SETTING, "--set", "provision=true"))
    checks.first_answer(guest, checks.PATIENCE, "v1")
    checks.waits(guest, "manage", "it gets no key", timeout=300)
    by_hand = {"name": "by-hand", "host": guest.ssh("hostname -I").split()[0]}
    expect(api(guest, "POST", "/api/servers", by_hand)[0] == 201, "the operator cannot register the server")
    kept = checks.Kept.of(guest)
    # The operator brings up the infrakt of today, which still has both entries, and provisions them in its dashboard
    # before firstlight has come to mark them.
    rig.world.release("v1")
    guest.ssh(STOP)
    pull = f"DOCKER_CONFIG=/run/firstlight/login {checks.COMPOSE} pull -q infrakt"
    guest.ssh(f"{pull} && {checks.COMPOSE} up -d --no-deps infrakt", timeout=400)
    guest.wait_for("infrakt of today", "docker exec infrakt-infrakt-1 grep -q today /opt/release.json", timeout=60)
    guest.wait_https(timeout=120, version="v1")
    for name in NAMES:
        provisioned(guest, name, "inactive")
    expect(wipes(guest) == 2, "provisioning an entry without the mark does not begin with a wipe: this shows nothing")
    refused = guest.try_ssh(inside(f"root@{by_hand['host']}"), 60)
    expect(refused.returncode == 255 and b"Permission denied" in refused.stderr, f"infrakt can log in: {refused}")
    expect(ours(guest) == [], "infrakt has a key although its entries are not marked")
    kept.same(guest)
    guest.ssh(f"systemctl start {host_side.SERVICE}")
    checks.fails(guest, "manage", "did not provision this server to the end", "The site is up", timeout=600)
    marked = {one["name"]: one["is_infrakt_host"] for one in servers(guest)}
    expect(marked == dict.fromkeys(NAMES, True), f"the entries are marked so: {marked}")
    expect(len(ours(guest)) == 1, "infrakt has no key")
    for name in NAMES:
        provisioned(guest, name, "inactive")
    logs = guest.ssh("docker logs infrakt-infrakt-1 2>&1")
    expect(logs.count("port is already allocated") == 3, f"provisioning has not come to infrakt's own proxy: {tail(logs.encode())}")
    expect(wipes(guest) == 2, "infrakt has begun to wipe its own host")
    expect(guest.look().status == 200 and guest.release()["kind"] == "today", "the site is gone")
    kept.same(guest)
    guest.ssh(f"test -d {checks.HOME}/apps && docker rm -f infrakt-traefik")
    would_wipe(guest)


def would_wipe(guest: Guest) -> None:
    """What all of this is for: without the mark, this infrakt does wipe the server."""
    guest.ssh(STOP)
    for name in NAMES:
        expect(api(guest, "PUT", f"/api/servers/{name}", {"is_infrakt_host": False})[0] == 200, "not unmarked")
    answer = api(guest, "POST", f"/api/servers/{DOMAIN}/provision")
    expect(answer[0] == 200, f"provisioning was answered with {answer}")
    guest.wait_for("wipe", '[ -z "$(docker ps -q)" ]', timeout=120)


def is_managed(guest: Guest) -> None:
    """The key is infrakt's, the line is the key's, the entry is marked, and infrakt can log in."""
    mode = guest.ssh(f"stat -c '%a %u' {KEY}")
    expect(mode == "600 1000", f"the key has mode and owner {mode}")
    public = " ".join(guest.ssh(f"ssh-keygen -y -f {KEY}").split()[:2])
    wanted = [f'from="172.16.0.0/12" {public} {COMMENT}']
    expect(ours(guest) == wanted, f"authorized_keys has {ours(guest)} instead of {wanted}")
    mode = guest.ssh(f"stat -c '%a %U' {AUTHORIZED}")
    expect(mode == "600 root", f"authorized_keys has mode and owner {mode}")
    fields = ("name", "host", "user", "port", "ssh_key_path", "is_infrakt_host")
    entry = {field: one[field] for one in servers(guest) for field in fields}
    wanted_entry = dict(zip(fields, (DOMAIN, "172.17.0.1", "root", 22, "/home/infrakt/.ssh/id_ed25519", True), strict=True))
    expect(entry == wanted_entry, f"infrakt has the entry {entry}")
    tested = api(guest, "POST", f"/api/servers/{DOMAIN}/test")
    expect(tested == (200, {"reachable": True}), f"infrakt's own test is answered with {tested}")
    who = guest.ssh(inside("root@172.17.0.1"))
    expect(who == "0", f"infrakt is user {who} on this server")


def only_from_containers(guest: Guest) -> None:
    """From elsewhere the key opens nothing: from the server itself, say, by an address that is not Docker's."""
    refused = guest.try_ssh(f"{client(KEY)} root@127.0.0.1 id -u", 60)
    expect(refused.returncode == 255 and b"Permission denied" in refused.stderr, f"the key opens the server: {refused}")


def client(key: str) -> str:
    options = "-o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o BatchMode=yes -o ConnectTimeout=30"
    return f"ssh {options} -i {key}"


def inside(whom: str) -> str:
    """A login from infrakt's container, as infrakt's user."""
    return f"docker exec -u 1000 infrakt-infrakt-1 {client('/home/infrakt/.ssh/id_ed25519')} {whom} id -u"


def lines(guest: Guest) -> list[str]:
    return guest.ssh(f"cat {AUTHORIZED} || true").splitlines()


def ours(guest: Guest) -> list[str]:
    return [line for line in lines(guest) if COMMENT in line]


def without_ours(guest: Guest) -> list[str]:
    return [line for line in lines(guest) if COMMENT not in line]


def state(guest: Guest) -> tuple[object, ...]:
    """What a second `apply` leaves as it is."""
    return guest.ssh(f"stat -c '%i %Y %n' {AUTHORIZED} {KEY} {KEY}.pub; sha256sum {KEY}"), servers(guest)


def requests(guest: Guest, what: str) -> int:
    """How many of them infrakt's container has logged."""
    return int(guest.ssh(f"docker logs infrakt-infrakt-1 2>&1 | grep -c '\"{what} ' || true"))


def wipes(guest: Guest) -> int:
    """How often infrakt has begun to wipe the server, and was not let in."""
    return int(guest.ssh("docker logs infrakt-infrakt-1 2>&1 | grep -c '^ssh docker stop' || true"))


def servers(guest: Guest) -> list[dict[str, Any]]:
    """What the dashboard shows."""
    status, answer = api(guest, "GET", "/api/servers")
    expect(status == 200, f"infrakt's list of servers is answered with {status}: {answer}")
    return answer


def provisioned(guest: Guest, name: str, end: str) -> None:
    """Somebody provisions a server in the dashboard; it comes to that end."""
    status, answer = api(guest, "POST", f"/api/servers/{name}/provision")
    expect(status == 200, f"provisioning {name} is answered with {status}: {answer}")
    deadline = time.monotonic() + 120 * guest.patience
    while time.monotonic() < deadline:
        (now,) = (one["status"] for one in servers(guest) if one["name"] == name)
        if now != "provisioning":
            expect(now == end, f"{name} is {now} instead of {end}")
            return
        time.sleep(2)
    raise Failed(f"{name} is still being provisioned")


def api(guest: Guest, method: str, path: str, given: object = None) -> tuple[int, Any]:
    """infrakt's API, from outside: its status and its answer."""
    key = guest.ssh("docker exec infrakt-infrakt-1 cat /home/infrakt/.infrakt/api_key.txt")
    headers = ["-H", f"X-API-Key: {key}", "-H", "Content-Type: application/json"]
    body = ["--data-binary", json.dumps(given)] if given is not None else []
    seen = guest.look(path, "-X", method, *headers, *body)
    try:
        return seen.status, seen.json()
    except json.JSONDecodeError:
        return seen.status, seen.trouble or seen.body


CASES = {"registers": registers, "never-wiped": never_wiped}
