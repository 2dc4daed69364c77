



import json
import sys
import threading

from dataclasses import dataclass
from enum import Enum


from . import paths

from .errors import Final
from .words import plain

STEPS = ("preflight", "files", "docker", "caddy", "app", "ready", "manage")



class Is(Enum):


 WAITING = "waiting"
 RUNNING = "running"
 DONE = "done"
 FAILED = "failed"


@dataclass(frozen=True)
class Step:


 name: str
 state: str = Is.WAITING
 message: str = ""







class Board:


 def __init__(self, disk, names):

  self._disk, self._lock = disk, threading.Lock()
  self._steps = {name: Step(name) for name in names}
  self._write()

 def __call__(self, name, state, message):

  step = Step(name, state, plain(message))
  with self._lock:
   if self._steps[name] != step:
    self._steps[name] = step
    _journal(f"{name}: {state.value}{step.message and ': '}{step.message}")
    self._write()

 def _write(self):
  try:
   self._disk.write(paths.STATE, Status(tuple(self._steps.values())).json().encode(), 0o600)
  except Final as error:
   _journal(f"firstlight: {error}")


def _journal(line):

 sys.stderr.write(line + "\n")


@dataclass(frozen=True)
class Status:


 steps: str

 @property
 def code(self):

  states = {step.state for step in self.steps}
  return 1 if Is.FAILED in states else 0 if states == {Is.DONE} else 2

 def json(self):

  steps = [{"step": step.name, "state": step.state.value, "message": step.message} for step in self.steps]
  return json.dumps({"version": 1, "code": self.code, "steps": steps}, ensure_ascii=False)


def read(disk, names):

 content = disk.read(paths.STATE)
 given = json.loads(content.data)["steps"] if content else []
 known = {one["step"]: Step(one["step"], Is(one["state"]), one["message"]) for one in given}
 return tuple(known.get(name, Step(name)) for name in names)
