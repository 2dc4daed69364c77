"""The operator's edits are kept by `apply`, by a newer document, and on a clone of the machine."""

from typing import Any

from rig import checks
from rig.guest import Guest
from rig.rig import Rig
from rig.shell import expect


def kept(rig: Rig, guest: Guest) -> None:
    """`apply` keeps edits of the Caddyfile and .env and an added site, and they take effect."""
    secret = edit(guest)
    guest.ssh("firstlight apply")
    guest.wait_for("site of the operator's own", OWN_SITE, timeout=400)
    checks.up(guest)
    in_force(guest, secret)


def newer_document(rig: Rig, guest: Guest) -> None:
    """`apply` of a newer document shows the changes, keeps and names the edited files, and replaces the others."""
    secret = edit(guest)
    newer = rig.render("--set", "acme_email=admin@example.com", "--set", "caddy_image=caddy:2")
    guest.put("/root/newer", newer)
    said = guest.ssh("cd /root && firstlight apply newer", timeout=180)
    expect("+\temail admin@example.com" in said, f"apply does not show the change of the Caddyfile: {said}")
    expect("+    image: caddy:2" in said.splitlines(), f"apply does not show the change of the compose file: {said}")
    live(guest, rig.diff(rig.render(), newer))
    guest.wait_for("newer image", "docker ps --format '{{.Image}}' | grep -qx caddy:2", timeout=300)
    checks.up(guest)
    in_force(guest, secret)
    status = guest.ssh("firstlight status")
    expect(f"kept your {checks.HOME}/Caddyfile" in status, f"status does not name the edited file: {status}")
    guest.put("/root/older", rig.render())
    guest.ssh("firstlight apply /root/older", timeout=180)
    guest.wait_for("older image", "docker ps --format '{{.Image}}' | grep -qx caddy:2-alpine", timeout=300)
    checks.up(guest)


def live(guest: Guest, said: Any) -> None:
    """`apply` laid what `firstlight diff` says it lays."""
    expect(said["effect"] == "live", f"diff calls it {said['effect']}: {said['verdict']}")
    files = [change for change in said["changes"] if change["kind"] == "file"]
    expect(len(files) == 2 and all(change["effect"] == "live" for change in files), f"diff says: {files}")
    for change in files:
        digest = guest.ssh(f"sha256sum {change['name']}").split()[0]
        expect(digest == change["new"]["sha256"], f"{change['name']} is not what diff says")


def clone(rig: Rig, guest: Guest) -> None:
    """The disk boots with a new instance-id: cloud-init writes all files again, and the edits are kept."""
    secret = edit(guest)
    before = checks.Kept.of(guest)
    guest.power_off()
    guest.seed(instance="i-clone")
    guest.boot()
    checks.up(guest)
    checks.cloud_init_done(guest)
    in_force(guest, secret)
    before.same(guest)


OWN_SITE = "curl -fsS -H 'Host: mine.example.com' http://127.0.0.1/ | grep -q mine"


def edit(guest: Guest) -> str:
    """As an operator would: once, however often it is called. Returns the webhook secret."""
    guest.ssh(
        f"cd {checks.HOME} && grep -q X-Mine Caddyfile ||"
        r" { sed -i 's/reverse_proxy/header X-Mine yes\n\treverse_proxy/' Caddyfile && echo MINE=1 >>.env &&"
        r" printf 'http://mine.example.com {\n\trespond mine\n}\n' >sites/mine.caddy; }"
    )
    return checks.webhook_secret(guest)


def in_force(guest: Guest, secret: str) -> None:
    headers = guest.look("/api/health", "--dump-header", "-").body.decode().lower()
    expect("x-mine: yes" in headers, f"the edited Caddyfile is not in force: {headers}")
    guest.wait_for("site of the operator's own", OWN_SITE, timeout=30)
    expect("MINE=1" in guest.ssh(f"cat {checks.HOME}/.env"), ".env lost its edit")
    expect(checks.webhook_secret(guest) == secret, "the webhook secret changed")


CASES = {"kept": kept, "newer-document": newer_document, "clone": clone}
SITE = CASES.keys()
