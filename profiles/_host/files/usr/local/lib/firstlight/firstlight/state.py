"""Each step's state: written whole each time it changes, read by `status`, forgotten by a reboot."""

from __future__ import annotations

import json
import sys
import threading
import time
from collections.abc import Callable
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

from . import paths
from .disk import Disk
from .errors import Final
from .words import plain

STEPS = ("preflight", "files", "docker", "caddy", "traefik", "app", "ready", "manage")
"""In the order in which they are shown; `graph` says what each needs, and `site` which of them a site has."""


class Is(Enum):
    """What a step is doing."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class Step(NamedTuple):
    """A step's state, for people and programs."""

    name: str
    state: Is = Is.WAITING
    message: str = ""
    began: float = 0.0
    """When it first did something, and when it first ended: seconds since the server's start, or zero."""
    ended: float = 0.0


if TYPE_CHECKING:
    Say = Callable[[str, Is, str], None]
    """Somebody who is told how a step goes: its name, its state in place of the one before, and a message."""


class Board:
    """The states of all steps, kept by the one process that runs them. Threads may speak at once."""

    def __init__(self, disk: Disk, names: tuple[str, ...]) -> None:
        """All steps begin as waiting; what the file said before is gone."""
        self._disk, self._lock = disk, threading.Lock()
        self._steps = {name: Step(name) for name in names}
        self._write()

    def __call__(self, name: str, state: Is, message: str) -> None:
        """Says it to the file and, if it is new, to the journal; never fails: a full disk must not stop a step."""
        now = round(time.monotonic(), 1)
        with self._lock:
            old = self._steps[name]
            ended = old.ended or now * (state in (Is.DONE, Is.FAILED))
            step = Step(name, state, plain(message), old.began or now, ended)
            if old[1:3] != step[1:3]:
                self._steps[name] = step
                _journal(f"{name}: {state.value}{step.message and ': '}{step.message}")
                self._write()

    def _write(self) -> None:
        try:
            self._disk.write(paths.STATE, Status(tuple(self._steps.values())).json().encode(), 0o600)
        except Final as error:
            _journal(f"firstlight: {error}")


def _journal(line: str) -> None:
    """Systemd takes each line of our standard error into the journal."""
    sys.stderr.write(line + "\n")


class Status(NamedTuple):
    """What `status` says."""

    steps: tuple[Step, ...]

    @property
    def code(self) -> int:
        """0: all is done. 1: something failed. 2: something is waiting or running. It is the exit code, too."""
        states = {step.state for step in self.steps}
        return 1 if Is.FAILED in states else 0 if states == {Is.DONE} else 2

    def json(self) -> str:
        """On one line, as `status.schema.json` says; a key may be added without a new version."""
        steps = [
            {"step": name, "state": state.value, "message": message, "began": began, "ended": ended}
            for name, state, message, began, ended in self.steps
        ]
        return json.dumps({"version": 1, "code": self.code, "steps": steps}, ensure_ascii=False)


def read(disk: Disk, names: tuple[str, ...]) -> tuple[Step, ...]:
    """The steps' states; those that have not been heard of are waiting. Writes nothing."""
    content = disk.read(paths.STATE)
    given = json.loads(content.data)["steps"] if content else []
    # One of an older version says less, one of a newer more.
    known = {one["step"]: Step(one["step"], Is(one["state"]), *[*one.values()][2:5]) for one in given}
    return tuple(known.get(name, Step(name)) for name in names)
