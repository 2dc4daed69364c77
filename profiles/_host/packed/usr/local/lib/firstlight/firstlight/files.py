





import hashlib
import json
import re


from.import paths

from.errors import Final



def place_all(disk,resolve):







 a,b=disk.read(paths.PLACED),""
 c=json.loads(a.data)if a else{}
 for e in disk.files(paths.STAGED):
  f="/"/e.relative_to(paths.STAGED)
  g,h=disk.read(e),disk.read(f)

  i,*j=c.get(str(f),[""])

  def k(*l,f=str(f)):
   c[f]=l
   disk.write(paths.PLACED,json.dumps(c,indent=1).encode(),0o600)

  if not g or(h and _a(g.data)==i):
   continue
  if h and h.data==g.data:

   k(_a(g.data),_a(g.data))
  elif h and _a(h.data)not in j:
   b+=f"kept your {f}; the new one is {e}. "
   m=_b(g.data,h.data)if f.name==".env" else b""
   if m:
    n=b"" if h.data[-1:]in b"\n" else b"\n"
    disk.write(f,h.data+n+_c(m,b"",resolve),h.mode,h.owner)
  else:
   d=_c(g.data,h.data if h else b"",resolve)if f.name==".env" else g.data
   o=re.findall(r"(?m)^(\w+)=@generate@$",g.data.decode())if f.name==".env" else[]
   if j and not h and o:
    lose(disk,f"{f} was missing: new in it, and needed by whoever has the old: {', '.join(o)}. ")

   k(i,*j,_a(d))
   disk.write(f,d,g.mode)
   k(_a(g.data),_a(d))
 return b


def lose(disk,what):





 a=disk.data(paths.LOST).decode()
 if what not in a:
  disk.write(paths.LOST,(a+what).encode(),0o600)


def _a(data):
 return hashlib.sha256(data).hexdigest()


def _b(new,old):

 a=re.findall(rb"(?m)^\s*(?:export )?(\w+)=",old)
 b=re.findall(rb"(?m)^((\w+)=.*)$",new)
 return b"".join(c+b"\n" for c,d in b if d not in a)


def _c(data,there,resolve):

 a=dict(re.findall(rb"(?m)^(\w+=)(.*)$",there))

 def b(c):
  d,e=c[1],c[2].decode()
  if e=="generate" and d in a:
   return d+a[d]
  f=resolve(e).reveal()
  if re.search(rb"[\x00-\x1f\x7f]",f):

   raise Final(f".env cannot hold {d.decode()}, which has several lines or control characters: use base64")
  if not re.fullmatch(rb"[\w.-]*",f):

   f=b'"'+re.sub(rb'([\\"$])',rb"\\\1",f)+b'"'
  return d+f

 return re.sub(rb"(?m)^(\w+=)@(.+)@$",b,data)
