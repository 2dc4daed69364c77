"""The power fails (kill -9) at different moments: the next boot continues by itself."""

from collections.abc import Callable

from rig import checks, images, site, sites
from rig.guest import Guest
from rig.rig import Rig


def each_step(rig: Rig) -> None:
    """The power fails three times on one machine: while cloud-init writes files, during a pull, and while the certificate is ordered."""
    guest = site.deploy(rig)
    for name, moment in MOMENTS.items():
        if not guest.running():
            guest.boot()
        moment(rig, guest)
        rig.say(f"power-on to the cut, {name}", guest.seconds())
        guest.power_cut()
    guest.boot()
    rig.say_seen("power-on to HTTPS 200", checks.up(guest))


MOMENTS: dict[str, Callable[[Rig, Guest], object]] = {
    "laying files": lambda _, guest: guest.wait_for("files", "test -e /usr/local/sbin/firstlight", timeout=180, every=0.2),
    "pulling": lambda rig, _: rig.world.wait_hit(sites.GHCR, f"{images.INFRAKT}/blobs/", timeout=300),
    "certificate": lambda rig, _: rig.world.wait_hit(sites.ACME, "^/order-plz", timeout=300),
}


def up(rig: Rig, guest: Guest) -> None:
    """The power fails when the site is up: nothing is lost, and no new certificate is ordered."""
    kept = checks.Kept.of(guest)
    guest.power_cut()
    guest.boot()
    rig.say_seen("power-on to HTTPS 200", checks.up(guest))
    kept.same(guest)


CASES = {"each-step": each_step, "up": up}
SITE = {"up"}
