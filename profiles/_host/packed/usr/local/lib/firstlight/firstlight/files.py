





import hashlib
import json
import re



from.import paths

from.errors import Final


Bt=dict[str,tuple[str,...]]



def Cz(a,b):







 c,d=_a(a),""
 for e,new,f,g,h in _b(a,c):
  i=_c(new.data)
  if f and i==g:
   continue
  if f and f.data==new.data:

   _d(a,c,e,i,i)
  elif f and _c(f.data)not in h:
   d+=f"kept your {e}; the new one is {paths.Ca}{e}. "
   k=_e(new.data,f.data)if e.name==".env" else b""
   if k:
    l=b"" if f.data[-1:]in b"\n" else b"\n"
    a.write(e,f.data+l+_f(k,b"",b),f.mode,f.owner)
  else:
   j=_f(new.data,f.data if f else b"",b)if e.name==".env" else new.data
   m=re.findall(r"(?m)^(\w+)=@generate@$",new.data.decode())if e.name==".env" else[]
   if h and not f and m:
    Cx(a,f"{e} was missing: new in it, and needed by whoever has the old: {', '.join(m)}. ")

   _d(a,c,e,g,*h,_c(j))
   a.write(e,j,new.mode)
   _d(a,c,e,i,_c(j))
 return d


def kept(a,*,every):








 for b,new,c,d,e in _b(a,_a(a)):
  f=_c(new.data)
  if c and _c(c.data)not in(f,*e)and b.name!=".env" and(every or f!=d):
   yield b,c,new


def Cu(a,b,c):





 d,e=_a(a),_c(c.data)

 f=b.with_name(f"{b.name}.old-{e[:8]}")
 a.write(f,*c)
 _d(a,d,b,"",*d.get(str(b),())[1:],e)
 return f


def _a(a):
 b=json.loads(a.data(paths.Bq)or b"{}")
 return b


def _d(a,b,c,*d):
 b[str(c)]=d
 a.write(paths.Bq,json.dumps(b,indent=1).encode(),0o600)


def _b(
 a,b
):

 for c in a.files(paths.Ca):
  d="/"/c.relative_to(paths.Ca)
  e,*f=b.get(str(d),[""])
  new=a.read(c)
  if new:
   yield d,new,a.read(d),e,tuple(f)


def Cx(a,b):





 c=a.data(paths.Be).decode()
 if b not in c:
  a.write(paths.Be,(c+b).encode(),0o600)


def _c(a):
 return hashlib.sha256(a).hexdigest()


def _e(new,a):

 b=re.findall(rb"(?m)^\s*(?:export )?(\w+)=",a)
 c=re.findall(rb"(?m)^((\w+)=.*)$",new)
 return b"".join(d+b"\n" for d,e in c if e not in b)


def _f(a,b,c):

 d=dict(re.findall(rb"(?m)^(\w+=)(.*)$",b))

 def e(f):
  g,h=f[1],f[2].decode()
  if h=="generate" and g in d:
   return g+d[g]
  i=c(h).reveal()
  if re.search(rb"[\x00-\x1f\x7f]",i):

   raise Final(f".env cannot hold {g.decode()}, which has several lines or control characters: use base64")
  if not re.fullmatch(rb"[\w.-]*",i):

   i=b'"'+re.sub(rb'([\\"$])',rb"\\\1",i)+b'"'
  return g+i

 return re.sub(rb"(?m)^(\w+=)@(.+)@$",e,a)
