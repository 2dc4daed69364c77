"""What can go wrong on the way to a site, for how long and how often. A scenario scripts these."""

import re
import time
from dataclasses import dataclass, field


@dataclass
class Down:
    """Connections end before TLS is spoken."""


@dataclass
class Stall:
    """A tarpit: the TLS handshake hangs that long and then fails."""

    seconds: float = 30


@dataclass
class Answer:
    """The site answers with this status instead of its own reply."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass
class Slow:
    """Bodies trickle."""

    bytes_per_second: int


@dataclass
class Cut:
    """The connection breaks after that many bytes of a body."""

    after: int


Kind = Down | Stall | Answer | Slow | Cut


@dataclass
class Fault:
    """One entry of the script: where it strikes, and until when."""

    kind: Kind
    host: str
    path: str
    method: str
    times: int | None
    until: float | None
    struck: int = 0

    def strikes(self, host: str, path: str | None, method: str) -> bool:
        """Whether it applies now; each strike counts. At the handshake the path is not known yet: None."""
        if host != self.host or (self.until and time.monotonic() > self.until):
            return False
        if self.times is not None and self.struck >= self.times:
            return False
        if path is not None and not (re.search(self.path, path) and re.fullmatch(self.method, method)):
            return False
        self.struck += 1
        return True


class Script:
    """The faults in force. `seconds` and `times` bound one; `lift()` ends all."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []

    def add(
        self,
        kind: Kind,
        host: str,
        path: str = "",
        *,
        method: str = ".*",
        times: int | None = None,
        seconds: float | None = None,
    ) -> Fault:
        until = time.monotonic() + seconds if seconds is not None else None
        fault = Fault(kind, host, path, method, times, until)
        self.faults.append(fault)
        return fault

    def lift(self) -> None:
        self.faults.clear()

    def at_handshake(self, host: str) -> Kind | None:
        return self.first(host, None, "", (Down, Stall))

    def at_request(self, host: str, path: str, method: str) -> Kind | None:
        return self.first(host, path, method, (Answer, Slow, Cut))

    def first(self, host: str, path: str | None, method: str, kinds: tuple[type, ...]) -> Kind | None:
        for fault in list(self.faults):
            if isinstance(fault.kind, kinds) and fault.strikes(host, path, method):
                return fault.kind
        return None
