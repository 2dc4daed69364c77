"""A disk that fails, and a power supply that does: at each call that changes something, one after the other."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import pytest

CALLS = ("open", "mkdir", "unlink", "rename", "write", "fchmod", "fchown", "fsync")
"""Those of `os` that change a disk."""

_KILLED = 77


def _watch(patch: pytest.MonkeyPatch, at: int, fault: Callable[[str, tuple[Any, ...]], None]) -> list[int]:
    """Calls `fault` in place of the call of this number, counted from 0; hands back the count as it grows."""
    count = [0]

    def watched(name: str) -> Callable[..., Any]:
        real = getattr(os, name)

        def call(*given: Any, **named: Any) -> Any:  # noqa: ANN401 (whatever `os` takes)
            changes = name != "open" or (given[1] & os.O_CREAT)
            if changes:
                count[0] += 1
                if count[0] - 1 == at:
                    fault(name, given)
            return real(*given, **named)

        return call

    for name in CALLS:
        patch.setattr(os, name, watched(name))
    return count


def _power_cut(name: str, given: tuple[Any, ...]) -> None:
    if name == "write":
        # Half of it is on the disk.
        fd, data = given
        os.pwrite(fd, bytes(data)[: len(data) // 2], 0)
    os._exit(_KILLED)


def kills(action: Callable[[], object]) -> Iterator[int]:
    """Runs an action in a process of its own that is killed at its first change of the disk, then at its second, and so
    on until it comes to its end; yields after each, so that the state between can be looked at.
    """
    at = 0
    while True:
        with warnings.catch_warnings():
            # Python 3.12 and later warn of locks that other threads hold. Those of the test runner hold none of ours.
            warnings.simplefilter("ignore", DeprecationWarning)
            child = os.fork()
        if child == 0:
            patch = pytest.MonkeyPatch()
            code = 1
            try:
                _watch(patch, at, _power_cut)
                action()
                code = 0
            finally:
                os._exit(code)
        _, status = os.waitpid(child, 0)
        code = os.waitstatus_to_exitcode(status)
        assert code in (0, _KILLED), "the action failed by itself"
        if code == 0:
            return
        yield at
        at += 1


def faults(action: Callable[[], object], error: int) -> Iterator[BaseException | None]:
    """Runs an action whose first change of the disk fails with an error of the system, then its second, and so on until
    there is none left; yields what it raised.
    """
    at = 0
    while True:
        raised: BaseException | None = None

        def fail(name: str, given: tuple[Any, ...]) -> None:
            del name, given
            raise OSError(error, os.strerror(error))

        with pytest.MonkeyPatch.context() as patch:
            count = _watch(patch, at, fail)
            try:
                action()
            except Exception as one:  # noqa: BLE001 (the test looks at it)
                raised = one
        if count[0] <= at:
            return
        yield raised
        at += 1
