"""Is this server fit? What would fail after minutes is said in seconds, with what to do."""

from __future__ import annotations

import os
import re
from pathlib import PurePosixPath

from .disk import Disk
from .errors import Final, Later
from .programs import free
from .site import Site
from .steps import Run
from .words import plain

_OLDEST = {"debian": 12, "ubuntu": 22}
_MEMORY = 900_000  # kB: below it, an application and an installation of packages may not fit together
_ROOM = 2000  # MB
_INODES = 50_000
_CLOCK = 180.0  # seconds
_NAMES = 120.0  # seconds

_RELEASE = PurePosixPath("/etc/os-release")


def act(run: Run, disk: Disk, site: Site) -> str:
    """Looks at everything; the note says what is not quite right.

    Raises:
        Final: with what stands in the way and how to remove it.
    """
    release(disk)
    if os.path.lexists(run.system.root / "snap/bin/docker"):
        raise Final("Docker from snap loses bind mounts: snap remove docker")
    _room(run)
    run.retry(_CLOCK, "waiting for the right time", lambda: _clock(run))
    notes = [_memory(disk), run.retry(_NAMES, "asking for the registry's addresses", lambda: _routes(run, site))]
    for port in (80, 443):
        _port(run, port)
    return " ".join(note for note in notes if note)


def release(disk: Disk) -> tuple[str, int, str]:
    """The distribution's name, its version and its code name.

    Raises:
        Final: it is not one that this works on.
    """
    content = disk.read(_RELEASE)
    lines = content.data.decode("utf-8", "replace").splitlines() if content else []
    values = {name: value.strip("'\"") for name, _, value in (line.partition("=") for line in lines)}
    name, version = values.get("ID", ""), values.get("VERSION_ID", "").split(".")[0]
    if name not in _OLDEST or not version.isdigit() or int(version) < _OLDEST[name]:
        shown = plain(values.get("PRETTY_NAME") or name or "this system", 60)
        raise Final(f"{shown} is not supported: use Debian 12 or Ubuntu 22.04, or later")
    return name, int(version), values.get("VERSION_CODENAME", "")


def _memory(disk: Disk) -> str:
    content = disk.read(PurePosixPath("/proc/meminfo"))
    found = re.search(rb"^MemTotal:\s+(\d+) kB", content.data if content else b"", re.MULTILINE)
    if not found or int(found[1]) >= _MEMORY:
        return ""
    return f"{int(found[1]) // 1024} MB of memory is little: add swap."


def _room(run: Run) -> None:
    room = free(run.system)
    if room and room[0] < _ROOM:
        raise Final(f"/var has {room[0]} MB free and needs {_ROOM}: make room, or take a larger disk")
    if room and room[1] < _INODES:
        raise Final(f"/var has {room[1]} inodes free and needs {_INODES}: remove small files there")


def _clock(run: Run) -> None:
    """A clock before the system's own birth makes every certificate look wrong."""
    if run.system.now() < (run.system.root / "etc/os-release").stat().st_mtime:
        raise Later("the clock is before this system was made; check that a time server can be reached: timedatectl")


def _routes(run: Run, site: Site) -> str:
    """A registry with IPv4 addresses alone cannot be reached without an IPv4 route, however long one waits."""
    if run.system.run(["ip", "-4", "route", "show", "default"], timeout=30).out.strip():
        return ""
    host = site.registry.partition(":")[0]
    known = {kind: run.system.run(["getent", f"ahostsv{kind}", host], timeout=30).ok for kind in (4, 6)}
    if known[6]:
        return "This server has no IPv4 route; what has no IPv6 address cannot be reached."
    if known[4]:
        raise Final(f"no IPv4 route, and {host} has no IPv6 address: add an IPv4 address to this server")
    raise Later(f"no IPv4 route, and the name {host} does not resolve")


def _port(run: Run, port: int) -> None:
    """Docker's own proxy holds them when the site is up."""
    done = run.system.run(["ss", "-Hltnp", f"sport = :{port}"], timeout=30)
    if not done.out.strip():
        return
    holders = set(re.findall(rb'\(\("([^"]*)"', done.out)) - {b"docker-proxy"}
    if b"docker-proxy" not in done.out or holders:
        name = plain(min(holders), 40) if holders else "another program"
        remedy = f"systemctl disable --now {name}" if re.fullmatch(r"[A-Za-z0-9@._-]+", name) else "end it"
        raise Final(f"port {port} is taken by {name}: {remedy}, then firstlight apply")
