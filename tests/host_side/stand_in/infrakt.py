"""An application that manages its server: the boot scenarios' infrakt, in memory. It logs in as sshd would let it."""

from __future__ import annotations

import importlib
import json
import os
import sys
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any
from unittest import mock
from urllib.parse import unquote, urlsplit

from firstlight.errors import Later
from firstlight.http import Http, Request, Response
from firstlight.root_key import public_part
from firstlight.system import Done

from .docker import ADDRESS
from .http import check_headers
from .system import Call

APP = Path(__file__).parents[2] / "boot/images/app"
ORIGIN = f"http://{ADDRESS}:8000"
API_KEY = f"key-{8000}"
SEEN_AS = "/home/infrakt/.ssh/id_ed25519"


def _api() -> Any:  # noqa: ANN401 (it is typed where it lives)
    with mock.patch.object(sys, "path", [str(APP), *sys.path]):
        return importlib.import_module("servers")


@dataclass
class Infrakt(Http):
    """An `Http` with nothing but the application's API in it."""

    root: Path
    """The server that it runs on, and manages."""
    key: Path
    """The private key, as its container sees it."""
    hosts: tuple[str, ...] = ("172.17.0.1", "203.0.113.9", "fd00::5", "infrakt.example.com")
    """Where it reaches this server, and its requests come from Docker's networks."""
    marks: bool = True
    """Whether it knows which server is its own host."""
    sshd: bool = True
    """Whether root can log in with a key at all."""
    succeeds: bool = True
    """Whether provisioning comes to its end, which it does not where its proxy finds the ports taken."""
    requests: list[Request] = field(default_factory=list)
    instead: dict[int, Response | Later] = field(default_factory=dict)
    """What is answered to the request of that number, counted from 0, whatever it is."""
    before: Callable[[str, str], None] = lambda _method, _path: None
    """Called before each request is answered: somebody else may be at work."""
    work: list[Callable[[], None]] = field(default_factory=list)
    """Provisioning that is not done yet."""
    ran: list[str] = field(default_factory=list)
    """Commands that were run on the server, as root."""
    open_at: list[tuple[str, bool]] = field(default_factory=list)
    """Each request that changes something, and whether a key opened the server then."""

    def __post_init__(self) -> None:
        folder = self.root / "volume"
        folder.mkdir(exist_ok=True)
        self.api = _api().Servers(
            folder / "servers.json", lambda: API_KEY, self.shell, marks=self.marks, later=self.work.append
        )

    @property
    def is_open(self) -> bool:
        """Whether a line of root's authorized_keys is that of our key, for Docker's networks."""
        authorized = self.root / "root/.ssh/authorized_keys"
        if not (self.sshd and authorized.exists() and os.path.lexists(self.key)) or self.key.is_symlink():
            return False
        public = public_part(self.key.read_bytes(), PurePosixPath(self.key))
        return f'from="172.16.0.0/12" {public}' in authorized.read_text()

    def shell(self, server: dict[str, Any], command: str) -> bool:
        is_here = server["host"] in self.hosts and (server["user"], server["port"]) == ("root", 22)
        # Without a key's path it tries those that a client tries by itself, of which ours is one.
        if is_here and server["ssh_key_path"] in (SEEN_AS, None) and self.is_open:
            self.ran.append(command)
            return self.succeeds or "traefik -p" not in command
        return False

    @property
    def is_wiped(self) -> bool:
        return any(command in _api().WIPE for command in self.ran)

    @property
    def servers(self) -> list[dict[str, Any]]:
        return list(self.api.read())

    def register(self, **fields: object) -> None:
        """Somebody does it in the dashboard, or changes it there."""
        name = str(fields.get("name", "by-hand"))
        given = json.dumps({"name": name, "host": "172.17.0.1", "ssh_key_path": SEEN_AS} | fields).encode()
        self.api.answer("POST", "/api/servers", API_KEY, given)
        self.api.update(name, fields)

    def finish(self) -> None:
        """Provisioning that was begun comes to its end."""
        while self.work:
            self.work.pop(0)()

    def send(self, request: Request) -> Response:
        check_headers(request)
        url = urlsplit(request.url)
        if f"{url.scheme}://{url.netloc}" != ORIGIN:
            raise Later(f"no answer from {request.url}")
        self.requests.append(request)
        self.before(request.method, url.path)
        if request.method != "GET" and not url.path.endswith("/test"):
            self.open_at.append((f"{request.method} {url.path}", self.is_open))
        given = self.instead.get(len(self.requests) - 1)
        if isinstance(given, Later):
            raise given
        key, body = request.headers.get("X-API-Key"), request.body or b""
        status, said = self.api.answer(request.method, unquote(url.path), key, body)
        return given or Response(status, {}, json.dumps(said).encode())


def private_key(public: bytes = b"p" * 32, cipher: bytes = b"none", kind: bytes = b"ssh-ed25519") -> bytes:
    """A file in OpenSSH's form, whose secret part is none."""

    def part(data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + data

    blob = b"openssh-key-v1\0" + part(cipher) + part(b"none") + part(b"") + (1).to_bytes(4, "big")
    blob += part(part(kind) + part(public)) + part(b"nothing")
    text = b64encode(blob)
    lines = b"".join(text[at : at + 70] + b"\n" for at in range(0, len(text), 70))
    return b"-----BEGIN OPENSSH %b-----\n%b-----END OPENSSH %b-----\n" % (b"PRIVATE KEY", lines, b"PRIVATE KEY")


def keygen(root: Path) -> Callable[[Call], Done]:
    """As ssh-keygen does: it overwrites nothing without being told so."""
    count = [0]

    def answer(call: Call) -> Done:
        assert call.argv[:6] == ("ssh-keygen", "-q", "-t", "ed25519", "-N", "")
        path = root / call.argv[-1][1:]
        if path.exists():
            return Done(1, b"Overwrite (y/n)? ")
        count[0] += 1
        public = bytes([count[0]]) * 32
        path.write_bytes(private_key(public))
        blob = b"\0\0\0\x0bssh-ed25519\0\0\0\x20" + public
        path.with_name(f"{path.name}.pub").write_bytes(b"ssh-ed25519 " + b64encode(blob) + b" " + call.argv[7].encode())
        return Done(0)

    return answer
