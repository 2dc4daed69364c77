"""Traefik, as infrakt sets it up on servers that it manages: with a compose file of its own, beside the site's.

infrakt adds a file to `conf.d` for each application that it deploys, and Traefik takes it at once. Only documents with
Traefik in front of the site contain this module.
"""

import hashlib
import re
from pathlib import PurePosixPath

from . import paths
from .compose import Compose
from .errors import Final, Later
from .programs import demand
from .site import Site
from .steps import Run
from .stores import Means
from .system import System
from .words import last_line

NETWORK = "infrakt"
"""Where Traefik and the applications find each other. No compose file makes it: each says that it is there."""


def containers(system: System, site: Site) -> Compose:
    """Traefik's container, which is a project of its own: the application's updates do not touch it."""
    folder = PurePosixPath(site.traefik or "")
    return Compose(
        system,
        site._replace(home=folder, compose=[f"{folder}/docker-compose.yml"], service="traefik", updater=None),
    )


def remove(system: System, site: Site) -> None:
    """Removes it, and the network with the last of the applications in it, which are not ours.

    Raises:
        Later, Final: it would not go.
    """
    containers(system, site).demand("down", timeout=600)
    system.run(["docker", "network", "rm", NETWORK])


def make_network(run: Run) -> None:
    """Makes the network, if it is not there.

    Raises:
        Final: it cannot be made.
    """

    def make() -> None:
        if not run.system.run(["docker", "network", "inspect", NETWORK]).ok:
            demand(run.system, ["docker", "network", "create", NETWORK])

    run.retry(60, "making Traefik's network", make)


def act(run: Run, means: Means, site: Site, compose: Compose) -> str:
    """Brings Traefik up with the configuration as it is now.

    Raises:
        Final: the configuration is wrong, or Traefik cannot be started; what serves until now goes on.
    """
    disk, front, folder = means.disk, containers(means.system, site), PurePosixPath(site.traefik or "")
    certificates = folder / "letsencrypt/acme.json"
    for name, mode in (("conf.d", 0o755), ("letsencrypt", 0o700)):
        disk.folder(folder / name, mode)
    # It holds keys, and Traefik refuses one that others may read.
    if (means.system.root / str(certificates)[1:]).exists():
        disk.make_private(certificates)
    else:
        disk.write(certificates, b"", 0o600)
    digest = hashlib.sha256(disk.data(folder / "traefik.yml")).hexdigest().encode()
    taken = disk.data(paths.TRAEFIK)
    is_edited = taken not in (b"", digest)
    if is_edited:
        run.retry(1800, "trying out Traefik's configuration", lambda: _try_out(means.system, front, folder))
    run.retry(60, "stopping Caddy", lambda: _take_ports(compose))
    anew = ["--force-recreate"] * is_edited
    run.retry(1800, "starting Traefik", lambda: front.up(*anew))
    if taken != digest:
        _look(means.system, front, folder)
        disk.write(paths.TRAEFIK, digest, 0o600)
    return ""


def _take_ports(compose: Compose) -> None:
    """A Caddy that was in front of the site has its ports. It is kept, for whoever goes back.

    Raises:
        Final: the site's compose file still has Caddy; the application would not be where Traefik looks for it.
    """
    if "caddy" in compose.images():
        raise Final(
            "the compose file is the one with Caddy: look at what changes with firstlight apply, then apply --new"
        )
    ids = compose.ids("caddy")
    if ids:
        compose.docker("stop", *ids, timeout=120)


def _try_out(system: System, front: Compose, folder: PurePosixPath) -> None:
    """Nothing but a start reads the file. A wrong one would end what is served until then.

    So Traefik's own health check reads the new file first, where there is nothing that it could ask.

    Raises:
        Final: the file is wrong.
    """
    image = front.images()["traefik"]
    front.pull(front.missing([image]))
    mount = f"{folder}/traefik.yml:/etc/traefik/traefik.yml:ro"
    alone = ["docker", "run", "--rm", "--network", "none", "-v", mount, "--entrypoint", "traefik"]
    done = system.run([*alone, image, "healthcheck"], timeout=120)
    if done.ok or b"Error calling healthcheck: " in done.out:
        return
    # Docker's own failures have another exit code.
    if done.code == 1:
        raise Final(
            f"Traefik refuses {folder}/traefik.yml and uses the one before: {_reason(done.err + done.out)}; "
            "mend it, then firstlight apply"
        )
    raise Later(last_line(done.err))


def _look(system: System, front: Compose, folder: PurePosixPath) -> None:
    """Whether it runs on after its start.

    Raises:
        Final: it does not, with what it said.
    """
    before = front.find()
    system.sleep(3)
    now = front.find()
    if now.get("State", {}).get("Status") != "running" or now["RestartCount"] != before.get("RestartCount"):
        said = system.run(["docker", "logs", "--tail", "1", *front.ids()[:1]])
        raise Final(f"Traefik does not run with {folder}/traefik.yml: {_reason(said.err + said.out)}")


def _reason(said: bytes) -> str:
    """Of a line in JSON, the error."""
    return re.sub('.*"error":"(.*?)".*', r"\1", last_line(said, 2000))
