"""The only door to processes, clock and sleep. Tests come in by another one."""

import contextlib
import os
import signal
import socket
import subprocess
import threading
import time
from pathlib import Path
from typing import IO, NamedTuple

OUTPUT = 1 << 20
"""Bytes kept of each of a program's two outputs: the last ones, where errors stand."""

NOT_FOUND, TIMED_OUT = 127, 124
"""Exit codes as a shell and timeout(1) give them."""

# Seconds between asking a program to end and ending it; and for each of its outputs to end once it has: what it started
# and left behind may hold them open.
_GRACE, _REST = 5.0, 1.0


class Done(NamedTuple):
    """How a program ended: its exit code (negative: the signal) and what it wrote."""

    code: int
    out: bytes = b""
    err: bytes = b""

    @property
    def ok(self) -> bool:
        """Whether it says that it succeeded."""
        return self.code == 0


class System:
    """What a step may do besides reading and writing files: on the server itself, unless a test says otherwise."""

    root = Path("/")
    """Everything on disk is below it: `/`, or a test's folder."""

    def run(
        self, argv: list[str], *, input: bytes | None = None, timeout: float = 60, env: dict[str, str] | None = None
    ) -> Done:
        """Runs a program to its end, for at most `timeout` seconds; then its whole process group is ended.

        Never raises: a program that is not there ends with `NOT_FOUND`, one that takes too long with `TIMED_OUT`, and
        `err` says so in words. `env` is added to an environment that holds nothing but a path and a language.
        """
        path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
        try:
            # The input lies in memory: nobody has to feed the program while it runs.
            with os.fdopen(os.memfd_create("input"), "w+b", 0) as given:
                given.write(input or b"")
                given.seek(0)
                process = subprocess.Popen(
                    argv,
                    stdin=given,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.PIPE,
                    env={"PATH": path, "LC_ALL": "C.UTF-8", "HOME": "/root", **(env or {})},
                    start_new_session=True,
                )
        except OSError as error:
            return Done(NOT_FOUND, err=f"{argv[0]}: {error.strerror}".encode())
        out, err = bytearray(), bytearray()
        # Daemons: one whose output is held open is left to itself.
        pairs = (process.stdout, out), (process.stderr, err)
        readers = [threading.Thread(target=_read, args=pair, daemon=True) for pair in pairs]
        for reader in readers:
            reader.start()
        late = b""
        try:
            code = process.wait(timeout)
        except subprocess.TimeoutExpired:
            code, late = TIMED_OUT, f"\n{argv[0]} did not end within {timeout:.0f} s".encode()
            # Asked first, for dpkg and docker clean up then. The second is for those of the group that do not, too.
            for number in (signal.SIGTERM, signal.SIGKILL):
                with contextlib.suppress(ProcessLookupError, subprocess.TimeoutExpired):
                    os.killpg(process.pid, number)
                    process.wait(_GRACE)
        for reader in readers:
            reader.join(_REST)
        return Done(code, bytes(out), bytes(err) + late)

    def docker(self, path: str) -> Done:
        """Asks Docker's API (docs.docker.com/reference/api/engine), whose own command takes a hundred times as long.

        Never raises: as of a program, the answer is what it wrote.
        """
        try:
            with socket.socket(socket.AF_UNIX) as docker:
                docker.settimeout(60)
                docker.connect(f"{self.root}/run/docker.sock")
                # This version has no pieces, and ends with the connection.
                docker.sendall(f"GET {path} HTTP/1.0\r\nHost: docker\r\n\r\n".encode())
                with docker.makefile("rb") as file:
                    head, _, body = file.read().partition(b"\r\n\r\n")
        except OSError as error:
            return Done(NOT_FOUND, err=f"Docker does not answer: {error}".encode())
        return Done(0, body) if b" 200 " in head.split(b"\r")[0] else Done(1, b"", body)

    def now(self) -> float:
        """Seconds since 1970 by the clock, which may be wrong and may jump."""
        return time.time()

    def monotonic(self) -> float:
        """Seconds since some moment; these never jump."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Waits."""
        time.sleep(seconds)


def _read(pipe: IO[bytes], kept: bytearray) -> None:
    """Keeps the last of what comes, and never makes the program wait."""
    with pipe:
        while piece := os.read(pipe.fileno(), 65536):
            kept += piece
            del kept[:-OUTPUT]
