






import difflib
import hashlib
import re
from pathlib import PurePosixPath

from . import VERSION, document, journal, paths
from .disk import BOUND
from .errors import Final, Refused
from .programs import demand
from .ready import tell

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


def boot(means, _options, _word):





 lines = re.findall(r"(?m)^([0-9a-f]{64})  (/.+)$", means.disk.data(paths.BAKED).decode("utf-8", "replace"))
 wrong = list(filter(None, (_difference(means.disk, *line) for line in lines)))
 if wrong or not lines:
  why = plain(", ".join(wrong) or f"{paths.BAKED} names no files", 1500)
  message = f"this image does not fit the document: {why}. {_REMEDY}"
  tell(means.system, message)
  raise Final(message)
 return apply(means, set(), "")


_REMEDY = "Bake an image from the same configuration with the same firstlight, or use a document without --phase"


def _difference(disk, digest, path):
 try:
  content = disk.read(PurePosixPath(path))
 except Final as error:
  return str(error)
 if not content:
  return f"{path} is missing"
 return "" if hashlib.sha256(content.data).hexdigest() == digest else f"{path} is different"


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
 journal.put(disk, files)
 if others:
  print(f"needs a new server or cloud-init, not applied: {plain(', '.join(others), 9999)}")


def _start(means):

 run = means.system.run
 journal.sum_up(means)

 run(["sync"], timeout=600)
 run(["touch", str(paths.MARK)])
 run(["systemctl", "stop", "firstlight.service"], timeout=300)

 means.disk.remove(paths.STATE)
 demand(means.system, ["systemctl", "enable", "--now", "--no-block", "firstlight.service"])
