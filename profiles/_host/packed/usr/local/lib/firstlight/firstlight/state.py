



import json
import sys
import threading

from dataclasses import dataclass
from enum import Enum


from.import paths

from.errors import Final
from.words import plain

STEPS=("preflight","files","docker","caddy","traefik","app","ready","manage")



class Is(Enum):


 WAITING="waiting"
 RUNNING="running"
 DONE="done"
 FAILED="failed"


@dataclass(frozen=True)
class Step:


 name:str
 state:str=Is.WAITING
 message:str=""







class Board:


 def __init__(self,disk,names):

  self._a,self._b=disk,threading.Lock()
  self._c={a:Step(a)for a in names}
  self._d()

 def __call__(self,name,state,message):

  a=Step(name,state,plain(message))
  with self._b:
   if self._c[name]!=a:
    self._c[name]=a
    _e(f"{name}: {state.value}{a.message and ': '}{a.message}")
    self._d()

 def _d(self):
  try:
   self._a.write(paths.STATE,Status(tuple(self._c.values())).json().encode(),0o600)
  except Final as error:
   _e(f"firstlight: {error}")


def _e(line):

 sys.stderr.write(line+"\n")


@dataclass(frozen=True)
class Status:


 steps:str

 @property
 def code(self):

  a={b.state for b in self.steps}
  return 1 if Is.FAILED in a else 0 if a=={Is.DONE}else 2

 def json(self):

  a=[{"step":b.name,"state":b.state.value,"message":b.message}for b in self.steps]
  return json.dumps({"version":1,"code":self.code,"steps":a},ensure_ascii=False)


def read(disk,names):

 a=disk.read(paths.STATE)
 b=json.loads(a.data)["steps"]if a else[]
 c={d["step"]:Step(d["step"],Is(d["state"]),d["message"])for d in b}
 return tuple(c.get(e,Step(e))for e in names)
