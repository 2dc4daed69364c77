






import hashlib
import re
import sys
from pathlib import PurePosixPath

from.import docker,paths,preflight,registry
from.apply import apply

from.errors import Final,Later,Bv
from.programs import demand
from.ready import De

from.steps import Run

from.words import plain

_a="""
etc/ssh/ssh_host_*
root/.ssh/authorized_keys*
home/*/.ssh/authorized_keys*
etc/netplan/50-cloud-init.yaml
etc/network/interfaces.d/50-cloud-init*
etc/systemd/network/10-cloud-init*
etc/docker/key.json
var/lib/docker/engine-id
var/lib/dhcp/*
var/lib/dhcpcd/*
var/lib/systemd/random-seed
var/lib/systemd/credential.secret
root/.*_history
home/*/.*_history
run/firstlight
"""


_b=re.compile(r"""(?m)^[ \t-]*["']?image["']?:[ \t]*["']?([a-z0-9][\w.:/@-]*)["']?[ \t\r]*(?:#.*)?$""")


def bake(a,b,c):






 d=a.system
 if a.disk.read(paths.By):
  raise Bv(
   f"this server runs a site ({paths.By}), whose SSH keys would be removed: bake on another machine"
  )

 if d.run(["systemctl","is-active","cloud-final.service"]).out.strip()==b"activating":
  e=["--collect","--no-block","--unit=firstlight-bake","--property=After=cloud-final.service"]
  demand(d,["systemd-run",*e,str(paths.Ba),"bake","--poweroff"])
  print("Baking begins when cloud-init has ended. Follow it with: journalctl -fu firstlight-bake")
  return 0
 try:
  _c(Run("bake",d,_d),a)
  if "--poweroff" in b:
   demand(d,["systemctl","poweroff"])
 except(Final,Later)as error:
  De(d,f"this machine did not become an image: {error}")
  raise
 De(d,"this machine is an image now")
 return 0


def boot(a,b,c):





 d=re.findall(r"(?m)^([0-9a-f]{64})  (/.+)$",a.disk.data(paths.Ac).decode("utf-8","replace"))
 e=list(filter(None,(_e(a.disk,*f)for f in d)))
 if e or not d:
  g=plain(", ".join(e)or f"{paths.Ac} names no files",1500)
  h=f"this image does not fit the document: {g}. {_f}"
  De(a.system,h)
  raise Final(h)
 return apply(a,set(),"")


_f="Bake an image from the same configuration with the same firstlight, or use a document without --phase"


def _e(a,b,c):
 try:
  d=a.read(PurePosixPath(c))
 except Final as error:
  return str(error)
 if not d:
  return f"{c} is missing"
 return "" if hashlib.sha256(d.data).hexdigest()==b else f"{c} is different"


def _d(a,b,c):
 sys.stderr.write(f"firstlight: {plain(c)}\n")


def _c(a,b):
 preflight.fit(a)
 docker.act(a,b)
 for c in _g(b):
  _h(a,b,c)
 a.retry(600,"removing what copies must not share",lambda:_i(b))

 demand(a.system,["sync"],timeout=600)


def _h(a,b,c):
 try:
  a.retry(120,f"looking for {c}",lambda:registry.digest(b.http,registry.parse(c),None))
 except Final as error:

  a.say(f"{c} is left to the servers, each of which pulls it: {str(error).partition(': if ')[0]}")
  return
 d=["docker","pull","-q",c]
 a.retry(1800,f"pulling {c}",lambda:demand(a.system,d,timeout=900))


def _g(a):

 b={}
 for c in a.disk.files(paths.Ca):
  if c.suffix in(".yaml",".yml"):
   b|=dict.fromkeys(_b.findall(a.disk.data(c).decode("utf-8","replace")))
 return list(b)


def _i(a):
 b,c=a.system,a.disk
 for d in sorted(e for f in _a.split()for e in b.root.glob(f)):
  g=PurePosixPath("/",d.relative_to(b.root))
  if d.is_dir()and not d.is_symlink():
   c.remove_folder(g)
  else:
   c.remove(g)

 demand(b,["usermod","-p","*","root"])
 demand(b,["apt-get","-q","clean"],timeout=300)
 if(b.root/"var/lib/cloud").exists():
  demand(b,["cloud-init","clean","--logs"],timeout=300)
 demand(b,["journalctl","-q","--rotate","--vacuum-time=1s"],timeout=300)

 h=PurePosixPath("/var/lib/dbus/machine-id")
 if not(b.root/str(h)[1:]).is_symlink():
  c.remove(h)
 c.write(PurePosixPath("/etc/machine-id"),b"",0o444)
