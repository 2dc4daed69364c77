"""Requests and replies as the stand-in sites see them, and the plain proxy most of them end in."""

import http.client
import io
import json
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import BinaryIO
from urllib.parse import parse_qs, urlsplit

HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length", "date", "server"}


@dataclass
class Request:
    host: str
    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def path(self) -> str:
        return urlsplit(self.target).path

    @property
    def query(self) -> dict[str, str]:
        return {name: values[0] for name, values in parse_qs(urlsplit(self.target).query).items()}


@dataclass
class Reply:
    status: int
    body: BinaryIO
    length: int
    headers: list[tuple[str, str]] = field(default_factory=list)


Site = Callable[[Request], Reply]


def reply(status: int, body: object = b"", **headers: str) -> Reply:
    """Bytes as they are, anything else as JSON; header names are spelt with underscores."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    kind = "application/octet-stream" if isinstance(body, bytes) else "application/json"
    named = {"Content-Type": kind} | {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(status, io.BytesIO(data), len(data), list(named.items()))


def proxy(request: Request, port: int, *, tls: bool = False, target: str | None = None) -> Reply:
    """Ask the program on that port of loopback, under the name the guest used."""
    if tls:
        trust = ssl._create_unverified_context()  # pebble's own certificate: the way there is inside this process
        upstream = http.client.HTTPSConnection("127.0.0.1", port, timeout=60, context=trust)
    else:
        upstream = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    headers: dict[str, str] = {}
    for name, value in request.headers.items():
        if name.lower() not in HOP_BY_HOP:  # Docker sends Accept many times
            headers[name] = f"{headers[name]}, {value}" if name in headers else value
    upstream.request(request.method, target or request.target, request.body or None, headers)
    answer = upstream.getresponse()
    kept = [(name, value) for name, value in answer.getheaders() if name.lower() not in HOP_BY_HOP]
    if request.method == "HEAD":
        return Reply(answer.status, io.BytesIO(), int(answer.getheader("Content-Length") or 0), kept)
    if answer.length is None:
        data = answer.read()
        return Reply(answer.status, io.BytesIO(data), len(data), kept)
    return Reply(answer.status, answer, answer.length, kept)
