





import sys

from . import metadata, paths, site
from .compose import Compose
from .errors import Final

from .words import plain

UNITS = ("firstlight.path", "firstlight.timer", "firstlight-docker.timer", "firstlight.service")



def teardown(means, options, _word):





 known, volumes = site.read(means.disk), "--volumes" in options
 compose, domain, token = Compose(means.system, known), known.domains[0], known.token
 down = ["down", "--remove-orphans", *["--volumes"] * volumes]

 folders = [known.home, paths.BROUGHT, paths.RUN, paths.LIBRARY] * volumes
 keys = [b"our line in /root/.ssh/authorized_keys"] * bool(known.managed)
 print("This stops the site and removes:")
 for line in [*compose.try_("--dry-run", *down, timeout=600).err.splitlines(), *keys, *map(bytes, folders)]:
  print(f"  {plain(line)}")
 if "--yes" not in options:
  print(f"Type {domain} to go on:", flush=True)
  if sys.stdin.readline(999).strip() != domain:
   raise Final("nothing was removed")
 for unit in UNITS:
  means.system.run(["systemctl", "disable", "--now", unit], timeout=300)
 if known.managed:
  _shut(means)
 compose.demand(*down, timeout=600)

 means.system.run(["systemctl", "disable", "--now", metadata.UNIT], timeout=300)
 means.disk.remove(paths.DOCKER_LOGIN)
 for folder in folders:
  means.disk.remove_folder(folder)
 if volumes and token and token.scheme == "file":
  print(f"Your own {token.path} is still there: remove it if no one needs it.")
 return 0


def _shut(means):


 from .root_key import put

 put(means.disk, b"")
