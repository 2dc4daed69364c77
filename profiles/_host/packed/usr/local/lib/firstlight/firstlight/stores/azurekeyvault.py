

from firstlight.asking import ask, text
from firstlight.http import Request



from . import clean

_METADATA = "http://169.254.169.254/metadata/identity/oauth2/token"
_QUERY = "api-version=2018-02-01&resource=https%3A%2F%2Fvault.azure.net"


def read(reference, means):






 request = Request("GET", f"{_METADATA}?{_QUERY}", {"Metadata": "true"}, timeout=10.0)
 response = ask(means.http, request, "Azure's metadata", "give this server one managed identity, not several")
 headers = {"Authorization": f"Bearer {text(response, 'Azure', 'access_token')}"}
 request = Request(
  "GET", f"https://{reference.vault}.vault.azure.net/secrets/{reference.name}?api-version=7.4", headers
 )
 needed = (
  f"create and enable {reference.where}, give the identity the role Key Vault Secrets User, and let the server"
  " through the vault's network rules"
 )
 return clean(text(ask(means.http, request, "Azure", needed), "Azure", "value").encode(), reference.where)
