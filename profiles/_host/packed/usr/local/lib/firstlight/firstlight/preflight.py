

import os
import platform
import re

from.import registry
from.errors import Final,Later
from.programs import free




from.words import plain


def act(a,b,c):





 d,e=b.system,registry.host(c.registry).partition(":")[0]

 def f():

  if d.run(["ip","-4","route","show","default"]).out:
   return ""

  g=d.run(["getent","hosts",e]).out
  if b":" in g.split(b" ")[0]:
   return "No IPv4 route: what has no IPv6 address cannot be reached. "
  raise(Final if g else Later)(
   f"no IPv4 route, and {e} has no IPv6 address: give this server an IPv4 one"
  )

 fit(a)
 h=a.retry(120,f"asking for the addresses of {e}",f)

 if os.sysconf("SC_PHYS_PAGES")*os.sysconf("SC_PAGE_SIZE")<900<<20:
  h+="Less than 900 MB of memory: add swap."
 _a(d,c)
 return h


def fit(a):





 b=a.system

 def c():

  if b.now()<(b.root/"etc/os-release").stat().st_mtime:
   raise Later("the clock is before this system was made: timedatectl")

 release()
 d=free(b)
 if d and(d[0]<2000 or d[1]<50_000):
  raise Final(f"/var has {d[0]} MB and {d[1]} inodes free and needs 2000 and 50000: make room")
 if os.path.lexists(b.root/"snap/bin/docker"):
  raise Final("Docker from snap loses bind mounts: snap remove docker")
 a.retry(180,"waiting for the right time",c)


def _a(a,b):
 c=a.run(["ss","-Hltnp","sport = :80 or sport = :443"]).out

 d=set(re.findall(rb'\("([^"]*)',c)or[c])-{b"docker-proxy",b""}
 if b"docker-proxy" in c:
  e='{{.Label "com.docker.compose.project.working_dir"}} {{.Names}}'
  f=a.run(["docker","ps","-f","publish=80","-f","publish=443","--format",e]).out
  g=f"(?m)^(?!(?:{b.home}|{b.traefik}) ).* (.+)"
  d|={b"the container "+h for h in re.findall(g.encode(),f)}
 if d:
  raise Final(f"port 80 or 443 is taken by {plain(min(d))}: end and disable that, then firstlight apply")


def release():





 a=platform.freedesktop_os_release()
 b,c=a["ID"],int(a.get("VERSION_ID","0").partition(".")[0])
 if c<{"debian":12,"ubuntu":22}.get(b,9999):
  raise Final(f"{plain(a['PRETTY_NAME'])} is not supported: use Debian 12 or Ubuntu 22.04, or later")
 return b,c,a.get("VERSION_CODENAME","")
