"""The programs the rig needs on this machine, installed with apt-get where they are missing."""

import os
import re
import shutil
import tempfile
from pathlib import Path

from .shell import Failed, run

# program → the Debian and Ubuntu package that holds it
PROGRAMS = {
    "curl": "curl",
    "debugfs": "e2fsprogs",
    "genisoimage": "genisoimage",
    "ip": "iproute2",
    "mkfs.ext4": "e2fsprogs",
    "mmdebstrap": "mmdebstrap",
    "openssl": "openssl",
    "qemu-img": "qemu-utils",
    "setpriv": "util-linux",
    "skopeo": "skopeo",
    "ssh": "openssh-client",
    "umoci": "umoci",
    "unshare": "util-linux",
}
KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
QEMU = "qemu-system-x86_64"
OLDEST_QEMU = 8  # Debian 12's 7.2 boots too, but its emulation is markedly slower


def ensure() -> None:
    """Everything there, or an error that says what to install."""
    if os.geteuid() != 0:
        raise Failed("the rig needs root (it builds disk images and network namespaces): sudo tests/boot/run …")
    missing = {package for program, package in PROGRAMS.items() if not shutil.which(program)}
    if not KEYRING.exists():
        missing.add("debian-archive-keyring")
    if missing:
        install(sorted(missing))
    if qemu_version() < OLDEST_QEMU:
        install_qemu()


def install(packages: list[str], *options: str) -> None:
    """apt-get, unattended; without it, or where it fails, the person is told what to install."""
    if not shutil.which("apt-get"):
        raise Failed("install these, then run again: " + " ".join(packages))
    print("  installing " + " ".join(packages), flush=True)
    env = ["env", "DEBIAN_FRONTEND=noninteractive"]
    run([*env, "apt-get", *options, "-qq", "update"], timeout=300)
    run([*env, "apt-get", *options, "-qq", "-y", "--no-install-recommends", "install", *packages], timeout=900)


def qemu_version() -> int:
    """QEMU's major version, 0 when absent."""
    if not shutil.which(QEMU):
        return 0
    found = re.search(rb"version (\d+)", run([QEMU, "--version"]).stdout)
    return int(found[1]) if found else 0


def install_qemu() -> None:
    """QEMU from backports where the release is old, through a source list that only this call sees."""
    release = dict(
        line.rstrip().replace('"', "").split("=", 1)
        for line in Path("/etc/os-release").read_text().splitlines()
        if "=" in line
    )
    if release.get("ID") != "debian" or release.get("VERSION_CODENAME") != "bookworm":
        return install(["qemu-system-x86"])
    with tempfile.TemporaryDirectory() as place:
        (Path(place) / "lists/partial").mkdir(parents=True)
        (Path(place) / "parts").mkdir()
        (Path(place) / "parts/rig.sources").write_text(
            f"Types: deb\nURIs: {mirror()}\nSuites: bookworm bookworm-updates bookworm-backports\n"
            f"Components: main\nSigned-By: {KEYRING}\n"
        )
        install(
            ["qemu-system-x86"],
            *("-o", f"Dir::Etc::SourceParts={place}/parts", "-o", "Dir::Etc::SourceList=/dev/null"),
            *("-o", f"Dir::State::Lists={place}/lists", "-o", "APT::Default-Release=bookworm-backports"),
        )


def mirror() -> str:
    """The Debian mirror this machine's own apt uses; Debian's public name on a machine of another kind."""
    if not shutil.which("apt-get"):
        return "http://deb.debian.org/debian"
    asked = run(["apt-get", "indextargets", "--format", "$(REPO_URI)", "Created-By: Packages"], check=False)
    debian = [uri.rstrip("/") for uri in asked.stdout.decode().split() if uri.rstrip("/").endswith("/debian")]
    return debian[0] if debian else "http://deb.debian.org/debian"
