"""The operator's commands on one server: status, verify, apply after edits, teardown and back."""

from rig import checks
from rig.guest import TOKEN_PATH, Guest
from rig.rig import Rig
from rig.shell import expect


def commands(rig: Rig) -> None:
    """status and verify tell what is; ssh/ belongs to the application."""
    guest = deployed(rig)
    checks.root_only(guest)
    print(guest.ssh("firstlight status | sed 's/^\\(API key\\|  secret\\).*/\\1 …/'"), flush=True)
    owners(guest)
    verifies(guest)


def edits(rig: Rig) -> None:
    """Edits and a site of one's own survive `apply`, and take effect."""
    keeps_edits(deployed(rig))


def teardown(rig: Rig) -> None:
    """Containers go and the data stays; with --volumes all goes; each time `apply` brings a site back."""
    guest = deployed(rig)
    comes_back(guest, checks.Kept.of(guest))
    leaves_nothing(guest)


def deployed(rig: Rig) -> Guest:
    guest = rig.guest(overlay={TOKEN_PATH: (rig.world.token.encode() + b"\n", 0o600)})
    guest.boot()
    checks.up(guest)
    return guest


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
    guest.ssh("echo '# mine' >>/usr/local/lib/firstlight/site.bash")
    done = guest.try_ssh("firstlight verify", 120)
    expect(done.returncode == 1 and b"site.bash: FAILED" in done.stdout, f"verify says: {done.stdout!r}")
    guest.ssh("sed -i '$d' /usr/local/lib/firstlight/site.bash && firstlight verify", timeout=120)


def keeps_edits(guest: Guest) -> None:
    """Edits of Caddyfile and .env, and a site of one's own, survive `apply` and take effect."""
    secret = checks.webhook_secret(guest)
    guest.ssh(f"sed -i 's/reverse_proxy/header X-Mine yes\\n\\treverse_proxy/' {checks.HOME}/Caddyfile")
    guest.ssh(f"echo MINE=1 >>{checks.HOME}/.env")
    guest.ssh(f"printf 'http://mine.example.com {{\\n\\trespond mine\\n}}\\n' >{checks.HOME}/sites/mine.caddy")
    guest.ssh("firstlight apply")
    own = "curl -fsS -H 'Host: mine.example.com' http://127.0.0.1/ | grep -q mine"
    guest.wait_for("site of the operator's own", own, timeout=400)
    checks.up(guest)
    headers = guest.look("/api/health", "--dump-header", "-").body.decode().lower()
    expect("x-mine: yes" in headers, f"the edited Caddyfile is not in force: {headers}")
    expect(guest.ssh(f"tail -n 1 {checks.HOME}/.env") == "MINE=1", ".env lost its edit")
    expect(checks.webhook_secret(guest) == secret, "the webhook secret changed")


def comes_back(guest: Guest, kept: checks.Kept) -> None:
    """Without --volumes the containers go and the data stays; apply brings the same site back."""
    asked = guest.try_ssh("echo no | firstlight teardown", 120)
    expect(asked.returncode == 1 and b"Volume" not in asked.stdout + asked.stderr, f"teardown said {asked.stdout!r}")
    expect(guest.ssh("docker ps -q") != "", "teardown did not wait for the answer")
    guest.ssh("firstlight teardown --yes", timeout=180)
    expect(guest.ssh("docker ps -aq") == "", "containers are left")
    guest.ssh("firstlight apply")
    checks.up(guest)
    kept.same(guest)


def leaves_nothing(guest: Guest) -> None:
    """With --volumes the data is named, and goes; the same document then begins anew."""
    old = checks.webhook_secret(guest)
    said = guest.ssh("firstlight teardown --volumes --yes 2>&1", timeout=180)
    for name in ("infrakt_infrakt-data", "infrakt_caddy-data", checks.HOME):
        expect(name in said, f"teardown does not name {name}: {said}")
    expect(guest.ssh("docker ps -aq; docker volume ls -q") == "", "containers or volumes are left")
    expect(guest.exit_code(f"test -e {checks.HOME}") == 1, "the home is left")
    guest.ssh("firstlight apply")
    checks.up(guest)
    expect(checks.webhook_secret(guest) != old, "the webhook secret is the old one")


CASES = {"commands": commands, "edits": edits, "teardown": teardown}
