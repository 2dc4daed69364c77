





from contextlib import suppress
from pathlib import Path

from.import access,metadata,paths

from.disk import Bp
from.errors import Final,Later





class App:


 def __init__(a,b,c,compose):

  a._a,a._b,a._c=b,c,compose
  a._d=[]
  a._e=[]
  a._f=()
  a._g=False
  a._h=""

 def look(a,b):

  c,d=a._i()
  if(c,d)==(a._e,a._f):
   return False
  if not a._g:
   if a._j():

    a._k(b)
   a._e,a._f=c,d
   a._l(b)
  return True

 def act(a,b):






  a._g=True
  a._e,a._f=a._i()
  a._k(b)
  a._l(b)
  c,d=a._j(),""
  if c or any(a._f):

   a.share(b)
  try:
   b.retry(300 if c else 1800,f"pulling {a._b.service}",lambda:a._m(b))
  except Final as error:
   if not c:
    raise
   d=str(error)
  e=a._n(b,*a._d)
  if d:
   raise Final(f"{a._h}It is up, but could not be renewed: {d}")
  return a._h+e

 def _m(a,b):
  c,compose=a._b,a._c
  a._l(b)
  if c.repository:

   from.repository import Cr

   Cr(a._a,c)
  d=compose.images()

  a._d=[e for e in d if e!="caddy"]
  f=compose.missing(d[e]for e in a._d)
  access.Ct(a._a,c,list(filter(None,d.values()))if c.token else f)
  compose.pull(f)

 def _l(a,b):

  c=a._j()
  with suppress(Final,Later):
   if c and a._c.find().get("Image",c)!=c:
    a._n(b)

 def _k(a,b):





  try:
   metadata.close(b)
  except Final as error:
   with suppress(Final,Later):
    a._c.stop()
   raise Final(f"{a._b.service} must not run, and was stopped if it did: {error}")from None

 def _n(a,b,*c):





  compose,service,d=a._c,a._b.service,a._j()
  a._k(b)

  def e():
   compose.docker("tag",d,compose.images()[service])
   compose.up("--no-deps",service)

  try:
   b.retry(20 if d else 300,f"starting {service}",lambda:compose.up(*c))
  except Final:

   if not d:
    raise

  for _ in range(9):
   _,a._f=a._i()
   f,g=a._o(b,d)
   if g:
    if f!=d:
     a._a.disk.write(paths.Av,f.encode(),0o600)
     a._h=d and "Self-update complete. "
    return a.share(b)
   if not d or f==d:
    break
   b.retry(300,"going back",e)
   a._h="The new image was not well; back to the last one. "
  raise Final(f"{service} does not get well: firstlight logs {service}")

 def _o(a,b,c):





  d,service=b.system,a._b.service
  e,f,g,h=None,0.0,"",d.monotonic()+180
  b.say(f"waiting until {service} is well")
  while(now:=d.monotonic())<h:
   with suppress(Later):
    i=a._c.find()
    if not i:
     break
    g,j=i["Image"],i["State"]
    k=j.get("Health",{}).get("Status")
    l=j["Status"]=="running" and k!="unhealthy"
    m=i["Id"],i["RestartCount"],l
    if e and e[0]!=i["Id"]:

     a._c.up("--no-deps",service)
     return a._o(b,c)
    if c not in("",g)and not(l and e in(None,m)):
     break
    if m!=e:
     e,f=m,now
    if l and k!="starting" and now-f>=(0 if g==c else 45 if c else 5):
     return g,True
   d.sleep(3)
  return g,False

 def share(a,b):




  c,d=a._b.keys,a._a.disk
  try:
   if not c or not a._b.token:
    d.remove(paths.Ap)

   for e in range(20 if c else 0):
    f=Path(f"{b.system.root}/proc/{a._c.find()['State']['Pid']}").stat()
    if f.st_uid or e==19:
     for g in filter(None,(c,paths.Bd)):
      d.give(g,Bp(f.st_uid,f.st_gid))
     break
    b.system.sleep(1)
  except(Final,Later,OSError,LookupError)as error:
   return f"{a._b.service} cannot read its keys and its login: {error}"
  return ""

 def _i(a):




  b=[]
  for c in(a._b.keys,a._b.token and a._b.token.path):
   with suppress(OSError):
    b.append(Path(f"{a._a.system.root}/{c}").stat().st_mtime_ns)
  with suppress(Final,Later):
   return b,(a._c.ids(),a._c.updater())
  return b,()

 def _j(a):
  return a._a.disk.data(paths.Av).decode()
