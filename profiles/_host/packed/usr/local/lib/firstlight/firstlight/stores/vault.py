





import hashlib
import json
from typing import NamedTuple

from firstlight import paths
from firstlight.asking import ask,text
from firstlight.errors import Final,Later
from firstlight.http import Request



from.import clean,resolve


def read(a,b):






 c=_a(a,b)
 d=c.logged_in()if a.role_id else c.unwrapped()
 e=f"put {a.where} there, in a store of version 2, allow it in the policy, or"
 f=c.ask("GET",a.path,e,d)
 return clean(text(f,"Vault","data","data",a.key).encode(),a.where)


class _a(NamedTuple):


 reference:str
 means:str

 def ask(a,method,b,c,d="",**body):
  headers={"X-Vault-Token":d}if d else{}
  e=json.dumps(body).encode()if body else None
  f=Request(method,f"{a.reference.address}/v1/{b}",headers,e)
  g=ask(a.means.http,f,"Vault")
  if g.status!=200:
   h=a.reference.first.where
   raise Final(f"Vault refuses us (status {g.status}): {c} bring a new first credential: {h}")
  return g

 def first(a):
  return resolve(a.reference.first,a.means).reveal()

 def logged_in(a):

  b=a.reference.role_id
  c=f"it does not know the role id {b} with our secret id;"
  d=a.ask("POST","auth/approle/login",c,role_id=b,secret_id=a.first().decode())
  return text(d,"Vault","auth","client_token")

 def unwrapped(a):

  b=a.means.disk
  c=b.read(paths.Cl)
  d=c.data if c else b"\n"

  e,_,f=d.decode("latin-1").strip().partition("\n")
  try:
   g=a.first()
  except(Later,Final):

   if not e:
    raise
   return e
  h=hashlib.sha256(g).hexdigest()
  if e and f in(h,""):
   return e

  b.write(paths.Cl,d,0o600)
  i="the wrapped token is over, or unwrapped already; if not by you, revoke what was in it, then"
  j=a.ask("POST","sys/wrapping/unwrap",i,g.decode())
  e=text(j,"Vault","auth","client_token")
  b.write(paths.Cl,f"{e}\n{h}\n".encode(),0o600)
  return e
