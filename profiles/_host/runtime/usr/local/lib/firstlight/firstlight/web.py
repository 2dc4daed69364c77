"""Caddy: started early, so that the certificate comes while the application is pulled; given edits without a pause.

An edited configuration is tried by the same image before Caddy sees it. One that is wrong changes nothing: the old one
serves on, and the message names file and line.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from dataclasses import dataclass

from . import paths
from .compose import Compose
from .disk import Disk
from .errors import Final, Later
from .site import Site
from .steps import Run
from .system import Done
from .words import last_line, plain

_SERVICE = "caddy"
_FOLDER = "/etc/caddy"  # in the container
_PULL, _START, _RELOAD = 1800.0, 1800.0, 60.0  # seconds for all tries of each
_ONCE = 120.0


@dataclass(frozen=True)
class Web:
    """The step `caddy`."""

    disk: Disk
    site: Site

    def act(self, run: Run) -> str:
        """Brings Caddy up with the configuration as it is now.

        Raises:
            Final: the configuration is wrong, or Caddy cannot be started.
        """
        compose = Compose(run.system, self.site)
        self._mend_accounts(run, compose)
        digest, applied = self._digest(), self.disk.read(paths.CADDY)
        changed = applied is None or applied.data.decode("latin-1") != digest
        if changed:
            self._try_out(run, compose)
        run.retry(_START, "starting Caddy", lambda: compose.up("--no-deps", _SERVICE))
        if changed:
            # One that has just been started has read it, and takes it for unchanged.
            run.retry(_RELOAD, "giving Caddy its configuration", lambda: self._reload(compose))
            self.disk.write(paths.CADDY, digest.encode(), 0o600)
        return ""

    def _try_out(self, run: Run, compose: Compose) -> None:
        """In a container of its own, which sees the files as they are now: the running one has those of its start.

        Raises:
            Final: Caddy does not take it.
        """
        pull = ("pull", "-q", "--policy", "missing", _SERVICE)
        run.retry(_PULL, "pulling Caddy", lambda: compose.demand(*pull, timeout=_PULL))
        run.retry(_START, "trying out Caddy's configuration", lambda: self._validate(compose))

    def _validate(self, compose: Compose) -> None:
        alone = ("run", "--rm", "--no-deps", "-T", "--entrypoint", "caddy", _SERVICE)
        validate = ("validate", "--config", f"{_FOLDER}/Caddyfile", "--adapter", "caddyfile")
        done = compose.try_(*alone, *validate, timeout=_ONCE)
        if done.ok:
            return
        said = _said(done)
        # Docker's own failures have the same exit code: whether it is Caddy that refuses, another run tells.
        if not compose.try_(*alone, "version", timeout=_ONCE).ok:
            raise Later(said or "docker compose cannot run it")
        where = said.replace(f"{_FOLDER}/", f"{self.site.home}/")
        raise Final(
            f"Caddy refuses its configuration, the one before is in use: {where}; mend it, then firstlight apply"
        )

    def _reload(self, compose: Compose) -> None:
        """By standard input: in the running container the file is still the one that an editor has replaced."""
        content = self.disk.read(self.site.home / "Caddyfile")
        words = ("exec", "-T", "-w", _FOLDER, _SERVICE, "caddy", "reload", "--config", "-", "--adapter", "caddyfile")
        compose.demand(*words, timeout=_ONCE, input=content.data if content else b"")

    def _digest(self) -> str:
        """Of everything that makes up the configuration."""
        home = self.site.home
        files = [home / "Caddyfile", *self.disk.files(home / "sites")]
        digest = hashlib.sha256()
        for path in files:
            content = self.disk.read(path)
            data = content.data if content else b""
            digest.update(f"{path} {len(data)}\n".encode() + data)
        return digest.hexdigest()

    def _mend_accounts(self, run: Run, compose: Compose) -> None:
        """A power cut can leave an account at a certificate authority without its key.

        Then certmagic takes the folder's name for an e-mail address, which every authority refuses, and so for ever.
        """
        volumes = run.system.root / "var/lib/docker/volumes"
        for account in sorted(volumes.glob("*/_data/caddy/acme/*/users/default")):
            if account.is_dir() and not (account / "default.key").exists():
                compose.try_("rm", "-sf", _SERVICE)
                shutil.rmtree(account, ignore_errors=True)


def _said(done: Done) -> str:
    """Why it stopped. Newer versions say so as a line of their log, in JSON."""
    line = last_line(done.err, 2000) or last_line(done.out, 2000)
    try:
        return plain(str(json.loads(line)["msg"]))
    except (ValueError, KeyError, TypeError, RecursionError):
        return plain(line)
