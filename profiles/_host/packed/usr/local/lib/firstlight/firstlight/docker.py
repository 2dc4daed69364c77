

import re
from pathlib import PurePosixPath

from.errors import Final,Later
from.http import Request
from.preflight import release
from.programs import demand




_a="https://download.docker.com/linux/debian"
_b=PurePosixPath("/etc/apt/keyrings/docker.asc")


def act(run,means):





 if not means.system.run(["docker","compose","version"]).ok:

  run.retry(1800,"installing Docker",lambda:_c(means))
 if not means.system.run(["nft","--version"]).ok:

  run.retry(1800,"installing nftables",lambda:_d(means.system,"nftables"))
 run.retry(120,"starting Docker",lambda:_e(means.system))
 return ""


def _c(means):

 a,(b,c,d)=means.system,release()
 e=a.run(["docker","--version"]).ok
 f=["docker.io","docker-compose-v2"]
 if b=="debian":
  f=["docker.io","docker-cli","docker-compose"]
 if a.run(["dpkg","-s","docker-ce-cli"]).ok:
  f=["docker-compose-plugin"]
 elif(b,c)==("debian",12):

  _f(means,d)
  f=["docker-ce","docker-ce-cli","containerd.io","docker-compose-plugin"]
 _d(a,"ca-certificates","nftables",*f[-1 if e else 0:])


def _d(system,*packages):
 a={"DEBIAN_FRONTEND":"noninteractive","NEEDRESTART_MODE":"a"}
 b=["apt-get","-qy","-o","DPkg::Lock::Timeout=600"]

 system.run(["dpkg","--configure","-a"],timeout=900,env=a)

 demand(system,[*b,"update"],timeout=900,env=a)
 demand(system,[*b,"install","--no-install-recommends",*packages],timeout=900,env=a)


def _f(means,codename):
 a=means.http.send(Request("GET",f"{_a}/gpg"))
 if a.status!=200:
  raise Later(f"{_a}/gpg answers {a.status}")
 means.disk.write(_b,a.body,0o644)

 b=f"deb [signed-by={_b},9DC858229FC7DD38854AE2D88D81803C0EBFCD88] {_a} {codename} stable\n"
 means.disk.write(PurePosixPath("/etc/apt/sources.list.d/docker.list"),b.encode(),0o644)


def allowed(system):





 a=re.match(rb"masked|disabled",system.run(["systemctl","is-enabled","docker"]).out)
 if a:
  b="systemctl unmask docker; systemctl enable docker; firstlight apply"
  raise Final(f"docker.service is {a[0].decode()}: {b}")


def _e(system):
 allowed(system)
 demand(system,["systemctl","start","docker"],timeout=120)

 demand(system,["docker","info"])
