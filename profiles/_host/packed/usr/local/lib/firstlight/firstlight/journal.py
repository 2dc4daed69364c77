






import contextlib
import fcntl
import json

from pathlib import PurePosixPath

from . import paths

from .errors import Final



@contextlib.contextmanager
def alone(means, *, wait = False):





 means.disk.folder(paths.RUN, 0o700)
 with (means.system.root / str(paths.LOCK)[1:]).open("w") as lock:
  try:
   fcntl.flock(lock, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
  except BlockingIOError:
   raise Final("another firstlight apply is at work") from None
  yield


def put(disk, files):





 note = {"whole": False, "files": [*map(str, files)]}
 try:
  disk.write(paths.JOURNAL, json.dumps(note).encode(), 0o600)
  for path, (data, mode) in files.items():
   disk.write(_beside(path), data, mode)
  note["whole"] = True
  disk.write(paths.JOURNAL, json.dumps(note).encode(), 0o600)
 finally:
  finish(disk)


def finish(disk):





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


def sum_up(means):






 tops = paths.LAUNCHER.parent, paths.UNITS, paths.STAGED, paths.PROGRAM
 files = [path for top in tops for path in map(str, means.disk.files(top)) if path.startswith(paths.OURS)]

 files = [path for path in files if "__pycache__" not in path]
 sums = means.system.run(["sha256sum", str(paths.SITE), *files]).out
 means.disk.write(paths.MANIFEST, sums, 0o600)


def _beside(path):

 return path.with_name(f".{path.name}.apply.firstlight-new")
