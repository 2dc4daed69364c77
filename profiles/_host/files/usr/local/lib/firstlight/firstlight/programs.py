"""Programs whose failure may be over by itself."""

import re

from .errors import Final, Later
from .system import Done, System
from .words import last_line


def demand(
    system: System,
    argv: list[str],
    *,
    timeout: float = 60,
    input: bytes | None = None,
    env: dict[str, str] | None = None,
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
    # With less than that, a failure is put down to the disk.
    if room and (room[0] < 50 or room[1] < 5000):
        raise Final(f"the disk is full: /var has {room[0]} MB and {room[1]} inodes free: make room")
    raise Later(complaint(argv, done))


def complaint(argv: list[str], done: Done) -> str:
    """What a program that failed said at its end, after its name."""
    said = last_line(done.err) or last_line(done.out)
    return f"{argv[0]}: " + (said or f"it ended with {done.code}")


def free(system: System) -> tuple[int, int] | None:
    """Megabytes and inodes free in /var. A file system without a number of inodes has enough."""
    done = system.run(["df", "-m", "--output=avail,iavail", "/var"], timeout=30)
    found = re.search(rb"(\d+) +(\d+|-)\s*$", done.out)
    return (int(found[1]), 1 << 30 if found[2] == b"-" else int(found[2])) if found else None
