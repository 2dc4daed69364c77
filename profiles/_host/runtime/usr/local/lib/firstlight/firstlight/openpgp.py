"""The fingerprints of an OpenPGP key file: enough to know whose key it is, without gpg, which may not be installed."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Iterator

from .errors import Final

_KEY = 6
"""The packet of a primary key."""


def fingerprints(armored: bytes) -> set[str]:
    """Those of all primary keys in a file with ASCII armor; apt would trust every one of them.

    Raises:
        Final: it is no such file.
    """
    found = re.fullmatch(
        rb"\s*-----BEGIN PGP PUBLIC KEY BLOCK-----\r?\n(?:[!-~]+: [^\n]*\n)*\s*"
        rb"([A-Za-z0-9+/=\s]*?)(?:\r?\n=[A-Za-z0-9+/]{4})?\s*-----END PGP PUBLIC KEY BLOCK-----\s*",
        armored,
    )
    try:
        if found:
            packets = list(_packets(base64.b64decode(found[1], validate=False)))
            return {_fingerprint(body) for tag, body in packets if tag == _KEY}
    except (binascii.Error, IndexError, ValueError):
        pass
    raise Final("the file with the key is damaged, or something else was sent in its place")


def _fingerprint(body: bytes) -> str:
    if body[0] != 4:
        raise ValueError("not of version 4")
    # SHA-1 is what a version 4 fingerprint is made with.
    whole = b"\x99" + len(body).to_bytes(2, "big") + body
    return hashlib.sha1(whole, usedforsecurity=False).hexdigest().upper()


def _packets(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Tags and bodies, by RFC 4880, 4.2: packets of the old format and of the new, with their lengths known."""
    at = 0
    while at < len(data):
        head = data[at]
        if head & 0xC0 == 0xC0:
            tag, length, at = head & 0x3F, *_new_length(data, at + 1)
        elif head & 0x83 in (0x80, 0x81, 0x82):
            size = 1 << (head & 3)
            tag, length, at = head >> 2 & 15, int.from_bytes(data[at + 1 : at + 1 + size], "big"), at + 1 + size
        else:
            raise ValueError("no packet, or one without a length")
        if at + length > len(data):
            raise ValueError("cut off")
        yield tag, data[at : at + length]
        at += length


def _new_length(data: bytes, at: int) -> tuple[int, int]:
    """A length and where what it is of begins."""
    first = data[at]
    if first < 192:
        return first, at + 1
    if first < 224:
        return (first - 192 << 8) + data[at + 1] + 192, at + 2
    if first == 255:
        return int.from_bytes(data[at + 1 : at + 5], "big"), at + 5
    raise ValueError("a length in parts")
