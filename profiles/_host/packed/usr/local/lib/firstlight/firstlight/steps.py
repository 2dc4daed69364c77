







import random
import sys
import threading
import traceback

from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

from.errors import Absent,Final,Later
from.state import Is







_a=10.0



class Ce(NamedTuple):


 name:str
 needs:str
 act:str




 look:str=lambda _:False





class Run:


 def __init__(a,b,c,d,e=random.random):

  a.name,a.system,a._b,a._c=b,c,d,e

 def say(a,b):

  a._b(a.name,Is.RUNNING,b)

 def retry(a,b,c,d,e=30.0):







  now,f=a.system.monotonic(),1.0
  g,h=now+b,now+86400
  a.say(c)
  while True:
   try:
    return d()
   except Later as error:
    now=a.system.monotonic()
    if isinstance(error,Absent)and now<h:
     g,f=now+b,2.0
    elif now>=g:
     raise Final(f"{c}: {error}")from None
    a._b(a.name,Is.WAITING,f"{c}, again in {f:.0f} s: {error}")

   a.system.sleep(min(f*(1+a._c()/2),max(g-now,1)))
   f=min(f*2,e)

 def guarded(a,b):

  try:
   return b(a)
  except(Final,Later)as error:
   c=str(error)
  except Exception as error:

   sys.stderr.writelines(traceback.format_tb(error.__traceback__))
   d=traceback.extract_tb(error.__traceback__)[-1]
   c=f"a fault of firstlight, please report it: {type(error).__name__} at {d.filename}:{d.lineno}"
  a._b(a.name,Is.FAILED,c)
  return False


def run(a,b,c):

 d,e=[f.name for f in a],dict[str,bool]()
 h=threading.Condition()

 def i(d):

  with h:
   return h.wait_for(lambda:e.keys()>=set(d),_a)

 def j(f):
  k=Run(f.name,b,c)

  def l(_):
   m=[g for g in f.needs if not e[g]]
   if m:
    raise Final(f"{' and '.join(m)} did not succeed, and it has to first")
   c(f.name,Is.DONE,f.act(k))
   return True

  k.guarded(f.look)
  while not i(f.needs):
   k.guarded(f.look)
  n=True
  while n:
   k.say("")
   o=k.guarded(l)
   with h:
    e[f.name]=o
    h.notify_all()
   while not(n:=k.guarded(f.look))and not i(d):
    pass


 with ThreadPoolExecutor(len(a))as p:
  list(p.map(j,a))
 return all(e.values())
