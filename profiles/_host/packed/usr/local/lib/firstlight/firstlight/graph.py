





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

 def c(d):
  if means.disk.read(paths.PLACED)and not(means.system.root/str(site.home)[1:]).exists():
   lose(means.disk,f"{site.home} was missing: bring the keys, sites and edits again that were in it. ")
  for e,f in((site.home,0o750),(site.home/"sites",0o750),(site.keys,0o700)):
   if e:
    means.disk.folder(e,f)

  d.retry(60,"making the group docker",lambda:demand(means.system,["groupadd","-rf","docker"]))
  g=d.retry(300,"putting files in place",lambda:place_all(means.disk,h))
  g+=means.disk.data(paths.LOST).decode()

  if means.disk.read(CADDYFILE):
   try:
    from.carry_over import carry_over

    g+=carry_over(means,site)
   except ModuleNotFoundError:
    g+=f"the sites in {CADDYFILE} are not carried over: a script from `firstlight render` does that. "
  return g

 def h(i):
  return stores.resolve(site.secrets[i],means)

 j=[
  Step("preflight",(),lambda d:preflight.act(d,means,site)),
  Step("files",("preflight",),c),
  Step("docker",("preflight",),lambda d:docker.act(d,means)),
  Step("caddy",("files","docker"),lambda d:web.act(d,means,site,a)),
  Step("app",("files","docker"),b.act,b.look),
  Step("ready",("caddy",),lambda d:ready.act(d,means,site)),
 ]
 if site.managed:

  from.manage_host import Host

  k=Host(means,site,site.managed,a,b.share)
  j.append(Step("manage",("app",),k.act))
 return j
