"""Each step's state: written whole each time it changes, read by `status`, forgotten by a reboot."""

from __future__ import annotations

import json
import sys
import threading
from dataclasses import dataclass, field
from enum import Enum
from typing import Protocol

from . import paths
from .disk import Disk
from .errors import Final
from .words import plain

VERSION = 1
"""Of what `status --json` prints; a key may be added without a new one. The schema is `status.schema.json`."""


class Is(Enum):
    """What a step is doing."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True)
class Step:
    """A step's state, for people and programs."""

    name: str
    state: Is = Is.WAITING
    message: str = ""


class Say(Protocol):
    """Somebody who is told how a step goes."""

    def __call__(self, name: str, state: Is, message: str = "") -> None:
        """Takes a step's state in place of the one before."""


class Board:
    """The states of all steps, kept by the one process that runs them. Threads may speak at once."""

    def __init__(self, disk: Disk, names: tuple[str, ...]) -> None:
        """All steps begin as waiting; what the file said before is gone."""
        self._disk, self._lock = disk, threading.Lock()
        self._steps = {name: Step(name) for name in names}
        self._write()

    def __call__(self, name: str, state: Is, message: str = "") -> None:
        """Says it to the file and, if it is new, to the journal; never fails: a full disk must not stop a step."""
        step = Step(name, state, plain(message))
        with self._lock:
            if self._steps.get(name) == step:
                return
            self._steps[name] = step
            self._write()
        _journal(f"{name}: {state.value}{step.message and ': '}{step.message}")

    def steps(self) -> tuple[Step, ...]:
        """As they are now."""
        with self._lock:
            return tuple(self._steps.values())

    def _write(self) -> None:
        try:
            self._disk.write(paths.STATE, encode(tuple(self._steps.values())), 0o600)
        except Final as error:
            _journal(f"firstlight: {error}")


def _journal(line: str) -> None:
    """Systemd takes each line of our standard error into the journal."""
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


@dataclass(frozen=True)
class Status:
    """What `status` says."""

    steps: tuple[Step, ...]
    code: int = field(init=False)
    """0: all is done. 1: something failed. 2: something is waiting or running. It is the exit code, too."""

    def __post_init__(self) -> None:
        """The worst of the steps."""
        states = {step.state for step in self.steps}
        code = 1 if Is.FAILED in states else 2 if states & {Is.WAITING, Is.RUNNING} or not states else 0
        object.__setattr__(self, "code", code)

    def json(self) -> str:
        """On one line, as the schema says."""
        steps = [{"step": step.name, "state": step.state.value, "message": step.message} for step in self.steps]
        return json.dumps({"version": VERSION, "code": self.code, "steps": steps}, ensure_ascii=False)


def encode(steps: tuple[Step, ...]) -> bytes:
    """The state file: what `status --json` prints."""
    return Status(steps).json().encode() + b"\n"


def read(disk: Disk, names: tuple[str, ...]) -> tuple[Step, ...]:
    """The steps' states; those that have not been heard of are waiting. Writes nothing."""
    known = {step.name: step for step in _known(disk)}
    return tuple(known.get(name, Step(name)) for name in names)


def _known(disk: Disk) -> list[Step]:
    """What the file says; nothing if it is not there, or was not written by this program."""
    content = disk.read(paths.STATE)
    try:
        given = json.loads(content.data) if content else {"steps": []}
        return [Step(str(one["step"]), Is(one["state"]), plain(str(one["message"]))) for one in given["steps"]]
    except (ValueError, KeyError, TypeError, RecursionError):
        return []
