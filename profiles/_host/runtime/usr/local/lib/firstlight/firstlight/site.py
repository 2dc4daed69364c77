"""What this site is: the data file, read into types that cannot be wrong. All that is wrong with it is said at once."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, TypeVar

from . import reference
from .errors import Final
from .reference import Reference
from .words import plain

VERSION = 1
"""Of the data file's form. Another one is refused: the document and this program belong together."""

T = TypeVar("T")


@dataclass(frozen=True)
class Text:
    """A line of `status` that is as it stands; `{address}` in it is this server's address."""

    label: str
    text: str


@dataclass(frozen=True)
class FileShown:
    """A line of `status` with what a file in the application's container holds."""

    label: str
    file: PurePosixPath


@dataclass(frozen=True)
class VariableShown:
    """A line of `status` with the value of a variable in the application's container."""

    label: str
    variable: str


Line = Text | FileShown | VariableShown


@dataclass(frozen=True)
class Check:
    """What `verify` asks the site, and the statuses that are right."""

    what: str
    path: str
    method: str
    expected: tuple[int, ...]


@dataclass(frozen=True)
class Repository:
    """Where the compose file is fetched from: a file of a GitHub repository at a branch."""

    name: str
    branch: str
    file: str


@dataclass(frozen=True)
class Site:
    """The site, as the document says it."""

    name: str
    domains: tuple[str, ...]
    """The first is the one that is asked and shown."""
    any_certificate: bool
    """Whether the certificate is of an authority that browsers do not know: a test or private one."""
    health: str
    home: PurePosixPath
    keys: PurePosixPath | None
    """The folder of SSH keys that the application may read."""
    service: str
    compose: tuple[PurePosixPath, ...]
    token: Reference
    registry: str
    registry_user: str
    self_update: bool
    updater: str | None
    """The name of the container that an update from within starts, which makes the others anew."""
    repository: Repository | None
    lines: tuple[Line, ...]
    checks: tuple[Check, ...]


_DOMAIN = r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+"
_NAME = r"[a-z][a-z0-9-]{0,31}"
_URL_PATH = r"/[A-Za-z0-9/._~%?=&+:@!,;-]{0,254}"
_PATH = r"(/(?!\.\.?(/|$))[A-Za-z0-9._@+-]+)+"
_SERVICE = r"[A-Za-z0-9][A-Za-z0-9_.-]{0,99}"
_REGISTRY = r"[A-Za-z0-9.-]+(:[0-9]{1,5})?"
_USER = r"[A-Za-z0-9_.$@+-]{1,100}"
_VARIABLE = r"[A-Za-z_][A-Za-z0-9_]*"
_METHOD = r"GET|HEAD|POST|PUT|DELETE|OPTIONS|PATCH"
_SHOWN = r"[\x20-\x7e\u00a1-\u024f]{1,300}"


def parse(data: bytes, path: PurePosixPath) -> Site:
    """Reads the data file.

    Raises:
        Final: names everything that is wrong, each with its place in the data.
    """
    try:
        given = json.loads(data)
    except (ValueError, RecursionError):
        raise Final(f"{path} is not JSON: make the document anew with firstlight render") from None
    reader = _Object(given, "", [])
    site = _site(reader) if reader.version() else None
    if reader.problems or site is None:
        raise Final(f"{path}: {'; '.join(reader.problems[:20])}: make the document anew with firstlight render")
    return site


def _site(site: _Object) -> Site | None:
    found = Site(
        name=site.text("name", _NAME),
        domains=site.several("domains", _domain),
        any_certificate=site.flag("any_certificate"),
        health=site.text("health", _URL_PATH),
        home=PurePosixPath(site.text("home", _PATH)),
        keys=PurePosixPath(site.text("keys", _PATH)) if site.has("keys") else None,
        service=site.text("service", _SERVICE),
        compose=site.several("compose", lambda entry: PurePosixPath(entry.itself(_PATH))),
        token=site.reference("token"),
        registry=site.text("registry", _REGISTRY),
        registry_user=site.text("registry_user", _USER),
        self_update=site.flag("self_update"),
        updater=site.text("updater", _SERVICE) if site.has("updater") else None,
        repository=_repository(site.inner("repository")) if site.has("repository") else None,
        lines=site.several("status", _line, least=0),
        checks=site.several("verify", _check, least=0),
    )
    site.finish()
    return found


def _domain(entry: _Object) -> str:
    return entry.itself(_DOMAIN)


def _repository(entry: _Object) -> Repository:
    found = Repository(
        entry.text("name", r"[A-Za-z0-9-]{1,39}/[A-Za-z0-9._-]{1,100}"),
        entry.text("branch", r"[A-Za-z0-9._/-]{1,200}"),
        entry.text("file", r"[A-Za-z0-9._-]+"),
    )
    entry.finish()
    return found


def _line(entry: _Object) -> Line:
    label = entry.text("label", _SHOWN)
    line: Line
    if entry.has("file"):
        line = FileShown(label, PurePosixPath(entry.text("file", _PATH)))
    elif entry.has("variable"):
        line = VariableShown(label, entry.text("variable", _VARIABLE))
    else:
        line = Text(label, entry.text("text", _SHOWN))
    entry.finish()
    return line


def _check(entry: _Object) -> Check:
    what, path = entry.text("what", _SHOWN), entry.text("path", _URL_PATH)
    check = Check(what, path, entry.text("method", _METHOD), entry.several("expected", lambda one: one.status()))
    entry.finish()
    return check


class _Object:
    """A value of the data and its place. What is wrong is noted, and something harmless handed back."""

    def __init__(self, value: Any, place: str, problems: list[str]) -> None:  # noqa: ANN401 (JSON is anything)
        self.value, self.place, self.problems = value, place, problems
        self.unread = set(value) if isinstance(value, Mapping) else set()

    def wrong(self, what: str) -> None:
        self.problems.append(f"{self.place or 'the whole'} {what}")

    def version(self) -> bool:
        if not isinstance(self.value, Mapping):
            self.wrong("is no object")
            return False
        version = self.value.get("version")
        self.unread.discard("version")
        if isinstance(version, bool) or version != VERSION:
            self.problems.append(f"version is not {VERSION}, which this program reads")
        return not self.problems

    def has(self, key: str) -> bool:
        if isinstance(self.value, Mapping) and self.value.get(key, self) is None:
            self.unread.discard(key)
            return False
        return isinstance(self.value, Mapping) and key in self.value

    def inner(self, key: str) -> _Object:
        self.unread.discard(key)
        value = self.value.get(key) if isinstance(self.value, Mapping) else None
        return _Object(value, f"{self.place}.{key}".lstrip("."), self.problems)

    def itself(self, form: str) -> str:
        if isinstance(self.value, str) and re.fullmatch(form, self.value):
            return self.value
        self.wrong("is missing" if self.value is None else "is not of its form")
        return "/"

    def text(self, key: str, form: str) -> str:
        return self.inner(key).itself(form)

    def flag(self, key: str) -> bool:
        entry = self.inner(key)
        if not isinstance(entry.value, bool):
            entry.wrong("is neither true nor false")
        return bool(entry.value)

    def status(self) -> int:
        if isinstance(self.value, int) and 100 <= self.value <= 599:
            return self.value
        self.wrong("is no status of HTTP")
        return 0

    def reference(self, key: str) -> Reference:
        entry = self.inner(key)
        try:
            return reference.parse(entry.value if isinstance(entry.value, str) else "")
        except Final as error:
            entry.wrong(f"is wrong: {error}")
            return reference.Nothing()

    def several(self, key: str, read: Callable[[_Object], T], least: int = 1) -> tuple[T, ...]:
        entry = self.inner(key)
        if not isinstance(entry.value, list) or len(entry.value) < least:
            entry.wrong("is no list" if not isinstance(entry.value, list) else "is empty")
            return ()
        return tuple(read(one) for one in entry.entries())

    def entries(self) -> Iterator[_Object]:
        for number, value in enumerate(self.value):
            yield _Object(value, f"{self.place}[{number}]", self.problems)

    def finish(self) -> None:
        for key in sorted(map(str, self.unread)):
            self.wrong(f"has the unknown key {plain(key, 40)}")
