







import ipaddress
import json
import re

from pathlib import PurePosixPath
from typing import NamedTuple
from urllib.parse import quote

from.import paths,stores
from.asking import ask

from.errors import Final,Later
from.http import Request
from.ready import addresses
from.root_key import Ab,Al,make,Db,put




from.words import plain

Aw="172.17.0.1"


Bz="172.16.0.0/12"



class Au(NamedTuple):


 name:str
 host:str
 is_marked:str

 status:str


class Api(NamedTuple):


 http:str
 origin:str
 who:str
 key:str
 here:str


 def send(a,method,b,c=None):






  headers={"X-API-Key":a.key.reveal().decode(),"Content-Type":"application/json"}
  body=None if c is None else json.dumps(c).encode()
  d=ask(a.http,Request(method,a.origin+b,headers,body),a.who)
  if d.status in(401,403):
   raise Later(f"{a.who} does not take its own API key (status {d.status})")
  return d

 def entries(a):

  b=a.send("GET","/api/servers")
  try:
   if b.status==200:
    return[_a(c)for c in json.loads(b.body)]
  except(ValueError,LookupError,TypeError,RecursionError):
   pass
  raise Later(f"{a.who} does not show its servers (status {b.status})")

 def ours(a):

  return[b for b in a.entries()if b.host in a.here]


class Host:


 def __init__(
  a,b,c,d,compose,e
 ):

  a._b,a._c,a._d,a._e,a._f=b,c,d,compose,e

 def act(a,b):





  c=a._c.service
  d,e=PurePosixPath(a._d.key),a._b.disk
  if not e.read(d):
   b.retry(60,"making an SSH key",lambda:make(a._b,d))
   f=a._f(b)
   if f:
    raise Final(f)
  g=Db(e.data(d),d)
  h=f'from="{Bz}" {g} {Al}\n'.encode()
  i=b.retry(300,f"registering this server at {c}",lambda:a._g(h))
  put(e,h)
  b.retry(120,f"waiting until {c} can log in to this server",lambda:a._h(i))
  if a._d.provision:
   a._i(b,i)
  return f"{c} can log in to this server as root, from {Bz}"

 def check(a):

  try:
   b=a._j().ours()
  except(Final,Later)as error:
   return str(error)
  return "" if b and all(c.is_marked for c in b)else "it does not, and would wipe it: firstlight apply"

 def _j(a):

  b,compose,c=a._c.service,a._e,a._d
  d=compose.find().get("NetworkSettings",{}).get("Networks",{})
  e=[f["IPAddress"]for f in d.values()if f.get("IPAddress")]
  g=[f for f in e if ipaddress.ip_address(f)in ipaddress.ip_network(Bz)]
  if not d:
   raise Later(f"there is no container of {b}")
  if e and not g:
   raise Final(
    f"{b} has the address {e[0]}, and its key is for {Bz}: give its network a subnet there"
   )
  h=compose.file(c.api_key).strip()
  if not h:
   raise Later(f"{b} has no API key yet in {c.api_key}")
  i=stores.clean(h,c.api_key)

  j=frozenset((Aw,*a._c.domains,*addresses(a._b.system).split()))

  return Api(a._b.http,f"http://{(g or ['127.0.0.1'])[0]}:{c.port}",b,i,j)

 def _g(a,b):

  c,d,e=a._j(),a._b.disk,a._c.service
  f=a._c.domains[0][:100]
  g=c.entries()
  if not any(h.host in c.here for h in g):

   for i in(plain(h.host)for h in g if h.name==f):
    raise Final(f"{e} has another server named {f}, {i}: remove it there, then firstlight apply")
   put(d,b"")
   j={"name":f,"host":Aw,"user":"root","port":22,"ssh_key_path":a._d.seen_as}
   k=c.send("POST","/api/servers",j).status

   if k not in(200,201,400,409):
    raise Final(f"{e} does not take this server (status {k})")
  for h in c.ours():
   if not h.is_marked:
    put(d,b"")
    c.send("PUT",f"/api/servers/{quote(h.name, '')}",{"is_infrakt_host":True})
  l=c.ours()
  if not l or not all(h.is_marked for h in l):
   raise Later(f"{e} does not mark this server as its own host, and would wipe it: it gets no key for it")
  if b not in d.data(Ab)and any(h.status=="provisioning" for h in l):

   raise Later(
    f"{e} is provisioning this server, and may be about to wipe it: it gets no key until that ends. "
    "If it does not, remove the server there"
   )
  m=[h.name for h in l]
  return f if f in m else m[0]

 def _h(a,b):
  c=a._j()
  d=c.send("POST",f"/api/servers/{quote(b, '')}/test")

  if d.status==200 and not re.search(rb'"reachable":\s*true',d.body):
   raise Later("it cannot: does sshd run here, on port 22, and may root log in with a key? journalctl -u ssh")

 def _i(a,b,c):
  d=a._c.service
  b.retry(300,f"asking {d} to provision this server",lambda:a._k(c))
  if b.retry(1800,f"waiting until {d} has provisioned this server",lambda:a._l(c))!="active":
   raise Final(
    f"{d} did not provision this server to the end: firstlight logs {d}. "
    +"A proxy of its own finds ports 80 and 443 taken by Caddy. "*(not a._c.traefik)
    +"The site is up. firstlight apply asks again"
   )

 def _k(a,b):
  c,d,e=a._j(),a._b.disk,a._c.service

  if a._m(c,b).status!="inactive" or d.read(paths.Bs):
   return
  f=c.send("POST",f"/api/servers/{quote(b, '')}/provision").status
  if f not in(200,202):
   raise Final(f"{e} does not provision this server (status {f})")
  d.write(paths.Bs,b"",0o600)

 def _l(a,b):

  c=a._m(a._j(),b).status
  if c=="provisioning":
   d=a._c.service
   raise Later(f"it is at work; if {d} was restarted meanwhile, start it again in its dashboard")
  return c

 def _m(a,b,c):

  d=b.ours()
  for e in d:
   if e.name==c and all(f.is_marked for f in d):
    return e
  put(a._b.disk,b"")
  raise Final(
   f"{b.who} does not mark this server as its own host any more, and has no key now: firstlight apply"
  )


def _a(a):

 b,c,d=(str(a[e])for e in("name","host","status"))
 return Au(b,c,a.get("is_infrakt_host")is True,d)
