






import hashlib
import os
import re
from pathlib import PurePosixPath

from.import paths

from.disk import Disk
from.errors import Final,Later



from.words import last_line


def act(run,means,site,compose):





 a,b=means.disk,site.home

 def c():
  compose.pull(compose.missing([compose.images()["caddy"]]))

  d=("run","--rm","--no-deps","-T","--entrypoint","caddy","caddy")
  e=compose.try_(*d,"validate","--config","/etc/caddy/Caddyfile",timeout=120)

  if not e.ok and compose.try_(*d,"version",timeout=120).ok:

   f=re.sub('.*"msg":"(.*)"}',r"\1",last_line(e.err,2000)).replace("/etc/caddy",str(b))
   raise Final(
    f"Caddy refuses its configuration and uses the one before: {f}; mend it, then firstlight apply"
   )
  if not e.ok:
   raise Later(last_line(e.err))

 _a(means,compose)
 g=a.files(b/"sites")
 h={str(i):a.read(i)for i in(b/"Caddyfile",*g)}
 j=hashlib.sha256(repr(h).encode()).hexdigest().encode()
 k=a.read(paths.CADDY)
 l=not k or k.data!=j
 m=not g and a.data(b/"Caddyfile")==a.data(paths.STAGED/f"{b}/Caddyfile"[1:])
 n=not k and m and not compose.ids("caddy")
 if l and not n:
  run.retry(1800,"trying out Caddy's configuration",c)
 run.retry(1800,"starting Caddy",lambda:compose.up("--no-deps","caddy"))
 if l and not n:

  o=h[f"{b}/Caddyfile"]
  p=(
   "exec",
   "-T",
   "-w",
   "/etc/caddy",
   "caddy",
   "caddy",
   "reload",
   "--config",
   "-",
   "--adapter",
   "caddyfile",
  )
  run.retry(60,"giving Caddy its configuration",lambda:compose.demand(*p,input=o and o.data))
 if l:
  a.write(paths.CADDY,j,0o600)
 return ""


def _a(means,compose):




 for a in means.system.root.glob("var/lib/docker/volumes/*_caddy[-_]data/_data"):
  for b in a.glob("caddy/acme/*/users/default"):
   c=b.relative_to(a)

   d=os.path.realpath(b)==f"{os.path.realpath(a)}/{c}"
   if d and not os.path.lexists(b/"default.key"):
    compose.try_("rm","-sf","caddy")
    Disk(a,links=False).remove_folder(PurePosixPath("/",c))
