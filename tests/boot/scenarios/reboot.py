"""After a reboot the site comes up by itself, nothing is lost, and no new certificate is ordered."""

from rig import checks
from rig.guest import Guest
from rig.rig import Rig

SITE = {"reboot"}


def run(rig: Rig, guest: Guest) -> None:
    kept = checks.Kept.of(guest)
    guest.reboot()
    rig.say_seen("reboot to HTTPS 200", checks.up(guest))
    kept.same(guest)
