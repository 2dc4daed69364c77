"""A release is pushed and a signed call follows: a good release replaces the application, a broken one does not.

Most cases run with both variants of infrakt (tests/boot/README.md), which update themselves in different ways.
"""

import json
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rig import checks, deploy, host_side, images, site
from rig.guest import Guest
from rig.images import KINDS
from rig.paths import RECIPES
from rig.rig import Rig
from rig.shell import Failed, expect

Case = Callable[[Rig, Guest], None]
OUTDATED = "the registry has another image"
BACK = "back to the last one"


def replaces(kind: str) -> Case:
    def scenario(rig: Rig, guest: Guest) -> None:
        site.becomes(rig, guest, kind)
        kept = checks.Kept.of(guest)
        rig.world.release("v2", kind)
        forged = deploy.push(guest, signature="0" * 64)
        expect(forged == (403, {"detail": "Invalid signature"}), f"a forged signature was answered with {forged}")
        updates(rig, guest, kind, "v2", lambda: deploy.workflow(rig, guest))
        kept.same(guest)

    scenario.__doc__ = f"A call with a forged signature is refused; the call of our workflow step starts the newer private image ({SAY[kind]})."
    return scenario


def crosses(old: str, new: str) -> Case:
    def scenario(rig: Rig, guest: Guest) -> None:
        site.becomes(rig, guest, old)
        kept = checks.Kept.of(guest)
        rig.world.release("v2", new)
        updates(rig, guest, new, "v2")
        kept.same(guest)

    scenario.__doc__ = f"An update from {SAY[old]} to {SAY[new]}: the new user owns the keys and the login."
    return scenario


def rolls_back(kind: str, release: str, title: str) -> Case:
    """A broken release: the previous one is started again, and status says what happened."""

    def scenario(rig: Rig, guest: Guest) -> None:
        site.becomes(rig, guest, kind)
        kept = checks.Kept.of(guest)
        rig.world.release(release, kind)
        started = time.monotonic()
        pushed(guest)
        told(guest, "word of the way back", BACK, timeout=400)
        checks.up(guest, version="v1")
        rig.say("signed push to the old version again", time.monotonic() - started)
        time.sleep(20)
        settled(guest, kind, "v1")
        kept.same(guest)
        guest.ssh(host_side.run_again("app"), timeout=300)
        settled(guest, kind, "v1")
        guest.wait_for("word that the registry has another image", f"firstlight status | grep -qi '{OUTDATED}'", timeout=60)

    scenario.__doc__ = f"{title}: the previous release is started again ({SAY[kind]})."
    return scenario


def fails(rig: Rig, guest: Guest) -> None:
    """The update cannot pull the image: the call is answered as usual, and `status` says that the registry has another image."""
    site.becomes(rig, guest, "today")
    said = at_rest(guest)
    expect(OUTDATED not in said.lower(), f"status says so though nothing is newer: {said}")
    rig.world.release("v2")
    client = "exec -T -u 0 infrakt mv /usr/bin/docker"
    guest.ssh(f"{checks.COMPOSE} {client} /usr/bin/away </dev/null")
    pushed(guest)
    guest.wait_for("word of the failed update", f"firstlight status | grep -qi '{OUTDATED}'", timeout=60)
    guest.wait_for("the same as data", f"firstlight status --json | grep -qi '{OUTDATED}'", timeout=60)
    settled(guest, "today", "v1")
    guest.ssh(f"{checks.COMPOSE} exec -T -u 0 infrakt mv /usr/bin/away /usr/bin/docker </dev/null")
    updates(rig, guest, "today", "v2")
    said = at_rest(guest)
    expect(OUTDATED not in said.lower(), f"status still says so: {said}")


def twice(rig: Rig, guest: Guest) -> None:
    """Two calls within seconds, the second for a release that crashes: the last release that is healthy serves."""
    site.becomes(rig, guest, "today")
    rig.world.release("v2")
    pushed(guest)
    guest.wait_for("updater", "docker inspect infrakt-updater", timeout=120, every=0.3)
    rig.world.release("v3")
    for _ in range(60):  # the container that would answer may be on its way out
        if deploy.push(guest)[0] == 200:
            break
        time.sleep(2)
    # The call may be lost: the container that works on it is replaced by the first update. Then the registry's image is
    # another one than that which runs, and status says so.
    over = f"! docker inspect infrakt-updater >/dev/null 2>&1 && {checks.AT_REST} && firstlight status | grep -qiE '{BACK}|{OUTDATED}'"
    guest.wait_for("word of the way back or of a lost call", over, timeout=600)
    time.sleep(90)  # an update that is on its way would have begun
    guest.wait_for("the same a while later", over, timeout=600)
    checks.up(guest)
    version = guest.release()["version"]
    expect(version in ("v1", "v2"), f"{version} serves")
    settled(guest, "today", version)


def crash_later(rig: Rig, guest: Guest) -> None:
    """Releases that crash after 1, 5 and 30 seconds, as root, while Docker is slow, and during a second update: the previous one serves again within two minutes."""
    site.becomes(rig, guest, "today")
    kept = checks.Kept.of(guest)
    for name, (script, meanwhile) in LATER.items():
        forgotten(guest)
        release = json.dumps({"kind": "today", "version": name, "mood": "well"}).encode()
        files = {"/opt/entrypoint": (script.encode(), 0o755), "/opt/release.json": (release, 0o644)}
        rig.world.publish((images.INFRAKT, "today-v1"), (images.INFRAKT, "latest"), files)
        with meanwhile(rig, guest):
            started = time.monotonic()
            pushed(guest)
            if name == "second":
                guest.wait_https(timeout=120, version=name, every=0.3)
                rig.world.release("v3")
                pushed(guest)
                started = time.monotonic()
            guest.wait_for("word of the way back", f"{host_side.step('app')} | grep -q '{BACK}'", timeout=120)
            guest.wait_https(timeout=120, version="v1")
            rig.say(f"{name}: signed push to the old version again", time.monotonic() - started)
        guest.wait_for("rest", checks.AT_REST, timeout=300)
        time.sleep(20)  # an update that is on its way would have begun
        settled(guest, "today", "v1")
        checks.up(guest, version="v1")
    kept.same(guest)


def forgotten(guest: Guest) -> None:
    """What the step said of an update before."""
    guest.ssh(host_side.run_again("app"), timeout=400)
    said = guest.ssh(host_side.step("app"))
    expect(said.startswith("done") and BACK not in said, f"the step app says: {said}")


@contextmanager
def as_usual(_rig: Rig, _guest: Guest) -> Iterator[None]:
    yield


@contextmanager
def slow_docker(_rig: Rig, guest: Guest) -> Iterator[None]:
    """Docker's daemon works for one second of three."""
    guest.ssh(f"systemd-run --quiet --unit=slow-docker sh -c '{STOP_AND_GO}'")
    try:
        yield
    finally:
        guest.ssh("systemctl stop slow-docker; pkill -CONT -x dockerd")


STOP_AND_GO = "while :; do pkill -STOP -x dockerd; sleep 2; pkill -CONT -x dockerd; sleep 1; done"

# The application's own entrypoint, but with an end. As root: nobody has given that up yet when its owner is looked up.
ENTRYPOINT = (RECIPES / "app/entrypoint").read_text()
LATER = {
    "after-1s": (ENTRYPOINT.replace('"$@"', 'timeout 1 "$@"'), as_usual),
    "after-5s": (ENTRYPOINT.replace('"$@"', 'timeout 5 "$@"'), as_usual),
    "after-30s": (ENTRYPOINT.replace('"$@"', 'timeout 30 "$@"'), as_usual),
    "as-root": (ENTRYPOINT.replace("exec ", "exec timeout 10 "), as_usual),
    "slow-docker": (ENTRYPOINT.replace('"$@"', 'timeout 5 "$@"'), slow_docker),
    "second": (ENTRYPOINT.replace('"$@"', 'timeout 60 "$@"'), as_usual),
}


def told(guest: Guest, what: str, words: str, *, timeout: float) -> None:
    """`firstlight status` says so; asked once the step's own file does, since asking keeps an emulated machine busy."""
    guest.wait_for(what, f"{host_side.step('app')} | grep -q '{words}' && firstlight status | grep -q '{words}'", timeout=timeout)


def at_rest(guest: Guest) -> str:
    """What status says when no step runs: a new key starts one."""
    deadline = time.monotonic() + 200 * guest.patience
    while time.monotonic() < deadline:
        said = guest.try_ssh(f"{checks.AT_REST} && firstlight status", 60)
        if said.returncode == 0:
            return said.stdout.decode()
        time.sleep(2)
    raise Failed(f"the machine does not come to rest: {said.stdout.decode()}")


def updates(rig: Rig, guest: Guest, kind: str, version: str, call: Callable[[], object] | None = None) -> None:
    started = time.monotonic()
    (call or (lambda: pushed(guest)))()
    guest.wait_https(timeout=240, version=version, every=2)
    rig.say("signed push to the new version", time.monotonic() - started)
    checks.up(guest, version=version)
    settled(guest, kind, version)
    told = guest.ssh(host_side.JOURNAL)
    expect("Self-update complete." in told, f"the journal does not tell of the update: {told}")


def pushed(guest: Guest) -> None:
    answer = deploy.push(guest)
    expect(answer == (200, {"status": "updating"}), f"a signed push was answered with {answer}")


def settled(guest: Guest, kind: str, version: str) -> None:
    """The right release; two containers by their own names, and no updater; keys and login are its user's."""
    guest.wait_for("end of the step app", host_side.is_done("app"), timeout=300)
    found = guest.release()
    expect((found["kind"], found["version"]) == (kind, version), f"{found} serves")
    names = sorted(guest.ssh("docker ps -a --format '{{.Names}}'").split())
    expect(names == ["infrakt-caddy-1", "infrakt-infrakt-1"], f"the containers are {names}")
    checks.owned(guest)
    in_use = guest.ssh(f"{checks.COMPOSE} exec -T infrakt printenv INFRAKT_IMAGE </dev/null")
    expect(re.fullmatch(r"ghcr\.io/e4dev-solutions/e4dev-infrakt:latest", in_use), f"INFRAKT_IMAGE is {in_use}")


SAY = {"plan": "infrakt as in its deployment plan", "today": "current infrakt"}
CRASH, SICK = "A release crashes when it starts", "The health check of a release fails"
CASES = {
    f"{name}{'' if kind == 'today' else '-plan'}": case
    for kind in reversed(KINDS)
    for name, case in {
        "replaces": replaces(kind),
        "crash": rolls_back(kind, "v3", CRASH),
        "sick": rolls_back(kind, "v4", SICK),
    }.items()
} | {"from-plan": crosses("plan", "today"), "to-plan": crosses("today", "plan"), "fails": fails, "twice": twice, "crash-later": crash_later}
SITE = CASES.keys()
