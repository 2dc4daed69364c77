

import re
from contextlib import suppress

from.errors import Final,Later
from.http import Request




from.words import plain


def act(run,means,site):





 a=f"https://{site.domains[0]}"

 run.retry(86400,f"waiting for {a}",lambda:probe(means,site),4)
 tell(means.system,f"{a} is up. As root: firstlight status")
 return ""


def tell(system,message):

 with suppress(OSError),(system.root/"dev/console").open("w")as a:
  a.write(f"firstlight: {plain(message, 2000)}\n")


def probe(means,site):





 a,b=means.system,site.domains[0]
 c=f"https://{b}{site.health}"
 d=Request("GET",c,timeout=10,address="127.0.0.1",any_certificate=site.any_certificate)
 try:
  e=means.http.send(d).status
  if e<400:
   return
  f=f"{c} answers {e}"
 except(Final,Later)as error:
  f=str(error)

 g=re.findall(rb"(?m)^\S+",a.run(["getent","ahosts",b]).out)
 h=plain(b" ".join(dict.fromkeys(g)))
 raise Later(f"{f} (DNS for {b}: {h or 'none'}; this server: {addresses(a) or 'none'})")


def addresses(system):

 return plain(system.run(["hostname","-I"]).out)
