"""infrakt's API for the servers that it manages, as far as a deployment meets it, and what it does to provision one.

A server that is not marked as infrakt's own host is wiped first. Infrakt as its plan had it knows no mark.
"""

import hmac
import json
import re
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

Answer = tuple[int, object]
Server = dict[str, Any]
Shell = Callable[[Server, str], bool]
"""Runs a command as the server's user, and says whether it succeeded; nothing of it runs where one cannot log in."""

# The first one ends infrakt itself, if it is on its own host.
WIPE = (
    "docker stop $(docker ps -aq); true",
    "docker system prune -af --volumes; true",
    "systemctl stop docker docker.socket containerd; apt-get purge -y docker.io; rm -rf /var/lib/docker; true",
    "rm -rf /opt/infrakt",
)
INSTALL = (
    "mkdir -p /opt/infrakt/apps /opt/infrakt/backups /opt/infrakt/traefik/conf.d",
    "docker network inspect infrakt >/dev/null 2>&1 || docker network create infrakt",
    # Its own proxy, for which the rig has no image: any that wants the same ports will do.
    "docker rm -f infrakt-traefik; docker run -d --name infrakt-traefik -p 80:80 -p 443:443 caddy:2-alpine",
)

# Each field with its types and the default of a new server; a name has none.
_FIELDS: dict[str, tuple[tuple[type, ...], object]] = {
    "host": ((str,), None),
    "user": ((str,), "root"),
    "port": ((int,), 22),
    "ssh_key_path": ((str, type(None)), None),
    "provider": ((str, type(None)), None),
}


def in_a_thread(work: Callable[[], None]) -> None:
    threading.Thread(target=work, daemon=True).start()


class Servers:
    """What `/api/servers` answers. `path` is its memory, in the state volume."""

    def __init__(
        self,
        path: Path,
        key: Callable[[], str],
        shell: Shell,
        *,
        marks: bool = True,
        later: Callable[[Callable[[], None]], None] = in_a_thread,
    ) -> None:
        self.path, self.key, self.shell, self.marks, self.later = path, key, shell, marks, later
        self.lock = threading.Lock()

    def read(self) -> list[Server]:
        return json.loads(self.path.read_text()) if self.path.exists() else []

    def write(self, servers: list[Server]) -> None:
        new = self.path.with_suffix(".new")
        new.write_text(json.dumps(servers))
        new.replace(self.path)

    def answer(self, method: str, path: str, key: str | None, body: bytes) -> Answer:
        """The status, and what is written as JSON."""
        if key is None:
            return 401, {"detail": "Missing X-API-Key header"}
        if not hmac.compare_digest(key.encode(), self.key().encode()):
            return 403, {"detail": "Invalid API key"}
        found = re.fullmatch(r"/api/servers(?:/([^/]+)(?:/(provision|test))?)?", path)
        if not found:
            return 404, {"detail": "Not Found"}
        name, what = found[1], found[2]
        ways: dict[tuple[str, bool, str | None], Callable[[], Answer]] = {
            ("GET", False, None): lambda: (200, [self.shown(one) for one in sorted(self.read(), key=_name)]),
            ("POST", False, None): lambda: self.add(body),
            ("PUT", True, None): lambda: self.change(name, body),
            ("DELETE", True, None): lambda: self.remove(name),
            ("POST", True, "test"): lambda: self.test(name),
            ("POST", True, "provision"): lambda: self.provision(name),
        }
        way = ways.get((method, name is not None, what))
        return way() if way else (405, {"detail": "Method Not Allowed"})

    def shown(self, server: Server) -> Server:
        return {name: value for name, value in server.items() if self.marks or name != "is_infrakt_host"}

    def add(self, body: bytes) -> Answer:
        given = _given(body)
        name = given.get("name") if given is not None else None
        is_right = isinstance(name, str) and re.fullmatch(r"[a-zA-Z0-9][a-zA-Z0-9._-]{0,99}", name)
        if given is None or not is_right or not given.get("host"):
            return 422, {"detail": [{"type": "value_error"}]}
        with self.lock:
            servers = self.read()
            if any(one["name"] == name for one in servers):
                return 400, {"detail": f"Server '{name}' already exists"}
            # A new one is never marked, whatever the request says.
            server = {"id": len(servers) + 1, "name": name, "status": "inactive", "app_count": 0, "tags": []}
            server |= {field: given.get(field, default) for field, (_, default) in _FIELDS.items()}
            server |= dict.fromkeys(("created_at", "updated_at"), "2026-03-06T00:00:00") | {"is_infrakt_host": False}
            self.write([*servers, server])
        return 201, self.shown(server)

    def change(self, name: str, body: bytes) -> Answer:
        given = _given(body)
        if given is None or not isinstance(given.get("is_infrakt_host", False), bool):
            return 422, {"detail": [{"type": "bool_parsing"}]}
        fields = [*_FIELDS, *["is_infrakt_host"] * self.marks]
        server = self.update(name, {field: given[field] for field in fields if given.get(field) is not None})
        return (200, self.shown(server)) if server else _unknown(name)

    def remove(self, name: str) -> Answer:
        with self.lock:
            servers = self.read()
            left = [one for one in servers if one["name"] != name]
            self.write(left)
        return (200, {"message": f"Server '{name}' removed"}) if len(left) < len(servers) else _unknown(name)

    def test(self, name: str) -> Answer:
        server = self.named(name)
        return (200, {"reachable": self.shell(server, "true")}) if server else _unknown(name)

    def provision(self, name: str) -> Answer:
        """At once the answer; the work afterwards, with what was known when it was asked for."""
        server = self.update(name, {"status": "provisioning"})
        if not server:
            return _unknown(name)
        self.later(lambda: self.work(server))
        return 200, {"message": f"Provisioning started for '{name}'", "provision_key": -server["id"]}

    def work(self, server: Server) -> None:
        wipe = WIPE if self.marks and not server["is_infrakt_host"] else ()
        is_done = all(self.shell(server, command) for command in (*wipe, *INSTALL))
        if not is_done:
            print(f"Provisioning failed for {server['name']}", flush=True)
        self.update(server["name"], {"status": "active" if is_done else "inactive"})

    def named(self, name: str) -> Server | None:
        return next((one for one in self.read() if one["name"] == name), None)

    def update(self, name: str, given: Server) -> Server | None:
        with self.lock:
            servers = self.read()
            for one in servers:
                if one["name"] == name:
                    one |= given
                    self.write(servers)
                    return one
        return None


def _name(server: Server) -> str:
    return server["name"]


def _unknown(name: str) -> Answer:
    return 404, {"detail": f"Server '{name}' not found"}


def _given(body: bytes) -> Server | None:
    """A request's object, if its fields have the right types."""
    try:
        given = json.loads(body)
    except ValueError:
        return None
    if not isinstance(given, dict):
        return None
    fields = {name: given[name] for name in _FIELDS if given.get(name) is not None}
    return given if all(isinstance(value, _FIELDS[name][0]) for name, value in fields.items()) else None
