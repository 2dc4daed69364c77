"""The site's containers, by `docker compose`."""

from __future__ import annotations

import threading

from . import paths
from .programs import demand
from .site import Site
from .system import Done, System
from .words import plain

UP = 900.0  # seconds for one `up`, which may pull

_ONE_AT_A_TIME = threading.Lock()
"""Two at once would each make the network, and one of them would fail."""


class Compose:
    """What is done with containers. Compose files and login are said by the environment, as in the container itself."""

    def __init__(self, system: System, site: Site) -> None:
        """The site's own containers and no others."""
        self._system = system
        self._env = {"COMPOSE_FILE": ":".join(map(str, site.compose)), "DOCKER_CONFIG": str(paths.LOGIN)}

    def try_(self, *words: str, timeout: float = 60.0, input: bytes | None = None) -> Done:
        """Runs `docker compose WORDS`, however it ends."""
        return self._system.run(["docker", "compose", *words], timeout=timeout, input=input, env=self._env)

    def demand(self, *words: str, timeout: float = 60.0, input: bytes | None = None) -> bytes:
        """Runs `docker compose WORDS`.

        Raises:
            Later, Final: as `programs.demand`.
        """
        return demand(self._system, ["docker", "compose", *words], timeout=timeout, input=input, env=self._env)

    def up(self, *words: str) -> None:
        """Starts what is not up, and makes anew what is not as the files say.

        Raises:
            Later, Final: as `programs.demand`.
        """
        with _ONE_AT_A_TIME:
            self.demand("up", "-d", "--quiet-pull", *words, timeout=UP)

    def container(self, service: str) -> str:
        """The id of a service's container, running or not; nothing if there is none."""
        lines = plain(self.try_("ps", "-aq", service).out).split()
        return lines[0] if lines else ""

    def of(self, container: str, field: str) -> str:
        """A field of a container, such as `.Image`; nothing if it or the container is not there."""
        if not container:
            return ""
        done = self._system.run(["docker", "inspect", "-f", f"{{{{{field}}}}}", container], timeout=60)
        return plain(done.out) if done.ok else ""

    def running(self, name: str) -> bool:
        """Whether a container of this name runs, of whatever project."""
        argv = ["docker", "ps", "-q", "--filter", f"name=^{name}$"]
        return bool(self._system.run(argv, timeout=60).out.strip())

    def tag(self, image: str, name: str) -> None:
        """Gives an image a name.

        Raises:
            Later, Final: as `programs.demand`.
        """
        demand(self._system, ["docker", "tag", image, name], timeout=60)
