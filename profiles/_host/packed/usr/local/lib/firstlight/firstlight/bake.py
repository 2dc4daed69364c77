






import hashlib
import re
import sys
from pathlib import PurePosixPath

from.import docker,paths,preflight,registry
from.apply import apply

from.errors import Final,Later,Refused
from.programs import demand
from.ready import tell

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


def bake(means,options,_word):






 a=means.system
 if means.disk.read(paths.SITE):
  raise Refused(
   f"this server runs a site ({paths.SITE}), whose SSH keys would be removed: bake on another machine"
  )

 if a.run(["systemctl","is-active","cloud-final.service"]).out.strip()==b"activating":
  b=["--collect","--no-block","--unit=firstlight-bake","--property=After=cloud-final.service"]
  demand(a,["systemd-run",*b,str(paths.LAUNCHER),"bake","--poweroff"])
  print("Baking begins when cloud-init has ended. Follow it with: journalctl -fu firstlight-bake")
  return 0
 try:
  _c(Run("bake",a,_d),means)
  if "--poweroff" in options:
   demand(a,["systemctl","poweroff"])
 except(Final,Later)as error:
  tell(a,f"this machine did not become an image: {error}")
  raise
 tell(a,"this machine is an image now")
 return 0


def boot(means,_options,_word):





 a=re.findall(r"(?m)^([0-9a-f]{64})  (/.+)$",means.disk.data(paths.BAKED).decode("utf-8","replace"))
 b=list(filter(None,(_e(means.disk,*c)for c in a)))
 if b or not a:
  d=plain(", ".join(b)or f"{paths.BAKED} names no files",1500)
  e=f"this image does not fit the document: {d}. {_f}"
  tell(means.system,e)
  raise Final(e)
 return apply(means,set(),"")


_f="Bake an image from the same configuration with the same firstlight, or use a document without --phase"


def _e(disk,digest,path):
 try:
  a=disk.read(PurePosixPath(path))
 except Final as error:
  return str(error)
 if not a:
  return f"{path} is missing"
 return "" if hashlib.sha256(a.data).hexdigest()==digest else f"{path} is different"


def _d(_name,_state,message):
 sys.stderr.write(f"firstlight: {plain(message)}\n")


def _c(run,means):
 preflight.fit(run)
 docker.act(run,means)
 for a in _g(means):
  _h(run,means,a)
 run.retry(600,"removing what copies must not share",lambda:_i(means))

 demand(run.system,["sync"],timeout=600)


def _h(run,means,image):
 try:
  run.retry(120,f"looking for {image}",lambda:registry.digest(means.http,registry.parse(image),None))
 except Final as error:

  run.say(f"{image} is left to the servers, each of which pulls it: {str(error).partition(': if ')[0]}")
  return
 a=["docker","pull","-q",image]
 run.retry(1800,f"pulling {image}",lambda:demand(run.system,a,timeout=900))


def _g(means):

 a={}
 for b in means.disk.files(paths.STAGED):
  if b.suffix in(".yaml",".yml"):
   a|=dict.fromkeys(_b.findall(means.disk.data(b).decode("utf-8","replace")))
 return list(a)


def _i(means):
 a,b=means.system,means.disk
 for c in sorted(d for e in _a.split()for d in a.root.glob(e)):
  f=PurePosixPath("/",c.relative_to(a.root))
  if c.is_dir()and not c.is_symlink():
   b.remove_folder(f)
  else:
   b.remove(f)

 demand(a,["usermod","-p","*","root"])
 demand(a,["apt-get","-q","clean"],timeout=300)
 if(a.root/"var/lib/cloud").exists():
  demand(a,["cloud-init","clean","--logs"],timeout=300)
 demand(a,["journalctl","-q","--rotate","--vacuum-time=1s"],timeout=300)

 g=PurePosixPath("/var/lib/dbus/machine-id")
 if not(a.root/str(g)[1:]).is_symlink():
  b.remove(g)
 b.write(PurePosixPath("/etc/machine-id"),b"",0o444)
