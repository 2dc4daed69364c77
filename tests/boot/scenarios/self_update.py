"""A push to the repository: the signed webhook replaces the application, and a broken release does not."""

import hashlib
import hmac
import time
from collections.abc import Callable

from rig import checks
from rig.guest import Guest
from rig.rig import Rig
from rig.shell import expect

PUSH = b'{"ref": "refs/heads/main"}'


def replaces(rig: Rig, guest: Guest) -> None:
    """A forged signature is refused; the right one brings the newer private image up."""
    rig.world.release("v2")
    forged = push(guest, "0" * 64)
    expect(400 <= forged < 500, f"a forged signature was answered with {forged}")
    follow = f"(nohup docker logs -f $({checks.COMPOSE} ps -q infrakt) >/run/old.log 2>&1 &)"
    guest.ssh(follow + " </dev/null >/dev/null 2>&1")
    started = time.monotonic()
    expect((code := push(guest)) == 202, f"a signed push was answered with {code}")
    guest.wait_https(timeout=240, version="v2")
    rig.say("signed push to the new version", time.monotonic() - started)
    wanted = ("Pulling latest image...", "Self-update complete.")
    logs = "cat /run/old.log; journalctl --no-pager -o cat -u 'firstlight*'; docker ps -q | xargs -n 1 docker logs 2>&1"
    for line in wanted:
        guest.wait_for(f"log line {line!r}", f"({logs}) | grep -qF '{line}'", timeout=90)
    checks.up(guest, timeout=60, version="v2")
    rig.world.release("v1")


def rolls_back(title: str, release: str) -> Callable[[Rig, Guest], None]:
    """A broken release: the one before serves on, and status says what happened."""

    def scenario(rig: Rig, guest: Guest) -> None:
        guest.ssh("firstlight apply")  # what an earlier update said is forgotten
        checks.up(guest)
        before = guest.look().json()["version"]
        rig.world.release(release)
        started = time.monotonic()
        expect((code := push(guest)) == 202, f"a signed push was answered with {code}")
        guest.wait_for("word of the way back", "firstlight status | grep -q 'back to the last one'", timeout=400)
        checks.up(guest, version=before)
        rig.say("signed push to the old version again", time.monotonic() - started)
        time.sleep(20)
        checks.up(guest, timeout=10, version=before)
        rig.world.release("v1")

    scenario.__doc__ = title
    return scenario


def push(guest: Guest, signature: str | None = None) -> int:
    """What GitHub sends: the body, and its HMAC under the webhook secret."""
    secret = checks.webhook_secret(guest).encode()
    signature = signature or hmac.new(secret, PUSH, hashlib.sha256).hexdigest()
    headers = ["-H", f"X-Hub-Signature-256: sha256={signature}", "-H", "X-GitHub-Event: push"]
    return guest.look("/api/self-update", "--data-binary", PUSH.decode(), *headers).status


CASES = {
    "replaces": replaces,
    "crash": rolls_back("A release that crashes at its start: the one before serves on.", "v3"),
    "sick": rolls_back("A release whose health check fails: the one before serves on.", "v4"),
}
SITE = CASES.keys()
