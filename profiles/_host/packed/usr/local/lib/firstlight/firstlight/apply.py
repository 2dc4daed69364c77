





import difflib
import json

from.import VERSION,document,journal,paths,site
from.disk import BOUND
from.errors import Refused
from.programs import demand

from.words import plain


def apply(means,options,word):







 a,b,c=means.disk,"--back" in options,b""
 if word:
  with open(0 if word=="-" else word,"rb")as d:
   c=d.read(BOUND+1)
 with journal.alone(means):
  journal.finish(a)
  e=a.data(paths.DOCUMENT)or a.data(paths.USER_DATA)
  if b:
   c=a.data(paths.BEFORE)

  f=not a.files(paths.STAGED)
  g=a.data(paths.SITE)
  if word or b or f:
   _a(a,c or e*f,e,force=b or "--force" in options)
  _b(means,g)
  _c(means)
 print("Follow it with: firstlight status --watch")
 return 0


def _a(disk,data,current,*,force):
 a,b,c,d=document.read(data)

 e=document.site(disk.data(paths.SITE))or b
 if e!=b and not force:
  raise Refused(f"this document is for {b}, and this server is {e} (--force applies it)")

 if a<VERSION and not force:
  raise Refused("this document is of an older firstlight, or does not say of which (--force applies it)")
 for f,(g,_)in c.items():

  h=disk.data(f)
  if f.is_relative_to(paths.STAGED):
   i,j=(k.decode("utf-8","replace").splitlines()for k in(h,g))
   for l in difflib.unified_diff(i,j,str(f),str(f),lineterm=""):
    print("".join(m if m.isprintable()or m=="\t" else " " for m in l))
 c[paths.DOCUMENT]=data,0o600
 if current not in(b"",data):
  c[paths.BEFORE]=current,0o600
 _d(disk,c.get(paths.SITE,(b"",))[0])
 journal.put(disk,c)
 if d:
  print(f"needs a new server or cloud-init, not applied: {plain(', '.join(d), 9999)}")


def _b(means,was):

 if _e(was,"traefik")and not _e(means.disk.data(paths.SITE),"traefik"):

  from.traefik import stop

  stop(means.system,site.parse(was,paths.SITE))


def _d(disk,new):

 if _e(disk.data(paths.SITE),"managed")and not _e(new,"managed"):

  from.root_key import put

  put(disk,b"")


def _e(data,key):

 try:
  return bool(json.loads(data)[key])
 except(ValueError,LookupError,TypeError):
  return False


def _c(means):

 try:
  journal.sum_up(means)
 finally:

  _f(means)


def _f(means):
 a=means.system.run

 a(["sync"],timeout=600)
 a(["touch",str(paths.MARK)])
 a(["systemctl","stop","firstlight.service"],timeout=300)

 for b in(paths.STATE,paths.PROVISIONED):
  means.disk.remove(b)
 demand(means.system,["systemctl","enable","--now","--no-block","firstlight.service"])
