



import contextlib
import json
import re
import threading

from pathlib import Path,PurePosixPath

from urllib.parse import quote

from.import paths
from.disk import Ar
from.errors import Final,Later
from.programs import demand


from.words import Cw





_a=threading.Lock()



class An:





 def __init__(a,b,c):

  a._b,a._c=b,c
  a._d={"COMPOSE_FILE":":".join(c.compose),"DOCKER_CONFIG":str(paths.Bd)}

 def try_(a,*b,timeout=60):

  return a._b.run(["docker","compose",*b],timeout=timeout,env=a._d)

 def demand(a,*b,timeout=60,input=None):

  return a.docker("compose",*b,timeout=timeout,input=input)

 def docker(a,*b,timeout=60,input=None):

  return demand(a._b,["docker",*b],timeout=timeout,input=input,env=a._d)

 def images(a):

  b=json.loads(a.demand("config","--format","json"))["services"]
  for c in("caddy",a._c.service)[bool(a._c.traefik):]:
   if c not in b:
    raise Final(f"{' and '.join(a._c.compose)} have no service {c}: add it, then firstlight apply")
  return{c:d.get("image","")for c,d in b.items()}

 def missing(a,b):





  return[c for c in b if c and not a._b.docker(f"/images/{quote(c)}/json").ok]

 def pull(a,b):

  for c in b:
   a.docker("pull","-q",c,timeout=900)

 def up(a,*b):

  with _a:
   a._e()
   a._f(b)
   a.demand("up","-d","--quiet-pull",*b,timeout=900)

 def ids(a,service=""):

  return a._g(f"service={service or a._c.service}")

 def find(a):

  b=a._h(a.ids()[:1])
  return b[0]if b else{}

 def file(a,b):








  c=a.find().get("State",{}).get("Pid")
  d=c and Ar(Path(f"{a._b.root}/proc/{c}/root"),links=False).read(
   PurePosixPath(b)
  )
  if not d:
   raise Later(f"{a._c.service} does not run, or has no {b}")
  return d.data

 def variable(a,b):





  for c in a.find().get("Config",{}).get("Env",[]):
   d,_,e=str(c).partition("=")
   if d==b:
    return e.encode()
  raise Later(f"{a._c.service} has no {b}")

 def all(a):

  return a._h(a._g())

 def stop(a):

  b="com.docker.compose.service"
  c=[d["Id"]for d in a.all()if d["Config"]["Labels"].get(b)!="caddy"]
  if c:
   a.docker("stop",*c,timeout=120)

 def _h(a,b):
  return[a._i(f"/containers/{c}/json")for c in b]

 def _g(a,*b):

  c=f"working_dir={a._c.home}"
  d=[f"com.docker.compose.{e}" for e in(f"project.{c}","oneoff=False",*b)]
  return[
   e["Id"]for e in a._i(f"/containers/json?all=1&filters={quote(json.dumps({'label': d}))}")
  ]

 def _i(a,b):
  c=a._b.docker(b)
  if not c.ok:
   raise Later(Cw(c.err).removeprefix('{"message":"').removesuffix('"}'))
  return json.loads(c.out)

 def updater(a):

  b=a._c.updater
  c=json.loads(a._b.docker(f"/containers/{b}/json").out or "{}")if b else{}
  return c

 def _e(a):

  b=a._b.monotonic()
  while updater:=a.updater():
   c=a._b.monotonic()-b
   if c>600 or(c>20 and a._j(updater)):
    a.docker("rm","-f",updater["Id"])
   a._b.sleep(1)

 def _f(a,b):

  for c in a.all():
   d=c["Name"].removeprefix("/")
   e=re.match("[0-9a-f]{12}_",d)and not a._b.run(["docker","rename",d,d[13:]]).ok
   f=not b or c["Config"]["Labels"]["com.docker.compose.service"]in b
   if e or(f and a._k(c)):
    a.docker("rm","-f",c["Id"],timeout=120)

 def _k(a,b):





  c=Path(f"{a._b.root}/proc/{b['State']['Pid']}")
  with contextlib.suppress(OSError):
   d=(c/"mountinfo").read_bytes()
   for e in b["Mounts"]:
    f,g=Path(f"{a._b.root}{e['Source']}"),e["Destination"]
    h=e["Source"].startswith(f"{a._c.home}/")and f.is_dir()

    i=f" {g} ".encode()in d
    if h and i and not f.samefile(f"{c}/root{g}"):
     return True
  return False

 def _j(a,updater):

  b=a.find().get("State",{"Running":False})
  return not updater["State"]["Running"]and(not b["Running"]or b["StartedAt"]>=updater["Created"])
