"""The operator's commands on a site that is up: status, verify."""

from rig import checks
from rig.guest import Guest
from rig.rig import Rig
from rig.shell import expect


def commands(rig: Rig, guest: Guest) -> None:
    """status and verify tell what is; ssh/ belongs to the application."""
    checks.root_only(guest)
    print(guest.ssh("firstlight status | sed 's/^\\(API key\\|  secret\\).*/\\1 …/'"), flush=True)
    owners(guest)
    verifies(guest)


def owners(guest: Guest) -> None:
    """ssh/ is the application's alone, also what root copies into it; nothing secret is open."""
    uid = guest.ssh(f"{checks.COMPOSE} exec -T infrakt id -u </dev/null")
    guest.put(f"{checks.HOME}/ssh/id_ed25519", b"a key\n")
    owned = f"[ \"$(stat -c '%a %u' {checks.HOME}/ssh)\" = '700 {uid}' ] && "
    owned += f"[ \"$(stat -c '%a %u' {checks.HOME}/ssh/id_ed25519)\" = '600 {uid}' ]"
    guest.wait_for("key owned by the application's user", owned, timeout=200)
    guest.ssh(f"{checks.COMPOSE} exec -T infrakt cat /home/infrakt/.ssh/id_ed25519 </dev/null")


def verifies(guest: Guest) -> None:
    """All is well; then a changed file is named."""
    said = guest.ssh("firstlight verify", timeout=120)
    print(said, flush=True)
    expect("FAIL" not in said and "sha256:" in said, f"verify says: {said}")
    guest.ssh("echo '# mine' >>/etc/systemd/system/firstlight.target")
    done = guest.try_ssh("firstlight verify", 120)
    expect(done.returncode == 1 and b"firstlight.target: FAILED" in done.stdout, f"verify says: {done.stdout!r}")
    guest.ssh("sed -i '$d' /etc/systemd/system/firstlight.target && firstlight verify", timeout=120)


CASES = {"commands": commands}
SITE = {"commands"}
