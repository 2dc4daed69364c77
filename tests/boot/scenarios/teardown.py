"""`firstlight teardown`, and then the same document again."""

from rig import checks
from rig.guest import Guest
from rig.rig import Rig
from rig.shell import expect


def keeps_data(rig: Rig, guest: Guest) -> None:
    """Without --volumes the containers are removed and the data is kept; `apply` starts the same site again."""
    kept = checks.Kept.of(guest)
    asked = guest.try_ssh("echo no | firstlight teardown", 120)
    expect(asked.returncode == 1 and b"Volume" not in asked.stdout + asked.stderr, f"teardown said {asked.stdout!r}")
    expect(guest.ssh("docker ps -q") != "", "teardown did not wait for the answer")
    guest.ssh("firstlight teardown --yes", timeout=180)
    expect(guest.ssh("docker ps -aq") == "", "containers are left")
    guest.ssh("firstlight apply")
    checks.up(guest)
    kept.same(guest)


def leaves_nothing(rig: Rig, guest: Guest) -> None:
    """With --volumes the data is listed and removed; the same document then installs a new site."""
    old = checks.webhook_secret(guest)
    said = guest.ssh("firstlight teardown --volumes --yes 2>&1", timeout=180)
    for name in ("infrakt_infrakt-data", "infrakt_caddy-data", checks.HOME):
        expect(name in said, f"teardown does not name {name}: {said}")
    expect(guest.ssh("docker ps -aq; docker volume ls -q") == "", "containers or volumes are left")
    expect(guest.exit_code(f"test -e {checks.HOME}") == 1, "the home is left")
    guest.ssh("firstlight apply")
    checks.up(guest)
    expect(checks.webhook_secret(guest) != old, "the webhook secret is the old one")


CASES = {"keeps-data": keeps_data, "leaves-nothing": leaves_nothing}
SITE = CASES.keys()
