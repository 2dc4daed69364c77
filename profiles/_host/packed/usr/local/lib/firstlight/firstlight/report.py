


from concurrent.futures import ThreadPoolExecutor

from.import paths,site,state
from.compose import Compose
from.errors import Final,Later
from.http import Request
from.ready import addresses,probe
from.site import Check
from.state import STEPS,Is,Status,Step


from.words import last_line,plain


def status(means,options,word):








 a,b,c=site.read(means.disk),means.system,"--watch" in options
 d=b.monotonic()+int(word or 86400)*("--wait" in options)
 e=()
 while(f:=_a(means,a)).code==2 and(c or b.monotonic()<d):
  if c:
   _b(f.steps,e)
   e=f.steps
  b.sleep(1)
 if "--json" in options:
  print(f.json())
  return f.code
 _b(f.steps,e)
 if f.code==1:
  print("Then: firstlight apply")
 if f.code==0:
  print()
  with ThreadPoolExecutor()as g:
   h=g.map(lambda i:_c(means,a,i),a.lines)
   for i,j in zip(a.lines,h,strict=True):
    print(f"{i.label:<10} {j}")
 return f.code


def _b(steps,shown):
 for a in steps:
  if a not in shown:
   print(f"{a.name:<10} {a.state.value:<8} {a.message}".rstrip(),flush=True)


def _a(means,known):

 a={b.name:b for b in state.read(means.disk,known.steps)}
 if a["ready"].state is Is.DONE:
  c=a["app"]
  try:
   probe(means,known)

   if known.updater and c.state is Is.DONE:
    from.outdated import outdated

    a["app"]=Step("app",Is.DONE,c.message+outdated(means,known))
  except Later as error:
   a["ready"]=Step("ready",Is.WAITING,str(error))
   a["docker"]=_d(means.system)or a["docker"]
 return Status(tuple(a.values()))


def _d(system):

 if system.run(["systemctl","is-active","docker"]).ok:
  return None

 from.docker import allowed

 try:
  allowed(system)
 except Final as error:
  return Step("docker",Is.FAILED,str(error))
 return Step("docker",Is.WAITING,"docker.service does not run; it is started within a minute")


def _c(means,known,line):
 if line.text:
  return line.text.replace("{address}",(addresses(means.system)or "SERVER").split()[0])
 try:
  return plain(_e(means,known,line))
 except(Final,Later)as error:
  return f"not known: {error}"


def _e(means,known,what):





 a=["cat",what.file]if what.file else["printenv",what.variable]
 b=Compose(means.system,known).inside(*a)
 if not b.ok:
  raise Later(last_line(b.err))
 return b.out


def _f(means,known,header):





 a=_e(means,known,header).strip()
 if not a.isascii()or not a.decode().isprintable():
  raise Final(f"what {header.file or header.variable} holds cannot be sent as {header.header}")
 return a.decode()


def verify(means,_options,_word):





 a=0
 for b,c in _g(means,site.read(means.disk)):
  print(f"FAIL {b}: {c}" if c else f"ok   {b}",flush=True)
  a=1 if c else a
 return a


def _g(means,known):


 def a(b,c=()):
  try:
   d={e.header:e.text or _f(means,known,e)for e in b.headers}

   f=None if all(e.text for e in b.headers)else "127.0.0.1"
   g=Request(b.method,h+b.path,d,timeout=20,address=f)
   i=means.http.send(g).status
  except(Final,Later)as error:
   return str(error)
  return "" if i in(c or b.expected)else f"it answers {i}"

 def j(k):
  return "" if k.ok else plain(k.out)or last_line(k.err)or "it failed"

 h,l=f"https://{known.domains[0]}",means.system.run
 m=Check(f"{h}{known.health} and its certificate",known.health,"GET",[],[])
 yield m.what,a(m,range(400))
 for b in known.checks:
  yield b.what,a(b)
 n=Compose(means.system,known).try_("config","--images")
 yield "the compose file",j(n)
 for o in sorted(set(plain(n.out,9999).split())):

  p=l(["docker","image","inspect","-f",'{{join .RepoDigests " "}}',o])
  yield f"{o} {plain(p.out)}" if p.ok else o,j(p)
 if known.updater:
  from.outdated import outdated

  yield f"{known.service} runs the registry's image",outdated(means,known).strip()

 from.metadata import checks

 for q in _h(means,known):
  yield from checks(means.system,q)
 r=l(["sha256sum","--check","--quiet",str(paths.MANIFEST)])
 yield "files as in the document",j(r)


def _h(means,known):

 yield Compose(means.system,known)
 if known.traefik:
  from.traefik import containers

  yield containers(means.system,known)


def logs(means,_options,name):





 if name in("",*STEPS):
  a=["--grep",f"^{name}:"]if name else[]
  b=["journalctl","--no-pager","-o","short-iso","-n","200","-u","firstlight",*a]
  c=means.system.run(b)
 else:
  d=Compose(means.system,site.read(means.disk))
  c=d.try_("logs","--no-color","--tail","200","--",name)

 for e in c.out.splitlines():
  print(plain(e,2000))
 if not c.ok:
  raise Final(last_line(c.err)or f"there are no logs of {name}")
 return 0
