"""The site's containers, by `docker compose`."""

from __future__ import annotations

import contextlib
import json
import re
import threading
from collections.abc import Iterable
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from . import paths
from .disk import Disk
from .errors import Final, Later
from .programs import demand
from .site import Site
from .system import Done, System
from .words import last_line

if TYPE_CHECKING:
    Container = dict[str, Any]
    """As `docker inspect` shows it."""

_ONE_AT_A_TIME = threading.Lock()
"""Two at once would each make the network, and one of them would fail."""


class Compose:
    """What is done with containers. Compose files and login are said by the environment, as in the container itself.

    Whatever fails raises `Later` or `Final`, as `programs.demand` does.
    """

    def __init__(self, system: System, site: Site) -> None:
        """The site's own containers and no others."""
        self._system, self._site = system, site
        self._env = {"COMPOSE_FILE": ":".join(site.compose), "DOCKER_CONFIG": str(paths.LOGIN)}

    def try_(self, *words: str, timeout: float = 60) -> Done:
        """Runs `docker compose WORDS`, however it ends."""
        return self._system.run(["docker", "compose", *words], timeout=timeout, env=self._env)

    def demand(self, *words: str, timeout: float = 60, input: bytes | None = None) -> bytes:
        """Runs `docker compose WORDS`."""
        return self.docker("compose", *words, timeout=timeout, input=input)

    def docker(self, *words: str, timeout: float = 60, input: bytes | None = None) -> bytes:
        """Runs `docker WORDS`."""
        return demand(self._system, ["docker", *words], timeout=timeout, input=input, env=self._env)

    def images(self) -> dict[str, str]:
        """Each service's image; nothing for one that the operator lets be built here. Those of ours are among them."""
        services = json.loads(self.demand("config", "--format", "json"))["services"]
        for name in ("caddy", self._site.service)[bool(self._site.traefik) :]:
            if name not in services:
                raise Final(f"{' and '.join(self._site.compose)} have no service {name}: add it, then firstlight apply")
        return {name: one.get("image", "") for name, one in services.items()}

    def missing(self, images: Iterable[str]) -> list[str]:
        """Those that are not here.

        `docker compose pull --policy missing` pulls :latest all the same, and with it goes the image from which there
        was a way back.
        """
        return [image for image in images if image and not self._system.docker(f"/images/{quote(image)}/json").ok]

    def pull(self, images: Iterable[str]) -> None:
        """Pulls them."""
        for image in images:
            self.docker("pull", "-q", image, timeout=900)

    def up(self, *words: str) -> None:
        """Starts what is not up, and makes anew what is not as the files say; after an update from within has ended."""
        with _ONE_AT_A_TIME:
            self._let_finish()
            self._tidy(words)
            self.demand("up", "-d", "--quiet-pull", *words, timeout=900)

    def ids(self, service: str = "") -> list[str]:
        """The containers of a service, the newest first; without one, the application's."""
        return self._listed(f"service={service or self._site.service}")

    def find(self) -> Container:
        """The newest of them; empty if there is none."""
        found = self._inspected(self.ids()[:1])
        return found[0] if found else {}

    def file(self, path: str) -> bytes:
        """What a file in the newest of them holds.

        It is read from here: a program inside takes seconds on a small server. Its links lead to files of the server.

        Raises:
            Final: it leads through a link, or cannot be read.
            Later: it is not there, or no container runs.
        """
        process = self.find().get("State", {}).get("Pid")
        content = process and Disk(Path(f"{self._system.root}/proc/{process}/root"), links=False).read(
            PurePosixPath(path)
        )
        if not content:
            raise Later(f"{self._site.service} does not run, or has no {path}")
        return content.data

    def variable(self, name: str) -> bytes:
        """What it was given in its environment.

        Raises:
            Later: nothing of this name, or it is not there.
        """
        for one in self.find().get("Config", {}).get("Env", []):
            key, _, value = str(one).partition("=")
            if key == name:
                return value.encode()
        raise Later(f"{self._site.service} has no {name}")

    def all(self) -> list[Container]:
        """All containers of the site."""
        return self._inspected(self._listed())

    def stop(self) -> None:
        """Stops all of them but Caddy. The compose file is not read: it may be wrong."""
        label = "com.docker.compose.service"
        others = [one["Id"] for one in self.all() if one["Config"]["Labels"].get(label) != "caddy"]
        if others:
            self.docker("stop", *others, timeout=120)

    def _inspected(self, ids: list[str]) -> list[Container]:
        return [self._ask(f"/containers/{one}/json") for one in ids]

    def _listed(self, *more: str) -> list[str]:
        """The site's containers, the newest first; those that have more labels."""
        ours = f"working_dir={self._site.home}"
        labels = [f"com.docker.compose.{one}" for one in (f"project.{ours}", "oneoff=False", *more)]
        return [
            one["Id"] for one in self._ask(f"/containers/json?all=1&filters={quote(json.dumps({'label': labels}))}")
        ]

    def _ask(self, path: str) -> Any:  # noqa: ANN401 (JSON is anything)
        done = self._system.docker(path)
        if not done.ok:
            raise Later(last_line(done.err).removeprefix('{"message":"').removesuffix('"}'))
        return json.loads(done.out)

    def updater(self) -> Container:
        """The container of an update from within; empty if there is none."""
        name = self._site.updater
        found: Container = json.loads(self._system.docker(f"/containers/{name}/json").out or "{}") if name else {}
        return found

    def _let_finish(self) -> None:
        """Only one may act at a time."""
        began = self._system.monotonic()
        while updater := self.updater():
            waited = self._system.monotonic() - began
            if waited > 600 or (waited > 20 and self._is_left(updater)):
                self.docker("rm", "-f", updater["Id"])
            self._system.sleep(1)

    def _tidy(self, words: tuple[str, ...]) -> None:
        """Puts right what an update left half renamed; and removes, of these services or of all, what is detached."""
        for one in self.all():
            name = one["Name"].removeprefix("/")
            is_half = re.match("[0-9a-f]{12}_", name) and not self._system.run(["docker", "rename", name, name[13:]]).ok
            is_meant = not words or one["Config"]["Labels"]["com.docker.compose.service"] in words
            if is_half or (is_meant and self._is_detached(one)):
                self.docker("rm", "-f", one["Id"], timeout=120)

    def _is_detached(self, one: Container) -> bool:
        """Does it hold a folder of the site that was deleted or replaced since? What is put there would not reach it.

        For Compose it is as the files say. A file is another matter: editors replace it, and whoever needs it anew is
        told so.
        """
        process = Path(f"{self._system.root}/proc/{one['State']['Pid']}")
        with contextlib.suppress(OSError):
            mounted = (process / "mountinfo").read_bytes()
            for mount in one["Mounts"]:
                here, there = Path(f"{self._system.root}{mount['Source']}"), mount["Destination"]
                is_ours = mount["Source"].startswith(f"{self._site.home}/") and here.is_dir()
                # A link in the container would lead to somewhere on the server.
                is_mounted = f" {there} ".encode() in mounted
                if is_ours and is_mounted and not here.samefile(f"{process}/root{there}"):
                    return True
        return False

    def _is_left(self, updater: Container) -> bool:
        """Was it made, and will nobody start it? The application that was to do so has ended, or begun anew since."""
        state = self.find().get("State", {"Running": False})
        return not updater["State"]["Running"] and (not state["Running"] or state["StartedAt"] >= updater["Created"])
