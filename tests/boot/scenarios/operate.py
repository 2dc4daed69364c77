"""The operator's commands on a site that is up: `status` and `verify`."""

import re

from rig import checks, host_side, images, site
from rig.guest import Guest
from rig.rig import Rig
from rig.shell import expect


def commands(rig: Rig, guest: Guest) -> None:
    """`status` and `verify` report the state of the site; the application owns ssh/."""
    checks.root_only(guest)
    print(guest.ssh("firstlight status | sed 's/^\\(API key\\|  DEPLOY_SECRET\\).*/\\1 …/'"), flush=True)
    verifies(guest)
    hardened(guest)


def keys(rig: Rig, guest: Guest) -> None:
    """The user of the application's process owns ssh/ and the login, in both variants of infrakt; a symbolic link is not followed."""
    for kind in images.KINDS:
        guest.ssh(f"install -m 600 /dev/null /root/mine; ln -sf /root/mine {checks.HOME}/ssh/link")
        site.becomes(rig, guest, kind)
        mine = guest.ssh(f"stat -c %u /root/mine; stat -c %u {checks.HOME}/ssh/link").split()
        expect(mine == ["0", "0"], f"what the link points to, and the link, belong to {mine}")
        guest.ssh(f"rm {checks.HOME}/ssh/link")
    site.becomes(rig, guest, "today")


def verifies(guest: Guest) -> None:
    """All is well; then a changed file is named."""
    said = guest.ssh("firstlight verify", timeout=120)
    print(said, flush=True)
    expect("FAIL" not in said and "sha256:" in said, f"verify says: {said}")
    unit = guest.ssh(f"echo {host_side.UNIT}")
    guest.ssh(f"echo '# mine' >>/etc/systemd/system/{unit}")
    done = guest.try_ssh("firstlight verify", 120)
    expect(done.returncode == 1 and f"{unit}: FAILED".encode() in done.stdout, f"verify says: {done.stdout!r}")
    guest.ssh(f"sed -i '$d' /etc/systemd/system/{unit} && firstlight verify", timeout=120)


def hardened(guest: Guest) -> None:
    """As much is shut off as our services do without: of the units as systemd counts it, of the containers as Docker set it."""
    for unit, most in {"firstlight": 5.2, "firstlight-docker": 3.5, "firstlight-metadata": 3.4}.items():
        said = guest.ssh(f"systemd-analyze security --no-pager {unit}.service | tail -n 1", timeout=60)
        print(said, flush=True)
        found = re.search(r": ([0-9.]+) ", said)
        expect(found and float(found[1]) <= most, f"the exposure of {unit} is not at most {most}: {said}")
    shown = "{{.HostConfig.CapDrop}} {{.HostConfig.CapAdd}} {{.HostConfig.ReadonlyRootfs}} {{.HostConfig.SecurityOpt}}"
    caddy = guest.ssh(f"docker inspect -f '{shown}' infrakt-caddy-1")
    # Newer engines write CAP_ before each.
    wanted = "[ALL] [NET_BIND_SERVICE] true [no-new-privileges:true]"
    expect(caddy.replace("CAP_", "") == wanted, f"Caddy has {caddy}")
    guest.wait_for("health of Caddy", "docker inspect -f '{{.State.Health.Status}}' infrakt-caddy-1 | grep -qx healthy", timeout=120)


CASES = {"commands": commands, "keys": keys}
SITE = CASES.keys()
