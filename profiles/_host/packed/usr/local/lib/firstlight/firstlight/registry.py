





import re
from base64 import b64encode
from dataclasses import dataclass,replace
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



@dataclass(frozen=True)
class Image:


 registry:str

 name:str

 version:str



@dataclass(frozen=True)
class Login:


 user:str
 token:str
 where:str


 def pair(self):

  return b64encode(f"{self.user}:".encode()+self.token.reveal()).decode()


def in_docker(registry):

 return "https://index.docker.io/v1/" if registry==HUB else registry


def parse(name):




 a,_,b=plain(name).partition("@")
 c,d,e=a.partition("/")
 if not d or not re.search(r"[.:]|^localhost$",c):
  c,e=HUB,a
 e,_,f=e.partition(":")
 if c==HUB and "/" not in e:
  e=f"library/{e}"
 return Image(c,e,b or f or "latest")


def host(registry):

 return "registry-1.docker.io" if registry==HUB else registry


def digest(http,image,login):







 a=f"https://{host(image.registry)}/v2/{image.name}/manifests/{image.version}"
 b=Request("HEAD",a,{"Accept":_a},timeout=30.0)
 c,knows_us=ask(http,b,image.registry),True
 if c.status==401:
  d,knows_us=_b(http,image,login,c.headers.get("www-authenticate",""))
  c=ask(http,replace(b,headers={**b.headers,**d}),image.registry)
 if c.status!=200:
  raise _c(image,login,c.status,knows_us=knows_us or c.status!=401)
 return c.headers.get("docker-content-digest","")


def _b(http,image,login,challenge):

 a={"Authorization":f"Basic {login.pair()}"}if login else{}
 b=re.search("(?is)bearer (.*)",challenge)
 if not b:
  return a,False

 c=dict(reversed(re.findall('(realm|service|scope)="([^"]*)"',b[1])))
 d=c.pop("realm","")
 if not d.startswith("https://"):
  raise Final(f"{image.registry} names no https:// address for its tokens: is it a registry?")
 e=urlencode({"scope":f"repository:{image.name}:pull",**c})
 f=f"the token service of {image.registry}"
 g=ask(http,Request("GET",f"{d}{'&' if '?' in d else '?'}{e}",a,timeout=30.0),f)
 if g.status!=200:
  raise _c(image,login,g.status,knows_us=False)
 try:
  h=text(g,f,"token")
 except Final:
  h=text(g,f,"access_token")
 return{"Authorization":f"Bearer {h}"},True


def _c(image,login,status,*,knows_us):
 a,b=image.registry,f"{image.name}:{image.version} (status {status})"
 if knows_us and status not in(401,403):
  return Final(f"{a} has no {b}, or does not show it to us: look at its name and tag")
 if not login:
  return Final(f"{a} shows nobody {b}: if it is private, make the document again, with the option --token")
 c="token that may pull"
 if a=="ghcr.io":
  c="classic token with read:packages (GitHub refuses fine-grained ones there)"
 if knows_us:
  return Final(f"{a} does not let {login.user} read {b}: replace {login.where} by a {c}")
 return Final(f"{a} does not take our token for {login.user} (status {status}): replace {login.where} by a {c}")
