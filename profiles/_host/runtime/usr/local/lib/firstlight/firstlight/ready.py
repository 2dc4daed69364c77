"""Does the site answer over HTTPS with its certificate? If not yet, what is in the way."""

import contextlib
import re
from dataclasses import dataclass

from .errors import Final, Later
from .http import Http, Request
from .site import Site
from .steps import Run
from .system import System
from .words import plain


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
        url = f"https://{self.site.domains[0]}"
        # An authority lets five failures an hour pass; Caddy paces itself, and looking costs nothing.
        run.retry(86400, f"waiting for {url}", lambda: self.probe(run.system), 4)
        # A server without a console is up all the same.
        with contextlib.suppress(OSError), (run.system.root / "dev/console").open("w") as console:
            console.write(f"firstlight: {url} is up. As root: firstlight status\n")
        return ""

    def probe(self, system: System) -> None:
        """Asks Caddy on this server itself, whatever the name resolves to.

        Raises:
            Later: it does not answer as it should; the message names where the domain points to and where we are.
        """
        site, domain = self.site, self.site.domains[0]
        url = f"https://{domain}{site.health}"
        asked = Request("GET", url, timeout=10, address="127.0.0.1", any_certificate=site.any_certificate)
        try:
            status = self.http.send(asked).status
            if status < 400:
                return
            reason = f"{url} answers {status}"
        except (Final, Later) as error:
            reason = str(error)
        # One line a kind of socket: each address once, in their order.
        lines = re.findall(rb"(?m)^\S+", system.run(["getent", "ahosts", domain]).out)
        known = plain(b" ".join(dict.fromkeys(lines)))
        raise Later(f"{reason} (DNS for {domain}: {known or 'none'}; this server: {addresses(system) or 'none'})")


def addresses(system: System) -> str:
    """The addresses of the server itself, with spaces between."""
    return plain(system.run(["hostname", "-I"]).out)
