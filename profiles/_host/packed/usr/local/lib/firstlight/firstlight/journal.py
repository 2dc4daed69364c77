






import contextlib
import fcntl
import json

from pathlib import PurePosixPath

from.import paths

from.errors import Final



@contextlib.contextmanager
def alone(means,*,wait=False):





 means.disk.folder(paths.RUN,0o700)
 with(means.system.root/str(paths.LOCK)[1:]).open("w")as a:
  try:
   fcntl.flock(a,fcntl.LOCK_EX if wait else fcntl.LOCK_EX|fcntl.LOCK_NB)
  except BlockingIOError:
   raise Final("another firstlight apply is at work")from None
  yield


def put(disk,files):





 a={"whole":False,"files":[*map(str,files)]}
 try:
  disk.write(paths.JOURNAL,json.dumps(a).encode(),0o600)
  for b,(c,d)in files.items():
   disk.write(_a(b),c,d)
  a["whole"]=True
  disk.write(paths.JOURNAL,json.dumps(a).encode(),0o600)
 finally:
  finish(disk)


def finish(disk):





 a=disk.read(paths.JOURNAL)
 if not a:
  return False
 b=json.loads(a.data)
 for c in map(PurePosixPath,b["files"]):
  if b["whole"]:
   disk.rename(_a(c),c)
  else:
   disk.remove(_a(c))
 disk.remove(paths.JOURNAL)
 return bool(b["whole"])


def sum_up(means):






 a=paths.LAUNCHER.parent,paths.UNITS,paths.STAGED,paths.PROGRAM
 b=[c for d in a for c in map(str,means.disk.files(d))if c.startswith(paths.OURS)]

 b=[c for c in b if "__pycache__" not in c]
 e=means.system.run(["sha256sum",str(paths.SITE),*b]).out
 means.disk.write(paths.MANIFEST,e,0o600)


def _a(path):

 return path.with_name(f".{path.name}.apply.firstlight-new")
