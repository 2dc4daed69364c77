"""The normal case: only the document, from power-on to a page with a certificate."""

from rig import checks
from rig.guest import TOKEN_PATH
from rig.outside import Seen
from rig.paths import RECORDING
from rig.rig import Rig
from rig.shell import expect

ALONE = True


def token_later(rig: Rig) -> None:
    """The operator copies the token after the boot; until then `status` exits with 2 (waiting)."""
    guest = rig.guest()
    guest.boot()
    rig.say("power-on to ssh", guest.wait_ssh())
    code = "firstlight status; [ $? = 2 ]"
    guest.wait_for("exit code 2 from `firstlight status`", code, timeout=180)
    guest.wait_for(f"mention of {TOKEN_PATH}", f"firstlight status | grep -q {TOKEN_PATH}", timeout=120)
    # As a careless upload leaves it: readable to all, somebody else's, with the line end of another system.
    guest.put(TOKEN_PATH, rig.world.token.encode() + b"\r\n", "0644")
    guest.ssh(f"chown nobody {TOKEN_PATH}")
    delivered = guest.seconds()
    ready = checks.up(guest)
    rig.say("token to HTTPS 200", ready.at - delivered)
    rig.say_seen("power-on to HTTPS 200", ready)
    finished(rig)


def token_there(rig: Rig) -> None:
    """The token is on the machine from the start: this time is compared with the baseline's."""
    guest = rig.guest(overlay={TOKEN_PATH: (rig.world.token.encode() + b"\n", 0o600)})
    guest.boot()
    seen = checks.up(guest)
    rig.say_seen("power-on to HTTPS 200", seen)
    finished(rig)
    record(rig, seen)


def record(rig: Rig, seen: Seen) -> None:
    """Keeps what tests/boot/recording.py draws."""
    journal = rig.guests[-1].ssh("journalctl --no-pager -o short-monotonic -t cloud-init -t firstlight")
    answer = f"[{seen.at:.6f}] - outside: https://{rig.world.domain} answers {seen.status}, with a valid certificate"
    RECORDING.write_text(f"{journal}\n{answer}\n")


def finished(rig: Rig) -> None:
    guest = rig.guests[-1]
    checks.cloud_init_done(guest)
    checks.root_only(guest)
    orders = rig.world.acme_orders()
    expect(orders == 1, f"{orders} certificate orders instead of one")
    print(guest.ssh("systemd-analyze | head -n 1"), flush=True)


CASES = {"token-later": token_later, "token-there": token_there}
