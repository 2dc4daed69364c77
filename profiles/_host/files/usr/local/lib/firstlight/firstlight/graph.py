"""The steps of this site, and what each needs first.

preflight ─┬─ docker ─┬─ caddy, or traefik ── ready
           └─ files ──┴─ app ── manage (only where the application manages this server)
"""

from collections.abc import Callable
from pathlib import PurePosixPath

from . import docker, paths, preflight, ready, stores, web
from .app import App
from .compose import Compose
from .files import lose, place_all
from .programs import demand
from .secret import Secret
from .site import Site
from .steps import Run, Step
from .stores import Means

CADDYFILE = PurePosixPath("/etc/caddy/Caddyfile")
"""Where Debian's package of Caddy has its sites."""


def steps(means: Means, site: Site) -> list[Step]:
    """In the order in which `status` shows them. Caddy comes first where it can: its certificate takes longest."""
    compose = Compose(means.system, site)
    app = App(means, site, compose)

    every = [
        Step("preflight", (), lambda run: preflight.act(run, means, site)),
        Step("files", ("preflight",), lambda run: _files(run, means, site)),
        Step("docker", ("preflight",), lambda run: _docker(run, means, site)),
        Step("caddy", ("files", "docker"), lambda run: web.act(run, means, site, compose)),
        Step("traefik", ("files", "docker"), lambda run: _traefik(run, means, site, compose)),
        Step("app", ("files", "docker"), app.act, app.look),
        Step("ready", ("caddy", "traefik"), lambda run: ready.act(run, means, site)),
        Step("manage", ("app",), lambda run: _manage(run, means, site, compose, app.share)),
    ]
    return [
        one._replace(needs=tuple(name for name in one.needs if name in site.steps))
        for one in every
        if one.name in site.steps
    ]


def _files(run: Run, means: Means, site: Site) -> str:
    """Puts everything of the site's in its place; a note of what was lost, kept or carried over.

    Raises:
        Final: something cannot be put there, or a secret cannot be had.
    """

    def secret(hole: str) -> Secret:
        return stores.resolve(site.secrets[hole], means)

    if means.disk.read(paths.PLACED) and not (means.system.root / str(site.home)[1:]).exists():
        lose(means.disk, f"{site.home} was missing: bring the keys, sites and edits again that were in it. ")
    for folder, mode in ((site.home, 0o750), (site.home / "sites", 0o750), (site.keys, 0o700)):
        if folder:
            means.disk.folder(folder, mode)
    # Before Docker is installed, which may be later: its number stands in `.env`.
    run.retry(60, "making the group docker", lambda: demand(means.system, ["groupadd", "-rf", "docker"]))
    note = run.retry(300, "putting files in place", lambda: place_all(means.disk, secret))
    note += means.disk.data(paths.LOST).decode()
    # Only a document for a server that runs already contains it: a new one has no Caddy.
    if means.disk.read(CADDYFILE) and not site.traefik:
        try:
            from .carry_over import carry_over  # noqa: PLC0415

            note += carry_over(means, site)
        except ModuleNotFoundError:
            note += f"the sites in {CADDYFILE} are not carried over: a script from `firstlight render` does that. "
    return note


def _docker(run: Run, means: Means, site: Site) -> str:
    note = docker.act(run, means)
    if site.traefik:
        # Carried only where a document says so.
        from .traefik import make_network  # noqa: PLC0415

        make_network(run)
    return note


def _traefik(run: Run, means: Means, site: Site, compose: Compose) -> str:
    # Carried only where a document says so.
    from .traefik import act  # noqa: PLC0415

    return act(run, means, site, compose)


def _manage(run: Run, means: Means, site: Site, compose: Compose, share: Callable[[Run], str]) -> str:
    # Carried only where a document says so.
    from .manage_host import Host  # noqa: PLC0415

    host = site.managed and Host(means, site, site.managed, compose, share)
    return host.act(run) if host else ""
