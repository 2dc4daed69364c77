"""Staged files into their places, as dpkg treats its configuration files.

Missing: put down. Untouched since we put it there: replaced. Edited: kept, and named. A kept or replaced `.env` keeps
the secrets that were born here, and a kept one gets the variables that it lacks.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import PurePosixPath

from . import paths
from .disk import Content, Disk, Owner
from .errors import Final
from .secret import Secret

Resolve = Callable[[str], Secret]
"""Fetches the secret that a hole is for; raises `Later` while it is not there, `Final` if it never will be."""

_ROOT = Owner(0, 0)
_HOLE = re.compile(rb"([A-Za-z_][A-Za-z0-9_]*)=@(.+)@")
_VARIABLE = re.compile(rb"([A-Za-z_][A-Za-z0-9_]*)=")
_SIMPLE = re.compile(rb"[0-9A-Za-z_.-]*")


@dataclass(frozen=True)
class Record:
    """What was put in a place, by sha256."""

    staged: str
    """The staged file that it was made from."""
    put: str
    """The file itself."""
    coming: str
    """The one that was about to take its place. After a power cut either may be there, and both are ours."""


class Files:
    """The staged files of this server."""

    def __init__(self, disk: Disk, resolve: Resolve, owner: Owner = _ROOT) -> None:
        """Placed files belong to `owner`."""
        self._disk, self._resolve, self._owner = disk, resolve, owner
        self._records = self._read()

    def place_all(self) -> list[str]:
        """Puts every staged file into its place. A note for each whose edits were kept.

        Raises:
            Final, Later: from the disk, or from where a secret comes from; files placed before stay placed.
        """
        notes = (self.place(_path(staged)) for staged in self._disk.files(paths.STAGED))
        return [note for note in notes if note]

    def place(self, path: PurePosixPath) -> str:
        """Puts one into its place; hands back a note if an edit was kept.

        Raises:
            Final, Later: as for `place_all`.
        """
        staged = self._disk.read(_staged(path))
        if staged is None:
            raise Final(f"{_staged(path)} has gone: bring the document to the server again with firstlight apply")
        there, record = self._disk.read(path), self._records.get(str(path))
        if there is None:
            self._put(path, self._fill(path, staged.data, b""), staged)
        elif record and _digest(staged.data) == record.staged:
            return ""
        elif there.data == staged.data:
            # The operator has made just this change already, or an older firstlight has.
            self._note(path, Record(_digest(staged.data), _digest(there.data), ""))
        elif record and _digest(there.data) in (record.put, record.coming):
            self._put(path, self._fill(path, staged.data, there.data), staged)
        else:
            return self._keep(path, staged, there)
        return ""

    def _keep(self, path: PurePosixPath, staged: Content, there: Content) -> str:
        if path.name == ".env":
            lacking = _lacking(staged.data, there.data)
            if lacking:
                gap = b"" if not there.data or there.data.endswith(b"\n") else b"\n"
                added = self._fill(path, b"".join(line + b"\n" for line in lacking), b"")
                self._disk.write(path, there.data + gap + added, there.mode, there.owner)
        return f"kept your {path}; the new one is {_staged(path)}."

    def _put(self, path: PurePosixPath, data: bytes, staged: Content) -> None:
        """Writes a file between two records: whenever the power goes, what is there is known as ours."""
        source, coming = _digest(staged.data), _digest(data)
        before = self._records.get(str(path))
        # The old staged digest: until the new file is there, the work is not done.
        self._note(path, Record(before.staged if before else "", before.put if before else "", coming))
        self._disk.write(path, data, staged.mode, self._owner)
        self._note(path, Record(source, coming, ""))

    def _fill(self, path: PurePosixPath, data: bytes, there: bytes) -> bytes:
        """`NAME=@HOLE@` becomes `NAME=value`, in `.env` alone. What was born here keeps the value it has."""
        if path.name != ".env":
            return data
        known = {name: line for line in there.split(b"\n") if (name := _name(line))}
        return b"\n".join(self._line(path, line, known) for line in data.split(b"\n"))

    def _line(self, path: PurePosixPath, line: bytes, known: dict[bytes, bytes]) -> bytes:
        hole = _HOLE.fullmatch(line)
        if not hole:
            return line
        if hole[2] == b"generate" and hole[1] in known:
            return known[hole[1]]
        value = self._resolve(hole[2].decode()).reveal()
        if re.search(rb"[\x00-\x1f\x7f]", value):
            # Written nevertheless, it would be a broken file that counts as placed.
            raise Final(
                f"the secret for {hole[1].decode()} in {path} has several lines or control characters, which .env"
                " cannot hold: store it without them, in base64 for instance"
            )
        return hole[1] + b"=" + _quoted(value)

    def _note(self, path: PurePosixPath, record: Record) -> None:
        records = self._records | {str(path): record}
        encoded = json.dumps({name: asdict(one) for name, one in sorted(records.items())}, indent=1)
        self._disk.write(paths.PLACED, encoded.encode() + b"\n", 0o600)
        self._records = records

    def _read(self) -> dict[str, Record]:
        content = self._disk.read(paths.PLACED)
        try:
            given = json.loads(content.data) if content else {}
            return {
                path: Record(str(one["staged"]), str(one["put"]), str(one["coming"])) for path, one in given.items()
            }
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            # Without it every file that differs counts as edited: nothing is lost.
            return {}


def _path(staged: PurePosixPath) -> PurePosixPath:
    return "/" / staged.relative_to(paths.STAGED)


def _staged(path: PurePosixPath) -> PurePosixPath:
    return paths.STAGED / path.relative_to("/")


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _name(line: bytes) -> bytes | None:
    found = _VARIABLE.match(line)
    return found[1] if found else None


def _lacking(staged: bytes, there: bytes) -> list[bytes]:
    """The lines of variables that the other file does not have."""
    known = {_name(line.strip().removeprefix(b"export ")) for line in there.split(b"\n")}
    return [line for line in staged.split(b"\n") if (name := _name(line)) and name not in known]


def _quoted(value: bytes) -> bytes:
    """A value as `.env` has it: in quotes where it needs them, so that Compose reads just this."""
    if _SIMPLE.fullmatch(value):
        return value
    return b'"' + re.sub(rb'([\\"$])', rb"\\\1", value) + b'"'
