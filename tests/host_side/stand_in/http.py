"""A network that is not there: addresses answer as told."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from firstlight.errors import Final, Later
from firstlight.http import Http, Request, Response

Answer = Response | Final | Later | Callable[[Request], Response]


@dataclass
class Answers(Http):
    """An `Http` whose answer is that of the longest beginning of `METHOD URL` in `known`."""

    known: dict[str, Answer] = field(default_factory=dict)
    requests: list[Request] = field(default_factory=list)

    def send(self, request: Request) -> Response:
        check_headers(request)
        self.requests.append(request)
        asked = f"{request.method} {request.url}"
        fitting = [beginning for beginning in self.known if asked.startswith(beginning)]
        if not fitting:
            raise Later(f"{asked}: its name does not resolve")
        answer = self.known[max(fitting, key=len)]
        if isinstance(answer, Exception):
            raise answer
        return answer if isinstance(answer, Response) else answer(request)


def check_headers(request: Request) -> None:
    """Refuses what the network itself does."""
    if not all(re.fullmatch(r"[^\r\n\u0100-\U0010ffff]*", value) for value in request.headers.values()):
        raise Final("a header has characters that a header cannot hold")


def reply(status: int, body: bytes = b"", **headers: str) -> Response:
    """A response; `www_authenticate=…` becomes the header of that name."""
    return Response(status, {name.replace("_", "-"): value for name, value in headers.items()}, body)
