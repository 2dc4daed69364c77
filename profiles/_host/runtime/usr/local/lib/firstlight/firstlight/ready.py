"""Does the site answer over HTTPS with its certificate? If not yet, what is in the way."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass

from .errors import Final, Later
from .http import Http, Request
from .site import Site
from .steps import Pace, Run
from .system import System
from .words import plain

_SOON, _AT_LAST = 300.0, 86400.0  # seconds: looked at each second, then every quarter of a minute for a day
_PROBE = 10.0


@dataclass(frozen=True)
class Ready:
    """The step `ready`, and what `status` asks to see whether it still holds."""

    http: Http
    site: Site

    def act(self, run: Run) -> str:
        """Waits until the site answers.

        Raises:
            Final: it has not within a day; with what is in the way.
        """
        what = f"waiting for https://{self.site.domains[0]}"
        try:
            run.retry(_SOON, what, lambda: self.probe(run.system), Pace(1.0, 1.0))
        except Final:
            # An authority lets five failures an hour pass; Caddy paces itself, and looking costs nothing.
            run.retry(_AT_LAST, what, lambda: self.probe(run.system), Pace(15.0, 15.0))
        line = f"firstlight: https://{self.site.domains[0]} is up. As root: firstlight status\n"
        # A server without a console is up all the same.
        with contextlib.suppress(OSError), (run.system.root / "dev/console").open("w") as console:
            console.write(line)
        return ""

    def probe(self, system: System) -> None:
        """Asks Caddy on this server itself, whatever the name resolves to.

        Raises:
            Later: it does not answer as it should; the message names where the domain points to and where we are.
        """
        url = f"https://{self.site.domains[0]}{self.site.health}"
        here, any_certificate = "127.0.0.1", self.site.any_certificate
        try:
            asked = Request("GET", url, timeout=_PROBE, address=here, any_certificate=any_certificate)
            status = self.http.send(asked).status
            reason = f"{url} answers {status}"
        except (Final, Later) as error:
            status, reason = 599, str(error)
        if status >= 400:
            raise Later(f"{reason} ({self._addresses(system)})")

    def _addresses(self, system: System) -> str:
        domain = self.site.domains[0]
        lines = system.run(["getent", "ahosts", domain], timeout=30).out.decode("utf-8", "replace").splitlines()
        # One line a kind of socket: each address once, in their order.
        known = " ".join(dict.fromkeys(line.split()[0] for line in lines if line.strip()))
        return f"DNS for {domain}: {plain(known) or 'none'}; this server: {addresses(system) or 'none'}"


def addresses(system: System) -> str:
    """The addresses of the server itself, with spaces between."""
    return plain(system.run(["hostname", "-I"], timeout=30).out)
