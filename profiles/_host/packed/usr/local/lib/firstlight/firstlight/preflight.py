

import os
import platform
import re

from . import registry
from .errors import Final, Later
from .programs import free




from .words import plain


def act(run, means, site):





 system, host = means.system, registry.host(site.registry).partition(":")[0]

 def routes():

  if system.run(["ip", "-4", "route", "show", "default"]).out:
   return ""

  names = system.run(["getent", "hosts", host]).out
  if b":" in names.split(b" ")[0]:
   return "No IPv4 route: what has no IPv6 address cannot be reached. "
  raise (Final if names else Later)(
   f"no IPv4 route, and {host} has no IPv6 address: give this server an IPv4 one"
  )

 fit(run)
 note = run.retry(120, f"asking for the addresses of {host}", routes)

 if os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") < 900 << 20:
  note += "Less than 900 MB of memory: add swap."
 _ports(system)
 return note


def fit(run):





 system = run.system

 def clock():

  if system.now() < (system.root / "etc/os-release").stat().st_mtime:
   raise Later("the clock is before this system was made: timedatectl")

 release()
 room = free(system)
 if room and (room[0] < 2000 or room[1] < 50_000):
  raise Final(f"/var has {room[0]} MB and {room[1]} inodes free and needs 2000 and 50000: make room")
 if os.path.lexists(system.root / "snap/bin/docker"):
  raise Final("Docker from snap loses bind mounts: snap remove docker")
 run.retry(180, "waiting for the right time", clock)


def _ports(system):
 held = system.run(["ss", "-Hltnp", "sport = :80 or sport = :443"]).out

 others = set(re.findall(rb'\("([^"]*)', held) or [held]) - {b"docker-proxy", b""}
 if others:
  raise Final(f"port 80 or 443 is taken by {plain(min(others))}: end and disable that, then firstlight apply")


def release():





 found = platform.freedesktop_os_release()
 name, version = found["ID"], int(found.get("VERSION_ID", "0").partition(".")[0])
 if version < {"debian": 12, "ubuntu": 22}.get(name, 9999):
  raise Final(f"{plain(found['PRETTY_NAME'])} is not supported: use Debian 12 or Ubuntu 22.04, or later")
 return name, version, found.get("VERSION_CODENAME", "")
