



import json
from base64 import b64decode
from contextlib import suppress

from . import paths, registry
from .compose import Compose

from .errors import Final, Later
from .secret import Secret




def outdated(means, site):

 with suppress(Final, Later, LookupError):
  found = Compose(means.system, site).find()
  image = registry.parse(found["Config"]["Image"])
  there = registry.digest(means.http, image, _login(means.disk, image.registry))
  here = means.system.run(["docker", "image", "inspect", "-f", "{{.RepoDigests}}", found["Image"]])
  if there.encode() not in here.out:
   return "The registry has another image than the one that runs: an update failed, or nobody asked for it."
 return ""


def _login(disk, host):



 with suppress(Final, LookupError, ValueError, TypeError, RecursionError):
  auth = json.loads(disk.data(paths.DOCKER_LOGIN))["auths"][registry.in_docker(host)]["auth"]
  user, _, token = b64decode(auth).partition(b":")
  return registry.Login(user.decode(), Secret(token), "")
 return None
