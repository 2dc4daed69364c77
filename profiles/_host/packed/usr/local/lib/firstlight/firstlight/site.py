







import json

from pathlib import PurePosixPath
from typing import NamedTuple

from.import paths

from.errors import Final
from.state import Cc

Cm=1



class Bu(NamedTuple):


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



class Bf(NamedTuple):





 label:str
 text:str=""
 file:str=""
 variable:str=""


class Ax(NamedTuple):


 header:str
 text:str=""
 file:str=""
 variable:str=""


class Am(NamedTuple):


 what:str
 path:str
 method:str
 headers:str
 expected:str


class Bw(NamedTuple):


 name:str
 branch:str
 file:str


class Bj(NamedTuple):


 key:str

 seen_as:str

 api_key:str

 port:str

 provision:str



class Cd(NamedTuple):


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
 def steps(a):

  b={"caddy" if a.traefik else "traefik",*["manage"]*(not a.managed)}
  return tuple(c for c in Cc if c not in b)


def read(a):





 return parse(a.data(paths.By),paths.By)


def parse(a,b):





 try:
  c=json.loads(a,object_hook=_a)
  if c["version"]==Cm:
   d={e:c[e]and PurePosixPath(c[e])for e in("home","keys","traefik")}
   return Cd(**c|d)
 except(ValueError,LookupError,TypeError):
  pass
 raise Final(f"{b} is not what this firstlight reads: bring the document to this server again")


def _a(a):

 for b,c in _b.items():
  if b in a:
   return c(**a)
 return a


_b={
 "scheme":Bu,
 "label":Bf,
 "header":Ax,
 "what":Am,
 "branch":Bw,
 "seen_as":Bj,
}
