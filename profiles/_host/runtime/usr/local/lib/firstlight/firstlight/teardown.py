"""Takes the site down; with its volumes, leaves nothing of ours.

In this order, so that a second run after a power cut does the rest: nothing starts any more, nothing runs, nothing is
left.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePosixPath

from . import paths
from .compose import Compose
from .disk import Disk
from .errors import Final, Later
from .programs import demand
from .site import Site
from .system import System
from .words import plain

UNITS = ("firstlight.target", "firstlight.path", "firstlight.timer", "firstlight.service")
"""All that could start something again; those that this site has not are none the worse for it."""

_DOWN = 600.0
_STOP = 300.0


@dataclass(frozen=True)
class Teardown:
    """What `teardown` does."""

    system: System
    disk: Disk
    site: Site
    print: Callable[[str], None]

    def act(self, *, volumes: bool, answer: Callable[[], str]) -> int:
        """Says what goes, asks, and does it. `answer` gives what the operator types.

        Raises:
            Final: it was not confirmed, or something would not go; what has been removed until then is.
        """
        compose, domain = Compose(self.system, self.site), self.site.domains[0]
        down = ("down", "--remove-orphans", *(["--volumes"] if volumes else []))
        self.print("This stops the site and removes:")
        for line in compose.try_("--dry-run", *down, timeout=_DOWN).err.splitlines():
            self.print(f"  {plain(line)}")
        for path in self._folders() if volumes else ():
            self.print(f"  {path}")
        self.print(f"Type {domain} to go on:")
        if answer().strip() != domain:
            raise Final("nothing was removed")
        for unit in UNITS:
            self.system.run(["systemctl", "disable", "--now", unit], timeout=_STOP)
        try:
            compose.demand(*down, timeout=_DOWN)
            self.disk.remove(paths.LOGIN / "config.json")
            if volumes:
                self._remove_all()
        except Later as error:
            raise Final(f"{error}: put that right, then firstlight teardown again") from None
        return 0

    def _remove_all(self) -> None:
        for path in self._folders():
            self.disk.remove_folder(path)
        demand(self.system, ["systemctl", "daemon-reload"], timeout=_STOP)
        if self.site.token and self.site.token.scheme == "file":
            self.print(f"Your own {self.site.token.path} is still there: remove it if no one needs it.")

    def _folders(self) -> tuple[PurePosixPath, ...]:
        """The state is the last but one: with it go the staged files, which a second run needs as little as a first."""
        return (self.site.home, paths.BROUGHT, paths.RUN, paths.LIBRARY)
