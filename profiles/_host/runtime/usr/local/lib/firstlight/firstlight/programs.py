"""Programs whose failure may be over by itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from .errors import Final, Later
from .system import Done, System
from .words import last_line, plain

_FULL = 50
"""Megabytes free below which a failure is put down to the disk."""


def demand(
    system: System,
    argv: Sequence[str],
    *,
    timeout: float,
    input: bytes | None = None,
    env: Mapping[str, str] | None = None,
) -> bytes:
    """What a program wrote.

    Raises:
        Later: it failed; the message is the last line of what it said.
        Final: it failed, and there is no room left on the disk.
    """
    done = system.run(argv, timeout=timeout, input=input, env=env)
    if done.ok:
        return done.out
    room = free(system)
    if room and min(room[0], room[1] // 100) < _FULL:
        raise Final(f"the disk is full: /var has {room[0]} MB and {room[1]} inodes free: make room")
    raise Later(complaint(argv, done))


def complaint(argv: Sequence[str], done: Done) -> str:
    """What a program that failed said at its end, after its name."""
    said = last_line(done.err) or last_line(done.out) or f"it ended with {done.code}"
    return f"{plain(argv[0])}: {said}"


def free(system: System) -> tuple[int, int] | None:
    """Megabytes and inodes free in /var. A file system without a number of inodes has enough."""
    done = system.run(["df", "-m", "--output=avail,iavail", "/var"], timeout=30)
    words = done.out.split()[-2:]
    if not done.ok or len(words) != 2 or not words[0].isdigit():
        return None
    return int(words[0]), int(words[1]) if words[1].isdigit() else 1 << 30
