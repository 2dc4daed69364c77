







import json

from dataclasses import dataclass
from pathlib import PurePosixPath


from.import paths

from.errors import Final
from.state import STEPS

VERSION=1



@dataclass(frozen=True)
class Reference:


 scheme:str

 where:str=""

 path:str=""

 name:str=""
 region:str=""
 key:str=""

 project:str=""
 version:str=""
 vault:str=""
 address:str=""
 role_id:str=""

 first:str=None



@dataclass(frozen=True)
class Line:





 label:str
 text:str=""
 file:str=""
 variable:str=""


@dataclass(frozen=True)
class Header:


 header:str
 text:str=""
 file:str=""
 variable:str=""


@dataclass(frozen=True)
class Check:


 what:str
 path:str
 method:str
 headers:str
 expected:str


@dataclass(frozen=True)
class Repository:


 name:str
 branch:str
 file:str


@dataclass(frozen=True)
class Managed:


 key:str

 seen_as:str

 api_key:str

 port:str

 provision:str



@dataclass(frozen=True)
class Site:


 version:str
 name:str
 domains:str

 any_certificate:str

 health:str
 home:str
 keys:str

 service:str
 compose:str

 token:str

 registry:str
 registry_user:str
 updater:str

 repository:str
 traefik:str

 managed:str

 lines:str
 checks:str
 secrets:str


 @property
 def steps(self):

  a={"caddy" if self.traefik else "traefik",*["manage"]*(not self.managed)}
  return tuple(b for b in STEPS if b not in a)


def read(disk):





 return parse(disk.data(paths.SITE),paths.SITE)


def parse(data,path):





 try:
  a=json.loads(data,object_hook=_a)
  if a["version"]==VERSION:
   b={c:a[c]and PurePosixPath(a[c])for c in("home","keys","traefik")}
   return Site(**a|b)
 except(ValueError,LookupError,TypeError):
  pass
 raise Final(f"{path} is not what this firstlight reads: bring the document to this server again")


def _a(given):

 for a,b in _b.items():
  if a in given:
   return b(**given)
 return given


_b={
 "scheme":Reference,
 "label":Line,
 "header":Header,
 "what":Check,
 "branch":Repository,
 "seen_as":Managed,
}
