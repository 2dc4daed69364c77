




import secrets
from importlib import import_module
from pathlib import PurePosixPath
from typing import NamedTuple


from firstlight.errors import Absent,Final

from firstlight.secret import Secret




class Bk(NamedTuple):


 system:str
 http:str
 disk:str
 credentials:str=PurePosixPath("/run/credentials/firstlight.service")



def resolve(a,b):






 c=a.scheme
 if c=="generate":
  return Secret(secrets.token_hex(32).encode())
 if c=="docker-gid":

  return Secret(b.system.run(["getent","group","docker"],timeout=30).out.split(b":")[2])
 if c in _a:
  return _b(a,b)
 try:
  d=import_module(f".{c}",__name__)
 except ModuleNotFoundError:
  raise Final(f"this server has no part for {c}: make the document anew")from None
 e=d.read(a,b)
 return e


def clean(a,b):







 c=a.removeprefix(b"\xef\xbb\xbf").strip(b"\r\n")
 if not c or b"\0" in c or c.decode("utf-8","ignore").encode()!=c:
  raise Final(f"{b} is empty, or not UTF-8 (PowerShell writes UTF-16): save it as that")
 return Secret(c)


_a={
 "file":(Absent,"copy it to this server"),
 "credential":(Final,"put it into /etc/credstore, then firstlight apply"),
 "embedded":(Final,"bring the document again"),
}



def _b(a,b):

 c,d=b.credentials/a.path,a.where
 e=b.disk.read(c)
 if not e or not e.data.strip(b"\r\n"):
  f,g=_a[a.scheme]
  raise f(f"{d} is not there, or empty: {g}")
 if a.scheme=="file":
  b.disk.make_private(c)
 return clean(e.data,d)
