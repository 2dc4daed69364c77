"""Docker with one service, whose images behave as told, by the stand-in server's clock."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from firstlight.system import Done

from .system import Call, StandIn


def hold(root: Path, path: str, data: bytes) -> None:
    """Every container that runs has this file."""
    file = root / f"proc/{PROCESS}/root{path}"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data)


@dataclass(frozen=True)
class Image:
    """How containers of an image do."""

    starts: bool = True
    """Whether a container of it can be started at all."""
    crashes: float | None = None
    """Seconds after which it ends, again and again; Docker starts it anew each time."""
    well: bool = True
    """What its health check says, if it has one."""
    has_check: bool = False
    slow: float = 0.0
    """Seconds for which the health check says that it is starting."""


NAME = "ghcr.io/acme/app:latest"
PROCESS = 4711
SERVICES = {"infrakt": NAME, "caddy": "caddy:2"}
CLOSE = "systemctl reload-or-restart firstlight-metadata.service"
ADDRESS = "172.18.0.2"
APP, UPDATER = "infrakt-infrakt-1", "infrakt-updater"


@dataclass
class Container:
    """A container of the application, or the updater."""

    id: str
    name: str
    image: str
    created: float
    began: float | None = None
    """When it was started last, if it runs, or is started anew again and again."""


@dataclass
class Docker(StandIn):
    """A server where an application runs, or is about to."""

    images: dict[str, Image] = field(default_factory=dict)
    remote: str = ""
    """The image that the registry has."""
    names: dict[str, str] = field(default_factory=lambda: {NAME: ""})
    containers: list[Container] = field(default_factory=list)
    """The newest first."""
    number: int = 0
    """Containers made."""
    mounts: list[dict[str, str]] = field(default_factory=list)
    """Those of every container: the source here, the destination in it."""
    pulls: Done = field(default_factory=lambda: Done(0))
    events: list[tuple[float, Callable[[], None]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.programs |= {
            "docker compose config": Done(0, json.dumps(self.file()).encode()),
            "docker image inspect": lambda call: Done(0 if self.names.get(call.argv[3], "caddy") else 1),
            "docker pull": self.pull,
            "docker compose up": self.up,
            "docker ps": self.ps,
            "docker inspect": self.inspect,
            "docker tag": self.tag,
            "docker rename": self.rename,
            "docker rm": self.rm,
            "docker stop": self.stop,
            CLOSE: Done(0),
            "df": Done(0, b"Avail IFree\n 20000 900000\n"),
        }

    @staticmethod
    def file() -> dict[str, object]:
        return {"services": {name: {"image": image} for name, image in SERVICES.items()}}

    def sleep(self, seconds: float) -> None:
        super().sleep(seconds)
        due = [event for event in self.events if event[0] <= self.passed]
        self.events = [event for event in self.events if event[0] > self.passed]
        for _, happen in due:
            happen()

    def after(self, seconds: float, happen: Callable[[], None]) -> None:
        """Makes it happen so many seconds from now, as soon as somebody sleeps."""
        self.events.append((self.passed + seconds, happen))

    @property
    def app(self) -> Container | None:
        """The application's container, the newest."""
        return next((one for one in self.containers if one.name != UPDATER), None)

    @property
    def image(self) -> str:
        """The image that is up."""
        app = self.app
        return app.image if app and app.began is not None else ""

    def pull(self, call: Call) -> Done:
        if self.pulls.ok:
            self.names[call.argv[3]] = self.remote
        return self.pulls

    def new(self, image: str, name: str = APP) -> Container:
        """A container that is not started yet."""
        self.number += 1
        made = Container(f"{self.number:x}" * 64, name, image, self.passed)
        self.containers.insert(0, made)
        return made

    def update(self, image: str) -> None:
        """What an update by the updater does: the name means another image, of which a container is made."""
        self.names[NAME] = image
        self.make()

    def half(self, image: str) -> None:
        """What an update from within does: it ends with the container that it runs in."""
        self.names[NAME], old = image, self.app
        assert old
        self.new(image, f"{old.id[:12]}_{APP}")
        old.began = None

    def make(self) -> bool:
        """As `docker compose up` does."""
        image, app = self.names[NAME], self.app
        if app is None or app.image != image or len([one for one in self.containers if one.name != UPDATER]) > 1:
            self.containers = [one for one in self.containers if one.name == UPDATER]
            app = self.new(image)
        if self.images[image].starts and app.began is None:
            app.began = self.passed
        return self.images[image].starts

    def updater(self, starts: float | None, works: float = 5.0, image: str | None = None) -> None:
        """The application makes an updater, and starts it after so many seconds, if it lives until then."""
        self.containers = [one for one in self.containers if one.name != UPDATER]
        made, app = self.new("updater", UPDATER), self.app
        since = app.began if app else None

        def start() -> None:
            if self.app and self.app.began == since and made in self.containers:
                made.began = self.passed
                self.after(works, end)

        def end() -> None:
            if made in self.containers:
                # With `--force-recreate`.
                self.containers.clear()
                self.update(image or self.names[NAME])

        if starts is not None:
            self.after(starts, start)

    def up(self, call: Call) -> Done:
        if not self.names[NAME]:
            return self.pulls
        if call.argv[-1] == "caddy":
            return Done(0)
        return Done(0) if self.make() else Done(1, b"", b"Error response from daemon: exec format error\n")

    def restarts(self, one: Container) -> int:
        after = self.images[one.image].crashes if one.image in self.images else None
        return 0 if after is None or one.began is None else int((self.passed - one.began) // max(after, 0.1))

    def ps(self, call: Call) -> Done:
        ours = [one for one in self.containers if one.name != UPDATER]
        assert call.argv[3].startswith("label=com.docker.compose.project.working_dir=/opt/infrakt")
        return Done(0, "".join(f"{one.id[:12]}\n" for one in ours).encode())

    def inspect(self, call: Call) -> Done:
        def means(one: Container) -> bool:
            return any(one.id.startswith(word) or one.name == word for word in call.argv[2:])

        found = [self.shown(one) for one in self.containers if means(one)]
        return Done(0, json.dumps(found).encode()) if found else Done(1, b"[]\n", b"Error: No such object\n")

    def shown(self, one: Container) -> dict[str, object]:
        image, restarts = self.images.get(one.image, Image()), self.restarts(one)
        status = "created" if one.began is None else "restarting" if restarts and image.crashes == 0 else "running"
        state: dict[str, object] = {
            "Status": status,
            "Running": one.began is not None,
            "Pid": PROCESS if status == "running" else 0,
            "StartedAt": f"{one.began or 0:020.3f}Z",
        }
        if image.has_check:
            starting = self.passed - (one.began or 0) < image.slow
            state["Health"] = {"Status": "starting" if starting else "healthy" if image.well else "unhealthy"}
        return {
            "Id": one.id,
            "Name": f"/{one.name}",
            "Image": one.image,
            "Config": {"Image": NAME, "Labels": {"com.docker.compose.service": "infrakt"}, "Env": ["A=b=c"]},
            "HostConfig": {"NetworkMode": "infrakt_default"},
            "Mounts": self.mounts,
            "NetworkSettings": {"Networks": {"infrakt_default": {"IPAddress": ADDRESS}}},
            "Created": f"{one.created:020.3f}Z",
            "RestartCount": restarts,
            "State": state,
        }

    def tag(self, call: Call) -> Done:
        image, name = call.argv[2:4]
        if image not in self.images:
            return Done(1, b"", b"Error response from daemon: No such image\n")
        self.names[name] = image
        return Done(0)

    def rename(self, call: Call) -> Done:
        old, new = call.argv[2:4]
        if any(one.name == new for one in self.containers):
            return Done(1, b"", b"Error: the name is in use\n")
        for one in self.containers:
            one.name = new if one.name == old else one.name
        return Done(0)

    def stop(self, call: Call) -> Done:
        for one in self.containers:
            one.began = None if one.id in call.argv[2:] else one.began
        return Done(0)

    def rm(self, call: Call) -> Done:
        self.containers = [one for one in self.containers if call.argv[3] not in (one.id, one.name)]
        return Done(0)
