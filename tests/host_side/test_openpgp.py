import base64
import hashlib
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstlight.errors import Final
from firstlight.openpgp import fingerprints

KEY = b"\x04" + bytes(range(60))
FINGERPRINT = hashlib.sha1(b"\x99" + len(KEY).to_bytes(2, "big") + KEY).hexdigest().upper()


def old(tag: int, body: bytes, size: int = 2) -> bytes:
    kind = {1: 0, 2: 1, 4: 2}[size]
    return bytes([0x80 | tag << 2 | kind]) + len(body).to_bytes(size, "big") + body


def new(tag: int, body: bytes) -> bytes:
    if len(body) < 192:
        length = bytes([len(body)])
    elif len(body) < 8384:
        length = bytes([(len(body) - 192 >> 8) + 192, len(body) - 192 & 0xFF])
    else:
        length = b"\xff" + len(body).to_bytes(4, "big")
    return bytes([0xC0 | tag]) + length + body


def armor(packets: bytes, headers: bytes = b"") -> bytes:
    text = base64.encodebytes(packets)
    return b"-----BEGIN PGP PUBLIC KEY BLOCK-----\n%s\n%s=abcd\n-----END PGP PUBLIC KEY BLOCK-----\n" % (headers, text)


@pytest.mark.parametrize(
    "packets",
    [
        old(6, KEY),
        old(6, KEY, 1) + old(13, b"name") + old(2, b"s" * 300) + old(14, KEY[:30]),
        old(6, KEY, 4),
        new(6, KEY) + new(13, b"x" * 191) + new(2, b"s" * 192) + new(2, b"s" * 9000),
    ],
)
def test_of_a_key_with_what_comes_with_it(packets: bytes) -> None:
    assert fingerprints(armor(packets)) == {FINGERPRINT}
    assert fingerprints(armor(packets, b"Version: 1\nComment: x\n").replace(b"\n", b"\r\n")) == {FINGERPRINT}


def test_all_keys_count() -> None:
    other = b"\x04" + bytes(50)
    assert len(fingerprints(armor(old(6, KEY) + old(6, other)))) == 2
    assert fingerprints(armor(old(13, b"name"))) == set()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<html>",
        armor(old(6, KEY)[:-1]),
        armor(old(6, b"\x03" + KEY)),
        armor(b"\x00"),
        armor(b"\x83"),
        armor(b"\xc6"),
        armor(b"\xc6\xe1"),
        armor(b"\x98"),
        armor(old(6, b"")),
        armor(old(6, KEY)) * 2,
    ],
)
def test_what_is_damaged(data: bytes) -> None:
    with pytest.raises(Final, match="damaged"):
        fingerprints(data)


@given(st.binary())
def test_nothing_else_is_raised(packets: bytes) -> None:
    for data in (packets, armor(packets)):
        try:
            found = fingerprints(data)
        except Final:
            continue
        assert all(len(one) == 40 for one in found)


@pytest.mark.skipif(not shutil.which("gpg"), reason="gpg is not installed")
def test_as_gpg_has_it(tmp_path: Path) -> None:
    def gpg(*words: str) -> bytes:
        home = tmp_path / "gnupg"
        home.mkdir(mode=0o700, exist_ok=True)
        base = ["gpg", "--homedir", str(home), "--batch", "--no-autostart", "--passphrase", ""]
        return subprocess.run([*base, *words], capture_output=True, check=True).stdout

    # The key that signs Debian's own archive is on every Debian, and public.
    rings = sorted(Path("/usr/share/keyrings").glob("debian-archive-*stable.gpg")) + sorted(
        Path("/etc/apt/trusted.gpg.d").glob("*.asc")
    )
    for ring in rings:
        shown = gpg("--with-colons", "--show-keys", str(ring)).decode().splitlines()
        kinds = [(line.split(":")[0], line.split(":")[9]) for line in shown if line.startswith(("pub", "sub", "fpr"))]
        primary = [kinds[at + 1][1] for at, (kind, _) in enumerate(kinds) if kind == "pub"]
        data = ring.read_bytes()
        assert fingerprints(data if data.startswith(b"-----") else armor(data)) == set(primary)
