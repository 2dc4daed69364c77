



from.import paths,site,state
from.compose import An
from.errors import Final,Later
from.http import Request
from.ready import addresses,Da
from.site import Am
from.state import Cc,Is,Status,Ce


from.words import Cw,plain


def status(a,b,c):








 d,e,f=site.read(a.disk),a.system,"--watch" in b
 g=e.monotonic()+int(c or 86400)*("--wait" in b)
 h=()
 while(now:=_a(a,d)).code==2 and(f or e.monotonic()<g):
  if f:
   _b(now.steps,h)
   h=now.steps
  e.sleep(1)
 if "--json" in b:
  print(now.json())
  return now.code
 _b(now.steps,h)
 if now.code==1:
  print("Then: firstlight apply")
 if now.code==0:
  print()
  for i in d.lines:
   print(f"{i.label:<10} {_d(a, d, i)}")
 return now.code


def _b(a,b):
 for c in a:
  if c not in b:
   print(f"{c.name:<10} {c.state.value:<8} {c.message}".rstrip(),flush=True)


def _a(a,b):

 c={d.name:d for d in state.read(a.disk,b.steps)}
 if c["ready"].state is Is.DONE:
  e=c["app"]
  try:
   Da(a,b)

   if b.updater and e.state is Is.DONE:
    from.outdated import outdated

    c["app"]=Ce("app",Is.DONE,e.message+outdated(a,b))
  except Later as error:
   c["ready"]=Ce("ready",Is.WAITING,str(error))
   c["docker"]=_c(a.system)or c["docker"]
 return Status(tuple(c.values()))


def _c(a):

 if a.run(["systemctl","is-active","docker"]).ok:
  return None

 from.docker import Cn

 try:
  Cn(a)
 except Final as error:
  return Ce("docker",Is.FAILED,str(error))
 return Ce("docker",Is.WAITING,"docker.service does not run; it is started within a minute")


def _d(a,b,c):
 if c.text:
  return c.text.replace("{address}",(addresses(a.system)or "SERVER").split()[0])
 try:
  return plain(_e(a,b,c))
 except(Final,Later)as error:
  return f"not known: {error}"


def _e(a,b,c):





 compose=An(a.system,b)
 return compose.file(c.file)if c.file else compose.variable(c.variable)


def _f(a,b,c):





 d=_e(a,b,c).strip()
 if not d.isascii()or not d.decode().isprintable():
  raise Final(f"what {c.file or c.variable} holds cannot be sent as {c.header}")
 return d.decode()


def verify(a,b,c):





 d=0
 for e,f in _g(a,site.read(a.disk)):
  print(f"FAIL {e}: {f}" if f else f"ok   {e}",flush=True)
  d=1 if f else d
 return d


def _g(a,b):


 def c(d,e=()):
  try:
   headers={f.header:f.text or _f(a,b,f)for f in d.headers}

   g=None if all(f.text for f in d.headers)else "127.0.0.1"
   h=Request(d.method,i+d.path,headers,timeout=20,address=g)
   j=a.http.send(h).status
  except(Final,Later)as error:
   return str(error)
  return "" if j in(e or d.expected)else f"it answers {j}"

 def k(l):
  return "" if l.ok else plain(l.out)or Cw(l.err)or "it failed"

 i,m=f"https://{b.domains[0]}",a.system.run
 n=Am(f"{i}{b.health} and its certificate",b.health,"GET",[],[])
 yield n.what,c(n,range(400))
 for d in b.checks:
  yield d.what,c(d)
 o=An(a.system,b).try_("config","--images")
 yield "the compose file",k(o)
 for p in sorted(set(plain(o.out,9999).split())):

  q=m(["docker","image","inspect","-f",'{{join .RepoDigests " "}}',p])
  yield f"{p} {plain(q.out)}" if q.ok else p,k(q)
 if b.updater:
  from.outdated import outdated

  yield f"{b.service} runs the registry's image",outdated(a,b).strip()
 yield from _h(a,b)
 r=m(["sha256sum","--check","--quiet",str(paths.Bh)])
 yield "files as in the document",k(r)


def _h(a,b):

 from.metadata import checks

 compose=An(a.system,b)
 yield from checks(a.system,compose)
 if b.traefik:
  from.traefik import containers

  yield from checks(a.system,containers(a.system,b))
 if b.managed:
  from.manage_host import Host

  c=Host(a,b,b.managed,compose,str)
  yield f"{b.service} has this server as its own host",c.check()


def logs(a,b,c):





 if c in("",*Cc):
  d=["--grep",f"^{c}:"]if c else[]
  e=["journalctl","--no-pager","-o","short-iso","-n","200","-u","firstlight",*d]
  f=a.system.run(e)
 else:
  compose=An(a.system,site.read(a.disk))
  f=compose.try_("logs","--no-color","--tail","200","--",c)

 for g in f.out.splitlines():
  print(plain(g,2000))
 if not f.ok:
  raise Final(Cw(f.err)or f"there are no logs of {c}")
 return 0
