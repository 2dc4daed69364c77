"""Secret stores: what lies on this server itself, and which module fetches the rest.

A document carries only the modules that it names; so each is imported only where it is needed.
"""

import secrets
from importlib import import_module
from pathlib import PurePosixPath
from typing import NamedTuple

from firstlight.disk import Disk
from firstlight.errors import Absent, Final
from firstlight.http import Http
from firstlight.secret import Secret
from firstlight.site import Reference
from firstlight.system import System


class Means(NamedTuple):
    """What a store may use of the server."""

    system: System
    http: Http
    disk: Disk
    credentials: PurePosixPath = PurePosixPath("/run/credentials/firstlight.service")
    """Where systemd has put the unit's own."""


def resolve(reference: Reference, means: Means) -> Secret:
    """Fetches a secret, by one try. It is never empty; ends of lines around it are not part of it.

    Raises:
        Later: it is not there yet (`Absent` if a person brings it), or the store does not answer now.
        Final: it cannot be had this way; the message says what to change.
    """
    scheme = reference.scheme
    if scheme == "generate":
        return Secret(secrets.token_hex(32).encode())
    if scheme == "docker-gid":
        # The step files has made the group, if Docker has not.
        return Secret(means.system.run(["getent", "group", "docker"], timeout=30).out.split(b":")[2])
    if scheme in _ABSENT:
        return _lying_here(reference, means)
    try:
        module = import_module(f".{scheme}", __name__)
    except ModuleNotFoundError:
        raise Final(f"this server has no part for {scheme}: make the document anew") from None
    secret: Secret = module.read(reference, means)
    return secret


def clean(data: bytes, where: str) -> Secret:
    """A secret as an editor, a web page or a shell left it, made into the secret itself: without the ends of lines
    around it and a byte order mark before it. What has several lines keeps them: whoever needs it knows whether that
    can be.

    Raises:
        Final: it is empty, or no text.
    """
    value = data.removeprefix(b"\xef\xbb\xbf").strip(b"\r\n")
    if not value or b"\0" in value or value.decode("utf-8", "ignore").encode() != value:
        raise Final(f"{where} is empty, or not UTF-8 (PowerShell writes UTF-16): save it as that")
    return Secret(value)


_ABSENT = {
    "file": (Absent, "copy it to this server"),
    "credential": (Final, "put it into /etc/credstore, then firstlight apply"),
    "embedded": (Final, "bring the document again"),
}
"""What lies on this server itself: whether it may still come, and what to do."""


def _lying_here(reference: Reference, means: Means) -> Secret:
    # An absolute path stays as it is; a credential has its name alone.
    path, where = means.credentials / reference.path, reference.where
    content = means.disk.read(path)
    if not content or not content.data.strip(b"\r\n"):
        kind, remedy = _ABSENT[reference.scheme]
        raise kind(f"{where} is not there, or empty: {remedy}")
    if reference.scheme == "file":
        means.disk.make_private(path)
    return clean(content.data, where)
