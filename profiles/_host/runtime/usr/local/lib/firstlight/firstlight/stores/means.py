"""What a store may use of the server."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath

from firstlight.disk import Disk
from firstlight.http import Http
from firstlight.system import System


@dataclass(frozen=True)
class Means:
    """The doors to the world, and where systemd has put the credentials."""

    system: System
    http: Http
    disk: Disk
    credentials: PurePosixPath | None = None
    """`$CREDENTIALS_DIRECTORY`; nothing if systemd has handed over none."""
