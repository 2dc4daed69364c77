"""Many files put in place, all or none of them, whenever the power goes.

Each is written beside its place, on the same file system as that, so that in the end there is nothing to do but
renaming, for which a full disk has room. The journal names them, and says whether all of them are written. One that is
found is brought to its end: if they are, to the new files; else to the old ones. Either can be broken off again.
"""

import contextlib
import fcntl
import json
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath

from . import paths
from .disk import Disk
from .errors import Final
from .stores import Means


@contextlib.contextmanager
def alone(means: Means, *, wait: bool = False) -> Iterator[None]:
    """While it lasts, nobody else puts files in place.

    Raises:
        Final: somebody does, and we do not wait for the end of that.
    """
    means.disk.folder(paths.RUN, 0o700)
    with (means.system.root / str(paths.LOCK)[1:]).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Final("another firstlight apply is at work") from None
        yield


def put(disk: Disk, files: Mapping[PurePosixPath, tuple[bytes, int]]) -> None:
    """Puts files of these contents and modes into their places.

    Raises:
        Final: one of them could not be written; then none of them is.
    """
    note = {"whole": False, "files": [*map(str, files)]}
    try:
        disk.write(paths.JOURNAL, json.dumps(note).encode(), 0o600)
        for path, (data, mode) in files.items():
            disk.write(_beside(path), data, mode)
        note["whole"] = True
        disk.write(paths.JOURNAL, json.dumps(note).encode(), 0o600)
    finally:
        finish(disk)


def finish(disk: Disk) -> bool:
    """Brings what was begun to its end. Whether there were new files.

    Raises:
        Final: the system refuses; the next time goes on from there.
    """
    content = disk.read(paths.JOURNAL)
    if not content:
        return False
    journal = json.loads(content.data)
    for path in map(PurePosixPath, journal["files"]):
        if journal["whole"]:
            disk.rename(_beside(path), path)
        else:
            disk.remove(_beside(path))
    disk.remove(paths.JOURNAL)
    return bool(journal["whole"])


def sum_up(means: Means) -> None:
    """Notes what is there now, for `verify`.

    Raises:
        Final: the system refuses.
    """
    # A newer program is unpacked only when the launcher runs next; and what is unpacked is never changed.
    tops = paths.LAUNCHER.parent, paths.UNITS, paths.STAGED, paths.PROGRAM
    files = [path for top in tops for path in map(str, means.disk.files(top)) if path.startswith(paths.OURS)]
    # What Python compiled is no part of a document, and another Python compiles it anew.
    files = [path for path in files if "__pycache__" not in path]
    sums = means.system.run(["sha256sum", str(paths.SITE), *files]).out
    means.disk.write(paths.MANIFEST, sums, 0o600)


def _beside(path: PurePosixPath) -> PurePosixPath:
    """Those that look for files pass over what has such an end."""
    return path.with_name(f".{path.name}.apply.firstlight-new")
