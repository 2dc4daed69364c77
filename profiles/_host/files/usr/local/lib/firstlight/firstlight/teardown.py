"""Takes the site down; with its volumes, leaves nothing of ours but the program.

In this order, so that a second run after a power cut does the rest: nothing starts any more, nothing runs, nothing is
left.
"""

import sys

from . import metadata, paths, site
from .compose import Compose
from .errors import Final
from .site import Site
from .stores import Means
from .words import plain

UNITS = ("firstlight.path", "firstlight.timer", "firstlight-docker.timer", "firstlight.service")
"""All that could start something again; those that this site has not are none the worse for it."""


def teardown(means: Means, options: set[str], _word: str) -> int:
    """Says what goes, asks, and does it.

    Raises:
        Final, Later: it was not confirmed, or something would not go; what has been removed until then is.
    """
    known, volumes = site.read(means.disk), "--volumes" in options
    compose, domain, token = Compose(means.system, known), known.domains[0], known.token
    down = ["down", "--remove-orphans", *["--volumes"] * volumes]
    # With the last one go the staged files, which a second run needs as little as a first.
    folders = [known.home, paths.BROUGHT, paths.RUN, paths.LIBRARY] * volumes
    extras = [b"our line in /root/.ssh/authorized_keys"] * bool(known.managed)
    extras += [b"Traefik, for all its routes"] * bool(known.traefik)
    print("This stops the site and removes:")
    for line in [*compose.try_("--dry-run", *down, timeout=600).err.splitlines(), *extras, *map(bytes, folders)]:
        print(f"  {plain(line)}")
    if "--yes" not in options:
        print(f"Type {domain} to go on:", flush=True)
        if sys.stdin.readline(999).strip() != domain:
            raise Final("nothing was removed")
    for unit in UNITS:
        means.system.run(["systemctl", "disable", "--now", unit], timeout=300)
    _remove(means, known, down)
    # Last, because until now containers were running.
    means.system.run(["systemctl", "disable", "--now", metadata.UNIT], timeout=300)
    means.disk.remove(paths.DOCKER_LOGIN)
    for folder in folders:
        means.disk.remove_folder(folder)
    if volumes and token and token.scheme == "file":
        print(f"Your own {token.path} is still there: remove it if no one needs it.")
    return 0


def _remove(means: Means, known: Site, down: list[str]) -> None:
    """The containers, and what only some sites have: each module for that is carried only where a document says so."""
    if known.managed:
        from .root_key import put  # noqa: PLC0415

        # Before the containers end: the application's way into this server is of no more use to anybody.
        put(means.disk, b"")
    Compose(means.system, known).demand(*down, timeout=600)
    if known.traefik:
        from .traefik import remove  # noqa: PLC0415

        remove(means.system, known)
