




import base64
import email
import json
import re
import zlib
from pathlib import PurePosixPath


from.import paths
from.disk import BOUND
from.errors import Refused










def read(data):






 a="is read by PyYAML: apt-get install python3-yaml"
 try:
  import yaml

  a="is empty, damaged, too large, or not firstlight's"
  b=[c for c in email.message_from_bytes(_a(data)).walk()if not c.is_multipart()]
  d=[_a(c.get_payload(decode=True))for c in b]

  e=next(e for e in d if str(paths.SITE).encode()in e)
  f=yaml.safe_load(e)
  g={h["path"]:h for h in f.pop("write_files")}
  i=_b(g[str(paths.SITE)])
  j=(*paths.OURS,json.loads(i)["home"]+"/")

  k=["commands"]*(len(f.pop("bootcmd")+f.pop("runcmd"))>2)
  k+=[*f,*["other MIME parts"]*(len(b)>1)]
  l={}
  for m,h in g.items():
   if m.startswith(j)and "/.." not in m:

    n=h.get("permissions",0o644)
    l[PurePosixPath(m)]=_b(h),int(n,8)if isinstance(n,str)else n
   else:
    k.append(m)
  o=re.search(rb"(?m)^#.* firstlight ([0-9.]+)",e)
  return tuple(map(int,o[1].split(b".")))if o else(),site(i),l,k
 except Exception:
  raise Refused(f"this document {a}")from None


def site(about):

 try:
  a=json.loads(about)
  return f"{a['domains'][0]} ({a['name']})"
 except(ValueError,LookupError,TypeError):
  return ""


def _a(data):
 for _ in range(3):
  if data.startswith(b"\x1f\x8b"):
   data=_c(data)
  elif re.fullmatch(rb"[A-Za-z0-9+/=\s]+",data):
   data=base64.b64decode(data)
 if len(data)>BOUND:
  raise ValueError
 return data


def _c(data):
 a=zlib.decompressobj(31)
 data=a.decompress(data,BOUND)
 if not a.eof:
  raise ValueError
 return data


def _b(entry):
 if{"append","source","owner"}&entry.keys():
  raise ValueError
 a,b=entry.get("content",""),entry.get("encoding","")
 a=a.encode()if isinstance(a,str)else b""+a
 if "64" in b:
  a=base64.b64decode(a)
 return _c(a)if b.startswith("gz")else a
