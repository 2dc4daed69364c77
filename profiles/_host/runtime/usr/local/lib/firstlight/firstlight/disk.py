"""Files below a root: read bounded, written whole or not at all, never through a link that others may have put."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from .errors import Final
from .way import open_folder, walk
from .words import plain

BOUND = 1 << 20
"""Bytes of a file that are read; a larger one is none of those that are read here."""

_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


@dataclass(frozen=True)
class Owner:
    """Whom a file belongs to."""

    user: int
    group: int


@dataclass(frozen=True)
class Content:
    """A file as it was read."""

    data: bytes
    mode: int
    """Its permission bits."""
    owner: Owner


class Disk:
    """Everything below `root`, by absolute paths as they are on the server.

    Whatever the system refuses becomes `Final` with the path and the reason.
    """

    def __init__(self, root: Path) -> None:
        """`root` is `/`, or a test's folder; it may be a link itself."""
        self._root = root

    def read(self, path: PurePosixPath) -> Content | None:
        """A file, or nothing if there is none.

        Raises:
            Final: it is a link, no file, larger than `BOUND`, or cannot be read.
        """
        with _explained(path), contextlib.ExitStack() as stack:
            try:
                folder = stack.enter_context(open_folder(self._root, path.parent))
                fd = os.open(path.name, _READ, dir_fd=folder)
            except FileNotFoundError:
                return None
            stack.callback(os.close, fd)
            found = os.fstat(fd)
            if not stat.S_ISREG(found.st_mode):
                raise Final(f"{path} is not a file: remove what is there")
            data = _take(fd)
            if len(data) > BOUND:
                raise Final(f"{path} has more than {BOUND} bytes: is it the right file?")
            return Content(data, stat.S_IMODE(found.st_mode), Owner(found.st_uid, found.st_gid))

    def write(self, path: PurePosixPath, data: bytes, mode: int, owner: Owner | None = None) -> None:
        """Writes a file whole or not at all, by a new one beside it that takes its place once it is on the disk.

        Its folder is made if need be, for root alone. A link that has the file's name is replaced, not followed.

        Raises:
            Final: it cannot be written; a full disk among the reasons.
        """
        # What a power cut left behind is in nobody's way: the name is always the same.
        new = f".{path.name}.firstlight-new"
        self.folder(path.parent)
        with _explained(path), open_folder(self._root, path.parent) as folder:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(new, dir_fd=folder)
            try:
                _fill(os.open(new, _NEW, 0o600, dir_fd=folder), data, mode, owner)
                os.rename(new, path.name, src_dir_fd=folder, dst_dir_fd=folder)
                os.fsync(folder)
            except OSError:
                with contextlib.suppress(OSError):
                    os.unlink(new, dir_fd=folder)
                raise

    def folder(self, path: PurePosixPath, mode: int | None = None) -> None:
        """Makes a folder, and those above it; new ones are root's alone. With a mode, that is what the last one has.

        Raises:
            Final: something else has that name, or it cannot be made.
        """
        with _explained(path):
            try:
                opened = walk(self._root, path)
            except FileNotFoundError:
                if path == path.parent:
                    raise
                self.folder(path.parent)
                with open_folder(self._root, path.parent) as above:
                    os.mkdir(path.name, 0o700, dir_fd=above)
                    os.fsync(above)
                opened = walk(self._root, path)
            try:
                if mode is not None and stat.S_IMODE(os.fstat(opened).st_mode) != mode:
                    os.fchmod(opened, mode)
            finally:
                os.close(opened)

    def give(self, path: PurePosixPath, owner: Owner) -> None:
        """Gives a folder and the files in it to a user, by descriptors. Links and what is below stay as they are.

        Raises:
            Final: the system refuses.
        """
        with _explained(path), open_folder(self._root, path) as folder:
            _change_owner(folder, owner)
            for name in os.listdir(folder):
                try:
                    fd = os.open(name, _READ, dir_fd=folder)
                except OSError as error:
                    # A link, or gone meanwhile.
                    if error.errno in (errno.ELOOP, errno.ENOENT, errno.ENXIO):
                        continue
                    raise
                try:
                    # A second name of a file elsewhere would give that away.
                    if stat.S_ISREG(os.fstat(fd).st_mode) and os.fstat(fd).st_nlink == 1:
                        _change_owner(fd, owner)
                finally:
                    os.close(fd)

    def make_private(self, path: PurePosixPath) -> None:
        """Makes a file ours alone, by its descriptor; one that is so already stays untouched.

        Raises:
            Final: it is a link or no file, has a second name, is not there, or the system refuses.
        """
        with _explained(path), open_folder(self._root, path.parent) as folder:
            fd = os.open(path.name, _READ, dir_fd=folder)
            try:
                found = os.fstat(fd)
                # Under its second name it would be taken from somebody.
                if not stat.S_ISREG(found.st_mode) or found.st_nlink != 1:
                    raise Final(f"{path} is a file with a second name, or none: put a file of its own there")
                _change_owner(fd, Owner(os.geteuid(), os.getegid()))
                if stat.S_IMODE(found.st_mode) != 0o600:
                    os.fchmod(fd, 0o600)
            finally:
                os.close(fd)

    def remove(self, path: PurePosixPath) -> None:
        """Removes a file or a link, if it is there.

        Raises:
            Final: the system refuses.
        """
        with _explained(path), contextlib.suppress(FileNotFoundError), open_folder(self._root, path.parent) as folder:
            os.unlink(path.name, dir_fd=folder)
            os.fsync(folder)

    def remove_folder(self, path: PurePosixPath) -> None:
        """Removes a folder with everything in it, if it is there. Links in it go; what they lead to stays.

        Raises:
            Final: the system refuses, or it is a link itself.
        """
        with _explained(path), contextlib.suppress(FileNotFoundError), open_folder(self._root, path.parent) as folder:
            if stat.S_ISLNK(os.stat(path.name, dir_fd=folder, follow_symlinks=False).st_mode):
                raise Final(f"{path} is a link: remove it and what it leads to yourself")
            # By the descriptor: the way to it cannot become another one meanwhile.
            shutil.rmtree(f"/proc/self/fd/{folder}/{path.name}")
            os.fsync(folder)

    def files(self, top: PurePosixPath) -> list[PurePosixPath]:
        """The files below a folder, sorted; none if it is not there. Links are passed over.

        Raises:
            Final: a folder cannot be read.
        """
        found: list[PurePosixPath] = []
        with _explained(top), contextlib.suppress(FileNotFoundError), open_folder(self._root, top) as folder:
            for name in os.listdir(folder):
                mode = os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode
                if stat.S_ISDIR(mode):
                    found += self.files(top / name)
                elif stat.S_ISREG(mode) and not name.endswith(".firstlight-new"):
                    found.append(top / name)
        return sorted(found)


def _take(fd: int) -> bytes:
    """What is in a file, and one byte more than `BOUND` at most."""
    data = bytearray()
    while len(data) <= BOUND and (piece := os.read(fd, BOUND + 1 - len(data))):
        data += piece
    return bytes(data)


def _fill(fd: int, data: bytes, mode: int, owner: Owner | None) -> None:
    """Fills a new file and sees it onto the disk; its mode comes last, when it is whole. Closes it."""
    try:
        left = memoryview(data)
        while left:
            left = left[os.write(fd, left) :]
        if owner:
            _change_owner(fd, owner)
        os.fchmod(fd, mode)
        os.fsync(fd)
    finally:
        os.close(fd)


def _change_owner(fd: int, owner: Owner) -> None:
    found = os.fstat(fd)
    if (found.st_uid, found.st_gid) != (owner.user, owner.group):
        os.fchown(fd, owner.user, owner.group)


@contextlib.contextmanager
def _explained(path: PurePosixPath) -> Iterator[None]:
    """Turns what the system refuses into words."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise Final(f"{path}: the disk is full: make room") from None
        if error.errno in (errno.ELOOP, errno.ENOTDIR):
            raise Final(f"{path} leads through a link that is not followed, or through a file: remove it") from None
        raise Final(f"{path}: {plain(error.strerror or type(error).__name__)}") from None
