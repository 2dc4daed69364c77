



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





 def __init__(self,system,site):

  self._b,self._c=system,site
  self._d={"COMPOSE_FILE":":".join(site.compose),"DOCKER_CONFIG":str(paths.LOGIN)}

 def try_(self,*words,timeout=60):

  return self._b.run(["docker","compose",*words],timeout=timeout,env=self._d)

 def demand(self,*words,timeout=60,input=None):

  return self.docker("compose",*words,timeout=timeout,input=input)

 def docker(self,*words,timeout=60,input=None):

  return demand(self._b,["docker",*words],timeout=timeout,input=input,env=self._d)

 def images(self):

  a=json.loads(self.demand("config","--format","json"))["services"]
  for b in("caddy",self._c.service):
   if b not in a:
    raise Final(f"{' and '.join(self._c.compose)} have no service {b}: add it, then firstlight apply")
  return{b:c.get("image","")for b,c in a.items()}

 def missing(self,images):





  return[a for a in images if a and not self._b.run(["docker","image","inspect",a]).ok]

 def pull(self,images):

  for a in images:
   self.docker("pull","-q",a,timeout=900)

 def up(self,*words):

  with _a:
   self._e()
   self._f(words)
   self.demand("up","-d","--quiet-pull",*words,timeout=900)

 def ids(self,service=""):

  return self._g("-f",f"label=com.docker.compose.service={service or self._c.service}")

 def find(self):

  a=self._h(self.ids()[:1])
  return a[0]if a else{}

 def inside(self,*words):

  a=self.ids()
  return self._b.run(["docker","exec",a[0],*words])if a else Done(1,b"",b"there is no container")

 def all(self):

  return self._h(self._g())

 def stop(self):

  a="com.docker.compose.service"
  b=[c["Id"]for c in self.all()if c["Config"]["Labels"].get(a)!="caddy"]
  if b:
   self.docker("stop",*b,timeout=120)

 def _h(self,ids):
  a=json.loads(self.docker("inspect",*ids))if ids else[]
  return a

 def _g(self,*words):

  a=f"label=com.docker.compose.project.working_dir={self._c.home}"
  b="label=com.docker.compose.oneoff=False"
  return self.docker("ps","-af",a,"-f",b,*words,"--format","{{.ID}}").decode().split()

 def updater(self):

  a=self._c.updater
  b=json.loads(self._b.run(["docker","inspect",a]).out or "[]")if a else[]
  return b[0]if b else{}

 def _e(self):

  a=self._b.monotonic()
  while b:=self.updater():
   c=self._b.monotonic()-a
   if c>600 or(c>20 and self._i(b)):
    self.docker("rm","-f",b["Id"])
   self._b.sleep(1)

 def _f(self,words):

  for a in self.all():
   b=a["Name"].removeprefix("/")
   c=re.match("[0-9a-f]{12}_",b)and not self._b.run(["docker","rename",b,b[13:]]).ok
   d=not words or a["Config"]["Labels"]["com.docker.compose.service"]in words
   if c or(d and self._j(a)):
    self.docker("rm","-f",a["Id"],timeout=120)

 def _j(self,one):





  a=Path(f"{self._b.root}/proc/{one['State']['Pid']}")
  with contextlib.suppress(OSError):
   b=(a/"mountinfo").read_bytes()
   for c in one["Mounts"]:
    d,e=Path(f"{self._b.root}{c['Source']}"),c["Destination"]
    f=c["Source"].startswith(f"{self._c.home}/")and d.is_dir()

    g=f" {e} ".encode()in b
    if f and g and not d.samefile(f"{a}/root{e}"):
     return True
  return False

 def _i(self,updater):

  a=self.find().get("State",{"Running":False})
  return not updater["State"]["Running"]and(not a["Running"]or a["StartedAt"]>=updater["Created"])
