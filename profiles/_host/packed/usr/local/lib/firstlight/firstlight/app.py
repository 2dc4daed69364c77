





from contextlib import suppress
from pathlib import Path

from . import access, metadata, paths

from .disk import Owner
from .errors import Final, Later





class App:


 def __init__(self, means, site, compose):

  self._means, self._site, self._compose = means, site, compose
  self._services = []
  self._files = []
  self._containers = ()
  self._has_acted = False
  self._note = ""

 def look(self, run):

  files, containers = self._now()
  if (files, containers) == (self._files, self._containers):
   return False
  if not self._has_acted:
   if self._good():

    self._close(run)
   self._files, self._containers = files, containers
   self._rescue(run)
  return True

 def act(self, run):






  self._has_acted = True
  self._files, self._containers = self._now()
  self._close(run)
  self._rescue(run)
  good, trouble = self._good(), ""
  if good:

   self.share(run)
  try:
   run.retry(300 if good else 1800, f"pulling {self._site.service}", lambda: self._renew(run))
  except Final as error:
   if not good:
    raise
   trouble = str(error)
  note = self._settle(run, *self._services)
  if trouble:
   raise Final(f"{self._note}It is up, but could not be renewed: {trouble}")
  return self._note + note

 def _renew(self, run):
  site, compose = self._site, self._compose
  self._rescue(run)
  if site.repository:

   from .repository import fetch

   fetch(self._means, site)
  images = compose.images()

  self._services = [name for name in images if name != "caddy"]
  missing = compose.missing(images[name] for name in self._services)
  access.gain(self._means, site, list(filter(None, images.values())) if site.token else missing)
  compose.pull(missing)

 def _rescue(self, run):

  good = self._good()
  with suppress(Final, Later):
   if good and self._compose.find().get("Image", good) != good:
    self._settle(run)

 def _close(self, run):





  try:
   metadata.close(run)
  except Final as error:
   with suppress(Final, Later):
    self._compose.stop()
   raise Final(f"{self._site.service} must not run, and was stopped if it did: {error}") from None

 def _settle(self, run, *services):





  compose, service, good = self._compose, self._site.service, self._good()
  self._close(run)

  def back():
   compose.docker("tag", good, compose.images()[service])
   compose.up("--no-deps", service)

  try:
   run.retry(20 if good else 300, f"starting {service}", lambda: compose.up(*services))
  except Final:

   if not good:
    raise

  for _ in range(9):
   _, self._containers = self._now()
   image, is_well = self._watch(run, good)
   if is_well:
    if image != good:
     self._means.disk.write(paths.GOOD, image.encode(), 0o600)
     self._note = good and "Self-update complete. "
    return self.share(run)
   if not good or image == good:
    break
   run.retry(300, "going back", back)
   self._note = "The new image was not well; back to the last one. "
  raise Final(f"{service} does not get well: firstlight logs {service}")

 def _watch(self, run, good):





  system, service = run.system, self._site.service
  seen, since, image, end = None, 0.0, "", system.monotonic() + 180
  run.say(f"waiting until {service} is well")
  while (now := system.monotonic()) < end:
   with suppress(Later):
    found = self._compose.find()
    if not found:
     break
    image, state = found["Image"], found["State"]
    health = state.get("Health", {}).get("Status")
    is_fine = state["Status"] == "running" and health != "unhealthy"
    this = found["Id"], found["RestartCount"], is_fine
    if seen and seen[0] != found["Id"]:

     self._compose.up("--no-deps", service)
     return self._watch(run, good)
    if good not in ("", image) and not (is_fine and seen in (None, this)):
     break
    if this != seen:
     seen, since = this, now
    if is_fine and health != "starting" and now - since >= (0 if image == good else 45 if good else 5):
     return image, True
   system.sleep(3)
  return image, False

 def share(self, run):




  keys, disk = self._site.keys, self._means.disk
  try:
   if not keys or not self._site.token:
    disk.remove(paths.DOCKER_LOGIN)

   for last in range(20 if keys else 0):
    process = Path(f"{run.system.root}/proc/{self._compose.find()['State']['Pid']}").stat()
    if process.st_uid or last == 19:
     for folder in filter(None, (keys, paths.LOGIN)):
      disk.give(folder, Owner(process.st_uid, process.st_gid))
     break
    run.system.sleep(1)
  except (Final, Later, OSError, LookupError) as error:
   return f"{self._site.service} cannot read its keys and its login: {error}"
  return ""

 def _now(self):




  times = []
  for path in (self._site.keys, self._site.token and self._site.token.path):
   with suppress(OSError):
    times.append(Path(f"{self._means.system.root}/{path}").stat().st_mtime_ns)
  with suppress(Final, Later):
   return times, (self._compose.ids(), self._compose.updater())
  return times, ()

 def _good(self):
  return self._means.disk.data(paths.GOOD).decode()
