




import base64
import email
import json
import re
import zlib
from pathlib import PurePosixPath


from.import paths
from.disk import Af
from.errors import Bv










def read(a):






 b="is read by PyYAML: apt-get install python3-yaml"
 try:
  import yaml

  b="is empty, damaged, too large, or not firstlight's"
  c=[d for d in email.message_from_bytes(_a(a)).walk()if not d.is_multipart()]
  e=[_a(d.get_payload(decode=True))for d in c]

  f=next(f for f in e if str(paths.By).encode()in f)
  g=yaml.safe_load(f)
  h={i["path"]:i for i in g.pop("write_files")}
  j=_b(h[str(paths.By)])
  k=(*paths.Bn,json.loads(j)["home"]+"/")

  l=["commands"]*(len(g.pop("bootcmd")+g.pop("runcmd"))>2)
  l+=[*g,*["other MIME parts"]*(len(c)>1)]
  m={}
  for n,i in h.items():
   if n.startswith(k)and "/.." not in n:

    mode=i.get("permissions",0o644)
    m[PurePosixPath(n)]=_b(i),int(mode,8)if isinstance(mode,str)else mode
   else:
    l.append(n)
  o=re.search(rb"(?m)^#.* firstlight ([0-9.]+)",f)
  return tuple(map(int,o[1].split(b".")))if o else(),site(j),m,l
 except Exception:
  raise Bv(f"this document {b}")from None


def site(a):

 try:
  b=json.loads(a)
  return f"{b['domains'][0]} ({b['name']})"
 except(ValueError,LookupError,TypeError):
  return ""


def _a(a):
 for _ in range(3):
  if a.startswith(b"\x1f\x8b"):
   a=_c(a)
  elif re.fullmatch(rb"[A-Za-z0-9+/=\s]+",a):
   a=base64.b64decode(a)
 if len(a)>Af:
  raise ValueError
 return a


def _c(a):
 b=zlib.decompressobj(31)
 a=b.decompress(a,Af)
 if not b.eof:
  raise ValueError
 return a


def _b(a):
 if{"append","source","owner"}&a.keys():
  raise ValueError
 b,c=a.get("content",""),a.get("encoding","")
 b=b.encode()if isinstance(b,str)else b""+b
 if "64" in c:
  b=base64.b64decode(b)
 return _c(b)if c.startswith("gz")else b
