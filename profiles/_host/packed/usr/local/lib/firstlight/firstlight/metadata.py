








from concurrent.futures import ThreadPoolExecutor



from.errors import Final,Later
from.programs import Cq,demand






Ci="firstlight-metadata.service"

Aa=(
 "169.254.169.254",
 "169.254.42.42",
 "168.63.129.16",
 "100.100.100.200",
 "fd00:ec2::254",
 "fd20:ce::254",
 "fd00:a9fe:a9fe::1",
 "fd00:c1::a9fe:a9fe",
 "fd00:42::42",
)


Ag="fl-metadata"



def close(a):





 b=["systemctl","reload-or-restart",Ci]
 a.retry(60,"closing the cloud's metadata to containers",lambda:demand(a.system,b))


def checks(a,compose):




 try:
  for b in compose.all():
   c,d,e=b["Name"][1:],str(b["State"]["Pid"]),_a(a,b)
   if e:
    yield f"{c} may use the cloud's metadata, because {e}",""
   elif d!="0":
    yield f"{c} cannot reach the cloud's metadata",_b(a,d)
 except(Final,Later)as error:
  yield "no container can reach the cloud's metadata",str(error)


def _a(a,b):

 if b["HostConfig"]["NetworkMode"]=="host":
  return "it uses the server's network"
 c=["docker","network","inspect","-f","{{json .Options}}",*b["NetworkSettings"]["Networks"]]
 return f"it is in the network {Ag}"*(f'"{Ag}"'.encode()in a.run(c).out)


def _b(a,b):

 c=["nsenter","-t",b,"-n"]
 d=a.run([*c,"true"])
 if not d.ok:
  return Cq(c,d)

 def e(address):
  return a.run([*c,"bash","-c","</dev/tcp/$0/80",address],timeout=5).ok

 with ThreadPoolExecutor()as f:
  g=[address for address,h in zip(Aa,f.map(e,Aa),strict=True)if h]
 return f"it reaches {' '.join(g)}" if g else ""
