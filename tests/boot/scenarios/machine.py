"""The machine has a problem: little memory, a full disk, or the wrong Docker."""

from rig import checks, images, site, sites
from rig.faults import Down
from rig.guest import Guest
from rig.rig import Rig
from rig.shell import expect


def low_memory(rig: Rig) -> None:
    """512 MB of memory: the site comes up, and `status` warns that the memory is low."""
    guest = site.deploy(rig, memory=512)
    rig.say_seen("power-on to HTTPS 200", checks.up(guest))
    said = guest.ssh("firstlight status")
    expect("Less than 900 MB of memory" in said, f"status does not mention the memory: {said}")


def disk_full(rig: Rig, guest: Guest) -> None:
    """The disk is too small at the start, then full in the middle of a pull: `status` reports both; with free space the steps continue."""
    guest.ssh("fallocate -l $(($(df --output=avail -B1 / | tail -n 1) - 1500000000)) /filler && firstlight apply")
    checks.fails(guest, "/var has", "inodes free", timeout=120)
    rig.world.fault(Down(), sites.GHCR)
    image = f"$(docker images -q {sites.GHCR}/{images.INFRAKT})"
    guest.ssh(f"rm /filler; docker rm -f infrakt-infrakt-1; docker image rm -f {image}; firstlight apply")
    checks.waits(guest, "ghcr.io", timeout=120)
    # What is free to root: df leaves out the blocks that are kept back for it.
    guest.ssh("fallocate -l $(($(stat -f -c '%f * %S' /) - 60000000)) /filler")
    rig.world.heal()
    checks.fails(guest, "disk is full", timeout=240)
    guest.ssh("rm /filler && firstlight apply")
    checks.up(guest)


def snap_docker(rig: Rig, guest: Guest) -> None:
    """Docker from snap: firstlight refuses it and says what to remove."""
    guest.ssh("mkdir -p /snap/bin && touch /snap/bin/docker && firstlight apply")
    checks.fails(guest, "snap remove docker", timeout=120)
    guest.ssh("rm -r /snap && firstlight apply")
    checks.up(guest)


CASES = {"low-memory": low_memory, "disk-full": disk_full, "snap-docker": snap_docker}
SITE = {"disk-full", "snap-docker"}
