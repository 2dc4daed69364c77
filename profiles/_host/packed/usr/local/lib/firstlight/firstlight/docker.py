

import re
from pathlib import PurePosixPath

from .errors import Final, Later
from .http import Request
from .preflight import release
from .programs import demand




_ORIGIN = "https://download.docker.com/linux/debian"
_KEY = PurePosixPath("/etc/apt/keyrings/docker.asc")


def act(run, means):





 if not means.system.run(["docker", "compose", "version"]).ok:

  run.retry(1800, "installing Docker", lambda: _install(means))
 if not means.system.run(["nft", "--version"]).ok:

  run.retry(1800, "installing nftables", lambda: _get(means.system, "nftables"))
 run.retry(120, "starting Docker", lambda: _start(means.system))
 return ""


def _install(means):

 system, (name, version, codename) = means.system, release()
 has_engine = system.run(["docker", "--version"]).ok
 packages = ["docker.io", "docker-compose-v2"]
 if name == "debian":
  packages = ["docker.io", "docker-cli", "docker-compose"]
 if system.run(["dpkg", "-s", "docker-ce-cli"]).ok:
  packages = ["docker-compose-plugin"]
 elif (name, version) == ("debian", 12):

  _add_repository(means, codename)
  packages = ["docker-ce", "docker-ce-cli", "containerd.io", "docker-compose-plugin"]
 _get(system, "ca-certificates", "nftables", *packages[-1 if has_engine else 0 :])


def _get(system, *packages):
 quiet = {"DEBIAN_FRONTEND": "noninteractive", "NEEDRESTART_MODE": "a"}
 apt = ["apt-get", "-qy", "-o", "DPkg::Lock::Timeout=600"]

 system.run(["dpkg", "--configure", "-a"], timeout=900, env=quiet)

 demand(system, [*apt, "update"], timeout=900, env=quiet)
 demand(system, [*apt, "install", "--no-install-recommends", *packages], timeout=900, env=quiet)


def _add_repository(means, codename):
 response = means.http.send(Request("GET", f"{_ORIGIN}/gpg"))
 if response.status != 200:
  raise Later(f"{_ORIGIN}/gpg answers {response.status}")
 means.disk.write(_KEY, response.body, 0o644)

 line = f"deb [signed-by={_KEY},9DC858229FC7DD38854AE2D88D81803C0EBFCD88] {_ORIGIN} {codename} stable\n"
 means.disk.write(PurePosixPath("/etc/apt/sources.list.d/docker.list"), line.encode(), 0o644)


def allowed(system):





 off = re.match(rb"masked|disabled", system.run(["systemctl", "is-enabled", "docker"]).out)
 if off:
  remedy = "systemctl unmask docker; systemctl enable docker; firstlight apply"
  raise Final(f"docker.service is {off[0].decode()}: {remedy}")


def _start(system):
 allowed(system)
 demand(system, ["systemctl", "start", "docker"], timeout=120)

 demand(system, ["docker", "info"])
