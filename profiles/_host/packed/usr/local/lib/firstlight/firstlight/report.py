


from concurrent.futures import ThreadPoolExecutor

from . import paths, site, state
from .compose import Compose
from .errors import Final, Later
from .http import Request
from .ready import addresses, probe
from .site import Check
from .state import STEPS, Is, Status, Step


from .words import last_line, plain


def status(means, options, word):








 known, system, watch = site.read(means.disk), means.system, "--watch" in options
 end = system.monotonic() + int(word or 86400) * ("--wait" in options)
 shown = ()
 while (now := _now(means, known)).code == 2 and (watch or system.monotonic() < end):
  if watch:
   _show(now.steps, shown)
   shown = now.steps
  system.sleep(1)
 if "--json" in options:
  print(now.json())
  return now.code
 _show(now.steps, shown)
 if now.code == 1:
  print("Then: firstlight apply")
 if now.code == 0:
  print()
  with ThreadPoolExecutor() as pool:
   values = pool.map(lambda line: _value(means, known, line), known.lines)
   for line, value in zip(known.lines, values, strict=True):
    print(f"{line.label:<10} {value}")
 return now.code


def _show(steps, shown):
 for step in steps:
  if step not in shown:
   print(f"{step.name:<10} {step.state.value:<8} {step.message}".rstrip(), flush=True)


def _now(means, known):

 steps = {step.name: step for step in state.read(means.disk, known.steps)}
 if steps["ready"].state is Is.DONE:
  app = steps["app"]
  try:
   probe(means, known)

   if known.updater and app.state is Is.DONE:
    from .outdated import outdated

    steps["app"] = Step("app", Is.DONE, app.message + outdated(means, known))
  except Later as error:
   steps["ready"] = Step("ready", Is.WAITING, str(error))
   steps["docker"] = _docker(means.system) or steps["docker"]
 return Status(tuple(steps.values()))


def _docker(system):

 if system.run(["systemctl", "is-active", "docker"]).ok:
  return None

 from .docker import allowed

 try:
  allowed(system)
 except Final as error:
  return Step("docker", Is.FAILED, str(error))
 return Step("docker", Is.WAITING, "docker.service does not run; it is started within a minute")


def _value(means, known, line):
 if line.text:
  return line.text.replace("{address}", (addresses(means.system) or "SERVER").split()[0])
 try:
  return plain(_inside(means, known, line))
 except (Final, Later) as error:
  return f"not known: {error}"


def _inside(means, known, what):





 words = ["cat", what.file] if what.file else ["printenv", what.variable]
 done = Compose(means.system, known).inside(*words)
 if not done.ok:
  raise Later(last_line(done.err))
 return done.out


def _key(means, known, header):





 value = _inside(means, known, header).strip()
 if not value.isascii() or not value.decode().isprintable():
  raise Final(f"what {header.file or header.variable} holds cannot be sent as {header.header}")
 return value.decode()


def verify(means, _options, _word):





 code = 0
 for what, problem in _checks(means, site.read(means.disk)):
  print(f"FAIL {what}: {problem}" if problem else f"ok   {what}", flush=True)
  code = 1 if problem else code
 return code


def _checks(means, known):


 def answers(check, expected = ()):
  try:
   headers = {one.header: one.text or _key(means, known, one) for one in check.headers}

   here = None if all(one.text for one in check.headers) else "127.0.0.1"
   asked = Request(check.method, origin + check.path, headers, timeout=20, address=here)
   status = means.http.send(asked).status
  except (Final, Later) as error:
   return str(error)
  return "" if status in (expected or check.expected) else f"it answers {status}"

 def fault(done):
  return "" if done.ok else plain(done.out) or last_line(done.err) or "it failed"

 origin, run = f"https://{known.domains[0]}", means.system.run
 health = Check(f"{origin}{known.health} and its certificate", known.health, "GET", [], [])
 yield health.what, answers(health, range(400))
 for check in known.checks:
  yield check.what, answers(check)
 named = Compose(means.system, known).try_("config", "--images")
 yield "the compose file", fault(named)
 for image in sorted(set(plain(named.out, 9999).split())):

  found = run(["docker", "image", "inspect", "-f", '{{join .RepoDigests " "}}', image])
  yield f"{image} {plain(found.out)}" if found.ok else image, fault(found)
 if known.updater:
  from .outdated import outdated

  yield f"{known.service} runs the registry's image", outdated(means, known).strip()

 from .metadata import checks

 yield from checks(means.system, Compose(means.system, known))
 sums = run(["sha256sum", "--check", "--quiet", str(paths.MANIFEST)])
 yield "files as in the document", fault(sums)


def logs(means, _options, name):





 if name in ("", *STEPS):
  of = ["--grep", f"^{name}:"] if name else []
  argv = ["journalctl", "--no-pager", "-o", "short-iso", "-n", "200", "-u", "firstlight", *of]
  done = means.system.run(argv)
 else:
  compose = Compose(means.system, site.read(means.disk))
  done = compose.try_("logs", "--no-color", "--tail", "200", "--", name)

 for line in done.out.splitlines():
  print(plain(line, 2000))
 if not done.ok:
  raise Final(last_line(done.err) or f"there are no logs of {name}")
 return 0
