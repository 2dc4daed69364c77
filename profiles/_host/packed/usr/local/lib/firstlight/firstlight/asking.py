




import json

from.errors import Final,Later



def ask(http,request,who,needed=""):






 a=http.send(request)
 b=a.status

 if b in(408,412,425,429)or b>=500:
  raise Later(f"{who} cannot answer now (status {b})")
 if 300<=b<400:
  raise Final(f"{who} sends us elsewhere (status {b}): is its address right?")
 if needed and b!=200:
  raise Later(f"{who} refuses us (status {b}): {needed}")
 return a


def text(response,who,*keys):






 try:
  a=json.loads(response.body)
 except(ValueError,RecursionError):
  raise Later(f"{who} does not answer with JSON: is there a proxy in between?")from None
 for b in keys:
  a=a.get(b)if isinstance(a,dict)else None
 if type(a)in(str,int):

  return str(a).encode("utf-8","replace").decode()
 raise Final(f"{who} answers without a text at {'.'.join(keys)}")
