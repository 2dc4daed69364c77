





import difflib
import json

from.import Cm,document,files,journal,paths
from.disk import Af
from.errors import Bv
from.programs import demand

from.words import plain


def apply(a,b,c):







 d,e,f=a.disk,"--back" in b,b""
 if c:
  with open(0 if c=="-" else c,"rb")as g:
   f=g.read(Af+1)
 with journal.Co(a):
  journal.Cs(d)
  h=d.data(paths.Aq)or d.data(paths.Ck)
  if e:
   f=d.data(paths.Ad)

  i=not d.files(paths.Ca)
  if c or e or i:
   _a(d,f or h*i,h,force=e or "--force" in b)
  _b(a,new="--new" in b)
 print("Follow it with: firstlight status --watch")
 return 0


def _a(a,b,c,*,force):
 d,e,f,g=document.read(b)

 h=document.site(a.data(paths.By))or e
 if h!=e and not force:
  raise Bv(f"this document is for {e}, and this server is {h} (--force applies it)")

 if d<Cm and not force:
  raise Bv("this document is of an older firstlight, or does not say of which (--force applies it)")
 for i,(j,_)in f.items():

  k=a.data(i)
  if i.is_relative_to(paths.Ca):
   _c(k,j,str(i))
 f[paths.Aq]=b,0o600
 if c not in(b"",b):
  f[paths.Ad]=c,0o600
 _d(a,f.get(paths.By,(b"",))[0])
 journal.put(a,f)
 if g:
  print(f"needs a new server or cloud-init, not applied: {plain(', '.join(g), 9999)}")


def _c(a,b,c):

 d,new=(e.decode("utf-8","replace").splitlines()for e in(a,b))
 for f in difflib.unified_diff(d,new,c,c,lineterm=""):
  print("".join(g if g.isprintable()or g=="\t" else " " for g in f))


def _e(a,*,new):

 for b,c,d in files.kept(a,every=new):
  _c(c.data,d.data,str(b))
  if new:
   print(f"replaced; the old one is {files.Cu(a, b, c)}")
  else:
   print(f"kept your {b}; to replace it: firstlight apply --new")


def _d(a,new):

 if _f(a.data(paths.By))and not _f(new):

  from.root_key import put

  put(a,b"")


def _f(a):

 try:
  return bool(json.loads(a)["managed"])
 except(ValueError,LookupError,TypeError):
  return False


def _b(a,*,new):


 a.system.run(["systemctl","stop","firstlight.service"],timeout=300)
 try:
  journal.Dd(a)
  _e(a.disk,new=new)
 finally:

  _g(a)


def _g(a):
 b=a.system.run

 b(["sync"],timeout=600)
 b(["touch",str(paths.Bi)])

 for c in(paths.Cb,paths.Bs):
  a.disk.remove(c)
 demand(a.system,["systemctl","enable","--now","--no-block","firstlight.service"])
