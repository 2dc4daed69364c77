"""infrakt's own setup script, unchanged, from power-on to HTTPS: the time that firstlight is compared with.

The script belongs to infrakt's deployment plan. The only difference to a real VPS is the simulated network of the guest.
"""

import json

from rig import checks
from rig.images import INFRAKT
from rig.paths import BOOT
from rig.rig import Rig
from rig.shell import expect

DOCUMENT = False
ALONE = True
REPOSITORY = "E4Dev-Solutions/e4dev-infrakt"


def run(rig: Rig) -> None:
    files = BOOT / "baseline"
    rig.world.release("v1", "plan")
    rig.world.github.files[f"{REPOSITORY}/docker-compose.prod.yml"] = (files / "docker-compose.prod.yml").read_bytes()
    guest = rig.guest(user_data((files / "setup-vps.sh").read_text(), rig.world.domain, rig.world.token))
    guest.boot()
    seen = guest.wait_https(timeout=checks.PATIENCE)
    rig.say_seen("power-on to HTTPS 200", seen)
    expect(seen.http == "2", f"HTTP/{seen.http} instead of HTTP/2")
    expect("Pebble" in guest.certificate()["issuer"], f"an unexpected issuer: {guest.certificate()}")
    expect(rig.world.acme_orders() == 1, f"{rig.world.acme_orders()} certificate orders instead of one")
    expect(rig.world.front.count("ghcr.io", f"{INFRAKT}/blobs", status="200"), "no layer came from ghcr.io")


def user_data(script: str, domain: str, token: str) -> bytes:
    """The script in write_files and its call in runcmd, as the plan's reader would paste it."""
    document = {
        "write_files": [{"path": "/root/setup-vps.sh", "permissions": "0700", "content": script}],
        "runcmd": [["bash", "/root/setup-vps.sh", "--domain", domain, "--token", token]],
    }
    return b"#cloud-config\n" + json.dumps(document, indent=1).encode() + b"\n"
