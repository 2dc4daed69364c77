



import json
import sys
import threading
import time

from enum import Enum
from typing import NamedTuple

from.import paths

from.errors import Final
from.words import plain

Cc=("preflight","files","docker","caddy","traefik","app","ready","manage")



class Is(Enum):


 WAITING="waiting"
 RUNNING="running"
 DONE="done"
 FAILED="failed"


class Ce(NamedTuple):


 name:str
 state:str=Is.WAITING
 message:str=""
 began:str=0.0

 ended:str=0.0







class Ai:


 def __init__(a,b,c):

  a._a,a._b=b,threading.Lock()
  a._c={d:Ce(d)for d in c}
  a._d()

 def __call__(a,b,c,d):

  now=round(time.monotonic(),1)
  with a._b:
   e=a._c[b]
   f=e.ended or now*(c in(Is.DONE,Is.FAILED))
   g=Ce(b,c,plain(d),e.began or now,f)
   if e[1:3]!=g[1:3]:
    a._c[b]=g
    _e(f"{b}: {c.value}{g.message and ': '}{g.message}")
    a._d()

 def _d(a):
  try:
   a._a.write(paths.Cb,Status(tuple(a._c.values())).json().encode(),0o600)
  except Final as error:
   _e(f"firstlight: {error}")


def _e(a):

 sys.stderr.write(a+"\n")


class Status(NamedTuple):


 steps:str

 @property
 def code(a):

  b={c.state for c in a.steps}
  return 1 if Is.FAILED in b else 0 if b=={Is.DONE}else 2

 def json(a):

  b=[
   {"step":c,"state":d.value,"message":e,"began":f,"ended":g}
   for c,d,e,f,g in a.steps
  ]
  return json.dumps({"version":1,"code":a.code,"steps":b},ensure_ascii=False)


def read(a,b):

 c=a.read(paths.Cb)
 d=json.loads(c.data)["steps"]if c else[]

 e={f["step"]:Ce(f["step"],Is(f["state"]),*[*f.values()][2:5])for f in d}
 return tuple(e.get(g,Ce(g))for g in b)
