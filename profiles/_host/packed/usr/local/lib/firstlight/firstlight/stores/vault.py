





import hashlib
import json
from dataclasses import dataclass

from firstlight import paths
from firstlight.asking import ask, text
from firstlight.errors import Final, Later
from firstlight.http import Request



from . import clean, resolve


def read(reference, means):






 vault = _Vault(reference, means)
 token = vault.logged_in() if reference.role_id else vault.unwrapped()
 what = f"put {reference.where} there, in a store of version 2, allow it in the policy, or"
 response = vault.ask("GET", reference.path, what, token)
 return clean(text(response, "Vault", "data", "data", reference.key).encode(), reference.where)


@dataclass(frozen=True)
class _Vault:


 reference: str
 means: str

 def ask(self, method, path, what, token = "", **body):
  headers = {"X-Vault-Token": token} if token else {}
  data = json.dumps(body).encode() if body else None
  request = Request(method, f"{self.reference.address}/v1/{path}", headers, data)
  response = ask(self.means.http, request, "Vault")
  if response.status != 200:
   first = self.reference.first.where
   raise Final(f"Vault refuses us (status {response.status}): {what} bring a new first credential: {first}")
  return response

 def first(self):
  return resolve(self.reference.first, self.means).reveal()

 def logged_in(self):

  role = self.reference.role_id
  what = f"it does not know the role id {role} with our secret id;"
  response = self.ask("POST", "auth/approle/login", what, role_id=role, secret_id=self.first().decode())
  return text(response, "Vault", "auth", "client_token")

 def unwrapped(self):

  disk = self.means.disk
  content = disk.read(paths.VAULT_TOKEN)
  kept = content.data if content else b"\n"

  token, _, origin = kept.decode("latin-1").strip().partition("\n")
  try:
   brought = self.first()
  except (Later, Final):

   if not token:
    raise
   return token
  digest = hashlib.sha256(brought).hexdigest()
  if token and origin in (digest, ""):
   return token

  disk.write(paths.VAULT_TOKEN, kept, 0o600)
  what = "the wrapped token is over, or unwrapped already; if not by you, revoke what was in it, then"
  response = self.ask("POST", "sys/wrapping/unwrap", what, brought.decode())
  token = text(response, "Vault", "auth", "client_token")
  disk.write(paths.VAULT_TOKEN, f"{token}\n{digest}\n".encode(), 0o600)
  return token
