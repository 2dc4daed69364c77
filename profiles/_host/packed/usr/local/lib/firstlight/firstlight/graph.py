






from dataclasses import replace
from pathlib import PurePosixPath

from.import docker,paths,preflight,ready,stores,web
from.app import App
from.compose import Compose
from.files import lose,place_all
from.programs import demand


from.steps import Step


CADDYFILE=PurePosixPath("/etc/caddy/Caddyfile")



def steps(a,b):

 compose=Compose(a.system,b)
 c=App(a,b,compose)

 every=[
  Step("preflight",(),lambda d:preflight.act(d,a,b)),
  Step("files",("preflight",),lambda d:_a(d,a,b)),
  Step("docker",("preflight",),lambda d:_b(d,a,b)),
  Step("caddy",("files","docker"),lambda d:web.act(d,a,b,compose)),
  Step("traefik",("files","docker"),lambda d:_c(d,a,b,compose)),
  Step("app",("files","docker"),c.act,c.look),
  Step("ready",("caddy","traefik"),lambda d:ready.act(d,a,b)),
  Step("manage",("app",),lambda d:_d(d,a,b,compose,c.share)),
 ]
 return[
  replace(e,needs=tuple(f for f in e.needs if f in b.steps))
  for e in every
  if e.name in b.steps
 ]


def _a(a,b,c):






 def d(e):
  return stores.resolve(c.secrets[e],b)

 if b.disk.read(paths.PLACED)and not(b.system.root/str(c.home)[1:]).exists():
  lose(b.disk,f"{c.home} was missing: bring the keys, sites and edits again that were in it. ")
 for f,mode in((c.home,0o750),(c.home/"sites",0o750),(c.keys,0o700)):
  if f:
   b.disk.folder(f,mode)

 a.retry(60,"making the group docker",lambda:demand(b.system,["groupadd","-rf","docker"]))
 g=a.retry(300,"putting files in place",lambda:place_all(b.disk,d))
 g+=b.disk.data(paths.LOST).decode()

 if b.disk.read(CADDYFILE)and not c.traefik:
  try:
   from.carry_over import carry_over

   g+=carry_over(b,c)
  except ModuleNotFoundError:
   g+=f"the sites in {CADDYFILE} are not carried over: a script from `firstlight render` does that. "
 return g


def _b(a,b,c):
 d=docker.act(a,b)
 if c.traefik:

  from.traefik import make_network

  make_network(a)
 return d


def _c(a,b,c,compose):

 from.traefik import act

 return act(a,b,c,compose)


def _d(a,b,c,compose,d):

 from.manage_host import Host

 e=c.managed and Host(b,c,c.managed,compose,d)
 return e.act(a)if e else ""
