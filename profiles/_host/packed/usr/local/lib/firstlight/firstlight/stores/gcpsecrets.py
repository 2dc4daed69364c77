

from base64 import b64decode

from firstlight.asking import ask,text
from firstlight.errors import Final
from firstlight.http import Request



from.import clean

_a="http://metadata.google.internal/computeMetadata/v1/instance/service-accounts/default/token"


def read(a,b):






 c=Request("GET",_a,{"Metadata-Flavor":"Google"},timeout=10.0)
 d=ask(b.http,c,"Google's metadata","give this server a service account")
 headers={"Authorization":f"Bearer {text(d, 'Google', 'access_token')}"}
 e=f"projects/{a.project}/secrets/{a.name}/versions/{a.version}"
 f=(
  f"create and enable {a.where}, and give the service account the role Secret Manager Secret Accessor,"
  " and the server the access scope cloud-platform"
 )
 c=Request("GET",f"https://secretmanager.googleapis.com/v1/{e}:access",headers)
 try:
  g=b64decode(text(ask(b.http,c,"Google",f),"Google","payload","data"),validate=True)
 except ValueError:
  raise Final("Google answers with something that is not in base64")from None
 return clean(g,a.where)
