"""The registry token: wrong, without access, replaced; and it is stored only where the operator put it."""

from rig import checks, disk, images, site
from rig.guest import HOOK, TOKEN_PATH, Guest
from rig.rig import Rig
from rig.shell import expect


def refused(rig: Rig) -> None:
    """A wrong token (401), then one without access (403): the step stops and `status` says so; with the right one it continues."""
    rights = rig.world.ghcr.accounts.pop(rig.world.token)
    guest = site.deploy(rig)
    guest.wait_ssh()
    checks.fails(guest, "ghcr.io", "read:packages", timeout=240)
    # Caddy's new container starts the step once more, as any new container does.
    guest.wait_for("Caddy", "firstlight status | grep -q '^caddy *done'", timeout=300)
    guest.ssh("sleep 10")
    checks.fails(guest, "ghcr.io", "read:packages", timeout=60)
    asked = rig.world.front.count("ghcr.io")
    guest.ssh("sleep 20")
    expect(rig.world.front.count("ghcr.io") == asked, "the registry is not left in peace after the failure")
    rig.world.ghcr.accounts[rig.world.token] = set()
    guest.deliver_token()
    rig.world.wait_hit("ghcr.io", "/token", timeout=60, status="403")
    checks.fails(guest, "ghcr.io", "status 403", timeout=60)
    rig.world.ghcr.accounts[rig.world.token] = rights
    guest.deliver_token()
    checks.up(guest)


def rotated(rig: Rig, guest: Guest) -> None:
    """The old token is revoked and a new one is copied: the next pull uses it, in both variants of infrakt."""
    for kind in images.KINDS:
        site.becomes(rig, guest, kind)
        rotates(rig, guest)


def rotates(rig: Rig, guest: Guest) -> None:
    started = guest.ssh("docker inspect -f '{{.State.StartedAt}}' infrakt-infrakt-1")
    guest.deliver_token(rig.world.rotate_token())
    pull = f"{checks.COMPOSE} exec -T -u infrakt infrakt docker compose -f {checks.HOME}/docker-compose.prod.yml pull </dev/null"
    guest.wait_for("pull with the new token from within the container", pull, timeout=180, every=5)
    checks.up(guest)
    now = guest.ssh("docker inspect -f '{{.State.StartedAt}}' infrakt-infrakt-1")
    expect(now == started, "the application was restarted")


def secrecy(rig: Rig) -> None:
    """The process list, the journal and the console do not show the token; on the disk only the operator's file contains it."""
    overlay = {TOKEN_PATH: (rig.world.token.encode() + b"\n", 0o600), HOOK: (WATCH, 0o755)}
    guest = rig.guest(overlay=overlay)
    guest.boot()
    checks.up(guest)
    expect(int(guest.ssh("grep -ac 'docker' /run/rig-ps || true")) > 0, "the samples of ps show no docker at all")
    seen = guest.ssh("grep -acF -f - /run/rig-ps || true", stdin=rig.world.token.encode())
    expect(seen == "0", f"{seen} samples of ps show the token")
    told = guest.ssh("journalctl -a --no-pager | grep -acF -f - || true", stdin=rig.world.token.encode())
    expect(told == "0", f"{told} lines of the journal show the token")
    expect(int(guest.ssh("journalctl -a --no-pager | grep -ac firstlight || true")) > 0, "the journal has nothing of ours")
    console = guest.serial.read_bytes()
    expect(b"firstlight: https://" in console, "the console log has nothing of ours")
    expect(rig.world.token.encode() not in console, "the console shows the token")
    guest.power_off()
    found = disk.search(guest.disk, rig.world.token)
    expect(set(found) <= {TOKEN_PATH}, f"the token is on the disk in {found}")
    expect(found, "the search found nothing at all, not even the token's own file")


# What `ps` would show any user, several times a second, from before the document is laid.
WATCH = b"""#!/bin/bash
while sleep 0.3; do cat /proc/[0-9]*/cmdline; done >>/run/rig-ps 2>/dev/null
"""

CASES = {"refused": refused, "rotated": rotated, "secrecy": secrecy}
SITE = {"rotated"}
