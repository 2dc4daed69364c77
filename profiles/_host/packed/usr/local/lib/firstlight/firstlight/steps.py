







import random
import sys
import threading
import traceback

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass


from.errors import Absent,Final,Later
from.state import Is







_a=10.0



@dataclass(frozen=True)
class Step:


 name:str
 needs:str
 act:str




 look:str=lambda _:False





class Run:


 def __init__(self,name,system,say,chance=random.random):

  self.name,self.system,self._b,self._c=name,system,say,chance

 def say(self,message):

  self._b(self.name,Is.RUNNING,message)

 def retry(self,seconds,what,attempt,most=30.0):







  a,b=self.system.monotonic(),1.0
  c,d=a+seconds,a+86400
  self.say(what)
  while True:
   try:
    return attempt()
   except Later as error:
    a=self.system.monotonic()
    if isinstance(error,Absent)and a<d:
     c,b=a+seconds,2.0
    elif a>=c:
     raise Final(f"{what}: {error}")from None
    self._b(self.name,Is.WAITING,f"{what}, again in {b:.0f} s: {error}")

   self.system.sleep(min(b*(1+self._c()/2),max(c-a,1)))
   b=min(b*2,most)

 def guarded(self,action):

  try:
   return action(self)
  except(Final,Later)as error:
   a=str(error)
  except Exception as error:

   sys.stderr.writelines(traceback.format_tb(error.__traceback__))
   b=traceback.extract_tb(error.__traceback__)[-1]
   a=f"a fault of firstlight, please report it: {type(error).__name__} at {b.filename}:{b.lineno}"
  self._b(self.name,Is.FAILED,a)
  return False


def run(steps,system,say):

 a,b=[c.name for c in steps],dict[str,bool]()
 e=threading.Condition()

 def f(a):

  with e:
   return e.wait_for(lambda:b.keys()>=set(a),_a)

 def g(c):
  h=Run(c.name,system,say)

  def i(_):
   j=[d for d in c.needs if not b[d]]
   if j:
    raise Final(f"{' and '.join(j)} did not succeed, and it has to first")
   say(c.name,Is.DONE,c.act(h))
   return True

  h.guarded(c.look)
  while not f(c.needs):
   h.guarded(c.look)
  k=True
  while k:
   h.say("")
   l=h.guarded(i)
   with e:
    b[c.name]=l
    e.notify_all()
   while not(k:=h.guarded(c.look))and not f(a):
    pass


 with ThreadPoolExecutor(len(steps))as m:
  list(m.map(g,steps))
 return all(b.values())
