





import hashlib
import re
from dataclasses import replace
from pathlib import PurePosixPath

from.import paths
from.compose import Compose
from.errors import Final,Later
from.programs import demand




from.words import last_line

NETWORK="infrakt"



def containers(system,site):

 a=PurePosixPath(site.traefik or "")
 return Compose(
  system,
  replace(site,home=a,compose=[f"{a}/docker-compose.yml"],service="traefik",updater=None),
 )


def make_network(system):





 if not system.run(["docker","network","inspect",NETWORK]).ok:
  demand(system,["docker","network","create",NETWORK])


def act(run,means,site,compose):





 a,b,c=means.disk,containers(means.system,site),PurePosixPath(site.traefik or "")
 d=c/"letsencrypt/acme.json"
 for e,f in(("conf.d",0o755),("letsencrypt",0o700)):
  a.folder(c/e,f)

 if(means.system.root/str(d)[1:]).exists():
  a.make_private(d)
 else:
  a.write(d,b"",0o600)
 g=hashlib.sha256(a.data(c/"traefik.yml")).hexdigest().encode()
 h=a.data(paths.TRAEFIK)
 if h not in(b"",g):
  run.retry(1800,"trying out Traefik's configuration",lambda:_a(means.system,b,c))

 run.retry(60,"stopping Caddy",lambda:_b(compose,compose.ids("caddy")))
 i=["--force-recreate"]*(h not in(b"",g))
 run.retry(1800,"starting Traefik",lambda:b.up(*i))
 if h!=g:
  _c(means.system,b,c)
  a.write(paths.TRAEFIK,g,0o600)
 return ""


def stop(system,site):

 a=containers(system,site)
 _b(a,a.ids())


def _b(compose,ids):
 if ids:
  compose.docker("stop",*ids,timeout=120)


def _a(system,front,folder):







 a=front.images()["traefik"]
 front.pull(front.missing([a]))
 b,c=["traefik","healthcheck"],front.ids()
 if not c or not system.run(["docker","exec",c[0],*b]).ok:
  return
 d=f"{folder}/traefik.yml:/etc/traefik/traefik.yml:ro"
 e=["docker","run","--rm","--network",f"container:{c[0]}","-v",d,"--entrypoint",b[0]]
 f=system.run([*e,a,b[1]],timeout=120)

 if f.code==1:
  raise Final(
   f"Traefik refuses {folder}/traefik.yml and uses the one before: {_d(f.err + f.out)}; "
   "mend it, then firstlight apply"
  )
 if not f.ok:
  raise Later(last_line(f.err))


def _c(system,front,folder):





 system.sleep(3)
 a=front.find()
 if not a or a["State"]["Status"]!="running" or a["RestartCount"]:
  b=system.run(["docker","logs","--tail","1",*front.ids()[:1]])
  raise Final(f"Traefik does not run with {folder}/traefik.yml: {_d(b.err + b.out)}")


def _d(said):

 return re.sub('.*"error":"(.*?)".*',r"\1",last_line(said,2000))
