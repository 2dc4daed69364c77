"""A push to the repository: the signed webhook replaces the application, and a broken release does not."""

import hashlib
import hmac
import time

from rig import checks
from rig.guest import TOKEN_PATH, Guest
from rig.rig import Rig
from rig.shell import expect

PUSH = b'{"ref": "refs/heads/main"}'


def replaces(rig: Rig) -> None:
    """A forged signature is refused; the right one brings the newer private image up."""
    guest = deployed(rig)
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
        guest.wait_for(f"log line {line!r}", f"({logs}) | grep -qF '{line}'", timeout=60)
    checks.up(guest, timeout=60, version="v2")


def rolls_back(rig: Rig) -> None:
    """A release that crashes at its start: the one before serves on."""
    guest = deployed(rig)
    rig.world.release("v3")
    expect((code := push(guest)) == 202, f"a signed push was answered with {code}")
    rig.world.wait_hit("ghcr.io", r"/manifests/", timeout=60, method="GET|HEAD")
    time.sleep(60)  # the broken release has had its chance by then
    checks.up(guest, version="v1")
    time.sleep(20)
    checks.up(guest, timeout=10, version="v1")


def deployed(rig: Rig) -> Guest:
    guest = rig.guest(overlay={TOKEN_PATH: (rig.world.token.encode() + b"\n", 0o600)})
    guest.boot()
    checks.up(guest, version="v1")
    return guest


def push(guest: Guest, signature: str | None = None) -> int:
    """What GitHub sends: the body, and its HMAC under the webhook secret."""
    secret = checks.webhook_secret(guest).encode()
    signature = signature or hmac.new(secret, PUSH, hashlib.sha256).hexdigest()
    headers = ["-H", f"X-Hub-Signature-256: sha256={signature}", "-H", "X-GitHub-Event: push"]
    return guest.look("/api/self-update", "--data-binary", PUSH.decode(), *headers).status


CASES = {"replaces": replaces, "rolls-back": rolls_back}
