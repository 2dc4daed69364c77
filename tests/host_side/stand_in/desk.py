"""An operator at the server: commands as they are typed, and what is seen of them."""

from __future__ import annotations

import io
import json
import sys
from dataclasses import dataclass, field
from unittest import mock

import pytest

from firstlight import command, paths
from firstlight.disk import Disk
from firstlight.http import Http
from firstlight.stores import Means

from .http import Answers
from .system import StandIn


@dataclass
class Desk:
    """Somebody who types `firstlight WORDS`."""

    system: StandIn
    capsys: pytest.CaptureFixture[str]
    http: Http = field(default_factory=Answers)
    out: str = ""
    err: str = ""

    @property
    def disk(self) -> Disk:
        return Disk(self.system.root)

    @property
    def means(self) -> Means:
        return Means(self.system, self.http, self.disk)

    @property
    def seen(self) -> list[str]:
        return self.out.splitlines()

    def site(self, data: object) -> None:
        self.disk.write(paths.SITE, json.dumps(data).encode(), 0o600)

    def types(self, *words: str, given: bytes = b"") -> int:
        """The exit code of a command whose standard input is `given`."""
        name, options, word = command.parse(words)
        self.capsys.readouterr()
        with mock.patch.object(sys, "stdin", io.TextIOWrapper(io.BytesIO(given))):
            code = command.run(name, self.means, options, word)
        self.out, self.err = self.capsys.readouterr()
        return code
