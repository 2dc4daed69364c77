"""A site that is up meets a bad day: it comes back by itself, or `status` says what to do; nothing is lost or half done."""

import re
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from rig import checks, host_side
from rig.guest import Guest
from rig.rig import Rig
from rig.shell import expect
from rig.world import GUEST_INSIDE, GUEST_OUTSIDE

CADDYFILE = f"{checks.HOME}/Caddyfile"
OTHER = "other.example.com"


def docker_stopped(rig: Rig, guest: Guest) -> None:
    """An upgrade stops Docker: the site is back within two minutes. A disabled or masked Docker stays off, and `status` says so."""
    kept = checks.Kept.of(guest)
    guest.ssh(STOP_DOCKER, timeout=120)
    stopped = time.monotonic()
    expect(guest.look().status == 0, "the site answers without Docker: the scenario proves nothing")
    checks.waits(guest, "docker.service", timeout=20)
    guest.wait_https(timeout=120 / guest.patience)
    rig.say("Docker stopped to HTTPS 200", time.monotonic() - stopped)
    checks.up(guest)
    for off, word in (("disable", "disabled"), ("mask", "masked")):
        guest.ssh(f"systemctl {off} docker && {STOP_DOCKER}", timeout=120)
        checks.fails(guest, f"docker.service is {word}", "firstlight apply", timeout=30)
        time.sleep(70)  # longer than the pause of the timer that would start it
        expect(guest.exit_code("systemctl is-active docker") != 0, f"Docker was {word}, and runs")
        checks.fails(guest, f"docker.service is {word}", "firstlight apply", timeout=30)
    guest.ssh("systemctl unmask docker; systemctl enable docker; firstlight apply", timeout=120)
    checks.up(guest)
    kept.same(guest)


# As the scripts of Debian's packages do before an upgrade.
STOP_DOCKER = "systemctl stop docker.socket docker containerd"


def broken_caddyfile(rig: Rig, guest: Guest) -> None:
    """A broken Caddyfile changes nothing for visitors, and `status` names file and line; no connection is refused during a good edit."""
    guest.ssh(f"cp -p {CADDYFILE} /root/Caddyfile && sed -i 's/reverse_proxy/nonsense here\\n\\treverse_proxy/' {CADDYFILE}")
    line = guest.ssh(f"grep -n nonsense {CADDYFILE}").partition(":")[0]
    started = guest.ssh(CADDY_STARTED)
    with visitors(guest):
        guest.ssh("firstlight apply", timeout=120)
        checks.fails(guest, f"{CADDYFILE}:{line}", "nonsense", timeout=120)
    with visitors(guest):
        guest.ssh(f"sed -i 's/nonsense here/header X-Mine yes/' {CADDYFILE} && firstlight apply", timeout=120)
        guest.wait_for("end of the steps", f"{checks.AT_REST} && {host_side.is_done('caddy')}", timeout=300)
    headers = guest.look("/api/health", "--dump-header", "-").body.decode().lower()
    expect("x-mine: yes" in headers, f"the mended Caddyfile is not in force: {headers}")
    with visitors(guest):
        guest.ssh(f"cp -p /root/Caddyfile {CADDYFILE} && firstlight apply", timeout=120)
        checks.up(guest)
    expect(guest.ssh(CADDY_STARTED) == started, "Caddy was started anew")


CADDY_STARTED = "docker inspect -f '{{.Id}} {{.State.StartedAt}}' infrakt-caddy-1"


@contextmanager
def visitors(guest: Guest) -> Iterator[None]:
    """Meanwhile, two at a time open the site by one new connection after the other: each of them is answered.

    As browsers do, they ask again where the connection was made and HTTP/2 ended it: Go's server does that to one that it
    took in the moment in which it hands over to the next configuration.
    """
    over, codes, troubles, again = threading.Event(), list[int](), list[str](), list[str]()

    def visit() -> None:
        while not over.is_set():
            seen = guest.look()
            if seen.trouble.startswith("curl: (16)"):
                again.append(seen.trouble)
                seen = guest.look()
            codes.append(seen.status)
            if seen.status != 200:
                troubles.append(f"{seen.status} {seen.trouble}")

    threads = [threading.Thread(target=visit, daemon=True) for _ in range(2)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        over.set()
        for thread in threads:
            thread.join(60)
    print(f"{len(codes)} visits, {len(again)} asked again, {len(troubles)} failed", flush=True)
    expect(len(codes) > 10, f"there were only {len(codes)} visits: they prove nothing")
    expect(not troubles, f"{len(troubles)} of {len(codes)} visits failed: {troubles[:3]}")


def foreign_documents(rig: Rig, guest: Guest) -> None:
    """`apply` refuses what is not for this server, says why, and changes nothing; `--force` applies some of it; `--back` returns."""
    ours, env = rig.render(), guest.ssh(f"cat {checks.HOME}/.env")
    older = re.sub(rb"firstlight \d+\.\d+\.\d+;", b"firstlight 0.0.1;", ours)
    expect(older != ours, "the document has no version in its header")
    cut = ours[: len(ours) * 2 // 3]
    for name, document, reason in (
        ("an empty file", b"", "empty"),
        ("random bytes", secrets.token_bytes(5000), "not firstlight's"),
        ("somebody else's cloud-config", SOMEBODY_ELSES, "not firstlight's"),
        ("the first two thirds of a document", cut, "damaged"),
        ("a document of another site", rig.render(domain=OTHER), OTHER),
        ("a document of an older firstlight", older, "older firstlight"),
    ):
        before = guest.ssh(LISTING)
        guest.put("/root/given", document)
        done = guest.try_ssh("firstlight apply /root/given", 120)
        said = done.stderr.decode(errors="replace")
        expect(done.returncode == 2 and reason in said, f"{name}: apply ended with {done.returncode} and said {said!r}")
        now = guest.ssh(LISTING)
        expect(now == before, f"{name} changed something:\n{differing(before, now)}")
    checks.up(guest)
    guest.ssh("firstlight apply --force /root/given", timeout=180)
    checks.up(guest)
    visible_at(rig, OTHER)
    guest.put("/root/given", rig.render(domain=OTHER))
    guest.ssh("firstlight apply --force /root/given", timeout=180)
    checks.up(guest)
    visible_at(rig, "infrakt.example.com")
    guest.ssh("firstlight apply --back", timeout=180)
    checks.up(guest)
    expect(guest.ssh("cat /var/lib/firstlight/document").encode() == older.strip(), "it did not go back to the one before")
    expect(guest.ssh(f"cat {checks.HOME}/.env") == env, ".env changed")
    guest.put("/root/given", ours)
    guest.ssh("firstlight apply /root/given", timeout=180)
    checks.up(guest)


SOMEBODY_ELSES = b"""#cloud-config
packages: [nginx]
write_files:
  - {path: /etc/motd, content: "hello\\n"}
runcmd:
  - [touch, /root/was-here]
"""

# Every file of ours: its mode, owner, time and content.
LISTING = (
    "find /etc/firstlight /opt/infrakt /usr/local/lib/firstlight /usr/local/sbin /etc/systemd/system /var/lib/firstlight"
    " -type f -not -path '*/__pycache__/*' -printf '%p %m %U %T@ ' -exec sha256sum {} \\; | sort"
)


def differing(before: str, now: str) -> str:
    return "\n".join(sorted(set(before.splitlines()) ^ set(now.splitlines())))


def visible_at(rig: Rig, domain: str) -> None:
    """The guest is known by this name, to itself and to the world."""
    rig.world.dns.records[domain] = [GUEST_INSIDE]
    rig.world.outside_dns.records[domain] = [GUEST_OUTSIDE]
    rig.world.domain = domain


def disk_full(rig: Rig, guest: Guest) -> None:
    """The disk is full while the site is up, during `apply DOCUMENT`, and at a reboot: nothing is half done, and with space it goes on."""
    kept, newer = checks.Kept.of(guest), rig.render("--set", "acme_email=admin@example.com")
    guest.put("/root/newer", newer)
    for room in (0, 30_000, 60_000, 120_000):
        guest.ssh(fill(room), timeout=120)
        before = guest.ssh(LISTING)
        done = guest.try_ssh("firstlight apply /root/newer", 180)
        said = done.stderr.decode(errors="replace")
        print(f"apply with {room} bytes: {done.returncode} {said!r}", flush=True)
        if done.returncode == 0 and room:
            break
        expect(done.returncode == 1 and "No space left" in said, f"with {room} bytes: {done.returncode} {said!r}")
        now = guest.ssh(LISTING)
        expect(now == before, f"apply with {room} bytes free changed something:\n{differing(before, now)}")
        expect(guest.look().status == 200, "the site does not answer")
        guest.ssh(MAKE_ROOM)
    guest.ssh(f"{MAKE_ROOM}; firstlight apply", timeout=180)
    checks.up(guest)
    guest.ssh(fill(0), timeout=120)
    done = guest.try_ssh("firstlight apply", 180)
    expect(done.returncode in (0, 1), f"apply ended with {done.returncode}")
    checks.fails(guest, "/var has", "make room", timeout=120)
    expect(guest.look().status == 200, "the site does not answer")
    guest.reboot(timeout=600)
    checks.fails(guest, "/var has", "make room", timeout=240)
    guest.ssh(f"{MAKE_ROOM}; firstlight apply", timeout=180)
    checks.up(guest)
    kept.same(guest)


def fill(room: int) -> str:
    """Leaves that many bytes, of those that are kept back for root as well."""
    # The last of it is written: a file system needs some for itself, which is not known before.
    large = "fallocate -l $(($(stat -f -c '%f * %S' /) - (64 << 20))) /filler"
    return f"{large} && {{ dd if=/dev/zero of=/filler2 bs=64k; sync; truncate -s -{room} /filler2; sync; }} 2>/dev/null"


MAKE_ROOM = "rm -f /filler /filler2"


def two_applies(rig: Rig, guest: Guest) -> None:
    """Two `apply DOCUMENT` at once: both end, one of them perhaps with word of the other; what is there is of one document."""
    first = rig.render("--set", "acme_email=first@example.com")
    second = rig.render("--set", "acme_email=second@example.com")
    guest.put("/root/first", first)
    guest.put("/root/second", second)
    for _ in range(2):
        said = guest.ssh(AT_ONCE, timeout=240)
        codes = dict(re.findall(r"(?m)^(first|second)=(\d+)$", said))
        expect(sorted(codes.values()) in (["0", "0"], ["0", "1"]), f"they ended with {codes}: {said}")
        expect("1" not in codes.values() or "another firstlight apply is at work" in said, f"the second one says: {said}")
        checks.up(guest)
        document = guest.ssh("cat /var/lib/firstlight/document").encode()
        won = {first.strip(): "first", second.strip(): "second"}.get(document)
        expect(won and codes[won] == "0", f"the document is that of {won}, and they ended with {codes}")
        expect(f"{won}@example.com" in guest.ssh(f"cat {CADDYFILE}"), f"the Caddyfile is not that of {won}")
        guest.ssh("firstlight verify", timeout=120)
    guest.put("/root/given", rig.render())
    guest.ssh("firstlight apply /root/given", timeout=180)
    checks.up(guest)


AT_ONCE = """cd /root
for one in first second; do
	{ firstlight apply $one >$one.out 2>&1; echo "$one=$?" >$one.code; } &
done
wait; cat first.out second.out first.code second.code"""


def cloud_init_clean(rig: Rig, guest: Guest) -> None:
    """`cloud-init clean` and a reboot, after which cloud-init writes all files again: the site is as before, with its edits."""
    guest.ssh(f"grep -q X-Mine {CADDYFILE} || sed -i 's/reverse_proxy/header X-Mine yes\\n\\treverse_proxy/' {CADDYFILE}")
    guest.ssh("firstlight apply", timeout=120)
    checks.up(guest)
    kept = checks.Kept.of(guest)
    guest.ssh("cloud-init clean --logs", timeout=120)
    guest.reboot(timeout=400)
    checks.up(guest)
    checks.cloud_init_done(guest)
    headers = guest.look("/api/health", "--dump-header", "-").body.decode().lower()
    expect("x-mine: yes" in headers, f"the edit is not in force: {headers}")
    kept.same(guest)
    guest.ssh(f"sed -i '/X-Mine/d' {CADDYFILE} && firstlight apply", timeout=120)
    checks.up(guest)


def home_deleted(rig: Rig, guest: Guest) -> None:
    """The site's folder is deleted: `apply` brings the site up again, and says that the secrets made here are new."""
    kept = checks.Kept.of(guest)
    guest.ssh(f"rm -rf {checks.HOME} && firstlight apply", timeout=120)
    checks.up(guest)
    now = checks.Kept.of(guest)
    expect((now.api_key, now.certificate, now.orders) == (kept.api_key, kept.certificate, kept.orders), f"{kept} became {now}")
    if now.env != kept.env:
        status = guest.ssh("firstlight status")
        expect("GITHUB_WEBHOOK_SECRET" in status, f"status does not say what was lost: {status}")
    in_use = guest.ssh(f"{checks.COMPOSE} exec -T infrakt printenv GITHUB_WEBHOOK_SECRET </dev/null")
    expect(in_use == checks.webhook_secret(guest), "the application has another secret than .env")
    # What is put into the folder reaches the containers, which had the deleted one.
    checks.owned(guest)
    guest.ssh(f"printf 'http://mine.example.com {{\\n\\trespond mine\\n}}\\n' >{checks.HOME}/sites/mine.caddy && firstlight apply")
    own = "curl -fsS -H 'Host: mine.example.com' http://127.0.0.1/ | grep -q mine"
    guest.wait_for("site of the operator's own", own, timeout=300)
    guest.ssh(f"rm {checks.HOME}/sites/mine.caddy && firstlight apply")
    checks.up(guest)


def containers_removed(rig: Rig, guest: Guest) -> None:
    """All containers are removed: `apply` starts the same site again."""
    kept = checks.Kept.of(guest)
    guest.ssh("docker rm -f $(docker ps -aq) && firstlight apply", timeout=180)
    checks.up(guest)
    kept.same(guest)


def clock_ahead(rig: Rig, guest: Guest) -> None:
    """The clock jumps ahead a year: the site is served, `status` says why it is not content, and nothing is lost."""
    kept = checks.Kept.of(guest)
    guest.ssh("timedatectl set-ntp false; date -s '+1 year'")
    for _ in range(2):
        expect(guest.look().status == 200, "the site does not answer")
        checks.waits(guest, "clock", timeout=60)
        time.sleep(30)
    guest.ssh("firstlight apply", timeout=120)
    time.sleep(60)
    expect(guest.look().status == 200, "the site does not answer after apply")
    guest.ssh("date -s '-1 year'; timedatectl set-ntp true; firstlight apply", timeout=120)
    checks.up(guest)
    now = checks.Kept.of(guest)
    expect((now.env, now.api_key) == (kept.env, kept.api_key), f"{kept} became {now}")


CASES = {
    "docker-stopped": docker_stopped,
    "broken-caddyfile": broken_caddyfile,
    "foreign-documents": foreign_documents,
    "disk-full": disk_full,
    "two-applies": two_applies,
    "cloud-init-clean": cloud_init_clean,
    "home-deleted": home_deleted,
    "containers-removed": containers_removed,
    "clock-ahead": clock_ahead,
}
SITE = CASES.keys()
