"""A machine without Docker: Docker is installed from Debian's own archive, with Debian's own signatures."""

from rig import checks
from rig.faults import Answer
from rig.guest import HOOK, TOKEN_PATH
from rig.rig import Rig
from rig.shell import expect

IMAGE = "plain"
LOCK = "/var/lib/dpkg/lock-frontend"


def installs(rig: Rig) -> None:
    """Docker is installed and the site comes up."""
    deploy(rig)


def in_the_way(rig: Rig) -> None:
    """Another process holds apt's lock, as unattended-upgrades does, and the mirror is being synchronised: it answers 404 for packages."""
    rig.world.fault(Answer(404), "deb.debian.org", r"\.deb$", times=6)
    deploy(rig, {HOOK: (HOLDER, 0o755)})
    updates = rig.world.front.count("deb.debian.org", r"/trixie/InRelease$")
    expect(updates > 1, "the index was not fetched again after the 404")


def deploy(rig: Rig, extra: dict[str, tuple[bytes, int]] | None = None) -> None:
    token = {TOKEN_PATH: (rig.world.token.encode() + b"\n", 0o600)}
    guest = rig.guest(image=IMAGE, overlay=token | (extra or {}))
    expect(guest.image.name.startswith("guest-plain"), "the wrong image")
    guest.boot()
    rig.say_seen("power-on to HTTPS 200", checks.up(guest))
    checks.cloud_init_done(guest)


# Takes dpkg's lock as its frontends do (fcntl, not flock), before anything else could.
HOLDER = f"""#!/usr/bin/python3
import fcntl, time
file = open("{LOCK}", "w")
fcntl.lockf(file, fcntl.LOCK_EX)
time.sleep(110)  # a minute into the installation
""".encode()

CASES = {"installs": installs, "in-the-way": in_the_way}
