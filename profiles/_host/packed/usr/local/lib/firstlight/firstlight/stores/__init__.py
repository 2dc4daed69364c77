




import secrets
from dataclasses import dataclass
from importlib import import_module
from pathlib import PurePosixPath


from firstlight.errors import Absent,Final

from firstlight.secret import Secret




@dataclass(frozen=True)
class Means:


 system:str
 http:str
 disk:str
 credentials:str=PurePosixPath("/run/credentials/firstlight.service")



def resolve(reference,means):






 a=reference.scheme
 if a=="generate":
  return Secret(secrets.token_hex(32).encode())
 if a=="docker-gid":

  return Secret(means.system.run(["getent","group","docker"],timeout=30).out.split(b":")[2])
 if a in _a:
  return _b(reference,means)
 try:
  b=import_module(f".{a}",__name__)
 except ModuleNotFoundError:
  raise Final(f"this server has no part for {a}: make the document anew")from None
 c=b.read(reference,means)
 return c


def clean(data,where):







 a=data.removeprefix(b"\xef\xbb\xbf").strip(b"\r\n")
 if not a or b"\0" in a or a.decode("utf-8","ignore").encode()!=a:
  raise Final(f"{where} is empty, or not UTF-8 (PowerShell writes UTF-16): save it as that")
 return Secret(a)


_a={
 "file":(Absent,"copy it to this server"),
 "credential":(Final,"put it into /etc/credstore, then firstlight apply"),
 "embedded":(Final,"bring the document again"),
}



def _b(reference,means):

 a,b=means.credentials/reference.path,reference.where
 c=means.disk.read(a)
 if not c or not c.data.strip(b"\r\n"):
  d,e=_a[reference.scheme]
  raise d(f"{b} is not there, or empty: {e}")
 if reference.scheme=="file":
  means.disk.make_private(a)
 return clean(c.data,b)
