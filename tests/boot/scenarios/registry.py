"""Registries in trouble: each passes, is tried again with patience, and ends well without help."""

from collections.abc import Callable

from rig import checks, images, site, sites
from rig.faults import Answer, Cut, Down, Kind, Slow, Stall
from rig.guest import Guest
from rig.rig import Rig
from rig.shell import expect


def down(rig: Rig) -> None:
    """ghcr.io refuses connections until well after the first boot; status says so meanwhile."""
    fault = rig.world.fault(Down(), sites.GHCR, seconds=150)
    guest = site.deploy(rig)
    guest.wait_ssh()
    checks.waits(guest, "ghcr.io", timeout=120)
    rig.say_seen("power-on to HTTPS 200", checks.up(guest))
    expect(0 < fault.struck < 200, f"requests while it was down: {fault.struck}")


def survives(title: str, kind: Kind, host: str, path: str = "", **bounds: float) -> Callable[[Rig, Guest], None]:
    """One fault while the images are pulled anew: it did strike, was not met with a flood, and all came up."""

    def scenario(rig: Rig, guest: Guest) -> None:
        service, image = ("caddy", "caddy") if host == sites.HUB else ("infrakt", f"{sites.GHCR}/{images.INFRAKT}")
        fault = rig.world.fault(kind, host, path, **bounds)
        guest.ssh(f"docker rm -f infrakt-{service}-1; docker image rm -f $(docker images -q {image}); firstlight apply")
        checks.up(guest)
        rig.world.heal()
        expect(fault.struck, "the fault never struck: the scenario proves nothing")
        expect(fault.struck < 400, f"the guest hammered the site: {fault.struck} requests")

    scenario.__doc__ = title
    return scenario


def too_many(seconds: str) -> Answer:
    return Answer(429, {"Retry_After": seconds}, b'{"errors":[{"code":"TOOMANYREQUESTS","message":"retry-after"}]}')


CASES = {
    "down": down,
    "429-silly": survives(
        "ghcr.io answers 429 with a Retry-After of 880µs.", too_many("880µs"), sites.GHCR, "/manifests/", times=4
    ),
    "429-hub": survives(
        "Docker Hub answers 429 for the Caddy image.", too_many("5"), sites.HUB, "/manifests/", times=4
    ),
    "500": survives("ghcr.io answers 500.", Answer(500), sites.GHCR, "^/v2/.", times=5),
    "slow": survives("Layers trickle in at 1 MB/s.", Slow(1_000_000), sites.GHCR, "/blobs/"),
    "cut": survives("Layers break off in the middle, twice.", Cut(3_000_000), sites.GHCR, "/blobs/", times=2),
    "tarpit": survives("TLS handshakes with Docker Hub hang and fail.", Stall(20), sites.HUB, times=3),
}
SITE = CASES.keys() - {"down"}
