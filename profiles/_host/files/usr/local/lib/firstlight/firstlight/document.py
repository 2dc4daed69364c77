"""A document, read as cloud-init reads it: what of it a running server can take, and what not.

cloud-init itself cannot bring it to one: it writes file after file, in place, and takes anybody's cloud-config.
"""

import base64
import email
import json
import re
import zlib
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from . import paths
from .disk import BOUND
from .errors import Refused

if TYPE_CHECKING:
    from typing import Any

    Data = dict[str, Any]
    """What YAML or JSON says."""
    Files = dict[PurePosixPath, tuple[bytes, int]]
    """Contents and modes."""


def read(data: bytes) -> "tuple[tuple[int, ...], str, Files, list[str]]":
    """The version that made it, by its header (nothing if that is gone); the site; files; and what else there is, by
    names.

    Raises:
        Refused: it is not firstlight's, or damaged. No message repeats what stands in it.
    """
    fault = "is read by PyYAML: apt-get install python3-yaml"
    try:
        import yaml  # noqa: PLC0415 (nothing else needs it)

        fault = "is empty, damaged, too large, or not firstlight's"
        parts = [part for part in email.message_from_bytes(_unpacked(data)).walk() if not part.is_multipart()]
        texts = [_unpacked(part.get_payload(decode=True)) for part in parts]  # type: ignore[arg-type] # bytes of a leaf
        # Others may be cloud-config, too.
        text = next(text for text in texts if str(paths.SITE).encode() in text)
        given = yaml.safe_load(text)
        entries: dict[str, Data] = {entry["path"]: entry for entry in given.pop("write_files")}
        about = _content(entries[str(paths.SITE)])
        ours = (*paths.OURS, json.loads(about)["home"] + "/")
        # Of ours, there is one command each; and what is cut off lacks the second.
        others = ["commands"] * (len(given.pop("bootcmd") + given.pop("runcmd")) > 2)
        others += [*given, *["other MIME parts"] * (len(parts) > 1)]
        files: Files = {}
        for path, entry in entries.items():
            if path.startswith(ours) and "/.." not in path:
                # Without quotes, YAML has read it as an octal number already.
                mode = entry.get("permissions", 0o644)
                files[PurePosixPath(path)] = _content(entry), int(mode, 8) if isinstance(mode, str) else mode
            else:
                others.append(path)
        header = re.search(rb"(?m)^#.* firstlight ([0-9.]+)", text)
        return tuple(map(int, header[1].split(b"."))) if header else (), site(about), files, others
    except Exception:  # noqa: BLE001 (whatever the readers stumble over)
        raise Refused(f"this document {fault}") from None


def site(about: bytes) -> str:
    """Which site it is, by its data file, of whatever version: first domain and name. Nothing if that is broken."""
    try:
        given = json.loads(about)
        return f"{given['domains'][0]} ({given['name']})"
    except (ValueError, LookupError, TypeError):
        return ""


def _unpacked(data: bytes) -> bytes:
    for _ in range(3):
        if data.startswith(b"\x1f\x8b"):
            data = _gunzip(data)
        elif re.fullmatch(rb"[A-Za-z0-9+/=\s]+", data):
            data = base64.b64decode(data)
    if len(data) > BOUND:
        raise ValueError
    return data


def _gunzip(data: bytes) -> bytes:
    stream = zlib.decompressobj(31)
    data = stream.decompress(data, BOUND)
    if not stream.eof:
        raise ValueError  # cut off, or too large
    return data


def _content(entry: "Data") -> bytes:
    if {"append", "source", "owner"} & entry.keys():
        raise ValueError
    data, encoding = entry.get("content", ""), entry.get("encoding", "")
    data = data.encode() if isinstance(data, str) else b"" + data
    if "64" in encoding:
        data = base64.b64decode(data)
    return _gunzip(data) if encoding.startswith("gz") else data
