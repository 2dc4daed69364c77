





import hashlib
import re
from pathlib import PurePosixPath

from.import paths
from.compose import An
from.errors import Final,Later
from.programs import demand




from.words import Cw

Bl="infrakt"



def containers(a,b):

 c=PurePosixPath(b.traefik or "")
 return An(
  a,
  b._replace(home=c,compose=[f"{c}/docker-compose.yml"],service="traefik",updater=None),
 )


def remove(a,b):





 containers(a,b).demand("down",timeout=600)
 a.run(["docker","network","rm",Bl])


def Cy(a):






 def make():
  if not a.system.run(["docker","network","inspect",Bl]).ok:
   demand(a.system,["docker","network","create",Bl])

 a.retry(60,"making Traefik's network",make)


def act(a,b,c,compose):





 d,e,f=b.disk,containers(b.system,c),PurePosixPath(c.traefik or "")
 g=f/"letsencrypt/acme.json"
 for h,mode in(("conf.d",0o755),("letsencrypt",0o700)):
  d.folder(f/h,mode)

 if(b.system.root/str(g)[1:]).exists():
  d.make_private(g)
 else:
  d.write(g,b"",0o600)
 i=hashlib.sha256(d.data(f/"traefik.yml")).hexdigest().encode()
 j=d.data(paths.Ch)
 k=j not in(b"",i)
 if k:
  a.retry(1800,"trying out Traefik's configuration",lambda:_a(b.system,e,f))
 a.retry(60,"stopping Caddy",lambda:_b(compose))
 l=["--force-recreate"]*k
 a.retry(1800,"starting Traefik",lambda:e.up(*l))
 if j!=i:
  _c(b.system,e,f)
  d.write(paths.Ch,i,0o600)
 return ""


def _b(compose):





 if "caddy" in compose.images():
  raise Final(
   "the compose file is the one with Caddy: look at what changes with firstlight apply, then apply --new"
  )
 a=compose.ids("caddy")
 if a:
  compose.docker("stop",*a,timeout=120)


def _a(a,b,c):







 d=b.images()["traefik"]
 b.pull(b.missing([d]))
 e=f"{c}/traefik.yml:/etc/traefik/traefik.yml:ro"
 f=["docker","run","--rm","--network","none","-v",e,"--entrypoint","traefik"]
 g=a.run([*f,d,"healthcheck"],timeout=120)
 if g.ok or b"Error calling healthcheck: " in g.out:
  return

 if g.code==1:
  raise Final(
   f"Traefik refuses {c}/traefik.yml and uses the one before: {_d(g.err + g.out)}; "
   "mend it, then firstlight apply"
  )
 raise Later(Cw(g.err))


def _c(a,b,c):





 d=b.find()
 a.sleep(3)
 now=b.find()
 if now.get("State",{}).get("Status")!="running" or now["RestartCount"]!=d.get("RestartCount"):
  e=a.run(["docker","logs","--tail","1",*b.ids()[:1]])
  raise Final(f"Traefik does not run with {c}/traefik.yml: {_d(e.err + e.out)}")


def _d(a):

 return re.sub('.*"error":"(.*?)".*',r"\1",Cw(a,2000))
