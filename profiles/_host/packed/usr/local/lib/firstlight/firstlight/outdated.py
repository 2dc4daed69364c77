



import json
from base64 import b64decode
from contextlib import suppress

from.import paths,registry
from.compose import An

from.errors import Final,Later
from.secret import Secret




def outdated(a,b):

 with suppress(Final,Later,LookupError):
  c=An(a.system,b).find()
  d=registry.parse(c["Config"]["Image"])
  e=registry.digest(a.http,d,_a(a.disk,d.registry))
  f=a.system.docker(f"/images/{c['Image']}/json")
  if e.encode()not in f.out:
   return "The registry has another image than the one that runs: an update failed, or nobody asked for it."
 return ""


def _a(a,b):



 with suppress(Final,LookupError,ValueError,TypeError,RecursionError):
  c=json.loads(a.data(paths.Ap))["auths"][registry.Cv(b)]["auth"]
  d,_,e=b64decode(c).partition(b":")
  return registry.Bg(d.decode(),Secret(e),"")
 return None
