"""Is this server fit? What would fail after minutes is said in seconds, with what to do."""

import os
import platform
import re

from . import registry
from .errors import Final, Later
from .programs import free
from .site import Site
from .steps import Run
from .stores import Means
from .system import System
from .words import plain


def act(run: Run, means: Means, site: Site) -> str:
    """Looks at everything; the note says what is not quite right.

    Raises:
        Final: with what stands in the way and how to remove it.
    """
    system, host = means.system, registry.host(site.registry).partition(":")[0]

    def routes() -> str:
        """A registry with IPv4 addresses alone cannot be reached without an IPv4 route, however long one waits."""
        if system.run(["ip", "-4", "route", "show", "default"]).out:
            return ""
        # IPv6 addresses if there are any, else IPv4 ones; `ahostsv6` would make some of those.
        names = system.run(["getent", "hosts", host]).out
        if b":" in names.split(b" ")[0]:
            return "No IPv4 route: what has no IPv6 address cannot be reached. "
        raise (Final if names else Later)(
            f"no IPv4 route, and {host} has no IPv6 address: give this server an IPv4 one"
        )

    fit(run)
    note = run.retry(120, f"asking for the addresses of {host}", routes)
    # An application and an installation of packages may not fit together.
    if os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") < 900 << 20:
        note += "Less than 900 MB of memory: add swap."
    _ports(system, site)
    return note


def fit(run: Run) -> None:
    """Looks at what Docker's installation needs: the release, the disk and the clock.

    Raises:
        Final: with what stands in the way and how to remove it.
    """
    system = run.system

    def clock() -> None:
        # One before the system's own birth makes every certificate look wrong.
        if system.now() < (system.root / "etc/os-release").stat().st_mtime:
            raise Later("the clock is before this system was made: timedatectl")

    release()
    room = free(system)
    if room and (room[0] < 2000 or room[1] < 50_000):
        raise Final(f"/var has {room[0]} MB and {room[1]} inodes free and needs 2000 and 50000: make room")
    if os.path.lexists(system.root / "snap/bin/docker"):
        raise Final("Docker from snap loses bind mounts: snap remove docker")
    run.retry(180, "waiting for the right time", clock)


def _ports(system: System, site: Site) -> None:
    held = system.run(["ss", "-Hltnp", "sport = :80 or sport = :443"]).out
    # Docker's own proxy holds them when the site is up.
    others = set(re.findall(rb'\("([^"]*)', held) or [held]) - {b"docker-proxy", b""}
    if b"docker-proxy" in held:
        shown = '{{.Label "com.docker.compose.project.working_dir"}} {{.Names}}'
        found = system.run(["docker", "ps", "-f", "publish=80", "-f", "publish=443", "--format", shown]).out
        foreign = f"(?m)^(?!(?:{site.home}|{site.traefik}) ).* (.+)"
        others |= {b"the container " + name for name in re.findall(foreign.encode(), found)}
    if others:
        raise Final(f"port 80 or 443 is taken by {plain(min(others))}: end and disable that, then firstlight apply")


def release() -> tuple[str, int, str]:
    """The distribution's name, its version and its code name.

    Raises:
        Final: it is not one that this works on.
    """
    found = platform.freedesktop_os_release()
    name, version = found["ID"], int(found.get("VERSION_ID", "0").partition(".")[0])
    if version < {"debian": 12, "ubuntu": 22}.get(name, 9999):
        raise Final(f"{plain(found['PRETTY_NAME'])} is not supported: use Debian 12 or Ubuntu 22.04, or later")
    return name, version, found.get("VERSION_CODENAME", "")
