"""One baked image, and two servers from copies of its disk, each with its own domain."""

import shutil

from rig import checks, images
from rig.faults import Down
from rig.guest import TOKEN_PATH, Guest
from rig.rig import Rig
from rig.shell import expect
from rig.world import GUEST_INSIDE, GUEST_OUTSIDE

IMAGE = "plain"
LIMIT = 5400
OTHER = "other.example.com"
KEYS = "/root/.ssh/authorized_keys"  # cloud providers bring it with each server's metadata


def baked(rig: Rig) -> None:
    """The image is baked on a bare machine. Two copies come up without a package archive and have different identities."""
    builder = rig.guest(rig.render("--phase", "bake"), image="plain")
    builder.boot()
    rig.say("power-on to image", builder.wait_off(900))
    rig.world.fault(Down(), "deb.debian.org")
    rig.world.dns.records[OTHER] = [GUEST_INSIDE]
    rig.world.outside_dns.records[OTHER] = [GUEST_OUTSIDE]
    seen = [start(rig, builder, domain) for domain in (rig.world.domain, OTHER)]
    for what, one, other in zip(("machine-id", "SSH host key", "webhook secret"), *seen, strict=True):
        expect(one and one != other, f"both have the same {what}")


def start(rig: Rig, builder: Guest, domain: str) -> list[str]:
    """A server from a copy of the disk; what tells it from another. It is off again at the end."""
    document = rig.render("--phase", "boot", domain=domain)
    expect(len(document) < 4096, f"the boot document has {len(document)} bytes")
    key = images.ssh_key().with_suffix(".pub").read_bytes()
    guest = rig.guest(
        document,
        image="plain",
        overlay={TOKEN_PATH: (rig.world.token.encode() + b"\n", 0o600), KEYS: (key, 0o600)},
    )
    shutil.copy(builder.disk, guest.disk)
    rig.world.domain = domain
    guest.boot()
    rig.say_seen(f"power-on to HTTPS 200 at {domain}", checks.up(guest))
    checks.cloud_init_done(guest)
    told = [guest.ssh("cat /etc/machine-id"), guest.ssh("cat /etc/ssh/ssh_host_ed25519_key.pub"), checks.webhook_secret(guest)]
    guest.power_off()
    return told


CASES = {"baked": baked}
