

import re
from contextlib import suppress

from.errors import Final,Later
from.http import Request




from.words import plain


def act(a,b,c):





 d=f"https://{c.domains[0]}"

 a.retry(86400,f"waiting for {d}",lambda:Da(b,c),4)
 De(b.system,f"{d} is up. As root: firstlight status")
 return ""


def De(a,b):

 with suppress(OSError),(a.root/"dev/console").open("w")as c:
  c.write(f"firstlight: {plain(b, 2000)}\n")


def Da(a,b):





 c,d=a.system,b.domains[0]
 e=f"https://{d}{b.health}"
 f=Request("GET",e,timeout=10,address="127.0.0.1",any_certificate=b.any_certificate)
 try:
  g=a.http.send(f).status
  if g<400:
   return
  h=f"{e} answers {g}"
 except(Final,Later)as error:
  h=str(error)

 i=re.findall(rb"(?m)^\S+",c.run(["getent","ahosts",d]).out)
 j=plain(b" ".join(dict.fromkeys(i)))
 raise Later(f"{h} (DNS for {d}: {j or 'none'}; this server: {addresses(c) or 'none'})")


def addresses(a):

 return plain(a.run(["hostname","-I"]).out)
