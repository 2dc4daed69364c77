"""The plug is pulled (kill -9) at each step of the way: the next boot goes on by itself."""

from collections.abc import Callable

from rig import checks, images, site, sites
from rig.guest import Guest
from rig.rig import Rig


def laying_files(rig: Rig) -> None:
    """While cloud-init works: the first files of the document are there."""
    cut(rig, lambda guest: guest.wait_for("files", "test -e /usr/local/sbin/firstlight", timeout=180, every=0.2))


def pulling(rig: Rig) -> None:
    """In the middle of pulling the application's layers."""
    cut(rig, lambda guest: rig.world.wait_hit(sites.GHCR, f"{images.INFRAKT}/blobs/", timeout=300))


def certificate(rig: Rig) -> None:
    """Right after the certificate was ordered."""
    cut(rig, lambda guest: rig.world.wait_hit(sites.ACME, "^/order-plz", timeout=300))


def up(rig: Rig, guest: Guest) -> None:
    """When all is up: nothing is lost, and no certificate is asked for again."""
    kept = checks.Kept.of(guest)
    guest.power_cut()
    guest.boot()
    rig.say_seen("power-on to HTTPS 200", checks.up(guest))
    kept.same(guest)


def cut(rig: Rig, moment: Callable[[Guest], object]) -> None:
    """Boot, wait for the moment, cut, boot again: everything comes up."""
    guest = site.deploy(rig)
    moment(guest)
    rig.say("power-on to the cut", guest.seconds())
    guest.power_cut()
    guest.boot()
    rig.say_seen("power-on to HTTPS 200", checks.up(guest))


CASES = {"laying-files": laying_files, "pulling": pulling, "certificate": certificate, "up": up}
SITE = {"up"}
