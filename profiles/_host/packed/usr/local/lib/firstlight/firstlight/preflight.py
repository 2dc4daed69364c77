

import os
import platform
import re

from.import registry
from.errors import Final,Later
from.programs import free




from.words import plain


def act(run,means,site):





 a,b=means.system,registry.host(site.registry).partition(":")[0]

 def c():

  if a.run(["ip","-4","route","show","default"]).out:
   return ""

  d=a.run(["getent","hosts",b]).out
  if b":" in d.split(b" ")[0]:
   return "No IPv4 route: what has no IPv6 address cannot be reached. "
  raise(Final if d else Later)(
   f"no IPv4 route, and {b} has no IPv6 address: give this server an IPv4 one"
  )

 fit(run)
 e=run.retry(120,f"asking for the addresses of {b}",c)

 if os.sysconf("SC_PHYS_PAGES")*os.sysconf("SC_PAGE_SIZE")<900<<20:
  e+="Less than 900 MB of memory: add swap."
 _a(a)
 return e


def fit(run):





 a=run.system

 def b():

  if a.now()<(a.root/"etc/os-release").stat().st_mtime:
   raise Later("the clock is before this system was made: timedatectl")

 release()
 c=free(a)
 if c and(c[0]<2000 or c[1]<50_000):
  raise Final(f"/var has {c[0]} MB and {c[1]} inodes free and needs 2000 and 50000: make room")
 if os.path.lexists(a.root/"snap/bin/docker"):
  raise Final("Docker from snap loses bind mounts: snap remove docker")
 run.retry(180,"waiting for the right time",b)


def _a(system):
 a=system.run(["ss","-Hltnp","sport = :80 or sport = :443"]).out

 b=set(re.findall(rb'\("([^"]*)',a)or[a])-{b"docker-proxy",b""}
 if b:
  raise Final(f"port 80 or 443 is taken by {plain(min(b))}: end and disable that, then firstlight apply")


def release():





 a=platform.freedesktop_os_release()
 b,c=a["ID"],int(a.get("VERSION_ID","0").partition(".")[0])
 if c<{"debian":12,"ubuntu":22}.get(b,9999):
  raise Final(f"{plain(a['PRETTY_NAME'])} is not supported: use Debian 12 or Ubuntu 22.04, or later")
 return b,c,a.get("VERSION_CODENAME","")
