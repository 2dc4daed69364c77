"""The only door to the network: one request, bounded in size and time, that goes where it says and nowhere else.

No proxy is taken from the environment, and no redirection is followed: a credential would follow it. Whoever asks sees
the 3xx and says what it means.
"""

from __future__ import annotations

import contextlib
import http.client
import re
import socket
import ssl
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from .errors import Final, Later
from .words import plain

BODY = 1 << 20
"""Bytes of a body that are taken; an answer with more is refused."""


@dataclass(frozen=True)
class Request:
    """What is asked. Headers and body may hold secrets and are not shown; a URL never holds one."""

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes | None = field(default=None, repr=False)
    timeout: float = 60.0
    """Seconds for everything together, from the name's resolution to the body's last byte."""
    ca: Path | None = None
    """Certificates to trust instead of the system's."""
    address: str | None = None
    """Where to connect to instead of what the URL's host resolves to; the certificate is checked for that host."""
    any_certificate: bool = False
    """Whether a certificate of an unknown authority will do: for a test authority's, and only to this server itself."""


@dataclass(frozen=True)
class Response:
    """What was answered: foreign, all of it. The names of headers are in lower case."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)


class Http(Protocol):
    """Somebody who can be asked."""

    def send(self, request: Request) -> Response:
        """Asks once; trying again is for whoever asks.

        Raises:
            Later: no answer: a name that does not resolve, a connection refused or cut, a certificate that is not
                valid (the clock may be wrong), time that is up.
            Final: the request cannot be sent at all, or the answer is larger than `BODY`.
        """


class Network:
    """The network itself."""

    def send(self, request: Request) -> Response:
        """As `Http.send` says."""
        url = _check(request)
        name = f"{request.method} {url.scheme}://{url.host}:{url.port}"
        connection = _Connection(request, url)
        try:
            return connection.exchange(url.target)
        except (OSError, http.client.HTTPException) as error:
            if connection.expired:
                raise Later(f"{name} did not answer within {request.timeout:.0f} s") from None
            raise Later(f"{name}: {_reason(error)}") from None
        finally:
            connection.close()


@dataclass(frozen=True)
class _Address:
    """A URL, taken apart."""

    scheme: str
    host: str
    port: int
    target: str


_URL = re.compile(r"(https?)://([A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(?::([0-9]{1,5}))?(/[\x21-\x7e]*)?")


def _check(request: Request) -> _Address:
    """Refuses what the library would refuse with the secret in its message."""
    found = _URL.fullmatch(request.url)
    if not found or int(found[3] or 0) > 65535:
        raise Final(f"this address cannot be asked: {plain(request.url)}")
    for name, value in request.headers.items():
        if not re.fullmatch(r"[A-Za-z0-9-]+", name) or not re.fullmatch(r"[\x20-\x7e]*", value):
            raise Final(f"the value for the header {plain(name)} has characters that a header cannot hold")
    port = int(found[3]) if found[3] else {"http": 80, "https": 443}[found[1]]
    return _Address(found[1], found[2].strip("[]"), port, found[4] or "/")


def _reason(error: Exception) -> str:
    """What stood in the way, in words; never what was sent."""
    if isinstance(error, socket.gaierror):
        return "its name does not resolve"
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not valid: {plain(error.verify_message)}"
    if isinstance(error, OSError):
        return plain(error.strerror or str(error) or "the connection was cut")
    return "the answer is not HTTP, or it was cut off"


class _Connection(http.client.HTTPConnection):
    """A connection with one deadline for everything. Each operation's own would let an answer trickle in for ever."""

    def __init__(self, request: Request, url: _Address) -> None:
        self.is_secure = url.scheme == "https"
        super().__init__(url.host, url.port)
        self.asked = request
        self.wire: socket.socket | None = None  # `sock` is let go before the body has been read
        self.end = time.monotonic() + request.timeout
        self.watchdog = threading.Timer(request.timeout, self._cut)
        self.watchdog.daemon = True

    @property
    def expired(self) -> bool:
        return time.monotonic() >= self.end

    def exchange(self, target: str) -> Response:
        request = self.asked
        self.watchdog.start()
        self.request(request.method, target, request.body, {"User-Agent": "firstlight", **request.headers})
        answer = self.getresponse()
        # A body that breaks off is noticed only when it is read without a limit.
        known = answer.length is not None and answer.length <= BODY
        # An answer that ends with the connection holds it open until it is closed itself.
        with answer:
            body = answer.read() if known else answer.read(BODY + 1)
        if self.expired:
            # To a body without a length, the cut looks like its end.
            raise TimeoutError
        if len(body) > BODY:
            raise Final(f"{self.host} answered with more than {BODY} bytes: is it what it should be?")
        headers: dict[str, str] = {}
        for key, value in answer.getheaders():
            before = headers.get(key.lower())
            headers[key.lower()] = value if before is None else f"{before}, {value}"
        return Response(answer.status, headers, body)

    def connect(self) -> None:
        """Connects within what is left of the time, which the host's addresses share."""
        self.wire = self.sock = self._open(self.asked.address or self.host)
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self.is_secure:
            context = ssl.create_default_context(cafile=self.asked.ca)
            if self.asked.any_certificate:
                context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
            # The handshake comes once the watchdog knows the socket.
            secure = context.wrap_socket(self.sock, server_hostname=self.host, do_handshake_on_connect=False)
            self.wire = self.sock = secure
            secure.do_handshake()

    def _open(self, host: str) -> socket.socket:
        """The first address that answers. A network without IPv6 must not use up the time of IPv4."""
        found = socket.getaddrinfo(host, self.port, type=socket.SOCK_STREAM)
        for number, (*_, address) in enumerate(found, 1):
            share = max(self.end - time.monotonic(), 0.001) / (len(found) - number + 1)
            try:
                sock = socket.create_connection((str(address[0]), self.port), share)
            except OSError:
                if number == len(found):
                    raise
                continue
            sock.settimeout(max(self.end - time.monotonic(), 0.001))
            return sock
        raise OSError("its name has no address")

    def _cut(self) -> None:
        """Ends what is going on. The TLS layer is passed over: it may be in use by the other thread."""
        if self.wire is not None:
            with contextlib.suppress(OSError):
                socket.socket.shutdown(self.wire, socket.SHUT_RDWR)

    def close(self) -> None:
        self.watchdog.cancel()
        super().close()
