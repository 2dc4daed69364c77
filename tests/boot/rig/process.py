"""A program that runs beside the test: started, waited for, and ended by its own id."""

import socket
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Self

from .shell import Failed, tail


class Daemon:
    """`with Daemon(…):` runs argv with its output in a log until the block ends; `port` says when it is ready."""

    def __init__(
        self,
        name: str,
        argv: Sequence[str | Path],
        log: Path,
        *,
        port: int | None = None,
        env: dict[str, str] | None = None,
    ) -> None:
        self.name, self.argv, self.log, self.port, self.env = name, [str(word) for word in argv], log, port, env

    def __enter__(self) -> Self:
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                self.argv, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=self.env, start_new_session=True
            )
        if self.port:
            self.await_port(self.port)
        return self

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(10)

    def await_port(self, port: int, timeout: float = 20) -> None:
        """Until the port accepts; a program that died meanwhile is reported with its last words."""
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise Failed(f"{self.name} stopped as it started:\n{tail(self.log.read_bytes())}")
            try:
                return socket.create_connection(("127.0.0.1", port), 1).close()
            except OSError:
                time.sleep(0.05)
        raise Failed(f"{self.name} does not listen on port {port}:\n{tail(self.log.read_bytes())}")
