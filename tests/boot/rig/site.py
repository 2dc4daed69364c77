"""A machine that has come up with the default document, its token in place from the start."""

from . import checks, host_side
from .guest import TOKEN_PATH, Guest
from .rig import Rig


def of(rig: Rig) -> Guest:
    """The rig's machine; brought up first if there is none, or if it is off."""
    if rig.guests:
        return rig.guests[-1]
    guest = deploy(rig)
    rig.say_seen("power-on to HTTPS 200", checks.up(guest))
    return guest


def becomes(rig: Rig, guest: Guest, kind: str) -> None:
    """The operator brings v1 of that kind of the application up, whatever ran before; nothing of that is remembered."""
    rig.world.release("v1", kind)
    pull = f"DOCKER_CONFIG=/run/firstlight/login {checks.COMPOSE} pull -q infrakt"
    # A step that runs already has perhaps looked at the images before: it is begun anew.
    guest.ssh(f"{pull} && {{ {host_side.run_again('app')}; }}", timeout=400)
    guest.wait_for(f"the kind {kind}", f"docker exec infrakt-infrakt-1 grep -q '\"{kind}\".*\"v1\"' /opt/release.json", timeout=200)
    checks.up(guest, version="v1")
    checks.owned(guest)


def deploy(rig: Rig, document: bytes | None = None, **machine: object) -> Guest:
    """Switched on, and not waited for."""
    guest = rig.guest(document, overlay={TOKEN_PATH: (rig.world.token.encode() + b"\n", 0o600)}, **machine)  # type: ignore[arg-type]
    guest.boot()
    return guest
