"""Lets the application manage this server, if the document says so: by SSH, as root.

infrakt wipes a server before it provisions it, unless that is marked as its own host. So the mark comes first: until
infrakt itself shows it, no key of its opens this server.
"""

from __future__ import annotations

import ipaddress
import json
import re
from collections.abc import Callable, Mapping
from pathlib import PurePosixPath
from typing import Any, NamedTuple
from urllib.parse import quote

from . import paths, stores
from .asking import ask
from .compose import Compose
from .errors import Final, Later
from .http import Http, Request, Response
from .ready import addresses
from .root_key import AUTHORIZED, COMMENT, make, public_part, put
from .secret import Secret
from .site import Managed, Site
from .steps import Run
from .stores import Means
from .words import plain

HOST = "172.17.0.1"
"""This server, as its containers reach it: the address of Docker's first bridge."""

SOURCES = "172.16.0.0/12"
"""Where the key opens this server from: Docker's networks."""


class Entry(NamedTuple):
    """A server that the application knows."""

    name: str
    host: str
    is_marked: bool
    """Whether it is marked as the application's own host, which is not wiped."""
    status: str


class Api(NamedTuple):
    """The application's API, as its container answers now, and with the key that it has now."""

    http: Http
    origin: str
    who: str
    key: Secret
    here: frozenset[str]
    """The hosts by which an entry can mean this server."""

    def send(self, method: str, path: str, given: Mapping[str, object] | None = None) -> Response:
        """Asks once.

        Raises:
            Later: it does not answer now, or not with this key.
            Final: it answers in a way that no retry changes.
        """
        headers = {"X-API-Key": self.key.reveal().decode(), "Content-Type": "application/json"}
        body = None if given is None else json.dumps(given).encode()
        response = ask(self.http, Request(method, self.origin + path, headers, body), self.who)
        if response.status in (401, 403):
            raise Later(f"{self.who} does not take its own API key (status {response.status})")
        return response

    def entries(self) -> list[Entry]:
        """The servers that it knows. It raises what `send` does."""
        response = self.send("GET", "/api/servers")
        try:
            if response.status == 200:
                return [_entry(one) for one in json.loads(response.body)]
        except (ValueError, LookupError, TypeError, RecursionError):
            pass
        raise Later(f"{self.who} does not show its servers (status {response.status})")

    def ours(self) -> list[Entry]:
        """Those that are this server. It raises what `send` does."""
        return [one for one in self.entries() if one.host in self.here]


class Host:
    """The step `manage`."""

    def __init__(
        self, means: Means, site: Site, managed: Managed, compose: Compose, share: Callable[[Run], str]
    ) -> None:
        """`share` gives the folder with the key to the application's user; it hands back why it cannot, or nothing."""
        self._means, self._site, self._managed, self._compose, self._share = means, site, managed, compose, share

    def act(self, run: Run) -> str:
        """Does what is not done yet.

        Raises:
            Final: the application cannot manage this server; what serves goes on.
        """
        who = self._site.service
        path, disk = PurePosixPath(self._managed.key), self._means.disk
        if not disk.read(path):
            run.retry(60, "making an SSH key", lambda: make(self._means, path))
            trouble = self._share(run)
            if trouble:
                raise Final(trouble)
        public = public_part(disk.data(path), path)
        line = f'from="{SOURCES}" {public} {COMMENT}\n'.encode()
        name = run.retry(300, f"registering this server at {who}", lambda: self._register(line))
        put(disk, line)
        run.retry(120, f"waiting until {who} can log in to this server", lambda: self._try(name))
        if self._managed.provision:
            self._provision(run, name)
        return f"{who} can log in to this server as root, from {SOURCES}"

    def check(self) -> str:
        """What is wrong with the application's entry for this server; nothing if it is there and marked."""
        try:
            ours = self._api().ours()
        except (Final, Later) as error:
            return str(error)
        return "" if ours and all(one.is_marked for one in ours) else "it does not, and would wipe it: firstlight apply"

    def _api(self) -> Api:
        """Anew for each try: an update may have replaced the container."""
        who, compose, managed = self._site.service, self._compose, self._managed
        networks = compose.find().get("NetworkSettings", {}).get("Networks", {})
        found = [one["IPAddress"] for one in networks.values() if one.get("IPAddress")]
        fitting = [one for one in found if ipaddress.ip_address(one) in ipaddress.ip_network(SOURCES)]
        if not networks:
            raise Later(f"there is no container of {who}")
        if found and not fitting:
            raise Final(
                f"{who} has the address {found[0]}, and its key is for {SOURCES}: give its network a subnet there"
            )
        key = compose.file(managed.api_key).strip()
        if not key:
            raise Later(f"{who} has no API key yet in {managed.api_key}")
        secret = stores.clean(key, managed.api_key)
        # The key opens this server by whichever of its addresses the application reaches it.
        here = frozenset((HOST, *self._site.domains, *addresses(self._means.system).split()))
        # One without an address of its own has the server's.
        return Api(self._means.http, f"http://{(fitting or ['127.0.0.1'])[0]}:{managed.port}", who, secret, here)

    def _register(self, line: bytes) -> str:
        """The name under which the application knows this server, as its own host."""
        api, disk, who = self._api(), self._means.disk, self._site.service
        name = self._site.domains[0][:100]
        entries = api.entries()
        if not any(one.host in api.here for one in entries):
            # One that is there already, under whatever name, may be the operator's.
            for other in (plain(one.host) for one in entries if one.name == name):
                raise Final(f"{who} has another server named {name}, {other}: remove it there, then firstlight apply")
            put(disk, b"")
            given = {"name": name, "host": HOST, "user": "root", "port": 22, "ssh_key_path": self._managed.seen_as}
            status = api.send("POST", "/api/servers", given).status
            # 400, 409: somebody was quicker, and what that has made is looked at next.
            if status not in (200, 201, 400, 409):
                raise Final(f"{who} does not take this server (status {status})")
        for one in api.ours():
            if not one.is_marked:
                put(disk, b"")
                api.send("PUT", f"/api/servers/{quote(one.name, '')}", {"is_infrakt_host": True})
        ours = api.ours()
        if not ours or not all(one.is_marked for one in ours):
            raise Later(f"{who} does not mark this server as its own host, and would wipe it: it gets no key for it")
        if line not in disk.data(AUTHORIZED) and any(one.status == "provisioning" for one in ours):
            # Whether it wipes a server is decided when it is asked to, which may have been before the mark was there.
            raise Later(
                f"{who} is provisioning this server, and may be about to wipe it: it gets no key until that ends. "
                "If it does not, remove the server there"
            )
        names = [one.name for one in ours]
        return name if name in names else names[0]

    def _try(self, name: str) -> None:
        api = self._api()
        response = api.send("POST", f"/api/servers/{quote(name, '')}/test")
        # An older one cannot be asked.
        if response.status == 200 and not re.search(rb'"reachable":\s*true', response.body):
            raise Later("it cannot: does sshd run here, on port 22, and may root log in with a key? journalctl -u ssh")

    def _provision(self, run: Run, name: str) -> None:
        who = self._site.service
        run.retry(300, f"asking {who} to provision this server", lambda: self._begin(name))
        if run.retry(1800, f"waiting until {who} has provisioned this server", lambda: self._end(name)) != "active":
            raise Final(
                f"{who} did not provision this server to the end: firstlight logs {who}. "
                + "A proxy of its own finds ports 80 and 443 taken by Caddy. " * (not self._site.traefik)
                + "The site is up. firstlight apply asks again"
            )

    def _begin(self, name: str) -> None:
        api, disk, who = self._api(), self._means.disk, self._site.service
        # Once for each `apply`: it takes minutes, and upgrades packages.
        if self._marked(api, name).status != "inactive" or disk.read(paths.PROVISIONED):
            return
        status = api.send("POST", f"/api/servers/{quote(name, '')}/provision").status
        if status not in (200, 202):
            raise Final(f"{who} does not provision this server (status {status})")
        disk.write(paths.PROVISIONED, b"", 0o600)

    def _end(self, name: str) -> str:
        """The state in which it has come to rest."""
        status = self._marked(self._api(), name).status
        if status == "provisioning":
            who = self._site.service
            raise Later(f"it is at work; if {who} was restarted meanwhile, start it again in its dashboard")
        return status

    def _marked(self, api: Api, name: str) -> Entry:
        """What the application knows of this server, which is not provisioned unless it is marked."""
        ours = api.ours()
        for one in ours:
            if one.name == name and all(each.is_marked for each in ours):
                return one
        put(self._means.disk, b"")
        raise Final(
            f"{api.who} does not mark this server as its own host any more, and has no key now: firstlight apply"
        )


def _entry(given: Any) -> Entry:  # noqa: ANN401 (JSON is anything)
    """A server as an answer has it."""
    name, host, status = (str(given[key]) for key in ("name", "host", "status"))
    return Entry(name, host, given.get("is_infrakt_host") is True, status)
