




import re
from base64 import b64decode,b64encode
from contextlib import suppress
from pathlib import PurePosixPath

from.import paths

from.errors import Final,Later
from.programs import complaint

from.system import NOT_FOUND

COMMENT="firstlight-manage-host"


AUTHORIZED=PurePosixPath("/root/.ssh/authorized_keys")


def make(means,path):






 a,b=paths.RUN/"id_ed25519",means.disk
 c=a,a.with_name(f"{a.name}.pub")
 d=["ssh-keygen","-q","-t","ed25519","-N","","-C",COMMENT,"-f",str(a)]
 b.folder(paths.RUN,0o700)
 try:

  for e in c:
   b.remove(e)
  f=means.system.run(d)
  if f.code==NOT_FOUND:
   raise Final("there is no ssh-keygen: apt-get install openssh-client, then firstlight apply")
  if not f.ok:
   raise Later(complaint(d,f))
  g,h=map(b.data,c)
  b.write(path.with_name(f"{path.name}.pub"),h,0o644)
  b.write(path,g,0o600)
 finally:
  for e in c:
   b.remove(e)


def public_part(data,path):






 def a(b):
  c=4+int.from_bytes(b[:4],"big")
  return b[4:c],b[c:]

 d,b=re.search(rb"-BEGIN OPENSSH PRIVATE KEY-----([\sA-Za-z0-9+/=]+)-----END OPENSSH",data),b""
 with suppress(ValueError):
  e,_,b=b64decode(d[1]if d else b"").partition(b"openssh-key-v1\0")
  b=b"" if e else b
 f,b=a(b)
 _,b=a(b)
 _,b=a(b)

 g,_=a(b[4:])
 h,_=a(g)
 if f not in(b"",b"none"):
  raise Final(f"{path} needs a passphrase, which the application does not have: put one there that needs none")
 if not re.fullmatch(rb"[a-z0-9@.-]+",h):
  raise Final(f"{path} is no private key in OpenSSH's form: remove it, and firstlight apply makes one")
 return f"{h.decode()} {b64encode(g).decode()}"


def put(disk,line):





 a=disk.read(AUTHORIZED)
 b=re.split(rb"(?<=\n)",a.data if a else b"")
 c=[d for d in b if re.search(rb"^\s*[^#\s].* %b\s*$"%COMMENT.encode(),d)]
 if c==[line][:bool(line)]:
  return
 e=b"".join(d for d in b if d not in c)
 f=b"" if e[-1:]in b"\n" or not line else b"\n"

 g,h=(a.mode,a.owner)if a else(0o600,None)
 disk.write(AUTHORIZED,e+f+line,g,h)
