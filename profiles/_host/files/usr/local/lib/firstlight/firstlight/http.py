"""The only door to the network: one request, bounded in size and time, that goes where it says and nowhere else.

No proxy is taken from the environment, and no redirection is followed: a credential would follow it. Whoever asks sees
the 3xx and says what it means.
"""

import io
import re
import socket
import ssl
import time
from collections.abc import Mapping
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from types import MappingProxyType
from typing import NamedTuple

from .errors import Final, Later

BODY = 1 << 20
"""Bytes of a body that are taken; an answer with more is refused."""


class Request(NamedTuple):
    """What is asked. Headers and body may hold secrets, so it does not show itself; a URL never holds one."""

    method: str
    url: str
    headers: Mapping[str, str] = MappingProxyType({})
    body: bytes | None = None
    timeout: float = 60.0
    """Seconds for the handshake, then for the whole answer; for each of the host's addresses, a quarter of it."""
    address: str | None = None
    """Where to connect to instead of what the URL's host resolves to; the certificate is checked for that host."""
    any_certificate: bool = False
    """Whether a certificate of an unknown authority will do: for a test authority's, and only to this server itself."""

    def __repr__(self) -> str:
        return f"{self.method} {self.url}"


class Response(NamedTuple):
    """What was answered: foreign, all of it. The names of headers are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def __repr__(self) -> str:
        return f"status {self.status}"


class Http:
    """Somebody who can be asked: the network itself, unless a test says so."""

    def send(self, request: Request) -> Response:
        """Asks once; trying again is for whoever asks.

        Raises:
            Later: no answer: a name that does not resolve, a connection refused or cut, a certificate that is not
                valid (the clock may be wrong), time that is up.
            Final: the request cannot be sent at all, or the answer is larger than `BODY`.
        """
        try:
            return _exchange(request)
        except (OSError, HTTPException) as error:
            # Nothing of what was answered: a server may send back what it was sent.
            why = getattr(error, "strerror", "") or type(error).__name__
            # Not valid yet, or not any more: one of the two dates is wrong, and only a person can tell which.
            if getattr(error, "verify_code", 0) in (9, 10):
                why += f"; this server's clock says {time.strftime('%Y-%m-%d %H:%M', time.gmtime())} UTC"
            raise Later(f"no answer from {request.url}: {why}") from None
        except ValueError:
            # The library's own words would hold the header.
            raise Final(f"this address cannot be asked, or a header for it cannot be sent: {request.url!r}") from None


def _exchange(request: Request) -> Response:
    url = re.fullmatch(r"(https?)://(([\w.-]+|\[[\w:.]+\])(:\d{1,5})?)(/[!-~]*)?", request.url, re.ASCII)
    if not url:
        raise ValueError
    context = ssl.create_default_context()
    # From 3.13 on Python refuses a private authority whose certificate lacks an extension; Docker and curl do not.
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    if request.any_certificate:
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    secure = url[1] == "https"
    connection = HTTPSConnection(url[2], context=context) if secure else HTTPConnection(url[2])
    address = request.address or connection.host, connection.port
    try:
        # Each of a name's addresses has that long: one that is silent must not use up the time of the others.
        connection.sock = socket.create_connection(address, request.timeout / 4)
        connection.sock.settimeout(request.timeout)
        if secure:
            connection.sock = context.wrap_socket(connection.sock, server_hostname=connection.host)
        headers = {"User-Agent": "firstlight", **request.headers}
        connection.request(request.method, url[5] or "/", request.body, headers)
        incoming = _Incoming(connection.sock, request.timeout)
        with HTTPResponse(incoming, method=request.method) as answer:  # type: ignore[arg-type]
            answer.begin()
            body = answer.read(BODY + 1)
    finally:
        connection.close()
    if len(body) > BODY:
        raise Final(f"{request.url} answers with more than {BODY} bytes")
    # Read with a limit, a body that breaks off looks like a whole one.
    if answer.length:
        raise ConnectionError
    return Response(answer.status, {name.lower(): answer.getheader(name, "") for name in answer.headers}, body)


class _Incoming(io.RawIOBase):
    """What a socket receives until time is up. Its own time-out, anew for each piece, would let it trickle for ever."""

    def __init__(self, sock: socket.socket, seconds: float) -> None:
        self.sock, self.end = sock, time.monotonic() + seconds

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(self)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        self.sock.settimeout(max(self.end - time.monotonic(), 0.001))
        return self.sock.recv_into(buffer)
