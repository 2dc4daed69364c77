

from firstlight.asking import ask,text
from firstlight.http import Request



from.import clean

_a="http://169.254.169.254/metadata/identity/oauth2/token"
_b="api-version=2018-02-01&resource=https%3A%2F%2Fvault.azure.net"


def read(reference,means):






 a=Request("GET",f"{_a}?{_b}",{"Metadata":"true"},timeout=10.0)
 b=ask(means.http,a,"Azure's metadata","give this server one managed identity, not several")
 c={"Authorization":f"Bearer {text(b, 'Azure', 'access_token')}"}
 a=Request(
  "GET",f"https://{reference.vault}.vault.azure.net/secrets/{reference.name}?api-version=7.4",c
 )
 d=(
  f"create and enable {reference.where}, give the identity the role Key Vault Secrets User, and let the server"
  " through the vault's network rules"
 )
 return clean(text(ask(means.http,a,"Azure",d),"Azure","value").encode(),reference.where)
