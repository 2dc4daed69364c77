








from concurrent.futures import ThreadPoolExecutor



from .errors import Final, Later
from .programs import complaint, demand






UNIT = "firstlight-metadata.service"

ADDRESSES = (
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


BRIDGE = "fl-metadata"



def close(run):





 set_rules = ["systemctl", "reload-or-restart", UNIT]
 run.retry(60, "closing the cloud's metadata to containers", lambda: demand(run.system, set_rules))


def checks(system, compose):




 try:
  for one in compose.all():
   name, pid, why = one["Name"][1:], str(one["State"]["Pid"]), _permission(system, one)
   if why:
    yield f"{name} may use the cloud's metadata, because {why}", ""
   elif pid != "0":
    yield f"{name} cannot reach the cloud's metadata", _problem(system, pid)
 except (Final, Later) as error:
  yield "no container can reach the cloud's metadata", str(error)


def _permission(system, container):

 if container["HostConfig"]["NetworkMode"] == "host":
  return "it uses the server's network"
 names = ["docker", "network", "inspect", "-f", "{{json .Options}}", *container["NetworkSettings"]["Networks"]]
 return f"it is in the network {BRIDGE}" * (f'"{BRIDGE}"'.encode() in system.run(names).out)


def _problem(system, pid):

 inside = ["nsenter", "-t", pid, "-n"]
 entered = system.run([*inside, "true"])
 if not entered.ok:
  return complaint(inside, entered)

 def is_open(address):
  return system.run([*inside, "bash", "-c", "</dev/tcp/$0/80", address], timeout=5).ok

 with ThreadPoolExecutor() as pool:
  reached = [address for address, answer in zip(ADDRESSES, pool.map(is_open, ADDRESSES), strict=True) if answer]
 return f"it reaches {' '.join(reached)}" if reached else ""
