"""The orchestrator: steps as a graph, in one process, each in a thread of its own.

What can overlap overlaps; a step that fails stops only those that need it. Nothing is remembered between two runs: each
step finds out for itself what is done already, so a run after a power cut is a run like any other.
"""

from __future__ import annotations

import random
import sys
import threading
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from .errors import Final, Later
from .state import Is, Say
from .system import System

T = TypeVar("T")


@dataclass(frozen=True)
class Step:
    """Something to do, once what it needs is done."""

    name: str
    needs: tuple[str, ...]
    act: Callable[[Run], str]
    """Does it, and does nothing where it is done already. Hands back a note for `status`, or nothing.

    Raises `Final`, or `Later` if that is the end of trying.
    """


@dataclass(frozen=True)
class Pace:
    """How often something is tried: pauses in seconds, each twice as long as the one before."""

    first: float = 1.0
    most: float = 30.0


OPERATOR = Pace(2.0, 2.0)
"""For what a person brings: it should be noticed soon, and looking costs nothing."""

_LEAST = 1.0
"""Seconds between two tries, whatever a server says that it would take."""


class Run:
    """What a step has while it runs: the server, and a voice."""

    def __init__(self, name: str, system: System, say: Say, chance: Callable[[], float] = random.random) -> None:
        """`chance` gives numbers from 0 to below 1, to spread the tries of many servers."""
        self.name, self.system, self._say, self._chance = name, system, say, chance

    def say(self, message: str) -> None:
        """Tells what the step is doing."""
        self._say(self.name, Is.RUNNING, message)

    def retry(self, seconds: float, what: str, attempt: Callable[[], T], pace: Pace = Pace()) -> T:
        """Tries until it succeeds, cannot succeed, or `seconds` are over; there is always one try.

        Raises:
            Final: from the attempt, or because time is up: then with the reason of the last try.
        """
        end = self.system.monotonic() + seconds
        pause = pace.first
        self.say(what)
        while True:
            try:
                return attempt()
            except Later as error:
                left = end - self.system.monotonic()
                if left <= 0:
                    raise Final(f"{what}: {error}") from None
                self._say(self.name, Is.WAITING, f"{what}, again in {max(pause, _LEAST):.0f} s: {error}")
            # At most half of it more, so that servers which began together do not go on together.
            self.system.sleep(min(max(pause, _LEAST) * (1 + self._chance() / 2), max(left, _LEAST)))
            pause = min(pause * 2, pace.most)


def run(steps: Sequence[Step], system: System, say: Say) -> bool:
    """Runs them all to their ends. Whether all succeeded.

    Raises:
        ValueError: a step needs one that is not there, or itself; that is this program's fault.
    """
    order = _in_order(steps)
    ended: dict[str, bool] = {}
    change = threading.Condition()

    def one(step: Step) -> None:
        with change:
            change.wait_for(lambda: all(name in ended for name in step.needs))
            missing = [name for name in step.needs if not ended[name]]
        succeeded = False
        try:
            succeeded = not missing and _act(step, system, say)
            if missing:
                say(step.name, Is.FAILED, f"{' and '.join(missing)} did not succeed, and it has to first")
        finally:
            with change:
                ended[step.name] = succeeded
                change.notify_all()

    # Not daemons: what is half done is brought to an end.
    threads = [threading.Thread(target=one, args=(step,), name=step.name) for step in order]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return all(ended.values())


def _act(step: Step, system: System, say: Say) -> bool:
    say(step.name, Is.RUNNING)
    try:
        note = step.act(Run(step.name, system, say))
    except (Final, Later) as error:
        say(step.name, Is.FAILED, str(error))
    except Exception as error:  # noqa: BLE001 (one step's fault must not take the others down)
        # Where it happened, not what it says: an exception of the library may hold what it was given.
        frames = traceback.extract_tb(error.__traceback__)
        sys.stderr.write("".join(traceback.format_list(frames)))
        place = f"{frames[-1].filename}:{frames[-1].lineno}" if frames else "an unknown place"
        say(step.name, Is.FAILED, f"a fault of firstlight itself: {type(error).__name__} at {place}; please report it")
    else:
        say(step.name, Is.DONE, note)
        return True
    return False


def _in_order(steps: Sequence[Step]) -> list[Step]:
    """Each after all that it needs."""
    order: list[Step] = []
    left = list(steps)
    while left:
        known = {step.name for step in order}
        ready = [step for step in left if known.issuperset(step.needs)]
        if not ready:
            raise ValueError(f"these steps need each other or what is not there: {[step.name for step in left]}")
        order += ready
        left = [step for step in left if step not in ready]
    return order
