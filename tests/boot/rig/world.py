"""The internet of one scenario: registries, ACME, DNS, GitHub, Debian's archive and the time, all on loopback."""

import json
import secrets
import shutil
import ssl
import time
import urllib.request
from contextlib import ExitStack
from pathlib import Path
from typing import Self

from . import images, publish, seed, sites, stores
from .dns import Dns
from .faults import Fault, Kind
from .front import Front
from .ntp import Ntp
from .process import Daemon
from .sandbox import METADATA, RESOLVER
from .shell import Failed, run

GATEWAY = "10.0.2.2"  # QEMU's name for this machine, as the guest sees it
GATEWAY6 = "fec0::2"  # the same by IPv6
GUEST_INSIDE = "10.0.2.15"  # the guest's own address
GUEST_OUTSIDE = "127.0.0.2"  # where the guest's ports come out
OUTSIDE_RESOLVER = "127.0.0.54"  # the DNS the ACME authority asks
ACME_PORT, ACME_MANAGEMENT = 14000, 15000
DOMAIN = "infrakt.example.com"
NTP_NAMES = [f"{number}.debian.pool.ntp.org" for number in range(4)]


class World:
    """`with World(folder) as world:` everything up, faultless, and the domain pointing at the guest."""

    def __init__(self, folder: Path, *, archive: bool = False) -> None:
        self.folder, self.domain, self.archive = folder, DOMAIN, archive
        self.token = "ghp_" + secrets.token_hex(18)  # new in each run, so that a search can find only this one's
        self.ghcr = sites.Ghcr(images.REGISTRY_PORT)
        self.github = sites.Github()
        self.files = folder / "files"
        self.stores = stores.Stores()
        self.stack = ExitStack()

    def __enter__(self) -> Self:
        self.files.mkdir(parents=True, exist_ok=True)
        try:
            self.start()
        except BaseException:
            self.stack.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stack.close()

    def start(self) -> None:
        self.ghcr.accounts[self.token] = {images.INFRAKT}
        self.github.tokens.add(self.token)
        named = {
            sites.GHCR: self.ghcr,
            sites.HUB: sites.Hub(images.REGISTRY_PORT),
            sites.GITHUB: self.github,
            sites.FILES: sites.Files(self.files),
            sites.ACME: sites.Acme(ACME_PORT),
            sites.ACME_STAGING: sites.Acme(ACME_PORT),  # Caddy asks it after a failure, before it asks the real one again
        } | self.stores.sites()
        if self.archive:
            named |= dict.fromkeys(sites.APT, sites.Files(images.debian()))
        self.start_dns([*named, *NTP_NAMES])
        storage = self.folder / "registry"
        shutil.copytree(images.registry(), storage)
        self.stack.enter_context(images.serve_registry(storage, self.folder / "registry.log"))
        self.stack.enter_context(self.pebble())
        self.ntp = Ntp()
        self.front = Front(named, *self.certificate(list(named)), self.folder / "front.log")
        self.stack.callback(self.front.close)
        for address in ("127.0.0.1", "::1"):
            self.front.listen(address, 443, tls=True)
        for address in ("127.0.0.1", METADATA):
            self.front.listen(address, 80, tls=False)

    def serves_debian(self) -> bool:
        return True

    def start_dns(self, names: list[str]) -> None:
        """Two views: the guest finds the sites and itself; the world finds the guest."""
        inside = {name: [GATEWAY] for name in names} | {self.domain: [GUEST_INSIDE]}
        self.dns = Dns(RESOLVER, inside)
        self.outside_dns = Dns(OUTSIDE_RESOLVER, {self.domain: [GUEST_OUTSIDE]})

    def certificate(self, names: list[str]) -> tuple[Path, Path]:
        """One certificate for every stand-in's name, from the authority that the guest's image trusts."""
        authority, key, out = images.ca(), self.folder / "front.key", self.folder / "front.pem"
        alternatives = ",".join(f"DNS:{name}" for name in names)
        curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
        run(
            ["openssl", "req", "-x509", *curve, "-days", "30", "-subj", "/CN=stand-ins", "-keyout", key, "-out", out]
            + ["-CA", authority / "ca.pem", "-CAkey", authority / "ca.key"]
            + ["-addext", f"subjectAltName={alternatives}", "-addext", "basicConstraints=critical,CA:FALSE"]
        )
        return out, key

    def pebble(self) -> Daemon:
        """The ACME authority, on the real validation ports."""
        listen = {"listenAddress": f"127.0.0.1:{ACME_PORT}", "managementListenAddress": f"127.0.0.1:{ACME_MANAGEMENT}"}
        own = {"certificate": str(self.folder / "pebble.pem"), "privateKey": str(self.folder / "pebble.key")}
        run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "9"]
            + ["-subj", "/CN=pebble", "-keyout", own["privateKey"], "-out", own["certificate"]]
        )
        config = self.folder / "pebble.json"
        profiles = {"default": {"description": "as Let's Encrypt's", "validityPeriod": 90 * 86400}}
        lasting = {"profiles": profiles, "certificateValidityPeriod": 90 * 86400}  # by newer and by older versions
        config.write_text(json.dumps({"pebble": listen | own | lasting | {"httpPort": 80, "tlsPort": 443}}))
        return Daemon(
            "pebble",
            [images.toolbox() / "pebble", "-config", config, "-dnsserver", f"{OUTSIDE_RESOLVER}:53"],
            self.folder / "pebble.log",
            port=ACME_MANAGEMENT,
            env={"PEBBLE_VA_NOSLEEP": "1", "PEBBLE_WFE_NONCEREJECT": "0"},
        )

    def acme_root(self) -> Path:
        """The authority's root of this run, in a file: what an outsider's curl trusts."""
        path = self.folder / "acme-root.pem"
        if not path.exists():
            url = f"https://127.0.0.1:{ACME_MANAGEMENT}/roots/0"
            with urllib.request.urlopen(url, timeout=10, context=ssl._create_unverified_context()) as answer:
                path.write_bytes(answer.read())
        return path

    # What a scenario scripts.

    def fault(self, kind: Kind, host: str, path: str = "", **bounds: object) -> Fault:
        """Let a site fail: see faults.py for the kinds, `times` and `seconds` for the bounds."""
        return self.front.script.add(kind, host, path, **bounds)  # type: ignore[arg-type]

    def heal(self) -> None:
        self.front.script.lift()

    def release(self, version: str, kind: str = "today") -> None:
        """Publish v1 … v4 of a kind as :latest, as the CD pipeline does."""
        self.publish((images.INFRAKT, f"{kind}-{version}"), (images.INFRAKT, "latest"))

    def publish(self, source: tuple[str, str], target: tuple[str, str], more: seed.Overlay | None = None) -> None:
        """Push an image that the registry has under another name (repository and tag), perhaps with more files."""
        publish.push(images.REGISTRY_PORT, source, target, seed.pack(more) if more else b"")

    def rotate_token(self) -> str:
        """A new PAT; the old one stops working at once."""
        rights = self.ghcr.accounts.pop(self.token)
        self.github.tokens.discard(self.token)
        self.token = "ghp_" + secrets.token_hex(18)
        self.ghcr.accounts[self.token] = rights
        self.github.tokens.add(self.token)
        return self.token

    def acme_orders(self) -> int:
        """How many certificates were asked for so far."""
        return self.front.count(sites.ACME, r"^/order-plz", method="POST", status="201")

    def wait_hit(self, host: str, path: str = "", *, timeout: float, **how: str) -> float:
        """Until the guest asked for that; the seconds it took."""
        started = time.monotonic()
        while time.monotonic() < started + timeout:
            if self.front.count(host, path, **how):
                return time.monotonic() - started
            time.sleep(0.1)
        raise Failed(f"within {timeout:.0f} s the guest never asked {host} for {path or 'anything'}")
