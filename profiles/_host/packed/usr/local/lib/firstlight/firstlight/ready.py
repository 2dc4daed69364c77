

import re
from contextlib import suppress

from .errors import Final, Later
from .http import Request




from .words import plain


def act(run, means, site):





 url = f"https://{site.domains[0]}"

 run.retry(86400, f"waiting for {url}", lambda: probe(means, site), 4)
 tell(means.system, f"{url} is up. As root: firstlight status")
 return ""


def tell(system, message):

 with suppress(OSError), (system.root / "dev/console").open("w") as console:
  console.write(f"firstlight: {plain(message, 2000)}\n")


def probe(means, site):





 system, domain = means.system, site.domains[0]
 url = f"https://{domain}{site.health}"
 asked = Request("GET", url, timeout=10, address="127.0.0.1", any_certificate=site.any_certificate)
 try:
  status = means.http.send(asked).status
  if status < 400:
   return
  reason = f"{url} answers {status}"
 except (Final, Later) as error:
  reason = str(error)

 lines = re.findall(rb"(?m)^\S+", system.run(["getent", "ahosts", domain]).out)
 known = plain(b" ".join(dict.fromkeys(lines)))
 raise Later(f"{reason} (DNS for {domain}: {known or 'none'}; this server: {addresses(system) or 'none'})")


def addresses(system):

 return plain(system.run(["hostname", "-I"]).out)
