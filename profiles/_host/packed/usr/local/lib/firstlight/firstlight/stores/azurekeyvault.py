

from firstlight.asking import ask,text
from firstlight.http import Request



from.import clean

_a="http://169.254.169.254/metadata/identity/oauth2/token"
_b="api-version=2018-02-01&resource=https%3A%2F%2Fvault.azure.net"


def read(a,b):






 c=Request("GET",f"{_a}?{_b}",{"Metadata":"true"},timeout=10.0)
 d=ask(b.http,c,"Azure's metadata","give this server one managed identity, not several")
 headers={"Authorization":f"Bearer {text(d, 'Azure', 'access_token')}"}
 c=Request(
  "GET",f"https://{a.vault}.vault.azure.net/secrets/{a.name}?api-version=7.4",headers
 )
 e=(
  f"create and enable {a.where}, give the identity the role Key Vault Secrets User, and let the server"
  " through the vault's network rules"
 )
 return clean(text(ask(b.http,c,"Azure",e),"Azure","value").encode(),a.where)
