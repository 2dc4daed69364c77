





import sys

from.import metadata,paths,site
from.compose import Compose
from.errors import Final


from.words import plain

UNITS=("firstlight.path","firstlight.timer","firstlight-docker.timer","firstlight.service")



def teardown(means,options,_word):





 a,b=site.read(means.disk),"--volumes" in options
 c,d,e=Compose(means.system,a),a.domains[0],a.token
 f=["down","--remove-orphans",*["--volumes"]*b]

 g=[a.home,paths.BROUGHT,paths.RUN,paths.LIBRARY]*b
 h=[b"our line in /root/.ssh/authorized_keys"]*bool(a.managed)
 print("This stops the site and removes:")
 for i in[*c.try_("--dry-run",*f,timeout=600).err.splitlines(),*h,*map(bytes,g)]:
  print(f"  {plain(i)}")
 if "--yes" not in options:
  print(f"Type {d} to go on:",flush=True)
  if sys.stdin.readline(999).strip()!=d:
   raise Final("nothing was removed")
 for j in UNITS:
  means.system.run(["systemctl","disable","--now",j],timeout=300)
 if a.managed:
  _a(means)
 if a.traefik:
  _b(means,a)
 c.demand(*f,timeout=600)

 means.system.run(["systemctl","disable","--now",metadata.UNIT],timeout=300)
 means.disk.remove(paths.DOCKER_LOGIN)
 for k in g:
  means.disk.remove_folder(k)
 if b and e and e.scheme=="file":
  print(f"Your own {e.path} is still there: remove it if no one needs it.")
 return 0


def _b(means,known):


 from.traefik import NETWORK,containers

 containers(means.system,known).demand("down",timeout=600)
 means.system.run(["docker","network","rm",NETWORK])


def _a(means):


 from.root_key import put

 put(means.disk,b"")
