






from dataclasses import replace
from pathlib import PurePosixPath

from.import docker,paths,preflight,ready,stores,web
from.app import App
from.compose import Compose
from.files import lose,place_all
from.programs import demand


from.steps import Step


CADDYFILE=PurePosixPath("/etc/caddy/Caddyfile")



def steps(means,site):

 a=Compose(means.system,site)
 b=App(means,site,a)

 c=[
  Step("preflight",(),lambda d:preflight.act(d,means,site)),
  Step("files",("preflight",),lambda d:_a(d,means,site)),
  Step("docker",("preflight",),lambda d:_b(d,means,site)),
  Step("caddy",("files","docker"),lambda d:web.act(d,means,site,a)),
  Step("traefik",("files","docker"),lambda d:_c(d,means,site,a)),
  Step("app",("files","docker"),b.act,b.look),
  Step("ready",("caddy","traefik"),lambda d:ready.act(d,means,site)),
  Step("manage",("app",),lambda d:_d(d,means,site,a,b.share)),
 ]
 return[
  replace(e,needs=tuple(f for f in e.needs if f in site.steps))
  for e in c
  if e.name in site.steps
 ]


def _a(run,means,site):






 def a(b):
  return stores.resolve(site.secrets[b],means)

 if means.disk.read(paths.PLACED)and not(means.system.root/str(site.home)[1:]).exists():
  lose(means.disk,f"{site.home} was missing: bring the keys, sites and edits again that were in it. ")
 for c,d in((site.home,0o750),(site.home/"sites",0o750),(site.keys,0o700)):
  if c:
   means.disk.folder(c,d)

 run.retry(60,"making the group docker",lambda:demand(means.system,["groupadd","-rf","docker"]))
 e=run.retry(300,"putting files in place",lambda:place_all(means.disk,a))
 e+=means.disk.data(paths.LOST).decode()

 if means.disk.read(CADDYFILE)and not site.traefik:
  try:
   from.carry_over import carry_over

   e+=carry_over(means,site)
  except ModuleNotFoundError:
   e+=f"the sites in {CADDYFILE} are not carried over: a script from `firstlight render` does that. "
 return e


def _b(run,means,site):
 a=docker.act(run,means)
 if site.traefik:

  from.traefik import make_network

  run.retry(60,"making Traefik's network",lambda:make_network(means.system))
 return a


def _c(run,means,site,compose):

 from.traefik import act

 return act(run,means,site,compose)


def _d(run,means,site,compose,share):

 from.manage_host import Host

 a=site.managed and Host(means,site,site.managed,compose,share)
 return a.act(run)if a else ""
