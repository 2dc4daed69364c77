

import re

from pathlib import PurePosixPath

from.errors import Final



_a=re.compile(r'"(?:\\.|[^"\\])*"|`[^`]*`|<<(\w+)\n[\s\S]*?\n\s*\1\b|#.*|\n|\S+')

_b="admin auto_https http_port https_port local_certs acme_ca cert_issuer storage default_bind"



def carry_over(a,b):






 c,new=PurePosixPath("/etc/caddy/Caddyfile"),b.home/"sites/carried-over.caddy"
 try:
  d,e,f="","",False
  for g,body in[]if a.disk.read(new)else _c(_d(a,c)):
   h=[i for i in g if re.sub(r"^\w+://|[:/].*","",i).lower()not in("",*b.domains)]
   if not g:
    j=[i for i in _c(body[1:-1])if i[0][0]not in _b.split()]
    e="".join(f"{' '.join(k)} {l}\n" for k,l in j)
   elif not body:
    raise ValueError(f"{g[0]} stands outside of braces")
   elif g[0][0]=="(":
    d+=f"{g[0]} {body}\n"
   elif h:
    f=True
    d+=f"{', '.join(h)} {body}\n"
  if f:
   a.disk.write(new.with_suffix(".options"),e.encode(),0o600)
   a.disk.write(new,d.encode(),0o600)
 except(Final,ValueError)as error:
  return f"the sites in {c} were not carried over: {error}"
 return ""


def _c(a):

 b=[]
 c=d=0
 for e in _a.finditer(a+"\n"):
  f,g=e[0],e.end()
  h=False
  if f=="{":
   d=d if c else g-1
   c+=1
  elif f=="}":
   c-=1
   h=not c
  elif not c and f=="\n":
   d=g
   h=bool(b)and b[-1][-1]!=","
  elif not c and f[0]!="#":
   b.append(f)
  if h:
   yield[i.strip(",")for i in b],a[d:g]
   b=[]


def _d(a,b,c=9):
 d,e=a.disk.data(b),a.system.root

 def f(g):
  h=str(b.parent/g[1])
  if "**" in h:

   raise ValueError(f"import {g[1]} has a '**'")
  i=[PurePosixPath("/",j.relative_to(e))for j in sorted(e.glob(h.lstrip("/")))]
  k=[_d(a,j,c-1)for j in i]

  return "\n".join(k)if k or "*" in h else g[0]

 l=d.decode("utf-8","replace")if c else ""
 return re.sub(r"(?m)^[ \t]*import[ \t]+(\S+)[ \t]*$",f,l)
