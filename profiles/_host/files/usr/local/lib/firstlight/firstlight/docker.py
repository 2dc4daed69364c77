"""Docker: there already, or installed; and running. And nftables, for the rules of `metadata`."""

import re
from pathlib import PurePosixPath

from .errors import Final, Later
from .http import Request
from .preflight import release
from .programs import demand
from .steps import Run
from .stores import Means
from .system import System
from .words import last_line

_ORIGIN = "https://download.docker.com/linux/debian"
_KEY = PurePosixPath("/etc/apt/keyrings/docker.asc")


def act(run: Run, means: Means) -> str:
    """Installs what is missing, and starts it.

    Raises:
        Final: it cannot be installed or started, or the operator has switched it off.
    """
    if not means.system.run(["docker", "compose", "version"]).ok:
        # Mirrors in mid-sync come round, and locks are let go.
        run.retry(1800, "installing Docker", lambda: _install(means))
    if not means.system.run(["nft", "--version"]).ok:
        # Docker does not need it everywhere, nor has every image of Debian it.
        run.retry(1800, "installing nftables", lambda: _get(means.system, "nftables"))
    run.retry(120, "starting Docker", lambda: _start(means.system))
    return ""


def _install(means: Means) -> None:
    """An engine that is there is left alone: it gets Compose, the last of each list, from where it came from itself."""
    system, (name, version, codename) = means.system, release()
    has_engine = system.run(["docker", "--version"]).ok
    packages = ["docker.io", "docker-compose-v2"]
    if name == "debian":
        packages = ["docker.io", "docker-cli", "docker-compose"]
    if system.run(["dpkg", "-s", "docker-ce-cli"]).ok:
        packages = ["docker-compose-plugin"]
    elif (name, version) == ("debian", 12):
        # It has nothing but the first Compose itself.
        _add_repository(means, codename)
        packages = ["docker-ce", "docker-ce-cli", "containerd.io", "docker-compose-plugin"]
    _get(system, "ca-certificates", "nftables", *packages[-1 if has_engine else 0 :])


def _get(system: System, *packages: str) -> None:
    quiet = {"DEBIAN_FRONTEND": "noninteractive", "NEEDRESTART_MODE": "a"}
    apt = ["apt-get", "-qy", "-o", "DPkg::Lock::Timeout=600"]
    # What an interrupted installation left half done; it fails if nothing can be mended, and install says why.
    system.run(["dpkg", "--configure", "-a"], timeout=900, env=quiet)
    # Each time anew: a mirror that was in the middle of a change has other files by now.
    demand(system, [*apt, "update"], timeout=900, env=quiet)
    demand(system, [*apt, "install", "--no-install-recommends", *packages], timeout=900, env=quiet)


def _add_repository(means: Means, codename: str) -> None:
    response = means.http.send(Request("GET", f"{_ORIGIN}/gpg"))
    if response.status != 200:
        raise Later(f"{_ORIGIN}/gpg answers {response.status}")
    means.disk.write(_KEY, response.body, 0o644)
    # Of the keys in that file apt takes the one of this fingerprint with its subkeys, and no other.
    line = f"deb [signed-by={_KEY},9DC858229FC7DD38854AE2D88D81803C0EBFCD88] {_ORIGIN} {codename} stable\n"
    means.disk.write(PurePosixPath("/etc/apt/sources.list.d/docker.list"), line.encode(), 0o644)


def allowed(system: System) -> None:
    """Its packages have enabled it.

    Raises:
        Final: the operator has masked or disabled it, and means it.
    """
    off = re.match(rb"masked|disabled", system.run(["systemctl", "is-enabled", "docker"]).out)
    if off:
        remedy = "systemctl unmask docker; systemctl enable docker; firstlight apply"
        raise Final(f"docker.service is {off[0].decode()}: {remedy}")


def _start(system: System) -> None:
    allowed(system)
    demand(system, ["systemctl", "start", "docker"], timeout=120)
    # The unit is up before the daemon answers, on a slow machine long before.
    answer = system.docker("/_ping")
    if not answer.ok:
        raise Later(last_line(answer.err))
