

import re
from pathlib import PurePosixPath

from.errors import Final,Later
from.http import Request
from.preflight import release
from.programs import demand



from.words import Cw

_a="https://download.docker.com/linux/debian"
_b=PurePosixPath("/etc/apt/keyrings/docker.asc")


def act(a,b):





 if not b.system.run(["docker","compose","version"]).ok:

  a.retry(1800,"installing Docker",lambda:_c(b))
 if not b.system.run(["nft","--version"]).ok:

  a.retry(1800,"installing nftables",lambda:_d(b.system,"nftables"))
 a.retry(120,"starting Docker",lambda:_e(b.system))
 return ""


def _c(a):

 b,(c,d,e)=a.system,release()
 f=b.run(["docker","--version"]).ok
 g=["docker.io","docker-compose-v2"]
 if c=="debian":
  g=["docker.io","docker-cli","docker-compose"]
 if b.run(["dpkg","-s","docker-ce-cli"]).ok:
  g=["docker-compose-plugin"]
 elif(c,d)==("debian",12):

  _f(a,e)
  g=["docker-ce","docker-ce-cli","containerd.io","docker-compose-plugin"]
 _d(b,"ca-certificates","nftables",*g[-1 if f else 0:])


def _d(a,*b):
 c={"DEBIAN_FRONTEND":"noninteractive","NEEDRESTART_MODE":"a"}
 d=["apt-get","-qy","-o","DPkg::Lock::Timeout=600"]

 a.run(["dpkg","--configure","-a"],timeout=900,env=c)

 demand(a,[*d,"update"],timeout=900,env=c)
 demand(a,[*d,"install","--no-install-recommends",*b],timeout=900,env=c)


def _f(a,b):
 c=a.http.send(Request("GET",f"{_a}/gpg"))
 if c.status!=200:
  raise Later(f"{_a}/gpg answers {c.status}")
 a.disk.write(_b,c.body,0o644)

 d=f"deb [signed-by={_b},9DC858229FC7DD38854AE2D88D81803C0EBFCD88] {_a} {b} stable\n"
 a.disk.write(PurePosixPath("/etc/apt/sources.list.d/docker.list"),d.encode(),0o644)


def Cn(a):





 b=re.match(rb"masked|disabled",a.run(["systemctl","is-enabled","docker"]).out)
 if b:
  c="systemctl unmask docker; systemctl enable docker; firstlight apply"
  raise Final(f"docker.service is {b[0].decode()}: {c}")


def _e(a):
 Cn(a)
 demand(a,["systemctl","start","docker"],timeout=120)

 b=a.docker("/_ping")
 if not b.ok:
  raise Later(Cw(b.err))
