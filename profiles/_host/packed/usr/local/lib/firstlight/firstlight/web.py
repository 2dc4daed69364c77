






import hashlib
import re
from contextlib import suppress
from pathlib import PurePosixPath

from.import paths

from.disk import Ar
from.errors import Final,Later



from.words import Cw


def act(a,b,c,compose):





 d,home=b.disk,c.home

 def validate():
  compose.pull(compose.missing([compose.images()["caddy"]]))

  e=("run","--rm","--no-deps","-T","--entrypoint","caddy","caddy")
  f=compose.try_(*e,"validate","--config","/etc/caddy/Caddyfile",timeout=120)

  if not f.ok and compose.try_(*e,"version",timeout=120).ok:

   g=re.sub('.*"msg":"(.*)"}',r"\1",Cw(f.err,2000)).replace("/etc/caddy",str(home))
   raise Final(
    f"Caddy refuses its configuration and uses the one before: {g}; mend it, then firstlight apply"
   )
  if not f.ok:
   raise Later(Cw(f.err))

 _a(b,compose)
 h=d.files(home/"sites")
 i={str(j):d.read(j)for j in(home/"Caddyfile",*h)}
 k=hashlib.sha256(repr(i).encode()).hexdigest().encode()
 l=d.read(paths.Aj)
 m=not l or l.data!=k
 n=not h and d.data(home/"Caddyfile")==d.data(paths.Ca/f"{home}/Caddyfile"[1:])
 o=not l and n and not compose.ids("caddy")
 if m and not o:
  a.retry(1800,"trying out Caddy's configuration",validate)
 a.retry(1800,"starting Caddy",lambda:compose.up("--no-deps","caddy"))
 if m and not o:

  p=i[f"{home}/Caddyfile"]
  q=(
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
  a.retry(60,"giving Caddy its configuration",lambda:compose.demand(*q,input=p and p.data))
 if m:
  d.write(paths.Aj,k,0o600)
 return ""


def _a(a,compose):




 for b in a.system.root.glob("var/lib/docker/volumes/*_caddy[-_]data/_data"):

  c=Ar(b,links=False)
  for d in b.glob("caddy/acme/*/users/default"):
   e=PurePosixPath("/",d.relative_to(b))
   with suppress(Final):
    if not c.read(e/"default.key"):
     compose.try_("rm","-sf","caddy")
     c.remove_folder(e)
