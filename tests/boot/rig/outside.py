"""What someone on the internet sees of the guest: real HTTPS, checked against the ACME authority's root."""

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path

from .shell import run
from .world import GUEST_OUTSIDE


@dataclass
class Seen:
    """One answer from outside, or (status 0) the reason why there was none."""

    status: int
    http: str
    body: bytes
    trouble: str
    at: float = 0  # seconds since the power button
    cpu: float = 0  # and of processor time that the machine took for them: comparable on a busy host

    def json(self) -> dict[str, str]:
        return json.loads(self.body)


def curl(domain: str, path: str, root: Path, *options: str, timeout: float = 20) -> Seen:
    """One request over HTTPS to the guest's public side; a certificate that does not verify is an error."""
    asked = run(
        ["curl", "-sS", "--http2", "--max-time", str(timeout), "--cacert", root, "-o", "-"]
        + ["--resolve", f"{domain}:443:{GUEST_OUTSIDE}", "--write-out", r"\n%{http_code} %{http_version}"]
        + [*options, f"https://{domain}{path}"],
        timeout=timeout + 5,
        check=False,
    )
    body, _, last = asked.stdout.rpartition(b"\n")
    status, version = (last.decode().split() + ["0", "0"])[:2]
    return Seen(int(status), version, body, asked.stderr.decode(errors="replace").strip())


def certificate(domain: str, root: Path) -> dict[str, str]:
    """Issuer, serial number and end of the certificate that the guest shows for the domain."""
    hello = subprocess.run(
        ["openssl", "s_client", "-connect", f"{GUEST_OUTSIDE}:443", "-servername", domain, "-CAfile", str(root)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=60,
    )
    text = run(
        ["openssl", "x509", "-noout", "-issuer", "-serial", "-enddate", "-ext", "subjectAltName"], stdin=hello.stdout
    ).stdout.decode()
    pairs = dict(line.split("=", 1) for line in text.splitlines() if "=" in line)
    return pairs | {"names": text.splitlines()[-1].strip()}
