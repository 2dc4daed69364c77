"""The steps of this site, and what each needs first.

preflight ─┬─ docker ─┬─ caddy ── ready
           └─ files ──┴─ app
"""

from __future__ import annotations

from dataclasses import dataclass

from .app import Act, App
from .disk import Disk, Owner
from .docker import Docker
from .errors import Later
from .files import Files, Resolve
from .http import Http
from .preflight import act as preflight
from .programs import complaint
from .ready import Ready
from .site import Site
from .steps import OPERATOR, Run, Step
from .web import Web

_ALL_DAY = 86400.0  # seconds; that is how long a person may take


@dataclass(frozen=True)
class Graph:
    """Everything that the steps are made of."""

    disk: Disk
    http: Http
    site: Site
    resolve: Resolve
    login: Act
    fetch: Act | None = None
    owner: Owner = Owner(0, 0)  # noqa: RUF009 (frozen)

    def steps(self) -> list[Step]:
        """In the order in which `status` shows them. Caddy comes first where it can: its certificate takes longest."""
        app = App(self.disk, self.site, self.login, self.fetch)
        return [
            Step("preflight", (), lambda run: preflight(run, self.disk, self.site)),
            Step("files", ("preflight",), self._files),
            Step("docker", ("preflight",), Docker(self.disk, self.http, self.owner).act),
            Step("caddy", ("files", "docker"), Web(self.disk, self.site).act),
            Step("app", ("files", "docker"), app.act),
            Step("ready", ("caddy",), Ready(self.http, self.site).act),
        ]

    def _files(self, run: Run) -> str:
        self.disk.folder(self.site.home, 0o750)
        self.disk.folder(self.site.home / "sites", 0o750)
        if self.site.keys:
            self.disk.folder(self.site.keys, 0o700)
        run.retry(60.0, "making the group docker", lambda: _group(run))
        files = Files(self.disk, self.resolve, self.owner)
        # A secret that the operator brings is waited for.
        return " ".join(run.retry(_ALL_DAY, "putting files in place", files.place_all, OPERATOR))


def _group(run: Run) -> None:
    """Before Docker is installed, which may be later: its number stands in `.env`."""
    if run.system.run(["getent", "group", "docker"], timeout=30).ok:
        return
    done = run.system.run(["groupadd", "--system", "docker"], timeout=60)
    # Docker's package may have made it in between; then the next look finds it.
    if not done.ok:
        raise Later(complaint(["groupadd"], done))
