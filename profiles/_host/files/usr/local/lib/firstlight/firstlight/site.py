"""What this site is: the data file, as types.

The compiler writes it, and `site.schema.json` says every form in it; its tests hold it against that. Here nothing is
checked again but that this program and the file belong together.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any, NamedTuple

from . import paths
from .disk import Disk
from .errors import Final
from .state import STEPS

VERSION = 1
"""Of the data file's form. Another one is refused."""


class Reference(NamedTuple):
    """Where a secret comes from. The compiler has taken it apart; each scheme has its own parts."""

    scheme: str
    """The module of `stores` that fetches it, or one of those that `stores` has itself."""
    where: str = ""
    """The place in words, for messages: `/etc/firstlight/ghcr-token`, `/x/y at AWS in eu-central-1`."""
    path: str = ""
    """`file`, `embedded`: where it lies. `credential`: its name. `vault`: MOUNT/data/PATH."""
    name: str = ""
    region: str = ""
    key: str = ""
    """`awssecrets`, `vault`: which value of a JSON object; nothing if the whole is meant."""
    project: str = ""
    version: str = ""
    vault: str = ""
    address: str = ""
    role_id: str = ""
    """`vault`: nothing if its first credential is a wrapped token."""
    first: Reference = None  # type: ignore[assignment]
    """`vault`, which always has one: its first credential, a `file` or a `credential`."""


class Line(NamedTuple):
    """A line of `status`: a text, or what a file or a variable of the application's container holds.

    `{address}` in a text is this server's address.
    """

    label: str
    text: str = ""
    file: str = ""
    variable: str = ""


class Header(NamedTuple):
    """A header of a request, with a value as that of a line."""

    header: str
    text: str = ""
    file: str = ""
    variable: str = ""


class Check(NamedTuple):
    """What `verify` asks the site, and the statuses that are right."""

    what: str
    path: str
    method: str
    headers: list[Header]
    expected: list[int]


class Repository(NamedTuple):
    """Where the compose file is fetched from: a file of a GitHub repository at a branch."""

    name: str
    branch: str
    file: str


class Managed(NamedTuple):
    """How the application manages this server itself, as root."""

    key: str
    """The private key, in the folder of keys on this server."""
    seen_as: str
    """The same file in the application's container."""
    api_key: str
    """The file in that container with the key of the application's API."""
    port: int
    """Where the API answers in the container."""
    provision: bool
    """Whether the application is to provision this server, too."""


class Site(NamedTuple):
    """The site, as the document says it."""

    version: int
    name: str
    domains: list[str]
    """The first is the one that is asked and shown."""
    any_certificate: bool
    """Whether the certificate is of an authority that browsers do not know: a test or private one."""
    health: str
    home: PurePosixPath
    keys: PurePosixPath | None
    """The folder of SSH keys that the application may read."""
    service: str
    compose: list[str]
    """The compose files, by their paths."""
    token: Reference | None
    """The registry's; nothing if the image is public."""
    registry: str
    registry_user: str
    updater: str | None
    """The name of the container that an update from within starts, which makes the others anew."""
    repository: Repository | None
    traefik: PurePosixPath | None
    """The folder of Traefik's compose file, if Traefik is in front of the site and not Caddy."""
    managed: Managed | None
    """Nothing if the application does not manage this server."""
    lines: list[Line]
    checks: list[Check]
    secrets: Mapping[str, Reference]
    """By what stands between the `@` of a hole in `.env`."""

    @property
    def steps(self) -> tuple[str, ...]:
        """The names of its steps, in the order in which they are shown."""
        absent = {"caddy" if self.traefik else "traefik", *["manage"] * (not self.managed)}
        return tuple(name for name in STEPS if name not in absent)


def read(disk: Disk) -> Site:
    """Reads the one of this server.

    Raises:
        Final: it is not there, or cannot be read.
    """
    return parse(disk.data(paths.SITE), paths.SITE)


def parse(data: bytes, path: PurePosixPath) -> Site:
    """Reads the data file.

    Raises:
        Final: it is not JSON, or of another version.
    """
    try:
        given = json.loads(data, object_hook=_typed)
        if given["version"] == VERSION:
            folders = {name: given[name] and PurePosixPath(given[name]) for name in ("home", "keys", "traefik")}
            return Site(**given | folders)
    except (ValueError, LookupError, TypeError):
        pass
    raise Final(f"{path} is not what this firstlight reads: bring the document to this server again")


def _typed(given: dict[str, Any]) -> Any:  # noqa: ANN401 (JSON is anything)
    """Each kind of object has a key that no other has."""
    for key, kind in _KINDS.items():
        if key in given:
            return kind(**given)
    return given


_KINDS: dict[str, type] = {
    "scheme": Reference,
    "label": Line,
    "header": Header,
    "what": Check,
    "branch": Repository,
    "seen_as": Managed,
}
