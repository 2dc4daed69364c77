








from concurrent.futures import ThreadPoolExecutor



from.errors import Final,Later
from.programs import complaint,demand






UNIT="firstlight-metadata.service"

ADDRESSES=(
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


BRIDGE="fl-metadata"



def close(run):





 a=["systemctl","reload-or-restart",UNIT]
 run.retry(60,"closing the cloud's metadata to containers",lambda:demand(run.system,a))


def checks(system,compose):




 try:
  for a in compose.all():
   b,c,d=a["Name"][1:],str(a["State"]["Pid"]),_a(system,a)
   if d:
    yield f"{b} may use the cloud's metadata, because {d}",""
   elif c!="0":
    yield f"{b} cannot reach the cloud's metadata",_b(system,c)
 except(Final,Later)as error:
  yield "no container can reach the cloud's metadata",str(error)


def _a(system,container):

 if container["HostConfig"]["NetworkMode"]=="host":
  return "it uses the server's network"
 a=["docker","network","inspect","-f","{{json .Options}}",*container["NetworkSettings"]["Networks"]]
 return f"it is in the network {BRIDGE}"*(f'"{BRIDGE}"'.encode()in system.run(a).out)


def _b(system,pid):

 a=["nsenter","-t",pid,"-n"]
 b=system.run([*a,"true"])
 if not b.ok:
  return complaint(a,b)

 def c(d):
  return system.run([*a,"bash","-c","</dev/tcp/$0/80",d],timeout=5).ok

 with ThreadPoolExecutor()as e:
  f=[d for d,g in zip(ADDRESSES,e.map(c,ADDRESSES),strict=True)if g]
 return f"it reaches {' '.join(f)}" if f else ""
