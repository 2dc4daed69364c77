

from base64 import b64decode

from firstlight.asking import ask,text
from firstlight.errors import Final
from firstlight.http import Request



from.import clean

_a="http://metadata.google.internal/computeMetadata/v1/instance/service-accounts/default/token"


def read(reference,means):






 a=Request("GET",_a,{"Metadata-Flavor":"Google"},timeout=10.0)
 b=ask(means.http,a,"Google's metadata","give this server a service account")
 c={"Authorization":f"Bearer {text(b, 'Google', 'access_token')}"}
 d=f"projects/{reference.project}/secrets/{reference.name}/versions/{reference.version}"
 e=(
  f"create and enable {reference.where}, and give the service account the role Secret Manager Secret Accessor,"
  " and the server the access scope cloud-platform"
 )
 a=Request("GET",f"https://secretmanager.googleapis.com/v1/{d}:access",c)
 try:
  f=b64decode(text(ask(means.http,a,"Google",e),"Google","payload","data"),validate=True)
 except ValueError:
  raise Final("Google answers with something that is not in base64")from None
 return clean(f,reference.where)
