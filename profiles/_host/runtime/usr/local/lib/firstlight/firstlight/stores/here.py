"""`generate`, `docker-gid`: what is born or known on this server alone."""

from __future__ import annotations

import re
import secrets
from pathlib import PurePosixPath

from firstlight.errors import Later
from firstlight.reference import DockerGroup, Generated
from firstlight.secret import Secret

from .means import Means

_SOCKET = "run/docker.sock"
_GROUPS = PurePosixPath("/etc/group")


def read(reference: Generated | DockerGroup, means: Means) -> Secret:
    """64 hexadecimal digits, new ones each time; or the number of the group that may use Docker.

    Raises:
        Later: Docker is not installed yet.
        Final: /etc/group cannot be read.
    """
    if isinstance(reference, Generated):
        return Secret(secrets.token_hex(32).encode())
    return Secret(str(_docker_group(means)).encode())


def _docker_group(means: Means) -> int:
    """The socket's own; before there is one, that of the group's name, which it will have."""
    try:
        return (means.system.root / _SOCKET).stat().st_gid
    except OSError:
        content = means.disk.read(_GROUPS)
        found = re.search(rb"(?m)^docker:[^:\n]*:([0-9]{1,10}):", content.data if content else b"")
        if found is None:
            raise Later("Docker has neither a socket nor a group yet: it is being installed") from None
        return int(found[1])
