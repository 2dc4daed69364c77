"""cloud-init's own write_files, below /decoded: the golden files come out, byte for byte, with their modes and owners."""
import logging
import os

from case import differences, read_tree
from cloudinit import util
from cloudinit.config import cc_write_files
from command import version as version_of
from consumers.document import cloud_config

NAME = "cloud-init write_files"
TOP = "/decoded"


def version():
    return version_of("cloud-init", "--version")


def check(case):
    entries = util.load_yaml(cloud_config(case).decode())["write_files"]
    warnings = collect_warnings()
    owners = {}
    change_owner = util.chownbyname
    # cloud-init writes deferred files last, when the users exist that it makes; in this folder they never do.
    for deferred in (False, True):
        def record(path, user=None, group=None):
            if not os.path.isdir(path):  # 25.1.4 gives the folders it makes to the file's owner
                owners[path[len(TOP):]] = f"{user}:{group}"
            if not deferred:
                change_owner(path, user, group)
        util.chownbyname = record
        some = [dict(entry, path=TOP + os.path.normpath(entry["path"])) for entry in entries
                if util.get_cfg_option_bool(entry, "defer", False) is deferred]
        cc_write_files.write_files("write_files", some, "root:root")
    util.chownbyname = change_owner

    problems = warnings + differences(case.files, read_tree(TOP))
    for path in owners:
        wanted = case.manifest.get(path)
        got = (f"{os.stat(TOP + path).st_mode & 0o7777:04o}", owners[path])
        if got != wanted:
            problems.append(f"{path}: mode and owner {got}, the manifest says {wanted}")
    problems += [f"{path}: in the manifest, but not in the document" for path in case.manifest if path not in owners]
    return len(owners), problems


def collect_warnings():
    """cloud-init guesses and logs a warning where an encoding or a mode makes no sense."""
    said = []
    handler = logging.Handler(logging.WARNING)
    handler.emit = lambda record: said.append(record.getMessage())
    logging.getLogger().addHandler(handler)
    return said
