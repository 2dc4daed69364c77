"""Caddy: started early, so that the certificate comes while the application is pulled; given edits without a pause.

An edited configuration is tried by the same image before Caddy sees it. One that is wrong changes nothing: the old one
serves on, and the message names file and line. At the very first start there is nothing to protect, and an unchanged
file of ours need not be tried: a small server takes ten seconds for that.
"""

import hashlib
import re
from contextlib import suppress
from pathlib import PurePosixPath

from . import paths
from .compose import Compose
from .disk import Disk
from .errors import Final, Later
from .site import Site
from .steps import Run
from .stores import Means
from .words import last_line


def act(run: Run, means: Means, site: Site, compose: Compose) -> str:
    """Brings Caddy up with the configuration as it is now.

    Raises:
        Final: the configuration is wrong, or Caddy cannot be started.
    """
    disk, home = means.disk, site.home

    def validate() -> None:
        compose.pull(compose.missing([compose.images()["caddy"]]))
        # In a container of its own, which sees the files as they are now: the running one has those of its start.
        alone = ("run", "--rm", "--no-deps", "-T", "--entrypoint", "caddy", "caddy")
        done = compose.try_(*alone, "validate", "--config", "/etc/caddy/Caddyfile", timeout=120)
        # Docker's own failures have the same exit code: whether it is Caddy that refuses, another run tells.
        if not done.ok and compose.try_(*alone, "version", timeout=120).ok:
            # Newer versions say it in JSON.
            why = re.sub('.*"msg":"(.*)"}', r"\1", last_line(done.err, 2000)).replace("/etc/caddy", str(home))
            raise Final(
                f"Caddy refuses its configuration and uses the one before: {why}; mend it, then firstlight apply"
            )
        if not done.ok:
            raise Later(last_line(done.err))

    _mend(means, compose)
    sites = disk.files(home / "sites")
    contents = {str(path): disk.read(path) for path in (home / "Caddyfile", *sites)}
    digest = hashlib.sha256(repr(contents).encode()).hexdigest().encode()
    taken = disk.read(paths.CADDY)
    is_new = not taken or taken.data != digest
    is_ours = not sites and disk.data(home / "Caddyfile") == disk.data(paths.STAGED / f"{home}/Caddyfile"[1:])
    is_first = not taken and is_ours and not compose.ids("caddy")
    if is_new and not is_first:
        run.retry(1800, "trying out Caddy's configuration", validate)
    run.retry(1800, "starting Caddy", lambda: compose.up("--no-deps", "caddy"))
    if is_new and not is_first:
        # By standard input: in the running container the file is still the one that an editor has replaced.
        main = contents[f"{home}/Caddyfile"]
        words = (
            "exec",
            "-T",
            "-w",
            "/etc/caddy",
            "caddy",
            "caddy",
            "reload",
            "--config",
            "-",
            "--adapter",
            "caddyfile",
        )
        run.retry(60, "giving Caddy its configuration", lambda: compose.demand(*words, input=main and main.data))
    if is_new:
        disk.write(paths.CADDY, digest, 0o600)
    return ""


def _mend(means: Means, compose: Compose) -> None:
    """A power cut can leave an account at an authority without its key.

    Then certmagic takes the folder's name for an e-mail address, which every authority refuses, and so for ever.
    """
    for volume in means.system.root.glob("var/lib/docker/volumes/*_caddy[-_]data/_data"):
        # What a container has in its volume may lead anywhere, or to itself.
        inside = Disk(volume, links=False)
        for account in volume.glob("caddy/acme/*/users/default"):
            path = PurePosixPath("/", account.relative_to(volume))
            with suppress(Final):
                if not inside.read(path / "default.key"):
                    compose.try_("rm", "-sf", "caddy")
                    inside.remove_folder(path)
