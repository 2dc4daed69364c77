"""A reboot: up again without help, nothing lost, and no new certificate asked for."""

from rig import checks
from rig.guest import TOKEN_PATH
from rig.rig import Rig


def run(rig: Rig) -> None:
    guest = rig.guest(overlay={TOKEN_PATH: (rig.world.token.encode() + b"\n", 0o600)})
    guest.boot()
    rig.say_seen("power-on to HTTPS 200", checks.up(guest))
    kept = checks.Kept.of(guest)
    guest.reboot()
    rig.say_seen("reboot to HTTPS 200", checks.up(guest))
    kept.same(guest)
