"""The registries fail for a while: the server retries with pauses, and the site comes up by itself."""

from collections.abc import Callable

from rig import checks, images, site, sites
from rig.faults import Answer, Cut, Down, Kind, Slow, Stall
from rig.guest import Guest
from rig.rig import Rig
from rig.shell import expect


def down(rig: Rig) -> None:
    """ghcr.io refuses connections until some time after the first boot; meanwhile `status` says so."""
    fault = rig.world.fault(Down(), sites.GHCR, seconds=150)
    guest = site.deploy(rig)
    guest.wait_ssh()
    checks.waits(guest, "ghcr.io", timeout=120)
    rig.say_seen("power-on to HTTPS 200", checks.up(guest))
    expect(0 < fault.struck < 200, f"requests while it was down: {fault.struck}")


def survives(title: str, host: str, *faults: tuple[Kind, str, dict[str, float]]) -> Callable[[Rig, Guest], None]:
    """Faults one after the other while an image is pulled anew: each did strike, none met a flood, and all came up."""

    def scenario(rig: Rig, guest: Guest) -> None:
        service, image = ("caddy", "caddy") if host == sites.HUB else ("infrakt", f"{sites.GHCR}/{images.INFRAKT}")
        script = [rig.world.fault(kind, host, path, **bounds) for kind, path, bounds in faults]  # type: ignore[arg-type]
        guest.ssh(f"docker rm -f infrakt-{service}-1; docker image rm -f $(docker images -q {image}); firstlight apply")
        checks.up(guest)
        rig.world.heal()
        for fault in script:
            expect(fault.struck, f"{fault.kind} never struck: the scenario proves nothing")
            expect(fault.struck < 400, f"the guest hammered the site: {fault.struck} requests during {fault.kind}")

    scenario.__doc__ = title
    return scenario


def too_many(seconds: str) -> Answer:
    return Answer(429, {"Retry_After": seconds}, b'{"errors":[{"code":"TOOMANYREQUESTS","message":"retry-after"}]}')


CASES = {
    "down": down,
    "ghcr": survives(
        "ghcr.io answers 500, then 429 with a Retry-After of 880µs; then the connection breaks twice during a layer.",
        sites.GHCR,
        (Answer(500), "^/v2/.", {"times": 3}),
        (too_many("880µs"), "/manifests/", {"times": 3}),
        (Cut(3_000_000), "/blobs/", {"times": 2}),
    ),
    "hub": survives(
        "Docker Hub hangs in the TLS handshake, then answers 429 for the Caddy image.",
        sites.HUB,
        (Stall(20), "", {"times": 2}),
        (too_many("5"), "/manifests/", {"times": 3}),
    ),
    "slow": survives("The download of the layers is limited to 1 MB/s.", sites.GHCR, (Slow(1_000_000), "/blobs/", {})),
}
SITE = CASES.keys() - {"down"}
