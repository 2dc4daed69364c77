







import random
import sys
import threading
import traceback

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass


from .errors import Absent, Final, Later
from .state import Is







_LOOK = 10.0



@dataclass(frozen=True)
class Step:


 name: str
 needs: str
 act: str




 look: str = lambda _: False





class Run:


 def __init__(self, name, system, say, chance = random.random):

  self.name, self.system, self._say, self._chance = name, system, say, chance

 def say(self, message):

  self._say(self.name, Is.RUNNING, message)

 def retry(self, seconds, what, attempt, most = 30.0):







  now, pause = self.system.monotonic(), 1.0
  end, day = now + seconds, now + 86400
  self.say(what)
  while True:
   try:
    return attempt()
   except Later as error:
    now = self.system.monotonic()
    if isinstance(error, Absent) and now < day:
     end, pause = now + seconds, 2.0
    elif now >= end:
     raise Final(f"{what}: {error}") from None
    self._say(self.name, Is.WAITING, f"{what}, again in {pause:.0f} s: {error}")

   self.system.sleep(min(pause * (1 + self._chance() / 2), max(end - now, 1)))
   pause = min(pause * 2, most)

 def guarded(self, action):

  try:
   return action(self)
  except (Final, Later) as error:
   message = str(error)
  except Exception as error:

   sys.stderr.writelines(traceback.format_tb(error.__traceback__))
   at = traceback.extract_tb(error.__traceback__)[-1]
   message = f"a fault of firstlight, please report it: {type(error).__name__} at {at.filename}:{at.lineno}"
  self._say(self.name, Is.FAILED, message)
  return False


def run(steps, system, say):

 names, ended = [step.name for step in steps], dict[str, bool]()
 change = threading.Condition()

 def have_ended(names):

  with change:
   return change.wait_for(lambda: ended.keys() >= set(names), _LOOK)

 def one(step):
  mine = Run(step.name, system, say)

  def act(_):
   missing = [name for name in step.needs if not ended[name]]
   if missing:
    raise Final(f"{' and '.join(missing)} did not succeed, and it has to first")
   say(step.name, Is.DONE, step.act(mine))
   return True

  mine.guarded(step.look)
  while not have_ended(step.needs):
   mine.guarded(step.look)
  is_due = True
  while is_due:
   mine.say("")
   done = mine.guarded(act)
   with change:
    ended[step.name] = done
    change.notify_all()
   while not (is_due := mine.guarded(step.look)) and not have_ended(names):
    pass


 with ThreadPoolExecutor(len(steps)) as pool:
  list(pool.map(one, steps))
 return all(ended.values())
