

import re

from pathlib import PurePosixPath

from.errors import Final



_a=re.compile(r'"(?:\\.|[^"\\])*"|`[^`]*`|<<(\w+)\n[\s\S]*?\n\s*\1\b|#.*|\n|\S+')

_b="admin auto_https http_port https_port local_certs acme_ca cert_issuer storage default_bind"



def carry_over(means,site):






 a,b=PurePosixPath("/etc/caddy/Caddyfile"),site.home/"sites/carried-over.caddy"
 try:
  c,d,e="","",False
  for f,g in[]if means.disk.read(b)else _c(_d(means,a)):
   h=[i for i in f if re.sub(r"^\w+://|[:/].*","",i).lower()not in("",*site.domains)]
   if not f:
    j=[i for i in _c(g[1:-1])if i[0][0]not in _b.split()]
    d="".join(f"{' '.join(k)} {l}\n" for k,l in j)
   elif not g:
    raise ValueError(f"{f[0]} stands outside of braces")
   elif f[0][0]=="(":
    c+=f"{f[0]} {g}\n"
   elif h:
    e=True
    c+=f"{', '.join(h)} {g}\n"
  if e:
   means.disk.write(b.with_suffix(".options"),d.encode(),0o600)
   means.disk.write(b,c.encode(),0o600)
 except(Final,ValueError)as error:
  return f"the sites in {a} were not carried over: {error}"
 return ""


def _c(text):

 a=[]
 b=c=0
 for d in _a.finditer(text+"\n"):
  e,f=d[0],d.end()
  g=False
  if e=="{":
   c=c if b else f-1
   b+=1
  elif e=="}":
   b-=1
   g=not b
  elif not b and e=="\n":
   c=f
   g=bool(a)and a[-1][-1]!=","
  elif not b and e[0]!="#":
   a.append(e)
  if g:
   yield[h.strip(",")for h in a],text[c:f]
   a=[]


def _d(means,path,depth=9):
 a,b=means.disk.data(path),means.system.root

 def c(d):
  e=str(path.parent/d[1])
  if "**" in e:

   raise ValueError(f"import {d[1]} has a '**'")
  f=[PurePosixPath("/",g.relative_to(b))for g in sorted(b.glob(e.lstrip("/")))]
  h=[_d(means,g,depth-1)for g in f]

  return "\n".join(h)if h or "*" in e else d[0]

 i=a.decode("utf-8","replace")if depth else ""
 return re.sub(r"(?m)^[ \t]*import[ \t]+(\S+)[ \t]*$",c,i)
