"""The application: pulled, started, and watched until it is well. A new image that is not is taken back.

Whatever fails, waits for a person or happens on the way, the way back is reached; and what is not needed for serving
stops nothing that is.
"""

from contextlib import suppress
from pathlib import Path

from . import access, metadata, paths
from .compose import Compose
from .disk import Owner
from .errors import Final, Later
from .site import Site
from .steps import Run
from .stores import Means


class App:
    """The step `app`."""

    def __init__(self, means: Means, site: Site, compose: Compose) -> None:
        """Nothing is looked at before a step says so."""
        self._means, self._site, self._compose = means, site, compose
        self._services: list[str] = []
        self._files: list[int] = []
        self._containers: tuple[object, ...] = ()
        self._has_acted = False
        self._note = ""

    def look(self, run: Run) -> bool:
        """Whether something has changed since. Before there was anything to do: goes back, if that has to be."""
        files, containers = self._now()
        if (files, containers) == (self._files, self._containers):
            return False
        if not self._has_acted:
            if self._good():
                # Docker starts containers by itself, at boot.
                self._close(run)
            self._files, self._containers = files, containers
            self._rescue(run)
        return True

    def act(self, run: Run) -> str:
        """Brings it up, or keeps up what is there.

        Raises:
            Final: it is not up, or it is but could not be renewed; the message says which.
        """
        # A token that comes from now on, during a pull perhaps, is a reason to act once more.
        self._has_acted = True
        self._files, self._containers = self._now()
        self._close(run)
        self._rescue(run)
        good, trouble = self._good(), ""
        if good or any(self._containers):
            # With the new user of an update, or one that ran before us, whatever is waited for below.
            self.share(run)
        try:
            run.retry(300 if good else 1800, f"pulling {self._site.service}", lambda: self._renew(run))
        except Final as error:
            if not good:
                raise
            trouble = str(error)
        note = self._settle(run, *self._services)
        if trouble:
            raise Final(f"{self._note}It is up, but could not be renewed: {trouble}")
        return self._note + note

    def _renew(self, run: Run) -> None:
        site, compose = self._site, self._compose
        self._rescue(run)
        if site.repository:
            # Carried only where a document names one.
            from .repository import fetch  # noqa: PLC0415

            fetch(self._means, site)
        images = compose.images()
        # Caddy has a step of its own.
        self._services = [name for name in images if name != "caddy"]
        missing = compose.missing(images[name] for name in self._services)
        access.gain(self._means, site, list(filter(None, images.values())) if site.token else missing)
        compose.pull(missing)

    def _rescue(self, run: Run) -> None:
        """Where another image runs than the last that was well. Caddy, too, may have been stopped half-way."""
        good = self._good()
        with suppress(Final, Later):
            if good and self._compose.find().get("Image", good) != good:
                self._settle(run)

    def _close(self, run: Run) -> None:
        """Makes sure that containers cannot read the cloud's metadata; else stops those that run.

        Raises:
            Final: they could.
        """
        try:
            metadata.close(run)
        except Final as error:
            with suppress(Final, Later):
                self._compose.stop()
            raise Final(f"{self._site.service} must not run, and was stopped if it did: {error}") from None

    def _settle(self, run: Run, *services: str) -> str:
        """Starts them, and remembers the image if it is well; else goes back to the one that was.

        Raises:
            Final: there is none to go back to, or that one is not well any more.
        """
        compose, service, good = self._compose, self._site.service, self._good()
        self._close(run)

        def back() -> None:
            compose.docker("tag", good, compose.images()[service])
            compose.up("--no-deps", service)

        try:
            run.retry(20 if good else 300, f"starting {service}", lambda: compose.up(*services))
        except Final:
            # An image that cannot even be started is one that has to be taken back.
            if not good:
                raise
        # Another update may come in between, and what it brings is looked at, too.
        for _ in range(9):
            _, self._containers = self._now()
            image, is_well = self._watch(run, good)
            if is_well:
                if image != good:
                    self._means.disk.write(paths.GOOD, image.encode(), 0o600)
                    self._note = good and "Self-update complete. "
                return self.share(run)
            if not good or image == good:
                break
            run.retry(300, "going back", back)
            self._note = "The new image was not well; back to the last one. "
        raise Final(f"{service} does not get well: firstlight logs {service}")

    def _watch(self, run: Run, good: str) -> tuple[str, bool]:
        """The image of the container, and whether that has come to be well.

        A new image has to run on for a while before it takes the place of one that was well; and at its first false
        step it is over. What was well before, or is all there is, may begin again.
        """
        system, service = run.system, self._site.service
        seen, since, image, end = None, 0.0, "", system.monotonic() + 180
        run.say(f"waiting until {service} is well")
        while (now := system.monotonic()) < end:
            with suppress(Later):
                found = self._compose.find()
                if not found:
                    break
                image, state = found["Image"], found["State"]
                health = state.get("Health", {}).get("Status")
                is_fine = state["Status"] == "running" and health != "unhealthy"
                this = found["Id"], found["RestartCount"], is_fine
                if seen and seen[0] != found["Id"]:
                    # An update came in between, and may have ended with the container that it ran in.
                    self._compose.up("--no-deps", service)
                    return self._watch(run, good)
                if good not in ("", image) and not (is_fine and seen in (None, this)):
                    break
                if this != seen:
                    seen, since = this, now
                if is_fine and health != "starting" and now - since >= (0 if image == good else 45 if good else 5):
                    return image, True
            system.sleep(3)
        return image, False

    def share(self, run: Run) -> str:
        """The application's user may read keys and login; /run/firstlight keeps others from that. A note if it cannot.

        An application that does not update itself needs no login.
        """
        keys, disk = self._site.keys, self._means.disk
        try:
            if not keys or not self._site.token:
                disk.remove(paths.DOCKER_LOGIN)
            # Whom the container's own process belongs to: many begin as root and give that up.
            for last in range(20 if keys else 0):
                process = Path(f"{run.system.root}/proc/{self._compose.find()['State']['Pid']}").stat()
                if process.st_uid or last == 19:
                    for folder in filter(None, (keys, paths.LOGIN)):
                        disk.give(folder, Owner(process.st_uid, process.st_gid))
                    break
                run.system.sleep(1)
        except (Final, Later, OSError, LookupError) as error:
            return f"{self._site.service} cannot read its keys and its login: {error}"
        return ""

    def _now(self) -> tuple[list[int], tuple[object, ...]]:
        """What there is something to do for if it changes: systemd does not start a service that runs.

        When keys and token were changed, in nanoseconds; and the containers, with an update's, if Docker says.
        """
        times: list[int] = []
        for path in (self._site.keys, self._site.token and self._site.token.path):
            with suppress(OSError):
                times.append(Path(f"{self._means.system.root}/{path}").stat().st_mtime_ns)
        with suppress(Final, Later):
            return times, (self._compose.ids(), self._compose.updater())
        return times, ()

    def _good(self) -> str:
        return self._means.disk.data(paths.GOOD).decode()
