






import contextlib
import fcntl
import json

from pathlib import PurePosixPath

from.import paths

from.errors import Final



@contextlib.contextmanager
def Co(a,*,wait=False):





 a.disk.folder(paths.RUN,0o700)
 with(a.system.root/str(paths.Bc)[1:]).open("w")as b:
  try:
   fcntl.flock(b,fcntl.LOCK_EX if wait else fcntl.LOCK_EX|fcntl.LOCK_NB)
  except BlockingIOError:
   raise Final("another firstlight apply is at work")from None
  yield


def put(a,b):





 c={"whole":False,"files":[*map(str,b)]}
 try:
  a.write(paths.Az,json.dumps(c).encode(),0o600)
  for d,(e,mode)in b.items():
   a.write(_a(d),e,mode)
  c["whole"]=True
  a.write(paths.Az,json.dumps(c).encode(),0o600)
 finally:
  Cs(a)


def Cs(a):





 b=a.read(paths.Az)
 if not b:
  return False
 c=json.loads(b.data)
 for d in map(PurePosixPath,c["files"]):
  if c["whole"]:
   a.rename(_a(d),d)
  else:
   a.remove(_a(d))
 a.remove(paths.Az)
 return bool(c["whole"])


def Dd(a):






 b=paths.Ba.parent,paths.Cj,paths.Ca,paths.Br
 c=[d for e in b for d in map(str,a.disk.files(e))if d.startswith(paths.Bn)]

 c=[d for d in c if "__pycache__" not in d]
 f=a.system.run(["sha256sum",str(paths.By),*c]).out
 a.disk.write(paths.Bh,f,0o600)


def _a(a):

 return a.with_name(f".{a.name}.apply.firstlight-new")
