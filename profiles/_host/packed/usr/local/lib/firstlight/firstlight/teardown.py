





import sys

from.import metadata,paths,site
from.compose import An
from.errors import Final


from.words import plain

Cj=("firstlight.path","firstlight.timer","firstlight-docker.timer","firstlight.service")



def teardown(a,b,c):





 d,e=site.read(a.disk),"--volumes" in b
 compose,f,g=An(a.system,d),d.domains[0],d.token
 h=["down","--remove-orphans",*["--volumes"]*e]

 i=[d.home,paths.Ah,paths.RUN,paths.Bb]*e
 j=[b"our line in /root/.ssh/authorized_keys"]*bool(d.managed)
 j+=[b"Traefik, for all its routes"]*bool(d.traefik)
 print("This stops the site and removes:")
 for k in[*compose.try_("--dry-run",*h,timeout=600).err.splitlines(),*j,*map(bytes,i)]:
  print(f"  {plain(k)}")
 if "--yes" not in b:
  print(f"Type {f} to go on:",flush=True)
  if sys.stdin.readline(999).strip()!=f:
   raise Final("nothing was removed")
 for l in Cj:
  a.system.run(["systemctl","disable","--now",l],timeout=300)
 _a(a,d,h)

 a.system.run(["systemctl","disable","--now",metadata.Ci],timeout=300)
 a.disk.remove(paths.Ap)
 for m in i:
  a.disk.remove_folder(m)
 if e and g and g.scheme=="file":
  print(f"Your own {g.path} is still there: remove it if no one needs it.")
 return 0


def _a(a,b,c):

 if b.managed:
  from.root_key import put


  put(a.disk,b"")
 An(a.system,b).demand(*c,timeout=600)
 if b.traefik:
  from.traefik import remove

  remove(a.system,b)
