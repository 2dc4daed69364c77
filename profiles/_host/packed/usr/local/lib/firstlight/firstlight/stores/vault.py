





import hashlib
import json
from dataclasses import dataclass

from firstlight import paths
from firstlight.asking import ask,text
from firstlight.errors import Final,Later
from firstlight.http import Request



from.import clean,resolve


def read(reference,means):






 a=_a(reference,means)
 b=a.logged_in()if reference.role_id else a.unwrapped()
 c=f"put {reference.where} there, in a store of version 2, allow it in the policy, or"
 d=a.ask("GET",reference.path,c,b)
 return clean(text(d,"Vault","data","data",reference.key).encode(),reference.where)


@dataclass(frozen=True)
class _a:


 reference:str
 means:str

 def ask(self,method,path,what,token="",**body):
  a={"X-Vault-Token":token}if token else{}
  b=json.dumps(body).encode()if body else None
  c=Request(method,f"{self.reference.address}/v1/{path}",a,b)
  d=ask(self.means.http,c,"Vault")
  if d.status!=200:
   e=self.reference.first.where
   raise Final(f"Vault refuses us (status {d.status}): {what} bring a new first credential: {e}")
  return d

 def first(self):
  return resolve(self.reference.first,self.means).reveal()

 def logged_in(self):

  a=self.reference.role_id
  b=f"it does not know the role id {a} with our secret id;"
  c=self.ask("POST","auth/approle/login",b,role_id=a,secret_id=self.first().decode())
  return text(c,"Vault","auth","client_token")

 def unwrapped(self):

  a=self.means.disk
  b=a.read(paths.VAULT_TOKEN)
  c=b.data if b else b"\n"

  d,_,e=c.decode("latin-1").strip().partition("\n")
  try:
   f=self.first()
  except(Later,Final):

   if not d:
    raise
   return d
  g=hashlib.sha256(f).hexdigest()
  if d and e in(g,""):
   return d

  a.write(paths.VAULT_TOKEN,c,0o600)
  h="the wrapped token is over, or unwrapped already; if not by you, revoke what was in it, then"
  i=self.ask("POST","sys/wrapping/unwrap",h,f.decode())
  d=text(i,"Vault","auth","client_token")
  a.write(paths.VAULT_TOKEN,f"{d}\n{g}\n".encode(),0o600)
  return d
