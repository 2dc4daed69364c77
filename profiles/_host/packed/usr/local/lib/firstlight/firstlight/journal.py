






import contextlib
import fcntl
import json

from pathlib import PurePosixPath

from.import paths

from.errors import Final



@contextlib.contextmanager
def alone(a,*,wait=False):





 a.disk.folder(paths.RUN,0o700)
 with(a.system.root/str(paths.LOCK)[1:]).open("w")as b:
  try:
   fcntl.flock(b,fcntl.LOCK_EX if wait else fcntl.LOCK_EX|fcntl.LOCK_NB)
  except BlockingIOError:
   raise Final("another firstlight apply is at work")from None
  yield


def put(a,b):





 c={"whole":False,"files":[*map(str,b)]}
 try:
  a.write(paths.JOURNAL,json.dumps(c).encode(),0o600)
  for d,(e,mode)in b.items():
   a.write(_a(d),e,mode)
  c["whole"]=True
  a.write(paths.JOURNAL,json.dumps(c).encode(),0o600)
 finally:
  finish(a)


def finish(a):





 b=a.read(paths.JOURNAL)
 if not b:
  return False
 c=json.loads(b.data)
 for d in map(PurePosixPath,c["files"]):
  if c["whole"]:
   a.rename(_a(d),d)
  else:
   a.remove(_a(d))
 a.remove(paths.JOURNAL)
 return bool(c["whole"])


def sum_up(a):






 b=paths.LAUNCHER.parent,paths.UNITS,paths.STAGED,paths.PROGRAM
 c=[d for e in b for d in map(str,a.disk.files(e))if d.startswith(paths.OURS)]

 c=[d for d in c if "__pycache__" not in d]
 f=a.system.run(["sha256sum",str(paths.SITE),*c]).out
 a.disk.write(paths.MANIFEST,f,0o600)


def _a(a):

 return a.with_name(f".{a.name}.apply.firstlight-new")
