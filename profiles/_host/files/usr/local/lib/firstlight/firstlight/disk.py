"""Files below a root: read bounded, written whole or not at all, never through a link that others may have put.

The way to a file is gone part by part. A link on it is followed where root alone can have made it: /opt on a larger
disk is fine, a link in a folder that an application can write to is not.
"""

import contextlib
import errno
import os
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from .errors import Final

BOUND = 1 << 20
"""Bytes of a file that are read; a larger one is none of those that are read here."""

DEPTH = 50
"""Folders within each other in which files are looked for."""

_NEW = ".firstlight-new"
_IF_THERE = contextlib.suppress(FileNotFoundError)


class Owner(NamedTuple):
    """Whom a file belongs to."""

    user: int
    group: int


class Content(NamedTuple):
    """A file as it was read."""

    data: bytes
    mode: int
    """Its permission bits."""
    owner: Owner


class Disk:
    """Everything below `root`, by absolute paths as they are on the server.

    Whatever the system refuses becomes `Final` with the path and the reason.
    """

    def __init__(self, root: Path, *, links: bool = True) -> None:
        """`root` is `/`, or a test's folder; it may be a link itself. Without `links`, none below it is followed: in a
        container's volume, the files of the container's own root look like ours.
        """
        self._root, self._links = root, links

    def read(self, path: PurePosixPath) -> Content | None:
        """A file, or nothing if there is none.

        Raises:
            Final: it is a link, no file, larger than `BOUND`, or cannot be read.
        """
        with _IF_THERE, self._file(path) as (fd, found):
            # Those below /proc come in pieces.
            data = os.fdopen(fd, "rb", closefd=False).read(BOUND + 1)
            if len(data) > BOUND:
                raise Final(f"{path} has more than {BOUND} bytes: is it the right file?")
            return Content(data, stat.S_IMODE(found.st_mode), Owner(found.st_uid, found.st_gid))
        return None

    def data(self, path: PurePosixPath) -> bytes:
        """What a file holds; nothing if it is not there. It raises what `read` does."""
        content = self.read(path)
        return content.data if content else b""

    def write(self, path: PurePosixPath, data: bytes, mode: int, owner: Owner | None = None) -> None:
        """Writes a file whole or not at all, by a new one beside it that takes its place once it is on the disk.

        Its folder is made if need be, for root alone. A link that has the file's name is replaced, not followed.

        Raises:
            Final: it cannot be written; a full disk among the reasons.
        """
        # What a power cut left behind is in nobody's way: the name is always the same.
        new = f".{path.name}{_NEW}"
        with self._folder(path, make=True) as folder:
            with _IF_THERE:
                os.unlink(new, dir_fd=folder)
            fd = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600, dir_fd=folder)
            try:
                while data:
                    data = data[os.write(fd, data) :]
                if owner:
                    os.fchown(fd, *owner)
                # Others may see it only when it is whole.
                os.fchmod(fd, mode)
                os.fsync(fd)
                os.rename(new, path.name, src_dir_fd=folder, dst_dir_fd=folder)
                os.fsync(folder)
            finally:
                os.close(fd)
                with _IF_THERE:
                    os.unlink(new, dir_fd=folder)

    def folder(self, path: PurePosixPath, mode: int) -> None:
        """Makes a folder of this mode, and those above it, which are root's alone if they are new.

        Raises:
            Final: something else has that name, or it cannot be made.
        """
        with self._folder(path, None, make=True) as folder:
            _set(folder, mode=mode)

    def give(self, path: PurePosixPath, owner: Owner) -> None:
        """Gives a folder and the files in it and below to a user, by descriptors. Links stay as they are."""
        with _IF_THERE, self._folder(path, None) as folder:
            _set(folder, owner)
        for one in self.files(path):
            with _IF_THERE, self._file(one) as (fd, found):
                # A second name of a file elsewhere would give that away.
                if found.st_nlink == 1:
                    _set(fd, owner)

    def make_private(self, path: PurePosixPath) -> None:
        """Makes a file ours alone, by its descriptor.

        Raises:
            Final: it is a link or no file, has a second name, or the system refuses.
        """
        with _IF_THERE, self._file(path) as (fd, found):
            # Under its second name it would be taken from somebody.
            if found.st_nlink > 1:
                raise Final(f"{path} has a second name: put a file of its own there")
            _set(fd, Owner(os.geteuid(), os.getegid()), 0o600)

    def remove(self, path: PurePosixPath) -> None:
        """Removes a file or a link, if it is there."""
        with _IF_THERE, self._folder(path) as folder:
            os.unlink(path.name, dir_fd=folder)
            os.fsync(folder)

    def rename(self, old: PurePosixPath, new: PurePosixPath) -> None:
        """Puts a file in the place of another one in the same folder, if it is there.

        Raises:
            Final: the system refuses.
        """
        with _IF_THERE, self._folder(new) as folder:
            os.rename(old.name, new.name, src_dir_fd=folder, dst_dir_fd=folder)
            os.fsync(folder)

    def remove_folder(self, path: PurePosixPath) -> None:
        """Removes a folder with everything in it, if it is there. Links in it go; what they lead to stays.

        Raises:
            Final: the system refuses, or it is a link itself.
        """
        with _IF_THERE, self._folder(path) as folder:
            try:
                # By the descriptor: the way to it cannot become another one meanwhile.
                shutil.rmtree(f"/proc/self/fd/{folder}/{path.name}")
            except RecursionError:
                raise Final(f"{path} has too many folders within each other: rm -r {path}") from None

    def files(self, top: PurePosixPath) -> list[PurePosixPath]:
        """The files below a folder, sorted; none if it is not there. Links and half-written files are passed over.

        Raises:
            Final: a folder cannot be read, or is `DEPTH` deep: whoever can write here could nest them without end.
        """
        found, left = [], [top]
        while left:
            path = left.pop()
            if len(path.parts) > len(top.parts) + DEPTH:
                raise Final(f"{top} has more than {DEPTH} folders within each other: remove them")
            with _IF_THERE, self._folder(path, None) as folder, os.scandir(folder) as entries:
                for one in entries:
                    if one.is_dir(follow_symlinks=False):
                        left.append(path / one.name)
                    elif one.is_file(follow_symlinks=False) and not one.name.endswith(_NEW):
                        found.append(path / one.name)
        return sorted(found)

    @contextlib.contextmanager
    def _folder(self, path: PurePosixPath, end: int | None = -1, *, make: bool = False) -> Iterator[int]:
        """The descriptor of the folder that a file is in, made if need be; without an end, of the path itself.

        What the system refuses, here or to those who work with it, becomes `Final`. That something is not there does so
        where it should have been made.
        """
        at = os.open(self._root, os.O_DIRECTORY)
        try:
            for part in path.parts[1:end]:
                if make:
                    with contextlib.suppress(FileExistsError):
                        os.mkdir(part, 0o700, dir_fd=at)
                        os.fsync(at)
                found = os.fstat(at)
                ours = self._links and found.st_uid == os.geteuid() and not found.st_mode & 0o022
                below = os.open(part, os.O_DIRECTORY | (0 if ours else os.O_NOFOLLOW), dir_fd=at)
                os.close(at)
                at = below
            yield at
        except OSError as error:
            if not make and isinstance(error, FileNotFoundError):
                raise
            if error.errno in (errno.ELOOP, errno.ENOTDIR):
                raise Final(f"{path} leads through a link that is not followed, or through a file: remove it") from None
            raise Final(f"{path}: {error.strerror or error}") from None
        finally:
            os.close(at)

    @contextlib.contextmanager
    def _file(self, path: PurePosixPath) -> Iterator[tuple[int, os.stat_result]]:
        """A file, and what the system knows of it. Whatever else has the name is refused without waiting for it."""
        with self._folder(path) as folder:
            fd = os.open(path.name, os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=folder)
            try:
                found = os.fstat(fd)
                if not stat.S_ISREG(found.st_mode):
                    raise Final(f"{path} is not a file: remove it")
                yield fd, found
            finally:
                os.close(fd)


def _set(fd: int, owner: Owner | None = None, mode: int | None = None) -> None:
    """Only what is different: systemd's path units notice the rest, too, and would start us again for ever."""
    found = os.fstat(fd)
    if owner and owner != (found.st_uid, found.st_gid):
        os.fchown(fd, *owner)
    if mode and mode != stat.S_IMODE(found.st_mode):
        os.fchmod(fd, mode)
