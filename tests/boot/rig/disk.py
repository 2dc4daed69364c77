"""Search a powered-off guest's whole disk for a secret, and name the files it is in."""

import base64
import os
import re
from collections.abc import Iterator
from pathlib import Path

from .shell import run

BLOCK = 4096
FREE = "(free space or metadata)"


def search(disk: Path, secret: str) -> dict[str, int]:
    """Path → occurrences, for the secret as it is and inside base64 at any alignment."""
    raw = disk.with_suffix(".raw")
    run(["qemu-img", "convert", "-f", "qcow2", "-O", "raw", disk, raw], timeout=300)
    try:
        found: dict[str, int] = {}
        for offset in occurrences(raw, needles(secret)):
            path = owner(raw, offset // BLOCK)
            found[path] = found.get(path, 0) + 1
        return found
    finally:
        raw.unlink()


def needles(secret: str) -> list[bytes]:
    """The plain bytes, and the parts of its base64 that no neighbour changes, for each of three alignments."""
    plain = secret.encode()
    spelt = [plain]
    for shift in range(3):
        usable = len(plain) - (-shift) % 3
        spelt.append(base64.b64encode(plain[(-shift) % 3 :][: usable - usable % 3]))
    return spelt


def occurrences(raw: Path, spelt: list[bytes]) -> Iterator[int]:
    """Offsets of every needle; holes are skipped, and what straddles two reads is found once."""
    pattern = re.compile(b"|".join(map(re.escape, spelt)))
    overlap = max(map(len, spelt)) - 1
    chunk = 1 << 24
    with open(raw, "rb") as file:
        size, at = os.fstat(file.fileno()).st_size, 0
        while at < size:
            try:
                at = max(at, os.lseek(file.fileno(), at, os.SEEK_DATA))
            except OSError:
                return  # only holes from here on
            data = os.pread(file.fileno(), chunk + overlap, at)
            yield from (at + hit.start() for hit in pattern.finditer(data) if hit.start() < chunk)
            at += chunk


def owner(raw: Path, block: int) -> str:
    """The file that holds a block, by the file system's own books."""
    inode = run(["debugfs", "-R", f"icheck {block}", raw]).stdout.decode().splitlines()[-1].split()[-1]
    if not inode.isdigit():
        return FREE
    name = run(["debugfs", "-R", f"ncheck {inode}", raw]).stdout.decode().splitlines()[-1].split(maxsplit=1)
    return name[1] if name[0] == inode else f"inode {inode}"
