"""References to secrets, as the compiler writes them: one frozen type a scheme.

The compiler has checked them already; they are checked again because the data file may have been edited since.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePosixPath

from .errors import Final
from .words import plain

HOLES = PurePosixPath("/root/.firstlight")
"""The folder of secrets that came with the document, root's alone."""


@dataclass(frozen=True)
class Nothing:
    """`none`: there is no secret; the image is public."""


@dataclass(frozen=True)
class Generated:
    """`generate`: born on this server."""


@dataclass(frozen=True)
class DockerGroup:
    """`docker-gid`: no secret, but like one known on the server alone: the group of Docker's socket."""


@dataclass(frozen=True)
class File:
    """`file:///PATH`: the operator brings it."""

    path: PurePosixPath


@dataclass(frozen=True)
class Credential:
    """`credential://NAME`: systemd hands it to the unit."""

    name: str


@dataclass(frozen=True)
class AwsParameter:
    """`awsssm://NAME?region=R`: a parameter of Systems Manager."""

    name: str
    region: str


@dataclass(frozen=True)
class AwsSecret:
    """`awssecrets://NAME?region=R#KEY`: of Secrets Manager; with a key, one value of a JSON object."""

    name: str
    region: str
    key: str | None


@dataclass(frozen=True)
class GoogleSecret:
    """`gcpsecrets://PROJECT/SECRET?version=V`."""

    project: str
    name: str
    version: str


@dataclass(frozen=True)
class AzureSecret:
    """`azurekeyvault://VAULT/SECRET`."""

    vault: str
    name: str


@dataclass(frozen=True)
class AppRole:
    """Vault's first credential: a role's id, and where its secret id is."""

    role_id: str
    secret_id: File | Credential


@dataclass(frozen=True)
class Wrapped:
    """Vault's first credential: where a wrapped token is, which can be unwrapped once."""

    token: File | Credential


@dataclass(frozen=True)
class VaultSecret:
    """`vault://MOUNT/PATH?address=URL&…#KEY`, of a key-value store version 2."""

    mount: str
    path: str
    address: str
    key: str
    first: AppRole | Wrapped


@dataclass(frozen=True)
class Embedded:
    """`terraform://NAME`, `env://NAME`: came with the document, and lies in `HOLES`."""

    name: str

    @property
    def path(self) -> PurePosixPath:
        """Where it lies."""
        return HOLES / self.name


Reference = (
    Nothing
    | Generated
    | DockerGroup
    | File
    | Credential
    | AwsParameter
    | AwsSecret
    | GoogleSecret
    | AzureSecret
    | VaultSecret
    | Embedded
)

_BARE: dict[str, Reference] = {"none": Nothing(), "generate": Generated(), "docker-gid": DockerGroup()}
_WORD = re.compile(r"[A-Za-z0-9._-]+")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_PATH = re.compile(r"/[A-Za-z0-9@+=._/-]+")
_SEGMENTS = re.compile(r"[A-Za-z0-9@+=._/-]+")


def parse(text: str) -> Reference:
    """Reads a reference.

    Raises:
        Final: it is none that this version knows. The message does not repeat what stands in it: it may be a secret
            that somebody put into the wrong place.
    """
    if text in _BARE:
        return _BARE[text]
    scheme, found, rest = text.partition("://")
    if not found:
        raise Final("this is no reference to a secret; write one such as file:///etc/firstlight/ghcr-token")
    rest, _, key = rest.partition("#")
    path, _, query = rest.partition("?")
    return _Parts(scheme, path, _query(scheme, query), key).read()


def _query(scheme: str, query: str) -> dict[str, str]:
    pairs = [pair.partition("=") for pair in query.split("&") if pair]
    found = {name: value for name, _, value in pairs}
    if len(found) != len(pairs):
        raise _wrong(scheme, "says the same thing twice after `?`")
    return found


def _wrong(scheme: str, what: str) -> Final:
    return Final(f"the reference {plain(scheme, 20)}://… {what}; make the document anew with firstlight render")


class _Parts:
    """A reference taken apart; each part is used up, and what is left over is an error."""

    def __init__(self, scheme: str, path: str, query: dict[str, str], key: str) -> None:
        self.scheme, self.path, self.query, self.key = scheme, path, query, key

    def read(self) -> Reference:
        readers: dict[str, Callable[[], Reference]] = {
            "file": self.file,
            "credential": lambda: Credential(*self.segments(1)),
            "awsssm": lambda: AwsParameter("/".join(self.segments()), self.word("region")),
            "awssecrets": lambda: AwsSecret("/".join(self.segments()), self.word("region"), self.fragment()),
            "gcpsecrets": self.google,
            "azurekeyvault": lambda: AzureSecret(*self.segments(2)),
            "vault": self.vault,
            "terraform": self.embedded,
            "env": self.embedded,
        }
        if self.scheme not in readers:
            raise _wrong(self.scheme, "has a scheme that this version does not know")
        reference = readers[self.scheme]()
        if self.query or self.key:
            raise _wrong(self.scheme, "says more after `?` or `#` than its scheme has")
        return reference

    def file(self) -> File:
        path = PurePosixPath(self.path)
        if not _PATH.fullmatch(self.path) or {".", ".."} & set(self.path.split("/")) or self.path.endswith("/"):
            raise _wrong(self.scheme, "needs a file's absolute path")
        return File(path)

    def google(self) -> GoogleSecret:
        project, name = self.segments(2)
        return GoogleSecret(project, name, self.word("version", "latest"))

    def embedded(self) -> Embedded:
        if not _NAME.fullmatch(self.path):
            raise _wrong(self.scheme, "needs a variable's name")
        return Embedded(self.path)

    def segments(self, count: int | None = None) -> list[str]:
        segments = self.path.split("/")
        bad = any(not segment.strip(".") for segment in segments) or not _SEGMENTS.fullmatch(self.path)
        if bad or (count is not None and len(segments) != count):
            raise _wrong(self.scheme, f"needs a path of {count or 'one or more'} parts")
        return segments

    def word(self, name: str, default: str | None = None) -> str:
        value = self.query.pop(name, default)
        if value is None or not _WORD.fullmatch(value):
            raise _wrong(self.scheme, f"needs {name}= with letters, digits and . _ -")
        return value

    def fragment(self) -> str | None:
        key, self.key = self.key, ""
        if key and not _WORD.fullmatch(key):
            raise _wrong(self.scheme, "needs a key of letters, digits and . _ - after `#`")
        return key or None

    def vault(self) -> VaultSecret:
        segments, key = self.segments(), self.fragment()
        if len(segments) < 2 or key is None:
            raise _wrong(self.scheme, "needs MOUNT/PATH and #KEY")
        return VaultSecret(segments[0], "/".join(segments[1:]), self.address(), key, self.first())

    def address(self) -> str:
        given = self.query.pop("address", "")
        if not re.fullmatch(r"https://[A-Za-z0-9.-]+(:[0-9]+)?", given):
            raise _wrong(self.scheme, "needs address=https://HOST")
        return given

    def first(self) -> AppRole | Wrapped:
        given = {name: self.query.pop(name) for name in ("secret_id", "wrapped") if name in self.query}
        if set(given) == {"secret_id"} and "role_id" in self.query:
            return AppRole(self.word("role_id"), self.nested(given["secret_id"]))
        if set(given) == {"wrapped"} and "role_id" not in self.query:
            return Wrapped(self.nested(given["wrapped"]))
        raise _wrong(self.scheme, "needs role_id= and secret_id=, or wrapped=")

    def nested(self, text: str) -> File | Credential:
        reference = parse(text)
        if not isinstance(reference, File | Credential):
            raise _wrong(self.scheme, "takes its first credential from file:// or credential:// alone")
        return reference
