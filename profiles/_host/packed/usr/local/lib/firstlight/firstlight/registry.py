





import re
from base64 import b64encode
from typing import NamedTuple
from urllib.parse import urlencode

from.asking import ask,text
from.errors import Final
from.http import Request

from.words import plain

HUB="docker.io"


_a=", ".join(
 f"application/vnd.{kind}+json"
 for kind in(
  "oci.image.index.v1",
  "oci.image.manifest.v1",
  "docker.distribution.manifest.list.v2",
  "docker.distribution.manifest.v2",
 )
)



class Image(NamedTuple):


 registry:str

 name:str

 version:str



class Bg(NamedTuple):


 user:str
 token:str
 where:str


 def pair(a):

  return b64encode(f"{a.user}:".encode()+a.token.reveal()).decode()


def Cv(a):

 return "https://index.docker.io/v1/" if a==HUB else a


def parse(a):




 b,_,c=plain(a).partition("@")
 d,e,f=b.partition("/")
 if not e or not re.search(r"[.:]|^localhost$",d):
  d,f=HUB,b
 f,_,g=f.partition(":")
 if d==HUB and "/" not in f:
  f=f"library/{f}"
 return Image(d,f,c or g or "latest")


def host(a):

 return "registry-1.docker.io" if a==HUB else a


def digest(a,b,c):







 d=f"https://{host(b.registry)}/v2/{b.name}/manifests/{b.version}"
 e=Request("HEAD",d,{"Accept":_a},timeout=30.0)
 f,knows_us=ask(a,e,b.registry),True
 if f.status==401:
  g,knows_us=_b(a,b,c,f.headers.get("www-authenticate",""))
  f=ask(a,e._replace(headers={**e.headers,**g}),b.registry)
 if f.status!=200:
  raise _c(b,c,f.status,knows_us=knows_us or f.status!=401)
 return f.headers.get("docker-content-digest","")


def _b(a,b,c,d):

 e={"Authorization":f"Basic {c.pair()}"}if c else{}
 f=re.search("(?is)bearer (.*)",d)
 if not f:
  return e,False

 g=dict(reversed(re.findall('(realm|service|scope)="([^"]*)"',f[1])))
 h=g.pop("realm","")
 if not h.startswith("https://"):
  raise Final(f"{b.registry} names no https:// address for its tokens: is it a registry?")
 i=urlencode({"scope":f"repository:{b.name}:pull",**g})
 j=f"the token service of {b.registry}"
 k=ask(a,Request("GET",f"{h}{'&' if '?' in h else '?'}{i}",e,timeout=30.0),j)
 if k.status!=200:
  raise _c(b,c,k.status,knows_us=False)
 try:
  l=text(k,j,"token")
 except Final:
  l=text(k,j,"access_token")
 return{"Authorization":f"Bearer {l}"},True


def _c(a,b,c,*,knows_us):
 d,e=a.registry,f"{a.name}:{a.version} (status {c})"
 if knows_us and c not in(401,403):
  return Final(f"{d} has no {e}, or does not show it to us: look at its name and tag")
 if not b:
  return Final(f"{d} shows nobody {e}: if it is private, make the document again, with the option --token")
 f="token that may pull"
 if d=="ghcr.io":
  f="classic token with read:packages (GitHub refuses fine-grained ones there)"
 if knows_us:
  return Final(f"{d} does not let {b.user} read {e}: replace {b.where} by a {f}")
 return Final(f"{d} does not take our token for {b.user} (status {c}): replace {b.where} by a {f}")
