





from contextlib import suppress
from pathlib import Path

from.import access,metadata,paths

from.disk import Owner
from.errors import Final,Later





class App:


 def __init__(self,means,site,compose):

  self._a,self._b,self._c=means,site,compose
  self._d=[]
  self._e=[]
  self._f=()
  self._g=False
  self._h=""

 def look(self,run):

  a,b=self._i()
  if(a,b)==(self._e,self._f):
   return False
  if not self._g:
   if self._j():

    self._k(run)
   self._e,self._f=a,b
   self._l(run)
  return True

 def act(self,run):






  self._g=True
  self._e,self._f=self._i()
  self._k(run)
  self._l(run)
  a,b=self._j(),""
  if a:

   self.share(run)
  try:
   run.retry(300 if a else 1800,f"pulling {self._b.service}",lambda:self._m(run))
  except Final as error:
   if not a:
    raise
   b=str(error)
  c=self._n(run,*self._d)
  if b:
   raise Final(f"{self._h}It is up, but could not be renewed: {b}")
  return self._h+c

 def _m(self,run):
  a,b=self._b,self._c
  self._l(run)
  if a.repository:

   from.repository import fetch

   fetch(self._a,a)
  c=b.images()

  self._d=[d for d in c if d!="caddy"]
  e=b.missing(c[d]for d in self._d)
  access.gain(self._a,a,list(filter(None,c.values()))if a.token else e)
  b.pull(e)

 def _l(self,run):

  a=self._j()
  with suppress(Final,Later):
   if a and self._c.find().get("Image",a)!=a:
    self._n(run)

 def _k(self,run):





  try:
   metadata.close(run)
  except Final as error:
   with suppress(Final,Later):
    self._c.stop()
   raise Final(f"{self._b.service} must not run, and was stopped if it did: {error}")from None

 def _n(self,run,*services):





  a,b,c=self._c,self._b.service,self._j()
  self._k(run)

  def d():
   a.docker("tag",c,a.images()[b])
   a.up("--no-deps",b)

  try:
   run.retry(20 if c else 300,f"starting {b}",lambda:a.up(*services))
  except Final:

   if not c:
    raise

  for _ in range(9):
   _,self._f=self._i()
   e,f=self._o(run,c)
   if f:
    if e!=c:
     self._a.disk.write(paths.GOOD,e.encode(),0o600)
     self._h=c and "Self-update complete. "
    return self.share(run)
   if not c or e==c:
    break
   run.retry(300,"going back",d)
   self._h="The new image was not well; back to the last one. "
  raise Final(f"{b} does not get well: firstlight logs {b}")

 def _o(self,run,good):





  a,b=run.system,self._b.service
  c,d,e,f=None,0.0,"",a.monotonic()+180
  run.say(f"waiting until {b} is well")
  while(g:=a.monotonic())<f:
   with suppress(Later):
    h=self._c.find()
    if not h:
     break
    e,i=h["Image"],h["State"]
    j=i.get("Health",{}).get("Status")
    k=i["Status"]=="running" and j!="unhealthy"
    l=h["Id"],h["RestartCount"],k
    if c and c[0]!=h["Id"]:

     self._c.up("--no-deps",b)
     return self._o(run,good)
    if good not in("",e)and not(k and c in(None,l)):
     break
    if l!=c:
     c,d=l,g
    if k and j!="starting" and g-d>=(0 if e==good else 45 if good else 5):
     return e,True
   a.sleep(3)
  return e,False

 def share(self,run):




  a,b=self._b.keys,self._a.disk
  try:
   if not a or not self._b.token:
    b.remove(paths.DOCKER_LOGIN)

   for c in range(20 if a else 0):
    d=Path(f"{run.system.root}/proc/{self._c.find()['State']['Pid']}").stat()
    if d.st_uid or c==19:
     for e in filter(None,(a,paths.LOGIN)):
      b.give(e,Owner(d.st_uid,d.st_gid))
     break
    run.system.sleep(1)
  except(Final,Later,OSError,LookupError)as error:
   return f"{self._b.service} cannot read its keys and its login: {error}"
  return ""

 def _i(self):




  a=[]
  for b in(self._b.keys,self._b.token and self._b.token.path):
   with suppress(OSError):
    a.append(Path(f"{self._a.system.root}/{b}").stat().st_mtime_ns)
  with suppress(Final,Later):
   return a,(self._c.ids(),self._c.updater())
  return a,()

 def _j(self):
  return self._a.disk.data(paths.GOOD).decode()
