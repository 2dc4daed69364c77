




import secrets
from dataclasses import dataclass
from importlib import import_module
from pathlib import PurePosixPath


from firstlight.errors import Absent, Final

from firstlight.secret import Secret




@dataclass(frozen=True)
class Means:


 system: str
 http: str
 disk: str
 credentials: str = PurePosixPath("/run/credentials/firstlight.service")



def resolve(reference, means):






 scheme = reference.scheme
 if scheme == "generate":
  return Secret(secrets.token_hex(32).encode())
 if scheme == "docker-gid":

  return Secret(means.system.run(["getent", "group", "docker"], timeout=30).out.split(b":")[2])
 if scheme in _ABSENT:
  return _lying_here(reference, means)
 try:
  module = import_module(f".{scheme}", __name__)
 except ModuleNotFoundError:
  raise Final(f"this server has no part for {scheme}: make the document anew") from None
 secret = module.read(reference, means)
 return secret


def clean(data, where):







 value = data.removeprefix(b"\xef\xbb\xbf").strip(b"\r\n")
 if not value or b"\0" in value or value.decode("utf-8", "ignore").encode() != value:
  raise Final(f"{where} is empty, or not UTF-8 (PowerShell writes UTF-16): save it as that")
 return Secret(value)


_ABSENT = {
 "file": (Absent, "copy it to this server"),
 "credential": (Final, "put it into /etc/credstore, then firstlight apply"),
 "embedded": (Final, "bring the document again"),
}



def _lying_here(reference, means):

 path, where = means.credentials / reference.path, reference.where
 content = means.disk.read(path)
 if not content or not content.data.strip(b"\r\n"):
  kind, remedy = _ABSENT[reference.scheme]
  raise kind(f"{where} is not there, or empty: {remedy}")
 if reference.scheme == "file":
  means.disk.make_private(path)
 return clean(content.data, where)
