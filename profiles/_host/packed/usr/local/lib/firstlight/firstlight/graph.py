





from pathlib import PurePosixPath

from . import docker, paths, preflight, ready, stores, web
from .app import App
from .compose import Compose
from .files import lose, place_all
from .programs import demand


from .steps import Step


CADDYFILE = PurePosixPath("/etc/caddy/Caddyfile")



def steps(means, site):

 compose = Compose(means.system, site)
 app = App(means, site, compose)

 def files(run):
  if means.disk.read(paths.PLACED) and not (means.system.root / str(site.home)[1:]).exists():
   lose(means.disk, f"{site.home} was missing: bring the keys, sites and edits again that were in it. ")
  for folder, mode in ((site.home, 0o750), (site.home / "sites", 0o750), (site.keys, 0o700)):
   if folder:
    means.disk.folder(folder, mode)

  run.retry(60, "making the group docker", lambda: demand(means.system, ["groupadd", "-rf", "docker"]))
  note = run.retry(300, "putting files in place", lambda: place_all(means.disk, secret))
  note += means.disk.data(paths.LOST).decode()

  if means.disk.read(CADDYFILE):
   try:
    from .carry_over import carry_over

    note += carry_over(means, site)
   except ModuleNotFoundError:
    note += f"the sites in {CADDYFILE} are not carried over: a script from `firstlight render` does that. "
  return note

 def secret(hole):
  return stores.resolve(site.secrets[hole], means)

 every = [
  Step("preflight", (), lambda run: preflight.act(run, means, site)),
  Step("files", ("preflight",), files),
  Step("docker", ("preflight",), lambda run: docker.act(run, means)),
  Step("caddy", ("files", "docker"), lambda run: web.act(run, means, site, compose)),
  Step("app", ("files", "docker"), app.act, app.look),
  Step("ready", ("caddy",), lambda run: ready.act(run, means, site)),
 ]
 if site.managed:

  from .manage_host import Host

  host = Host(means, site, site.managed, compose, app.share)
  every.append(Step("manage", ("app",), host.act))
 return every
