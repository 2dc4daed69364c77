




import re
from base64 import b64decode,b64encode
from contextlib import suppress
from pathlib import PurePosixPath

from.import paths

from.errors import Final,Later
from.programs import Cq

from.system import Bm

Al="firstlight-manage-host"


Ab=PurePosixPath("/root/.ssh/authorized_keys")


def make(a,b):






 new,c=paths.RUN/"id_ed25519",a.disk
 d=new,new.with_name(f"{new.name}.pub")
 e=["ssh-keygen","-q","-t","ed25519","-N","","-C",Al,"-f",str(new)]
 c.folder(paths.RUN,0o700)
 try:

  for f in d:
   c.remove(f)
  g=a.system.run(e)
  if g.code==Bm:
   raise Final("there is no ssh-keygen: apt-get install openssh-client, then firstlight apply")
  if not g.ok:
   raise Later(Cq(e,g))
  h,i=map(c.data,d)
  c.write(b.with_name(f"{b.name}.pub"),i,0o644)
  c.write(b,h,0o600)
 finally:
  for f in d:
   c.remove(f)


def Db(a,b):






 def c(d):
  e=4+int.from_bytes(d[:4],"big")
  return d[4:e],d[e:]

 f,d=re.search(rb"-BEGIN OPENSSH PRIVATE KEY-----([\sA-Za-z0-9+/=]+)-----END OPENSSH",a),b""
 with suppress(ValueError):
  g,_,d=b64decode(f[1]if f else b"").partition(b"openssh-key-v1\0")
  d=b"" if g else d
 h,d=c(d)
 _,d=c(d)
 _,d=c(d)

 i,_=c(d[4:])
 j,_=c(i)
 if h not in(b"",b"none"):
  raise Final(f"{b} needs a passphrase, which the application does not have: put one there that needs none")
 if not re.fullmatch(rb"[a-z0-9@.-]+",j):
  raise Final(f"{b} is no private key in OpenSSH's form: remove it, and firstlight apply makes one")
 return f"{j.decode()} {b64encode(i).decode()}"


def put(a,b):





 c=a.read(Ab)
 d=re.split(rb"(?<=\n)",c.data if c else b"")
 e=[f for f in d if re.search(rb"^\s*[^#\s].* %b\s*$"%Al.encode(),f)]
 if e==[b][:bool(b)]:
  return
 g=b"".join(f for f in d if f not in e)
 h=b"" if g[-1:]in b"\n" or not b else b"\n"

 mode,i=(c.mode,c.owner)if c else(0o600,None)
 a.write(Ab,g+h+b,mode,i)
