"""Docker: there already, or installed; and running."""

from __future__ import annotations

from pathlib import PurePosixPath

from .disk import Disk, Owner
from .errors import Final, Later
from .http import Http, Request
from .openpgp import fingerprints
from .preflight import release
from .programs import demand
from .steps import Run
from .system import System
from .words import plain

_INSTALL = 1800.0  # seconds for all tries: mirrors in mid-sync come round, and locks are let go
_APT = 900.0
_LOCK = "DPkg::Lock::Timeout=600"
_START = 120.0
_QUIET = {"DEBIAN_FRONTEND": "noninteractive", "NEEDRESTART_MODE": "a"}

_DEBIAN = "https://download.docker.com/linux/debian"
_FINGERPRINT = "9DC858229FC7DD38854AE2D88D81803C0EBFCD88"
_KEY = PurePosixPath("/etc/apt/keyrings/docker.asc")
_LIST = PurePosixPath("/etc/apt/sources.list.d/docker.list")


class Docker:
    """Brings Docker to this server."""

    def __init__(self, disk: Disk, http: Http, owner: Owner = Owner(0, 0)) -> None:  # noqa: B008 (frozen)
        """Files of apt's belong to `owner`."""
        self._disk, self._http, self._owner = disk, http, owner

    def act(self, run: Run) -> str:
        """Installs what is missing, and starts it.

        Raises:
            Final: it cannot be installed or started, or the operator has switched it off.
        """
        if not _works(run.system, "compose", "version"):
            run.retry(_INSTALL, "installing Docker", lambda: self._install(run.system))
        run.retry(_START, "starting Docker", lambda: _start(run.system))
        return ""

    def _install(self, system: System) -> None:
        packages = self._packages(system)
        # What an interrupted installation left half done; it fails if nothing can be mended, and install says why.
        system.run(["dpkg", "--configure", "-a"], timeout=_APT, env=_QUIET)
        # Each time anew: a mirror that was in the middle of a change has other files by now.
        demand(system, ["apt-get", "-q", "-o", _LOCK, "update"], timeout=_APT, env=_QUIET)
        install = ["apt-get", "-qy", "-o", _LOCK, "install", "--no-install-recommends"]
        demand(system, [*install, *packages, "ca-certificates"], timeout=_APT, env=_QUIET)

    def _packages(self, system: System) -> tuple[str, ...]:
        """An engine that is there is left alone: it gets Compose from where it came from itself."""
        name, version, codename = release(self._disk)
        if system.run(["dpkg", "-s", "docker-ce-cli"], timeout=60).ok:
            return ("docker-compose-plugin",)
        is_there = _works(system, "--version")
        if (name, version) == ("debian", 12):
            # It has nothing but the first Compose itself.
            self._add_repository(codename)
            return (
                ("docker-compose-plugin",)
                if is_there
                else ("docker-ce", "docker-ce-cli", "containerd.io", "docker-compose-plugin")
            )
        if name == "debian":
            return ("docker-compose",) if is_there else ("docker.io", "docker-cli", "docker-compose")
        return ("docker-compose-v2",) if is_there else ("docker.io", "docker-compose-v2")

    def _add_repository(self, codename: str) -> None:
        response = self._http.send(Request("GET", f"{_DEBIAN}/gpg"))
        if response.status != 200:
            raise Later(f"{_DEBIAN}/gpg answers {response.status}")
        found = fingerprints(response.body)
        if found != {_FINGERPRINT}:
            raise Final(f"the key at {_DEBIAN}/gpg is not Docker's ({_FINGERPRINT}): do not install it, and ask Docker")
        self._disk.write(_KEY, response.body, 0o644, self._owner)
        line = f"deb [signed-by={_KEY}] {_DEBIAN} {plain(codename, 20)} stable\n"
        self._disk.write(_LIST, line.encode(), 0o644, self._owner)


def _works(system: System, *words: str) -> bool:
    return system.run(["docker", *words], timeout=60).ok


def _start(system: System) -> None:
    """Its packages have enabled it. An operator who has masked or disabled it means it."""
    state = plain(system.run(["systemctl", "is-enabled", "docker.service"], timeout=60).out)
    if state in ("masked", "masked-runtime", "disabled"):
        remedy = "systemctl enable docker" if state == "disabled" else "systemctl unmask docker"
        raise Final(f"docker.service is {state}: {remedy}, then firstlight apply")
    demand(system, ["systemctl", "start", "docker"], timeout=_START)
    # The unit is up before the daemon answers, on a slow machine long before.
    demand(system, ["docker", "info", "--format", "{{.ServerVersion}}"], timeout=60)
