"""The login for a registry, and the file in which Docker finds it: in memory, and root's alone."""

from __future__ import annotations

import json
from base64 import b64encode
from dataclasses import dataclass

from . import paths
from .asking import is_token
from .disk import Disk
from .errors import Final
from .image import HUB
from .secret import Secret

PATH = paths.LOGIN / "config.json"
"""What `DOCKER_CONFIG` leads to."""

_HUB_KEY = "https://index.docker.io/v1/"
"""Docker's own name for Docker Hub in that file."""


@dataclass(frozen=True)
class Login:
    """Who one is at a registry."""

    user: str
    token: Secret
    source: str
    """Where the token comes from, in words."""

    def pair(self) -> bytes:
        """User and token as registries want them: a secret, too.

        Raises:
            Final: the token cannot be one.
        """
        token = self.token.reveal()
        if not is_token(token.decode("utf-8", "replace")):
            raise Final(f"what {self.source} holds is no token, which is one line without spaces: replace it")
        return f"{self.user}:".encode() + token


def write(disk: Disk, registry: str, login: Login) -> None:
    """Writes Docker's configuration, unless it says the same already. Whom it was given to keeps it.

    Raises:
        Final: the token cannot be one, or the file cannot be written.
    """
    auth = b64encode(login.pair()).decode()
    data = json.dumps({"auths": {_HUB_KEY if registry == HUB else registry: {"auth": auth}}}).encode() + b"\n"
    there = disk.read(PATH)
    if there is None or there.data != data or there.mode != 0o600:
        disk.write(PATH, data, 0o600, there.owner if there else None)


def remove(disk: Disk) -> None:
    """Takes it away, where no image needs it any more.

    Raises:
        Final: the system refuses.
    """
    disk.remove(PATH)
