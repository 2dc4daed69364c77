"""Docker with one service, whose images behave as told, by the stand-in server's clock."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from firstlight.system import Done

from .system import Call, StandIn


@dataclass(frozen=True)
class Image:
    """How containers of an image do."""

    starts: bool = True
    """Whether a container can be made of it at all."""
    crashes: float | None = None
    """Seconds after which it ends, again and again; Docker starts it anew each time."""
    well: bool = True
    """What its health check says, if it has one."""
    has_check: bool = False


NAME = "ghcr.io/acme/app:latest"


class Docker(StandIn):
    """A server where an application runs, or is about to."""

    def __init__(self, root: Path, images: dict[str, Image], latest: str) -> None:
        super().__init__(root)
        self.images, self.names, self.remote = images, {NAME: ""}, latest
        self.container, self.image, self.began, self.number = "", "", 0.0, 0
        self.updating = 0.0  # seconds that an updater still works
        self.pulls = Done(0)
        self.programs = {
            "docker compose pull": self.pull,
            "docker compose up": self.up,
            "docker compose ps": lambda _: Done(0, self.container.encode() + b"\n"),
            "docker compose config --images": Done(0, NAME.encode() + b"\n"),
            "docker inspect": self.inspect,
            "docker tag": self.tag,
            "docker ps": lambda _: Done(0, b"c0ffee\n" if self.passed < self.updating else b""),
            "df": Done(0, b"Avail IFree\n 20000 900000\n"),
        }

    def pull(self, _call: Call) -> Done:
        """With the policy `missing`: what is there is not asked for again."""
        if self.pulls.ok and not self.names[NAME]:
            self.names[NAME] = self.remote
        return Done(0) if self.names[NAME] else self.pulls

    def update(self, image: str) -> None:
        """What an update from within does: the name means another image, of which a container is made."""
        self.names[NAME] = image
        self.make()

    def make(self) -> bool:
        image = self.names[NAME]
        if not self.images[image].starts:
            self.container = ""
            return False
        if image != self.image or not self.container:
            self.number += 1
            self.container, self.image, self.began = f"id{self.number}", image, self.passed
        return True

    def up(self, call: Call) -> Done:
        if not self.names[NAME] and not self.pull(call).ok:
            return self.pulls
        if not self.make():
            return Done(1, b"", b"Error response from daemon: exec format error\n")
        image = self.images[self.image]
        if "--wait" in call.argv:
            self.passed += 1
            if (image.has_check and not image.well) or self.restarts():
                return Done(1, b"", b"container is unhealthy\n")
        return Done(0)

    def restarts(self) -> int:
        after = self.images[self.image].crashes
        return 0 if after is None else int((self.passed - self.began) // max(after, 0.1))

    def inspect(self, call: Call) -> Done:
        field, asked = call.argv[3], call.argv[4]
        if asked != self.container:
            return Done(1, b"", b"Error: No such object\n")
        crashed = self.restarts() > 0
        known = {
            "{{.Image}}": self.image,
            "{{.Config.Image}}": NAME,
            "{{.RestartCount}}": str(self.restarts()),
            "{{.State.Status}}": "restarting" if crashed else "running",
            "{{.State.Pid}}": "0" if crashed else "4711",
        }
        return Done(0, known[field].encode() + b"\n")

    def tag(self, call: Call) -> Done:
        image, name = call.argv[2:4]
        if image not in self.images:
            return Done(1, b"", b"Error response from daemon: No such image\n")
        self.names[name] = image
        return Done(0)
