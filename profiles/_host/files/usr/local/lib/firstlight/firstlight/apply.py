"""Runs the steps again; with a document, puts its files in place first: all of them or none.

What the operator has edited is the business of the step files: here the staged files are put down, and no others that
one edits.
"""

import difflib
import json

from . import VERSION, document, files, journal, paths
from .disk import BOUND, Disk
from .errors import Refused
from .programs import demand
from .stores import Means
from .words import plain


def apply(means: Means, options: set[str], word: str) -> int:
    """Does it, and says what changes in the staged files.

    Raises:
        OSError: the document cannot be read.
        Refused: it is not for this server; nothing was changed.
        Final, Later: it could not be put in place, and nothing was changed; or the steps could not be started.
    """
    disk, back, data = means.disk, "--back" in options, b""
    if word:
        with open(0 if word == "-" else word, "rb") as file:  # noqa: PTH123 (0 is no path)
            data = file.read(BOUND + 1)
    with journal.alone(means):
        journal.finish(disk)
        current = disk.data(paths.DOCUMENT) or disk.data(paths.USER_DATA)
        if back:
            data = disk.data(paths.BEFORE)
        # The staged files are gone where the volumes are.
        is_gone = not disk.files(paths.STAGED)
        if word or back or is_gone:
            _put(disk, data or current * is_gone, current, force=back or "--force" in options)
        _start(means, new="--new" in options)
    print("Follow it with: firstlight status --watch")
    return 0


def _put(disk: Disk, data: bytes, current: bytes, *, force: bool) -> None:
    version, name, brought, others = document.read(data)
    # That the data file here cannot be read is a reason to bring another.
    here = document.site(disk.data(paths.SITE)) or name
    if here != name and not force:
        raise Refused(f"this document is for {name}, and this server is {here} (--force applies it)")
    # Of two of one version, neither is older.
    if version < VERSION and not force:
        raise Refused("this document is of an older firstlight, or does not say of which (--force applies it)")
    for path, (after, _) in brought.items():
        # What stands in the way, a folder say, is found before anything changes.
        before = disk.data(path)
        if path.is_relative_to(paths.STAGED):
            _show(before, after, str(path))
    brought[paths.DOCUMENT] = data, 0o600
    if current not in (b"", data):
        brought[paths.BEFORE] = current, 0o600
    _shut(disk, brought.get(paths.SITE, (b"",))[0])
    journal.put(disk, brought)
    if others:
        print(f"needs a new server or cloud-init, not applied: {plain(', '.join(others), 9999)}")


def _show(before: bytes, after: bytes, path: str) -> None:
    """The differences, as `diff -u` shows them."""
    old, new = (text.decode("utf-8", "replace").splitlines() for text in (before, after))
    for line in difflib.unified_diff(old, new, path, path, lineterm=""):
        print("".join(one if one.isprintable() or one == "\t" else " " for one in line))


def _take_new(disk: Disk, *, new: bool) -> None:
    """What is in the place of a file of ours, edited or from before us: shown and kept, or given up."""
    for path, old, ours in files.kept(disk, every=new):
        _show(old.data, ours.data, str(path))
        if new:
            print(f"replaced; the old one is {files.give_up(disk, path, old)}")
        else:
            print(f"kept your {path}; to replace it: firstlight apply --new")


def _shut(disk: Disk, new: bytes) -> None:
    """With the setting that the application manages this server goes what it has opened. `new` is the site's data."""
    if _is_managed(disk.data(paths.SITE)) and not _is_managed(new):
        # Carried only where a document says so.
        from .root_key import put  # noqa: PLC0415

        put(disk, b"")


def _is_managed(data: bytes) -> bool:
    """Whether a data file says that the application manages this server."""
    try:
        return bool(json.loads(data)["managed"])
    except (ValueError, LookupError, TypeError):
        return False


def _start(means: Means, *, new: bool) -> None:
    """What is there now is what was brought. The steps begin anew."""
    # The step files, too, writes down what is placed.
    means.system.run(["systemctl", "stop", "firstlight.service"], timeout=300)
    try:
        journal.sum_up(means)
        _take_new(means.disk, new=new)
    finally:
        # On a full disk, too, they begin: they say how much room is needed.
        _begin(means)


def _begin(means: Means) -> None:
    run = means.system.run
    # cloud-init does not see to it that what it lays is on the disk; once it is, no boot lays it again.
    run(["sync"], timeout=600)
    run(["touch", str(paths.MARK)])
    # Who asks from here on hears nothing of the steps before; and what is done once for each apply is done again.
    for path in (paths.STATE, paths.PROVISIONED):
        means.disk.remove(path)
    demand(means.system, ["systemctl", "enable", "--now", "--no-block", "firstlight.service"])
