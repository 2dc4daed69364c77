



import contextlib
import json
import re
import threading

from pathlib import Path


from . import paths
from .errors import Final
from .programs import demand

from .system import Done





_ONE_AT_A_TIME = threading.Lock()



class Compose:





 def __init__(self, system, site):

  self._system, self._site = system, site
  self._env = {"COMPOSE_FILE": ":".join(site.compose), "DOCKER_CONFIG": str(paths.LOGIN)}

 def try_(self, *words, timeout = 60):

  return self._system.run(["docker", "compose", *words], timeout=timeout, env=self._env)

 def demand(self, *words, timeout = 60, input = None):

  return self.docker("compose", *words, timeout=timeout, input=input)

 def docker(self, *words, timeout = 60, input = None):

  return demand(self._system, ["docker", *words], timeout=timeout, input=input, env=self._env)

 def images(self):

  services = json.loads(self.demand("config", "--format", "json"))["services"]
  for name in ("caddy", self._site.service):
   if name not in services:
    raise Final(f"{' and '.join(self._site.compose)} have no service {name}: add it, then firstlight apply")
  return {name: one.get("image", "") for name, one in services.items()}

 def missing(self, images):





  return [image for image in images if image and not self._system.run(["docker", "image", "inspect", image]).ok]

 def pull(self, images):

  for image in images:
   self.docker("pull", "-q", image, timeout=900)

 def up(self, *words):

  with _ONE_AT_A_TIME:
   self._let_finish()
   self._tidy(words)
   self.demand("up", "-d", "--quiet-pull", *words, timeout=900)

 def ids(self, service = ""):

  return self._listed("-f", f"label=com.docker.compose.service={service or self._site.service}")

 def find(self):

  found = self._inspected(self.ids()[:1])
  return found[0] if found else {}

 def inside(self, *words):

  ids = self.ids()
  return self._system.run(["docker", "exec", ids[0], *words]) if ids else Done(1, b"", b"there is no container")

 def all(self):

  return self._inspected(self._listed())

 def stop(self):

  label = "com.docker.compose.service"
  others = [one["Id"] for one in self.all() if one["Config"]["Labels"].get(label) != "caddy"]
  if others:
   self.docker("stop", *others, timeout=120)

 def _inspected(self, ids):
  found = json.loads(self.docker("inspect", *ids)) if ids else []
  return found

 def _listed(self, *words):

  ours = f"label=com.docker.compose.project.working_dir={self._site.home}"
  lasting = "label=com.docker.compose.oneoff=False"
  return self.docker("ps", "-af", ours, "-f", lasting, *words, "--format", "{{.ID}}").decode().split()

 def updater(self):

  name = self._site.updater
  found = json.loads(self._system.run(["docker", "inspect", name]).out or "[]") if name else []
  return found[0] if found else {}

 def _let_finish(self):

  began = self._system.monotonic()
  while updater := self.updater():
   waited = self._system.monotonic() - began
   if waited > 600 or (waited > 20 and self._is_left(updater)):
    self.docker("rm", "-f", updater["Id"])
   self._system.sleep(1)

 def _tidy(self, words):

  for one in self.all():
   name = one["Name"].removeprefix("/")
   is_half = re.match("[0-9a-f]{12}_", name) and not self._system.run(["docker", "rename", name, name[13:]]).ok
   is_meant = not words or one["Config"]["Labels"]["com.docker.compose.service"] in words
   if is_half or (is_meant and self._is_detached(one)):
    self.docker("rm", "-f", one["Id"], timeout=120)

 def _is_detached(self, one):





  process = Path(f"{self._system.root}/proc/{one['State']['Pid']}")
  with contextlib.suppress(OSError):
   mounted = (process / "mountinfo").read_bytes()
   for mount in one["Mounts"]:
    here, there = Path(f"{self._system.root}{mount['Source']}"), mount["Destination"]
    is_ours = mount["Source"].startswith(f"{self._site.home}/") and here.is_dir()

    is_mounted = f" {there} ".encode() in mounted
    if is_ours and is_mounted and not here.samefile(f"{process}/root{there}"):
     return True
  return False

 def _is_left(self, updater):

  state = self.find().get("State", {"Running": False})
  return not updater["State"]["Running"] and (not state["Running"] or state["StartedAt"] >= updater["Created"])
