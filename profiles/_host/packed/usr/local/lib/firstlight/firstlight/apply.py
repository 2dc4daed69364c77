





import difflib
import json

from . import VERSION, document, journal, paths
from .disk import BOUND
from .errors import Refused
from .programs import demand

from .words import plain


def apply(means, options, word):







 disk, back, data = means.disk, "--back" in options, b""
 if word:
  with open(0 if word == "-" else word, "rb") as file:
   data = file.read(BOUND + 1)
 with journal.alone(means):
  journal.finish(disk)
  current = disk.data(paths.DOCUMENT) or disk.data(paths.USER_DATA)
  if back:
   data = disk.data(paths.BEFORE)

  is_gone = not disk.files(paths.STAGED)
  if word or back or is_gone:
   _put(disk, data or current * is_gone, current, force=back or "--force" in options)
  _start(means)
 print("Follow it with: firstlight status --watch")
 return 0


def _put(disk, data, current, *, force):
 version, site, files, others = document.read(data)

 here = document.site(disk.data(paths.SITE)) or site
 if here != site and not force:
  raise Refused(f"this document is for {site}, and this server is {here} (--force applies it)")

 if version < VERSION and not force:
  raise Refused("this document is of an older firstlight, or does not say of which (--force applies it)")
 for path, (after, _) in files.items():

  before = disk.data(path)
  if path.is_relative_to(paths.STAGED):
   old, new = (text.decode("utf-8", "replace").splitlines() for text in (before, after))
   for line in difflib.unified_diff(old, new, str(path), str(path), lineterm=""):
    print("".join(one if one.isprintable() or one == "\t" else " " for one in line))
 files[paths.DOCUMENT] = data, 0o600
 if current not in (b"", data):
  files[paths.BEFORE] = current, 0o600
 _shut(disk, files.get(paths.SITE, (b"",))[0])
 journal.put(disk, files)
 if others:
  print(f"needs a new server or cloud-init, not applied: {plain(', '.join(others), 9999)}")


def _shut(disk, site):

 if _is_managed(disk.data(paths.SITE)) and not _is_managed(site):

  from .root_key import put

  put(disk, b"")


def _is_managed(data):

 try:
  return bool(json.loads(data)["managed"])
 except (ValueError, LookupError, TypeError):
  return False


def _start(means):

 try:
  journal.sum_up(means)
 finally:

  _begin(means)


def _begin(means):
 run = means.system.run

 run(["sync"], timeout=600)
 run(["touch", str(paths.MARK)])
 run(["systemctl", "stop", "firstlight.service"], timeout=300)

 for path in (paths.STATE, paths.PROVISIONED):
  means.disk.remove(path)
 demand(means.system, ["systemctl", "enable", "--now", "--no-block", "firstlight.service"])
