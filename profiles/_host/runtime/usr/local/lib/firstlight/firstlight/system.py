"""The only door to processes, clock and sleep. Tests come in by another one."""

from __future__ import annotations

import contextlib
import os
import selectors
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Protocol

OUTPUT = 1 << 20
"""Bytes kept of each of a program's two outputs: the last ones, where errors stand."""

NOT_FOUND, TIMED_OUT = 127, 124
"""Exit codes as a shell and timeout(1) give them."""

_GRACE = 5.0
"""Seconds between asking a program to end and ending it."""

_REST = 1.0
"""Seconds for the outputs to end once the program has: what it started and left behind may hold them open."""


@dataclass(frozen=True)
class Done:
    """How a program ended: its exit code (negative: the signal) and what it wrote."""

    code: int
    out: bytes = b""
    err: bytes = b""

    @property
    def ok(self) -> bool:
        """Whether it says that it succeeded."""
        return self.code == 0


class System(Protocol):
    """What a step may do besides reading and writing files below `root`."""

    @property
    def root(self) -> Path:
        """Everything on disk is below it: `/`, or a test's folder."""

    def run(
        self,
        argv: Sequence[str],
        *,
        input: bytes | None = None,
        timeout: float,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
    ) -> Done:
        """Runs a program to its end, for at most `timeout` seconds; then its whole process group is ended.

        Never raises: a program that is not there ends with `NOT_FOUND`, one that takes too long with `TIMED_OUT`, and
        `err` says so in words. `env` is added to an environment that holds nothing but a path and a language.
        """

    def now(self) -> float:
        """Seconds since 1970 by the clock, which may be wrong and may jump."""

    def monotonic(self) -> float:
        """Seconds since some moment; these never jump."""

    def sleep(self, seconds: float) -> None:
        """Waits."""


class Host:
    """The server itself."""

    def __init__(self, root: Path = Path("/")) -> None:
        """Everything on disk is below `root`."""
        self.root = root

    def run(
        self,
        argv: Sequence[str],
        *,
        input: bytes | None = None,
        timeout: float,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
    ) -> Done:
        """As `System.run` says."""
        try:
            process = subprocess.Popen(
                argv,
                stdin=subprocess.DEVNULL if input is None else subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env={**_environment(), **(env or {})},
                cwd=cwd,
                start_new_session=True,
            )
        except OSError as error:
            return Done(NOT_FOUND, err=f"{argv[0]}: {error.strerror}".encode())
        with process:
            return _watch(process, argv[0], input or b"", timeout)

    def now(self) -> float:
        """As `System.now` says."""
        return time.time()

    def monotonic(self) -> float:
        """As `System.monotonic` says."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """As `System.sleep` says."""
        time.sleep(seconds)


def _environment() -> dict[str, str]:
    """The same for every program, whatever ours was started with: nothing in it is secret, and messages are English."""
    path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
    return {"PATH": path, "LC_ALL": "C.UTF-8", "HOME": "/root"}


def _watch(process: subprocess.Popen[bytes], name: str, given: bytes, timeout: float) -> Done:
    """Feeds a program and keeps what it writes, until it has ended or its time is up."""
    pipes = _Pipes(process, given)
    end = time.monotonic() + timeout
    while process.poll() is None and time.monotonic() < end:
        if not pipes.turn(min(0.05, max(end - time.monotonic(), 0))):
            # It has closed its outputs but runs on.
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(max(end - time.monotonic(), 0))
    if process.poll() is None:
        _end(process, pipes)
        out, err = pipes.finish(0)
        return Done(TIMED_OUT, out, err + f"\n{name} did not end within {timeout:.0f} s".encode())
    out, err = pipes.finish(_REST)
    return Done(process.returncode, out, err)


def _end(process: subprocess.Popen[bytes], pipes: _Pipes) -> None:
    """Asks the whole process group to end, then ends it: dpkg and docker clean up when asked."""
    for number, seconds in ((signal.SIGTERM, _GRACE), (signal.SIGKILL, _GRACE)):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        end = time.monotonic() + seconds
        while process.poll() is None and time.monotonic() < end:
            # Its outputs are read on, so that it is not held by a full pipe.
            if not pipes.turn(0.05):
                time.sleep(0.01)
    # Those of the group that took no notice of the question.
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


class _Pipes:
    """A program's standard input, output and error output, none of which can make the other wait."""

    def __init__(self, process: subprocess.Popen[bytes], given: bytes) -> None:
        self.out, self.err = bytearray(), bytearray()
        self.given = memoryview(given)
        self.selector = selectors.DefaultSelector()
        for pipe, kept in ((process.stdout, self.out), (process.stderr, self.err)):
            self._add(pipe, selectors.EVENT_READ, kept)
        if process.stdin:
            self._add(process.stdin, selectors.EVENT_WRITE, None)

    def _add(self, pipe: IO[bytes] | None, event: int, kept: bytearray | None) -> None:
        if pipe:
            os.set_blocking(pipe.fileno(), False)
            self.selector.register(pipe, event, kept)

    def turn(self, seconds: float) -> bool:
        """Passes on what there is, waiting for it at most so long. Whether any pipe is open still."""
        for key, _ in self.selector.select(seconds) if self.selector.get_map() else ():
            if not (self._read(key.fd, key.data) if key.data is not None else self._write(key.fd)):
                self.selector.unregister(key.fileobj)
                key.fileobj.close()  # type: ignore[union-attr]
        return bool(self.selector.get_map())

    def finish(self, seconds: float) -> tuple[bytes, bytes]:
        """What was written, after waiting at most so long for more. Closes all pipes."""
        end = time.monotonic() + seconds
        while self.turn(min(0.05, seconds)) and time.monotonic() < end:
            pass
        self.selector.close()
        return bytes(self.out), bytes(self.err)

    @staticmethod
    def _read(fd: int, kept: bytearray) -> bool:
        piece = os.read(fd, 65536)
        kept += piece
        del kept[:-OUTPUT]
        return bool(piece)

    def _write(self, fd: int) -> bool:
        try:
            self.given = self.given[os.write(fd, self.given) :]
        except BrokenPipeError:
            return False
        return bool(self.given)
