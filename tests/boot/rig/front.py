"""The one door to every stand-in site: TLS by name, plain HTTP, scripted faults, and a record of every request."""

import re
import socket
import ssl
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from .faults import Answer, Cut, Script, Slow, Stall
from .http import Reply, Request, Site, reply

CHUNK = 1 << 18


@dataclass
class Hit:
    """One request as it went: `status` 0 means the connection broke instead."""

    at: float
    host: str
    method: str
    path: str
    status: int
    sent: int


class Front:
    """Serves `sites` by host name on each (address, port, tls) of `listen`."""

    def __init__(self, sites: Mapping[str, Site], certificate: Path, key: Path, log: Path) -> None:
        self.sites, self.log = sites, log
        self.script = Script()
        self.hits: list[Hit] = []
        self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.tls.load_cert_chain(certificate, key)
        self.tls.sni_callback = self.at_handshake
        self.servers: list[Server] = []

    def listen(self, address: str, port: int, *, tls: bool) -> None:
        server = Server(address, port, self, tls)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.servers.append(server)

    def close(self) -> None:
        for server in self.servers:
            server.shutdown()
            server.server_close()

    def at_handshake(self, _socket: ssl.SSLObject, name: str | None, _context: ssl.SSLContext) -> int | None:
        """Called with the name the client asks for: the last moment at which a site can be `down`."""
        fault = self.script.at_handshake(name or "")
        if fault is None:
            return None
        if isinstance(fault, Stall):
            time.sleep(fault.seconds)
        self.record(Hit(time.time(), name or "", "TLS", "", 0, 0))
        return ssl.ALERT_DESCRIPTION_INTERNAL_ERROR

    def answer(self, request: Request) -> Reply:
        site = self.sites.get(request.host)
        return site(request) if site else reply(421, {"detail": f"the rig has no site {request.host}"})

    def record(self, hit: Hit) -> None:
        self.hits.append(hit)
        with open(self.log, "a") as log:
            stamp = time.strftime("%H:%M:%S", time.gmtime(hit.at))
            log.write(f"{stamp} {hit.host} {hit.method} {hit.path} {hit.status} {hit.sent}\n")

    def count(self, host: str, path: str = "", *, method: str = ".*", status: str = ".*") -> int:
        """How many requests matched: what an outsider knows of the guest's doings."""
        return sum(
            hit.host == host
            and bool(re.search(path, hit.path))
            and bool(re.fullmatch(method, hit.method))
            and bool(re.fullmatch(status, str(hit.status)))
            for hit in list(self.hits)
        )


class Server(ThreadingHTTPServer):
    """TLS is spoken in the connection's own thread, so that one stalled client holds up nobody else."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, address: str, port: int, front: Front, tls: bool) -> None:
        self.address_family = socket.AF_INET6 if ":" in address else socket.AF_INET
        self.front, self.tls = front, tls
        super().__init__((address, port), Handler)

    def finish_request(self, request: Any, client: Any) -> None:
        request.settimeout(120)
        if self.tls:
            request = self.front.tls.wrap_socket(request, server_side=True)
        try:
            super().finish_request(request, client)
        finally:
            request.close()

    def handle_error(self, request: Any, client: Any) -> None:
        """A client that went away is no news; what the guest makes of it is."""


class Handler(BaseHTTPRequestHandler):
    """Read one request, let a fault or the site answer, send, record."""

    protocol_version = "HTTP/1.1"
    server: Server

    def handle_any(self) -> None:
        front = self.server.front
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        host = self.headers.get("Host", "").rsplit(":", 1)[0].lower()
        request = Request(host, self.command, self.path, self.headers, body)
        hit = Hit(time.time(), host, self.command, self.path, 0, 0)
        try:
            if front.script.at_handshake(host):  # the site went down while this connection was open
                self.close_connection = True
                return
            fault = front.script.at_request(host, request.path, self.command)
            if isinstance(fault, Answer):
                answer = reply(fault.status, fault.body, **fault.headers)
            else:
                try:
                    answer = front.answer(request)
                except OSError as error:
                    answer = reply(502, {"detail": f"behind the front: {error}"})
            hit.status = answer.status
            self.send(answer, fault, hit)
        finally:
            front.record(hit)

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = handle_any

    def send(self, answer: Reply, fault: object, hit: Hit) -> None:
        self.send_response_only(answer.status)
        for name, value in answer.headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(answer.length))
        self.end_headers()
        if self.command == "HEAD":
            return
        chunk = max(1, fault.bytes_per_second // 10) if isinstance(fault, Slow) else CHUNK
        while data := answer.body.read(min(chunk, answer.length - hit.sent)):
            if isinstance(fault, Cut) and hit.sent + len(data) > fault.after:
                self.wfile.write(data[: max(0, fault.after - hit.sent)])
                hit.status, self.close_connection = 0, True
                return
            self.wfile.write(data)
            hit.sent += len(data)
            if isinstance(fault, Slow):
                time.sleep(0.1)

    def log_message(self, *_: object) -> None:
        """The front keeps its own record."""
