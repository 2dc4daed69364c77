"""A server that is not there: programs answer as told, and time passes only when somebody sleeps."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from firstlight.system import NOT_FOUND, Done, System


@dataclass(frozen=True)
class Call:
    """A program that was run, with everything it was given."""

    argv: tuple[str, ...]
    input: bytes | None
    timeout: float
    env: dict[str, str]


Answer = Done | Callable[[Call], Done]


@dataclass
class StandIn(System):
    """A `System` whose programs are the longest prefix of words in `programs` that fits."""

    root: Path
    programs: dict[str, Answer] = field(default_factory=dict)
    calls: list[Call] = field(default_factory=list)
    slept: list[float] = field(default_factory=list)
    clock: float = 1_800_000_000.0
    passed: float = 1000.0
    on_sleep: Callable[[float], None] | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)

    def run(
        self, argv: list[str], *, input: bytes | None = None, timeout: float = 60, env: dict[str, str] | None = None
    ) -> Done:
        call = Call(tuple(argv), input, timeout, dict(env or {}))
        with self.lock:
            self.calls.append(call)
        for count in range(len(argv), 0, -1):
            answer = self.programs.get(" ".join(argv[:count]))
            if answer is not None:
                return answer if isinstance(answer, Done) else answer(call)
        return Done(NOT_FOUND, err=f"{argv[0]}: No such file or directory".encode())

    def docker(self, path: str) -> Done:
        """Its API, which knows what its command would say."""
        if path == "/_ping":
            return self.run(["docker", "info"])
        url = urlsplit(path)
        kind, _, rest = url.path[1:].partition("/")
        if rest == "json":
            labels = [f"label={one}" for one in json.loads(parse_qs(url.query)["filters"][0])["label"]]
            done = self.run(["docker", "ps", "-af", *labels])
            return done._replace(out=json.dumps([{"Id": one} for one in done.out.decode().split()]).encode())
        name = unquote(rest.removesuffix("/json"))
        done = self.run(["docker", *["image"] * (kind == "images"), "inspect", name])
        found = json.loads(done.out) if done.out[:1] == b"[" and kind == "containers" else [done.out.decode()]
        if not found or not done.ok:
            return Done(1, b"", done.err or b'{"message":"No such container"}\n')
        return Done(0, json.dumps(found[0]).encode())

    def now(self) -> float:
        return self.clock

    def monotonic(self) -> float:
        return self.passed

    def sleep(self, seconds: float) -> None:
        with self.lock:
            self.slept.append(seconds)
            self.clock += seconds
            self.passed += seconds
        if self.on_sleep:
            self.on_sleep(seconds)

    def ran(self, *words: str) -> list[Call]:
        """The calls that begin with these words."""
        return [call for call in self.calls if call.argv[: len(words)] == words]


def in_turn(*answers: Answer) -> Callable[[Call], Done]:
    """Answers one after the other; the last one for ever."""
    left = list(answers)

    def answer(call: Call) -> Done:
        given = left.pop(0) if len(left) > 1 else left[0]
        return given if isinstance(given, Done) else given(call)

    return answer


def breaking(system: StandIn, at: int) -> StandIn:
    """The same server, whose program call of this number, counted from 0, fails once."""
    real, count = system.run, [0]

    def run(argv: list[str], **named: Any) -> Done:  # noqa: ANN401 (whatever `run` takes)
        count[0] += 1
        answer = real(argv, **named)
        return Done(100, b"", b"E: it broke\n") if count[0] - 1 == at else answer

    system.run = run  # type: ignore[method-assign]
    return system
