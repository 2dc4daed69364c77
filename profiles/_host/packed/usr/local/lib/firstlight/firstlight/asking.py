




import json

from.errors import Final,Later



def ask(a,b,c,d=""):






 e=a.send(b)
 f=e.status

 if f in(408,412,425,429)or f>=500:
  raise Later(f"{c} cannot answer now (status {f})")
 if 300<=f<400:
  raise Final(f"{c} sends us elsewhere (status {f}): is its address right?")
 if d and f!=200:
  raise Later(f"{c} refuses us (status {f}): {d}")
 return e


def text(a,b,*c):






 try:
  d=json.loads(a.body)
 except(ValueError,RecursionError):
  raise Later(f"{b} does not answer with JSON: is there a proxy in between?")from None
 for e in c:
  d=d.get(e)if isinstance(d,dict)else None
 if type(d)in(str,int):

  return str(d).encode("utf-8","replace").decode()
 raise Final(f"{b} answers without a text at {'.'.join(c)}")
