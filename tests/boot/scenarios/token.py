"""The registry token: wrong, powerless, rotated; and nowhere on the disk but where it was put."""

from rig import checks, disk
from rig.guest import HOOK, TOKEN_PATH, Guest
from rig.rig import Rig
from rig.shell import expect


def wrong(rig: Rig) -> None:
    """401: a final failure that says what kind of token it takes; the right one, copied later, heals it."""
    guest = boot(rig, "ghp_" + "0" * 36)
    fails(guest, "read:packages")
    guest.deliver_token()
    checks.up(guest)


def no_access(rig: Rig) -> None:
    """403: the login works, the image is denied, and the message names the image's registry."""
    rig.world.ghcr.accounts[rig.world.token] = set()
    fails(boot(rig, rig.world.token), "ghcr.io")


def rotated(rig: Rig) -> None:
    """The old token is revoked and a new file put in its place: the next pull uses it."""
    guest = boot(rig, rig.world.token)
    checks.up(guest)
    guest.deliver_token(rig.world.rotate_token())
    rig.world.release("v2")
    account = (
        f"{checks.COMPOSE} exec -T infrakt docker compose -f {checks.HOME}/docker-compose.prod.yml pull </dev/null"
    )
    guest.wait_for("pull with the new token from within the container", account, timeout=180, every=5)


def secrecy(rig: Rig) -> None:
    """Power off, search the whole disk: only the file that the operator made holds the token."""
    guest = boot(rig, rig.world.token, watch=True)
    checks.up(guest)
    seen = guest.ssh("grep -acF -f - /run/rig-ps || true", stdin=rig.world.token.encode())
    expect(seen == "0", f"{seen} samples of ps show the token")
    guest.power_off()
    found = disk.search(guest.disk, rig.world.token)
    expect(set(found) <= {TOKEN_PATH}, f"the token is on the disk in {found}")
    expect(found, "the search found nothing at all, not even the token's own file")


def boot(rig: Rig, token: str, *, watch: bool = False) -> Guest:
    overlay = {TOKEN_PATH: (token.encode() + b"\n", 0o600)}
    if watch:
        overlay[HOOK] = (WATCH, 0o755)
    guest = rig.guest(overlay=overlay)
    guest.boot()
    return guest


def fails(guest: Guest, *words: str) -> None:
    """Exit code 1 in time, with words that a person can act on; and the registry is left in peace after that."""
    guest.wait_ssh()
    guest.wait_for("exit code 1 from `firstlight status`", "firstlight status; [ $? = 1 ]", timeout=240)
    said = guest.ssh("firstlight status", check=False)
    for word in words:
        expect(word in said, f"`firstlight status` does not mention {word}:\n{said}")


# What `ps` would show any user, several times a second, from before the document is laid.
WATCH = b"""#!/bin/bash
while sleep 0.3; do cat /proc/[0-9]*/cmdline; done >>/run/rig-ps 2>/dev/null
"""

CASES = {"wrong": wrong, "no-access": no_access, "rotated": rotated, "secrecy": secrecy}
