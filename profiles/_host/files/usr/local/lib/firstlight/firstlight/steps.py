"""The orchestrator: steps as a graph, in one process, each in a thread of its own.

What can overlap overlaps; a step that fails stops only those that need it. Nothing is remembered between two runs: each
step finds out for itself what is done already, so a run after a power cut is a run like any other.
"""

from __future__ import annotations

import random
import sys
import threading
import traceback
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from .errors import Absent, Final, Later
from .state import Is
from .system import System

if TYPE_CHECKING:
    from .state import Say

    T = TypeVar("T")

_LOOK = 10.0
"""Seconds between two looks at what a step has to see to meanwhile."""


class Step(NamedTuple):
    """Something to do, once what it needs is done."""

    name: str
    needs: tuple[str, ...]
    act: Callable[[Run], str]
    """Does it, and does nothing where it is done already. Hands back a note for `status`, or nothing.

    Raises `Final`, or `Later` if that is the end of trying.
    """
    look: Callable[[Run], bool] = lambda _: False
    """Asked again and again while others take their time (a day, perhaps), and at first: whether it has to be done once
    more, since systemd does not start a service that runs. Before it may act, it sees to what cannot wait.
    """


class Run:
    """What a step has while it runs: the server, and a voice."""

    def __init__(self, name: str, system: System, say: Say, chance: Callable[[], float] = random.random) -> None:
        """`chance` gives numbers from 0 to below 1, to spread the tries of many servers."""
        self.name, self.system, self._say, self._chance = name, system, say, chance

    def say(self, message: str) -> None:
        """Tells what the step is doing."""
        self._say(self.name, Is.RUNNING, message)

    def retry(self, seconds: float, what: str, attempt: Callable[[], T], most: float = 30.0) -> T:
        """Tries until it succeeds, cannot succeed, or `seconds` are over; there is always one try.

        Pauses grow from a second to `most`. What a person has to bring is waited for a day besides, and noticed soon.

        Raises:
            Final: from the attempt, or because time is up: then with the reason of the last try.
        """
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
            # At most half of it more, so that servers which began together do not go on together.
            self.system.sleep(min(pause * (1 + self._chance() / 2), max(end - now, 1)))
            pause = min(pause * 2, most)

    def guarded(self, action: Callable[[Run], bool]) -> bool:
        """Does it. A failure is the step's state then, and says no."""
        try:
            return action(self)
        except (Final, Later) as error:
            message = str(error)
        except Exception as error:  # noqa: BLE001 (one step's fault must not take the others down)
            # Where it happened, not what it says: an exception of the library may hold what it was given.
            sys.stderr.writelines(traceback.format_tb(error.__traceback__))
            at = traceback.extract_tb(error.__traceback__)[-1]
            message = f"a fault of firstlight, please report it: {type(error).__name__} at {at.filename}:{at.lineno}"
        self._say(self.name, Is.FAILED, message)
        return False


def run(steps: Sequence[Step], system: System, say: Say) -> bool:
    """Runs them all to their ends. Whether all succeeded."""
    names, ended = [step.name for step in steps], dict[str, bool]()
    change = threading.Condition()

    def have_ended(names: Iterable[str]) -> bool:
        """Whether these have, at the latest when it is time for another look."""
        with change:
            return change.wait_for(lambda: ended.keys() >= set(names), _LOOK)

    def one(step: Step) -> None:
        mine = Run(step.name, system, say)

        def act(_: Run) -> bool:
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

    # It waits for all of them: what is half done is brought to an end.
    with ThreadPoolExecutor(len(steps)) as pool:
        list(pool.map(one, steps))
    return all(ended.values())
