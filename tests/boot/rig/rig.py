"""What a scenario is handed: a world, guests in it, and documents to boot them with."""

import json
import shutil
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Self

from . import evidence, seed
from .guest import Guest
from .outside import Seen
from .paths import FIRSTLIGHT, OUT, RUN
from .shell import Failed, run
from .world import DOMAIN, World


class Rig:
    """`with Rig(name) as rig:` one scenario's world. A failure inside leaves its evidence in target/boot/out."""

    def __init__(self, name: str, *, archive: bool, user_data: Path | None) -> None:
        self.name, self.folder = name, RUN / name
        self.archive, self.given = archive, user_data
        self.timings: dict[str, float] = {}  # what a scenario measured, for the table
        self.guests: list[Guest] = []
        self.stack = ExitStack()

    def __enter__(self) -> Self:
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        self.world = self.stack.enter_context(World(self.folder / "world", archive=self.archive))
        return self

    @property
    def out(self) -> Path:
        """Where the evidence of the scenario goes that runs now."""
        return OUT / self.name

    def __exit__(self, kind: type | None, *_: object) -> None:
        try:
            if kind is not None:
                evidence.collect(self.folder, self.out, self.guests[-1] if self.guests else None)
        finally:
            for guest in self.guests:
                guest.power_cut()
            self.stack.close()
            shutil.rmtree(self.folder, ignore_errors=True)

    def guest(
        self,
        user_data: bytes | None = None,
        *,
        volume: Path | None = None,
        image: str = "docker",
        overlay: seed.Overlay | None = None,
        network: str | None = None,
        memory: int = 3072,
        clock: str = "utc",
    ) -> Guest:
        """A new machine, off; without user-data or a seed volume, the document for the rig's domain."""
        folder = self.folder / f"guest{len(self.guests)}"
        folder.mkdir()
        document = user_data or (None if volume else self.render())
        machine = {"image": image, "overlay": overlay, "network": network, "memory": memory, "clock": clock}
        guest = Guest(self.world, folder, document, volume=volume, **machine)  # type: ignore[arg-type]
        self.guests.append(guest)
        return guest

    def render(self, *options: str, domain: str = DOMAIN) -> bytes:
        """The bytes that `firstlight render` prints, or those of --user-data FILE."""
        if self.given:
            return self.given.read_bytes()
        if not FIRSTLIGHT.exists():
            raise Failed(f"{FIRSTLIGHT} is missing: cargo build --release, or give --user-data FILE")
        return run([FIRSTLIGHT, "render", "--domain", domain, *options]).stdout

    def program(self) -> bytes:
        """The archive that `firstlight program` prints."""
        return run([FIRSTLIGHT, "program"]).stdout

    def diff(self, old: bytes, new: bytes) -> Any:
        """What `firstlight diff --format json` says of two documents."""
        for name, document in (("old", old), ("new", new)):
            (self.folder / name).write_bytes(document)
        said = run([FIRSTLIGHT, "diff", "--format", "json", self.folder / "old", self.folder / "new"], check=False)
        if said.returncode != 1:
            raise Failed(f"diff ended with {said.returncode}: {said.stderr.decode()}")
        return json.loads(said.stdout)

    def say_seen(self, what: str, seen: Seen) -> None:
        """Note when something was seen from outside, and the processor time it took."""
        self.say(what, seen.at)
        self.say(f"{what}, processor time", seen.cpu)

    def say(self, what: str, seconds: float) -> None:
        """Note a measured time: printed now, and kept for the table."""
        self.timings[what] = round(seconds, 1)
        print(f"{self.name}: {seconds:.1f} s {what}", flush=True)
