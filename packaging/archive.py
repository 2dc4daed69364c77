"""Archives whose bytes depend on their content alone: sorted, owned by root, all of one time."""

import gzip
import io
import tarfile
import zipfile
from pathlib import Path, PurePosixPath
from typing import NamedTuple


class Entry(NamedTuple):
    """One file or folder of an archive, by its path without a leading slash."""

    path: str
    content: bytes | None
    """`None` for a folder."""
    mode: int = 0o644


def folders(entries: list[Entry]) -> list[Entry]:
    """The entries in the order of their paths, with all the folders that they are in."""
    known = {entry.path: entry for entry in entries}
    for entry in entries:
        for parent in PurePosixPath(entry.path).parents[:-1]:
            known.setdefault(str(parent), Entry(str(parent), None, 0o755))
    return [known[path] for path in sorted(known)]


def below(prefix: str, folder: Path) -> list[Entry]:
    """The files of a folder, for an archive that has them at `prefix`."""
    return [Entry(f"{prefix}/{path.name}", path.read_bytes()) for path in sorted(folder.iterdir())]


def tar(entries: list[Entry], epoch: int, root: str = "") -> bytes:
    """A tar archive; `root` comes before each path (`./` in Debian's packages)."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.GNU_FORMAT) as archive:
        for entry in folders(entries):
            info = tarfile.TarInfo(root + entry.path)
            info.mtime, info.mode = epoch, entry.mode
            info.uname = info.gname = "root"
            if entry.content is None:
                info.type = tarfile.DIRTYPE
                archive.addfile(info)
            else:
                info.size = len(entry.content)
                archive.addfile(info, io.BytesIO(entry.content))
    return buffer.getvalue()


def compressed(data: bytes) -> bytes:
    """In gzip's format, without a name or a time."""
    return gzip.compress(data, compresslevel=9, mtime=0)


def zipped(entries: list[Entry]) -> bytes:
    """A zip archive. A zip has no time zone, so the time is the first that it can express."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for entry in folders(entries):
            if entry.content is not None:
                info = zipfile.ZipInfo(entry.path)
                info.external_attr = entry.mode << 16
                info.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(info, entry.content)
    return buffer.getvalue()
