"""The application: pulled, started, and watched until it is well. A new image that is not is taken back.

Whatever fails on the way, the way back is reached; and what is not needed for serving stops nothing that is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from . import paths
from .compose import Compose
from .disk import Disk, Owner
from .errors import Final, Later
from .site import Site
from .steps import Run

_LOGIN, _PULL, _UP = 300.0, 1800.0, 300.0  # seconds for all tries of each
_UP_AGAIN = 60.0  # where there is an image to go back to, which should serve within two minutes
_PULL_ONCE = 900.0
_UPDATER = 300.0
_HEALTHY = 180
_WATCH, _LOOK = 45.0, 3.0  # how long a new image is watched that has no health check to say it is well
_FETCH = 600.0

Act = Callable[[], None]


@dataclass(frozen=True)
class App:
    """The step `app`. `login` and `fetch` (a compose file from elsewhere) raise `Later` and `Final`."""

    disk: Disk
    site: Site
    login: Act
    fetch: Act | None = None

    def act(self, run: Run) -> str:
        """Brings it up, or keeps up what is there.

        Raises:
            Final: it is not up, or it is but could not be renewed; the message says which.
        """
        compose, good = Compose(run.system, self.site), self._good()
        trouble = self._renew(run, compose)
        if trouble and not good:
            raise Final(trouble)
        try:
            seconds = _UP_AGAIN if good else _UP
            run.retry(seconds, f"starting {self.site.service}", lambda: compose.up(self.site.service))
        except Final as error:
            # An image that cannot even be started is one that has to be taken back.
            trouble = trouble or str(error)
            if not good:
                raise
        note = self._settle(run, compose, good)
        self._share(run, compose)
        if trouble:
            raise Final(f"{note or 'the application is up'}; but it could not be renewed: {trouble}")
        return note

    def _renew(self, run: Run, compose: Compose) -> str:
        """Everything that an application which is up already can do without. What went wrong, if anything."""
        pull = ("pull", "-q", "--policy", "missing")
        try:
            run.retry(_UPDATER, "waiting for the update from within to end", lambda: self._update_ended(compose))
            if self.fetch:
                run.retry(_FETCH, "fetching the compose file", self.fetch)
            if self.site.token:
                run.retry(_LOGIN, f"logging in to {self.site.registry}", self.login)
            run.retry(_PULL, "pulling images", lambda: _ignore(compose.demand(*pull, timeout=_PULL_ONCE)))
        except Final as error:
            return str(error)
        return ""

    def _update_ended(self, compose: Compose) -> None:
        """Two that make the same containers anew leave neither."""
        updater = self.site.updater
        if updater and compose.running(updater):
            raise Later(f"the container {updater} is at work")

    def _settle(self, run: Run, compose: Compose, good: str) -> str:
        """Remembers the image if it is well, else goes back to the one that was.

        Raises:
            Final: there is none to go back to, or that one is not well any more.
        """
        service = self.site.service
        run.say(f"waiting until {service} is well")
        healthy = self._healthy(compose)
        image = compose.of(compose.container(service), ".Image")
        if healthy and image and (not good or image == good or self._stays(run, compose)):
            if image != good:
                self.disk.write(paths.GOOD, f"{image}\n".encode(), 0o600)
            return ""
        if not good or image == good:
            raise Final(f"{service} does not get well: docker compose -f {self.site.compose[0]} logs {service}")
        run.retry(_UP, "going back to the last image", lambda: self._back(compose, good))
        if not self._healthy(compose):
            raise Final(f"the new image of {service} was not well, and the last one is not any more either")
        return "the new image was not well; back to the last one"

    def _healthy(self, compose: Compose) -> bool:
        words = ("up", "-d", "--no-deps", "--wait", "--wait-timeout", str(_HEALTHY), self.site.service)
        return compose.try_(*words, timeout=_HEALTHY + 120.0).ok

    def _stays(self, run: Run, compose: Compose) -> bool:
        """Whether a new image runs on, without a new start, for as long as it is watched."""
        container = compose.container(self.site.service)
        before = compose.of(container, ".RestartCount")
        end = run.system.monotonic() + _WATCH
        while run.system.monotonic() < end:
            run.system.sleep(_LOOK)
            now = compose.of(container, ".State.Status"), compose.of(container, ".RestartCount")
            if now != ("running", before):
                return False
        return True

    def _back(self, compose: Compose, good: str) -> None:
        """The name that the compose file has means the last image again."""
        container = compose.container(self.site.service)
        # Where a container could not even be made, Compose knows the name.
        name = compose.of(container, ".Config.Image") or _first(compose.demand("config", "--images", self.site.service))
        compose.tag(good, name)
        compose.up("--no-deps", self.site.service)

    def _share(self, run: Run, compose: Compose) -> None:
        """The application's user may read keys and login; /run/firstlight keeps others from that. Stops nothing."""
        keys = self.site.keys
        if not keys or not self.site.token:
            # An application that does not update itself needs no login.
            self._quietly(run, lambda: self.disk.remove(paths.LOGIN / "config.json"))
        owner = self._owner(run, compose) if keys else None
        if keys and owner:
            self._quietly(run, lambda: self.disk.give(keys, owner))
            self._quietly(run, lambda: self.disk.give(paths.LOGIN, owner))

    def _quietly(self, run: Run, action: Act) -> None:
        try:
            action()
        except Final as error:
            run.say(str(error))

    def _owner(self, run: Run, compose: Compose) -> Owner | None:
        """Whom the container's own process belongs to: many begin as root and give that up."""
        pid = compose.of(compose.container(self.site.service), ".State.Pid")
        try:
            found = (run.system.root / "proc" / str(int(pid))).stat()
        except (OSError, ValueError):
            return None
        return Owner(found.st_uid, found.st_gid)

    def _good(self) -> str:
        content = self.disk.read(paths.GOOD)
        return content.data.decode("latin-1").strip() if content else ""


def _ignore(_output: bytes) -> None:
    return None


def _first(output: bytes) -> str:
    words = output.decode("utf-8", "replace").split()
    if not words:
        raise Later("docker compose names no image")
    return words[0]
