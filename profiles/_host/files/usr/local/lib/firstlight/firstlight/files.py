"""Staged files into their places, as dpkg treats its configuration files.

Missing: put down. Untouched since we put it there: replaced. Edited: kept, and named. A kept or replaced `.env` keeps
the secrets that were born here, and a kept one gets the variables that it lacks.
"""

import hashlib
import json
import re
from collections.abc import Callable, Iterator
from pathlib import PurePosixPath

from . import paths
from .disk import Content, Disk
from .errors import Final
from .secret import Secret

Records = dict[str, tuple[str, ...]]
"""By its path, which staged file a placed one was made from, and what may be there of ours: their digests."""


def place_all(disk: Disk, resolve: Callable[[str], Secret]) -> str:
    """Puts every staged file into its place. A note for each whose edits were kept.

    `resolve` fetches the secret that a hole is for; it raises `Later` while that is not there, `Final` if it never is.

    Raises:
        Final, Later: from the disk, or from where a secret comes from; files placed before stay placed.
    """
    records, notes = _records(disk), ""
    for path, new, old, source, ours in _staged(disk, records):
        digest = _digest(new.data)
        if old and digest == source:
            continue
        if old and old.data == new.data:
            # The operator has made just this change already, or an older firstlight has.
            _note(disk, records, path, digest, digest)
        elif old and _digest(old.data) not in ours:
            notes += f"kept your {path}; the new one is {paths.STAGED}{path}. "
            lacking = _lacking(new.data, old.data) if path.name == ".env" else b""
            if lacking:
                gap = b"" if old.data[-1:] in b"\n" else b"\n"
                disk.write(path, old.data + gap + _filled(lacking, b"", resolve), old.mode, old.owner)
        else:
            data = _filled(new.data, old.data if old else b"", resolve) if path.name == ".env" else new.data
            born = re.findall(r"(?m)^(\w+)=@generate@$", new.data.decode()) if path.name == ".env" else []
            if ours and not old and born:
                lose(disk, f"{path} was missing: new in it, and needed by whoever has the old: {', '.join(born)}. ")
            # Whenever the power goes, what is there is known as ours; and until it is the new one, as not done.
            _note(disk, records, path, source, *ours, _digest(data))
            disk.write(path, data, new.mode)
            _note(disk, records, path, digest, _digest(data))
    return notes


def kept(disk: Disk, *, every: bool) -> Iterator[tuple[PurePosixPath, Content, Content]]:
    """The edited files: the path, what is there, and what the document has in its place.

    Without `every`, only those for which the document has something newer than what was edited. Those of variables
    are not among them: what is in them is secret, and what they lack is added.

    Raises:
        Final: from the disk.
    """
    for path, new, old, source, ours in _staged(disk, _records(disk)):
        digest = _digest(new.data)
        if old and _digest(old.data) not in (digest, *ours) and path.name != ".env" and (every or digest != source):
            yield path, old, new


def give_up(disk: Disk, path: PurePosixPath, old: Content) -> PurePosixPath:
    """Lets the step files replace an edited file; hands back where a copy of it stays.

    Raises:
        Final: from the disk.
    """
    records, digest = _records(disk), _digest(old.data)
    # One name for each content: none takes the place of an older one.
    copy = path.with_name(f"{path.name}.old-{digest[:8]}")
    disk.write(copy, *old)
    _note(disk, records, path, "", *records.get(str(path), ())[1:], digest)
    return copy


def _records(disk: Disk) -> Records:
    records: Records = json.loads(disk.data(paths.PLACED) or b"{}")
    return records


def _note(disk: Disk, records: Records, path: PurePosixPath, *record: str) -> None:
    records[str(path)] = record
    disk.write(paths.PLACED, json.dumps(records, indent=1).encode(), 0o600)


def _staged(
    disk: Disk, records: Records
) -> Iterator[tuple[PurePosixPath, Content, Content | None, str, tuple[str, ...]]]:
    """Where each staged file belongs, the file, what is there, and its record."""
    for staged in disk.files(paths.STAGED):
        path = "/" / staged.relative_to(paths.STAGED)
        source, *ours = records.get(str(path), [""])
        new = disk.read(staged)
        if new:
            yield path, new, disk.read(path), source, tuple(ours)


def lose(disk: Disk, what: str) -> None:
    """Remembers what a person has to bring or to tell others, until a reboot: the next run finds nothing missing.

    Raises:
        Final: from the disk.
    """
    known = disk.data(paths.LOST).decode()
    if what not in known:
        disk.write(paths.LOST, (known + what).encode(), 0o600)


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _lacking(new: bytes, old: bytes) -> bytes:
    """The lines of variables that the old file does not have."""
    known = re.findall(rb"(?m)^\s*(?:export )?(\w+)=", old)
    lines = re.findall(rb"(?m)^((\w+)=.*)$", new)
    return b"".join(line + b"\n" for line, name in lines if name not in known)


def _filled(data: bytes, there: bytes, resolve: Callable[[str], Secret]) -> bytes:
    """`NAME=@HOLE@` becomes `NAME=value`. What was born here keeps the value it has."""
    known: dict[bytes, bytes] = dict(re.findall(rb"(?m)^(\w+=)(.*)$", there))

    def line(found: re.Match[bytes]) -> bytes:
        name, hole = found[1], found[2].decode()
        if hole == "generate" and name in known:
            return name + known[name]
        value = resolve(hole).reveal()
        if re.search(rb"[\x00-\x1f\x7f]", value):
            # Written nevertheless, it would be a broken file that counts as placed.
            raise Final(f".env cannot hold {name.decode()}, which has several lines or control characters: use base64")
        if not re.fullmatch(rb"[\w.-]*", value):
            # So that Compose reads just this.
            value = b'"' + re.sub(rb'([\\"$])', rb"\\\1", value) + b'"'
        return name + value

    return re.sub(rb"(?m)^(\w+=)@(.+)@$", line, data)
