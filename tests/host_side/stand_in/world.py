"""The boot scenarios' secret stores, which check signatures as the real ones do; in memory or on loopback."""

from __future__ import annotations

import contextlib
import importlib
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest import mock
from urllib.parse import urlsplit

from firstlight.http import Http, Request, Response

from .http import check_headers

_BOOT = Path(__file__).parents[2] / "boot"


def _rig(name: str) -> Any:  # noqa: ANN401 (it is typed where it lives)
    with mock.patch.object(sys, "path", [str(_BOOT), *sys.path]):
        return importlib.import_module(f"rig.{name}")


@dataclass
class World(Http):
    """An `Http` with nothing but those stores in it. `held` says what they hold."""

    stores: Any = field(default_factory=lambda: _rig("stores").Stores())
    requests: list[Request] = field(default_factory=list)
    instead: dict[int, Response] = field(default_factory=dict)
    """What is answered to the request of that number, counted from 0, whatever it is."""

    @property
    def held(self) -> dict[str, str]:
        return dict[str, str](self.stores.held)

    def hold(self, **values: str) -> None:
        """`awsssm="/infrakt/token=VALUE"` and the like."""
        for store, pair in values.items():
            path, _, value = pair.partition("=")
            self.stores.held[f"{store}:{path}"] = value

    def send(self, request: Request) -> Response:
        check_headers(request)
        self.requests.append(request)
        given = self.instead.get(len(self.requests) - 1)
        return given or self._answer(request)

    def _answer(self, request: Request) -> Response:
        url, module = urlsplit(request.url), _rig("http")
        target = f"{url.path}?{url.query}" if url.query else url.path
        asked = module.Request(url.hostname, request.method, target, {"host": url.hostname, **_named(request)}, b"")
        asked.body = request.body or b""
        reply = self.stores.sites()[url.hostname](asked)
        return Response(reply.status, {name.lower(): value for name, value in reply.headers}, reply.body.read())

    def secrets(self) -> list[str]:
        """Everything that must not be seen: what is held, and what opens the doors."""
        known = self.stores
        return [
            *known.keys.values(),
            known.imds_session,
            known.bearer,
            known.vault_token,
            known.secret_id,
            *known.wrapped,
        ]


def _named(request: Request) -> dict[str, str]:
    """Headers under the names that the stores look for, and in lower case, as signatures have them."""
    return {**request.headers, **{name.lower(): value for name, value in request.headers.items()}}


@dataclass
class Rerouted(Http):
    """The network itself, but every name is on loopback: `plain` for http, `secure` for https."""

    plain: int
    secure: int = 0
    most: float = 60.0
    """Seconds for one request, at most."""
    network: Http = field(default_factory=Http)

    def send(self, request: Request) -> Response:
        url = urlsplit(request.url)
        rest = request.url.partition("://")[2].partition("/")[2]
        scheme, port = ("https", self.secure) if self.secure and url.scheme == "https" else ("http", self.plain)
        return self.network.send(
            request._replace(
                url=f"{scheme}://{url.hostname}:{port}/{rest}",
                headers={"Host": url.netloc, **request.headers},
                address="127.0.0.1",
                timeout=min(request.timeout, self.most),
            )
        )


@contextlib.contextmanager
def on_loopback(world: World, folder: Path) -> Iterator[Rerouted]:
    """The same stores behind real sockets, with TLS and the names' own certificate."""
    names = ",".join(f"DNS:{name}" for name in world.stores.sites())
    make = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30 -subj /CN=stores"
    pem, key = folder / "pem", folder / "key"
    files = ["-addext", f"subjectAltName={names}", "-keyout", str(key), "-out", str(pem)]
    subprocess.run([*make.split(), *files], check=True, capture_output=True)
    front = _rig("front").Front(world.stores.sites(), pem, key, folder / "log")
    front.listen("127.0.0.1", 0, tls=False)
    front.listen("127.0.0.1", 0, tls=True)
    try:
        plain, secure = (server.server_address[1] for server in front.servers)
        with mock.patch.dict(os.environ, SSL_CERT_FILE=str(pem)):
            yield Rerouted(plain, secure)
    finally:
        front.close()
