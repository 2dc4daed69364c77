



import json
from base64 import b64decode
from contextlib import suppress

from.import paths,registry
from.compose import Compose

from.errors import Final,Later
from.secret import Secret




def outdated(means,site):

 with suppress(Final,Later,LookupError):
  a=Compose(means.system,site).find()
  b=registry.parse(a["Config"]["Image"])
  c=registry.digest(means.http,b,_a(means.disk,b.registry))
  d=means.system.run(["docker","image","inspect","-f","{{.RepoDigests}}",a["Image"]])
  if c.encode()not in d.out:
   return "The registry has another image than the one that runs: an update failed, or nobody asked for it."
 return ""


def _a(disk,host):



 with suppress(Final,LookupError,ValueError,TypeError,RecursionError):
  a=json.loads(disk.data(paths.DOCKER_LOGIN))["auths"][registry.in_docker(host)]["auth"]
  b,_,c=b64decode(a).partition(b":")
  return registry.Login(b.decode(),Secret(c),"")
 return None
