



import contextlib
import json
import re
import threading

from pathlib import Path


from.import paths
from.errors import Final
from.programs import demand

from.system import Done





_a=threading.Lock()



class Compose:





 def __init__(a,b,c):

  a._b,a._c=b,c
  a._d={"COMPOSE_FILE":":".join(c.compose),"DOCKER_CONFIG":str(paths.LOGIN)}

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





  return[c for c in b if c and not a._b.run(["docker","image","inspect",c]).ok]

 def pull(a,b):

  for c in b:
   a.docker("pull","-q",c,timeout=900)

 def up(a,*b):

  with _a:
   a._e()
   a._f(b)
   a.demand("up","-d","--quiet-pull",*b,timeout=900)

 def ids(a,service=""):

  return a._g("-f",f"label=com.docker.compose.service={service or a._c.service}")

 def find(a):

  b=a._h(a.ids()[:1])
  return b[0]if b else{}

 def inside(a,*b):

  c=a.ids()
  return a._b.run(["docker","exec",c[0],*b])if c else Done(1,b"",b"there is no container")

 def all(a):

  return a._h(a._g())

 def stop(a):

  b="com.docker.compose.service"
  c=[d["Id"]for d in a.all()if d["Config"]["Labels"].get(b)!="caddy"]
  if c:
   a.docker("stop",*c,timeout=120)

 def _h(a,b):
  c=json.loads(a.docker("inspect",*b))if b else[]
  return c

 def _g(a,*b):

  c=f"label=com.docker.compose.project.working_dir={a._c.home}"
  d="label=com.docker.compose.oneoff=False"
  return a.docker("ps","-af",c,"-f",d,*b,"--format","{{.ID}}").decode().split()

 def updater(a):

  b=a._c.updater
  c=json.loads(a._b.run(["docker","inspect",b]).out or "[]")if b else[]
  return c[0]if c else{}

 def _e(a):

  b=a._b.monotonic()
  while updater:=a.updater():
   c=a._b.monotonic()-b
   if c>600 or(c>20 and a._i(updater)):
    a.docker("rm","-f",updater["Id"])
   a._b.sleep(1)

 def _f(a,b):

  for c in a.all():
   d=c["Name"].removeprefix("/")
   e=re.match("[0-9a-f]{12}_",d)and not a._b.run(["docker","rename",d,d[13:]]).ok
   f=not b or c["Config"]["Labels"]["com.docker.compose.service"]in b
   if e or(f and a._j(c)):
    a.docker("rm","-f",c["Id"],timeout=120)

 def _j(a,b):





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

 def _i(a,updater):

  b=a.find().get("State",{"Running":False})
  return not updater["State"]["Running"]and(not b["Running"]or b["StartedAt"]>=updater["Created"])
