"""The way to a folder: part by part, following no link that somebody else may have put.

A link is followed where root alone can have made it: /opt on a larger disk is fine, a link in a folder that an
application can write to is not.
"""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

_LINKS = 8
"""Links followed on one way."""

_ROOT = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
_FOLDER = _ROOT | os.O_NOFOLLOW


@contextlib.contextmanager
def open_folder(root: Path, path: PurePosixPath) -> Iterator[int]:
    """The descriptor of a folder below `root`.

    Raises:
        OSError: it is not there, or the way leads through something else than folders.
    """
    fd = walk(root, path)
    try:
        yield fd
    finally:
        os.close(fd)


def walk(root: Path, path: PurePosixPath) -> int:
    """As `open_folder`; whoever calls it closes the descriptor."""
    ahead, behind, links = list(path.parts[1:]), PurePosixPath("/"), 0
    at = os.open(root, _ROOT)
    try:
        while ahead:
            part = ahead.pop(0)
            try:
                below = os.open(part, _FOLDER, dir_fd=at)
                behind /= part
            except OSError:
                target = _trusted_link(part, at)
                if target is None or links == _LINKS:
                    raise
                # Once more from the top. There are no links behind us, so `..` can be taken as it is written.
                links += 1
                ahead, behind = [*_flat(behind / target), *ahead], PurePosixPath("/")
                below = os.open(root, _ROOT)
            at, above = below, at
            os.close(above)
    except BaseException:
        os.close(at)
        raise
    return at


def _trusted_link(name: str, folder: int) -> str | None:
    """Where a link points to, if nobody but root can have made it."""
    found, above = os.stat(name, dir_fd=folder, follow_symlinks=False), os.fstat(folder)
    ours = (0, os.geteuid())
    others_write = above.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
    if not stat.S_ISLNK(found.st_mode) or found.st_uid not in ours or above.st_uid not in ours or others_write:
        return None
    return os.readlink(name, dir_fd=folder)


def _flat(path: PurePosixPath) -> list[str]:
    parts: list[str] = []
    for part in path.parts[1:]:
        if part != "..":
            parts.append(part)
        elif parts:
            parts.pop()
    return parts
