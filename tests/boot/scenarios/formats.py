"""Formats other than user-data: a seed volume, and a script for a server that already runs."""

from rig import checks
from rig.guest import TOKEN_PATH
from rig.rig import Rig
from rig.shell import expect


def nocloud(rig: Rig) -> None:
    """The machine gets only the volume that `--format nocloud` writes."""
    volume = rig.folder / "seed.img"
    rig.render("--format", "nocloud", "--output", str(volume))
    guest = rig.guest(volume=volume, overlay=token(rig))
    guest.boot()
    rig.say_seen("power-on to HTTPS 200", checks.up(guest))
    checks.cloud_init_done(guest)
    expect(guest.ssh("blkid -L CIDATA") == "/dev/vdc", "blkid does not find the volume by its label")
    expect("nocloud" in guest.ssh("cloud-id"), f"another datasource: {guest.ssh('cloud-id')}")
    expect(guest.ssh("cloud-init query instance_id").startswith("firstlight-"), "the instance-id is not the volume's")


def script(rig: Rig) -> None:
    """The script runs by SSH on a running server; a second run changes nothing; a newer script changes only what differs."""
    guest = rig.guest(b"#cloud-config\n{}\n", overlay=token(rig))
    guest.boot()
    guest.wait_ssh()
    guest.wait_for("end of cloud-init", "cloud-init status --wait", timeout=240)
    first = rig.render("--format", "script")
    begun = guest.seconds()
    guest.ssh("sh -s", stdin=first, timeout=120)
    rig.say("script to HTTPS 200", checks.up(guest).at - begun)
    kept, state = checks.Kept.of(guest), guest.ssh(STATE)
    said = guest.ssh("sh -s 2>&1", stdin=first, timeout=120)
    expect(said == "firstlight: nothing to change", f"the second run said: {said}")
    guest.ssh("sleep 5")
    expect(guest.ssh(STATE) == state, f"the second run changed something: {state} became {guest.ssh(STATE)}")
    newer = rig.render("--format", "script", "--set", "acme_email=admin@example.com")
    guest.put("/root/newer", newer, "0700")
    said = guest.ssh("/root/newer 2>&1", timeout=120)
    written = [line for line in said.splitlines() if line.startswith("firstlight: wrote ")]
    wanted = f"firstlight: wrote /var/lib/firstlight/files{checks.HOME}/Caddyfile"
    expect(written == [wanted], f"the newer one said: {said}")
    guest.wait_for("newer Caddyfile", f"grep -q admin@example.com {checks.HOME}/Caddyfile", timeout=120)
    checks.up(guest)
    kept.same(guest)


def token(rig: Rig) -> dict[str, tuple[bytes, int]]:
    return {TOKEN_PATH: (rig.world.token.encode() + b"\n", 0o600)}


# Every file of ours with its time, and since when the containers run.
STATE = (
    "find /usr/local/sbin /etc/systemd/system /etc/firstlight /var/lib/firstlight /opt/infrakt -type f -printf '%p %T@\\n'"
    " | sort; docker inspect -f '{{.Name}} {{.State.StartedAt}}' $(docker ps -q)"
)
CASES = {"nocloud": nocloud, "script": script}
