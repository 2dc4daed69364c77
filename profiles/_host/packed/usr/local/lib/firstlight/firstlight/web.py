






import hashlib
import os
import re
from pathlib import PurePosixPath

from . import paths

from .disk import Disk
from .errors import Final, Later



from .words import last_line


def act(run, means, site, compose):





 disk, home = means.disk, site.home

 def validate():
  compose.pull(compose.missing([compose.images()["caddy"]]))

  alone = ("run", "--rm", "--no-deps", "-T", "--entrypoint", "caddy", "caddy")
  done = compose.try_(*alone, "validate", "--config", "/etc/caddy/Caddyfile", timeout=120)

  if not done.ok and compose.try_(*alone, "version", timeout=120).ok:

   why = re.sub('.*"msg":"(.*)"}', r"\1", last_line(done.err, 2000)).replace("/etc/caddy", str(home))
   raise Final(
    f"Caddy refuses its configuration and uses the one before: {why}; mend it, then firstlight apply"
   )
  if not done.ok:
   raise Later(last_line(done.err))

 _mend(means, compose)
 sites = disk.files(home / "sites")
 contents = {str(path): disk.read(path) for path in (home / "Caddyfile", *sites)}
 digest = hashlib.sha256(repr(contents).encode()).hexdigest().encode()
 taken = disk.read(paths.CADDY)
 is_new = not taken or taken.data != digest
 is_ours = not sites and disk.data(home / "Caddyfile") == disk.data(paths.STAGED / f"{home}/Caddyfile"[1:])
 is_first = not taken and is_ours and not compose.ids("caddy")
 if is_new and not is_first:
  run.retry(1800, "trying out Caddy's configuration", validate)
 run.retry(1800, "starting Caddy", lambda: compose.up("--no-deps", "caddy"))
 if is_new and not is_first:

  main = contents[f"{home}/Caddyfile"]
  words = (
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
  run.retry(60, "giving Caddy its configuration", lambda: compose.demand(*words, input=main and main.data))
 if is_new:
  disk.write(paths.CADDY, digest, 0o600)
 return ""


def _mend(means, compose):




 for volume in means.system.root.glob("var/lib/docker/volumes/*_caddy[-_]data/_data"):
  for account in volume.glob("caddy/acme/*/users/default"):
   path = account.relative_to(volume)

   is_ours = os.path.realpath(account) == f"{os.path.realpath(volume)}/{path}"
   if is_ours and not os.path.lexists(account / "default.key"):
    compose.try_("rm", "-sf", "caddy")
    Disk(volume, links=False).remove_folder(PurePosixPath("/", path))
