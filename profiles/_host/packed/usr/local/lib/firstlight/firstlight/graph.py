






from pathlib import PurePosixPath

from.import docker,paths,preflight,ready,stores,web
from.app import App
from.compose import An
from.files import Cx,Cz
from.programs import demand


from.steps import Ce


Ak=PurePosixPath("/etc/caddy/Caddyfile")



def steps(a,b):

 compose=An(a.system,b)
 c=App(a,b,compose)

 every=[
  Ce("preflight",(),lambda d:preflight.act(d,a,b)),
  Ce("files",("preflight",),lambda d:_a(d,a,b)),
  Ce("docker",("preflight",),lambda d:_b(d,a,b)),
  Ce("caddy",("files","docker"),lambda d:web.act(d,a,b,compose)),
  Ce("traefik",("files","docker"),lambda d:_c(d,a,b,compose)),
  Ce("app",("files","docker"),c.act,c.look),
  Ce("ready",("caddy","traefik"),lambda d:ready.act(d,a,b)),
  Ce("manage",("app",),lambda d:_d(d,a,b,compose,c.share)),
 ]
 return[
  e._replace(needs=tuple(f for f in e.needs if f in b.steps))
  for e in every
  if e.name in b.steps
 ]


def _a(a,b,c):






 def d(e):
  return stores.resolve(c.secrets[e],b)

 if b.disk.read(paths.Bq)and not(b.system.root/str(c.home)[1:]).exists():
  Cx(b.disk,f"{c.home} was missing: bring the keys, sites and edits again that were in it. ")
 for f,mode in((c.home,0o750),(c.home/"sites",0o750),(c.keys,0o700)):
  if f:
   b.disk.folder(f,mode)

 a.retry(60,"making the group docker",lambda:demand(b.system,["groupadd","-rf","docker"]))
 g=a.retry(300,"putting files in place",lambda:Cz(b.disk,d))
 g+=b.disk.data(paths.Be).decode()

 if b.disk.read(Ak)and not c.traefik:
  try:
   from.carry_over import carry_over

   g+=carry_over(b,c)
  except ModuleNotFoundError:
   g+=f"the sites in {Ak} are not carried over: a script from `firstlight render` does that. "
 return g


def _b(a,b,c):
 d=docker.act(a,b)
 if c.traefik:

  from.traefik import Cy

  Cy(a)
 return d


def _c(a,b,c,compose):

 from.traefik import act

 return act(a,b,c,compose)


def _d(a,b,c,compose,d):

 from.manage_host import Host

 e=c.managed and Host(b,c,c.managed,compose,d)
 return e.act(a)if e else ""
