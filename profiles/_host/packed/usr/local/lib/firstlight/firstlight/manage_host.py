







import ipaddress
import json
import re

from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import NamedTuple
from urllib.parse import quote

from.import paths,stores
from.asking import ask

from.errors import Final,Later
from.http import Request
from.ready import addresses
from.root_key import AUTHORIZED,COMMENT,make,public_part,put




from.words import plain

HOST="172.17.0.1"


SOURCES="172.16.0.0/12"



class Entry(NamedTuple):


 name:str
 host:str
 is_marked:str

 status:str


@dataclass(frozen=True)
class Api:


 http:str
 origin:str
 who:str
 key:str
 here:str


 def send(self,method,path,given=None):






  a={"X-API-Key":self.key.reveal().decode(),"Content-Type":"application/json"}
  b=None if given is None else json.dumps(given).encode()
  c=ask(self.http,Request(method,self.origin+path,a,b),self.who)
  if c.status in(401,403):
   raise Later(f"{self.who} does not take its own API key (status {c.status})")
  return c

 def entries(self):

  a=self.send("GET","/api/servers")
  try:
   if a.status==200:
    return[_a(b)for b in json.loads(a.body)]
  except(ValueError,LookupError,TypeError,RecursionError):
   pass
  raise Later(f"{self.who} does not show its servers (status {a.status})")

 def ours(self):

  return[a for a in self.entries()if a.host in self.here]


class Host:


 def __init__(
  self,means,site,managed,compose,share
 ):

  self._b,self._c,self._d,self._e,self._f=means,site,managed,compose,share

 def act(self,run):





  a=self._c.service
  b,c=PurePosixPath(self._d.key),self._b.disk
  if not c.read(b):
   run.retry(60,"making an SSH key",lambda:make(self._b,b))
   d=self._f(run)
   if d:
    raise Final(d)
  e=public_part(c.data(b),b)
  f=f'from="{SOURCES}" {e} {COMMENT}\n'.encode()
  g=run.retry(300,f"registering this server at {a}",lambda:self._g(f))
  put(c,f)
  run.retry(120,f"waiting until {a} can log in to this server",lambda:self._h(g))
  if self._d.provision:
   self._i(run,g)
  return f"{a} can log in to this server as root, from {SOURCES}"

 def _j(self):

  a,b,c=self._c.service,self._e,self._d
  d=b.find().get("NetworkSettings",{}).get("Networks",{})
  e=[f["IPAddress"]for f in d.values()if f.get("IPAddress")]
  g=[f for f in e if ipaddress.ip_address(f)in ipaddress.ip_network(SOURCES)]
  if not d:
   raise Later(f"there is no container of {a}")
  if e and not g:
   raise Final(
    f"{a} has the address {e[0]}, and its key is for {SOURCES}: give its network a subnet there"
   )
  h=b.inside("cat",c.api_key)
  if not h.ok or not h.out.strip():
   raise Later(f"{a} has no API key yet in {c.api_key}")
  i=stores.clean(h.out.strip(),c.api_key)

  j=frozenset((HOST,*self._c.domains,*addresses(self._b.system).split()))

  return Api(self._b.http,f"http://{(g or ['127.0.0.1'])[0]}:{c.port}",a,i,j)

 def _g(self,line):

  a,b,c=self._j(),self._b.disk,self._c.service
  d=self._c.domains[0][:100]
  e=a.entries()
  if not any(f.host in a.here for f in e):

   for g in(plain(f.host)for f in e if f.name==d):
    raise Final(f"{c} has another server named {d}, {g}: remove it there, then firstlight apply")
   put(b,b"")
   h={"name":d,"host":HOST,"user":"root","port":22,"ssh_key_path":self._d.seen_as}
   i=a.send("POST","/api/servers",h).status

   if i not in(200,201,400,409):
    raise Final(f"{c} does not take this server (status {i})")
  for f in a.ours():
   if not f.is_marked:
    put(b,b"")
    a.send("PUT",f"/api/servers/{quote(f.name, '')}",{"is_infrakt_host":True})
  j=a.ours()
  if not j or not all(f.is_marked for f in j):
   raise Later(f"{c} does not mark this server as its own host, and would wipe it: it gets no key for it")
  if line not in b.data(AUTHORIZED)and any(f.status=="provisioning" for f in j):

   raise Later(
    f"{c} is provisioning this server, and may be about to wipe it: it gets no key until that ends. "
    "If it does not, remove the server there"
   )
  k=[f.name for f in j]
  return d if d in k else k[0]

 def _h(self,name):
  a=self._j()
  b=a.send("POST",f"/api/servers/{quote(name, '')}/test")

  if b.status==200 and not re.search(rb'"reachable":\s*true',b.body):
   raise Later("it cannot: does sshd run here, on port 22, and may root log in with a key? journalctl -u ssh")

 def _i(self,run,name):
  a=self._c.service
  run.retry(300,f"asking {a} to provision this server",lambda:self._k(name))
  if run.retry(1800,f"waiting until {a} has provisioned this server",lambda:self._l(name))!="active":
   raise Final(
    f"{a} did not provision this server to the end: firstlight logs {a}. "
    "A proxy of its own finds ports 80 and 443 taken by Caddy. The site is up. firstlight apply asks again"
   )

 def _k(self,name):
  a,b,c=self._j(),self._b.disk,self._c.service

  if self._m(a,name).status!="inactive" or b.read(paths.PROVISIONED):
   return
  d=a.send("POST",f"/api/servers/{quote(name, '')}/provision").status
  if d not in(200,202):
   raise Final(f"{c} does not provision this server (status {d})")
  b.write(paths.PROVISIONED,b"",0o600)

 def _l(self,name):

  a=self._m(self._j(),name).status
  if a=="provisioning":
   b=self._c.service
   raise Later(f"it is at work; if {b} was restarted meanwhile, start it again in its dashboard")
  return a

 def _m(self,api,name):

  a=api.ours()
  for b in a:
   if b.name==name and all(c.is_marked for c in a):
    return b
  put(self._b.disk,b"")
  raise Final(
   f"{api.who} does not mark this server as its own host any more, and has no key now: firstlight apply"
  )


def _a(given):

 a,b,c=(str(given[d])for d in("name","host","status"))
 return Entry(a,b,given.get("is_infrakt_host")is True,c)
