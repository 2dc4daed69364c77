"""Formats other than user-data: a seed volume, a script for a server that already runs, the program at an address."""

from rig import checks, sites
from rig.faults import Answer
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


def program(rig: Rig) -> None:
    """The document for AWS names the program's address: the server tries until it gets it, and runs nothing else."""
    address = f"https://{sites.FILES}/runtime.tar.bz2"
    document = rig.render("--provider", "aws", "--set", f"program={address}")
    expect(len(document) <= 16384, f"the document has {len(document)} bytes")
    (rig.world.files / "runtime.tar.bz2").write_bytes(rig.program())
    rig.world.fault(Answer(503), sites.FILES, times=2)
    guest = rig.guest(document, overlay=token(rig))
    guest.boot()
    rig.say_seen("power-on to HTTPS 200", checks.up(guest))
    checks.cloud_init_done(guest)
    tries = rig.world.front.count(sites.FILES, "/runtime.tar.bz2")
    expect(tries == 3, f"asked {tries} times for the program, instead of three")
    # A newer document names another program; what is there under its address is not that one.
    guest.ssh("sed -i 's/^../zz/' /usr/local/lib/firstlight/digest")
    said = guest.ssh("firstlight status 2>&1 || true", timeout=120)
    expect("is missing or damaged: bring the document to this server again" in said, f"status said: {said}")
    expect(guest.ssh("ls -d /usr/local/lib/firstlight/*.new 2>/dev/null || true") == "", "it left what it did not want")


def token(rig: Rig) -> dict[str, tuple[bytes, int]]:
    return {TOKEN_PATH: (rig.world.token.encode() + b"\n", 0o600)}


# Every file of ours with its time, and since when the containers run.
STATE = (
    "find /usr/local/sbin /etc/systemd/system /etc/firstlight /var/lib/firstlight /opt/infrakt -type f -printf '%p %T@\\n'"
    " | sort; docker inspect -f '{{.Name}} {{.State.StartedAt}}' $(docker ps -q)"
)
CASES = {"nocloud": nocloud, "script": script, "program": program}
