"""Does the site answer over HTTPS with its certificate? If not yet, what is in the way."""

import re
from contextlib import suppress

from .errors import Final, Later
from .http import Request
from .site import Site
from .steps import Run
from .stores import Means
from .system import System
from .words import plain


def act(run: Run, means: Means, site: Site) -> str:
    """Waits until the site answers.

    Raises:
        Final: it has not within a day; with what is in the way.
    """
    url = f"https://{site.domains[0]}"
    # An authority lets five failures an hour pass; Caddy paces itself, and looking costs nothing.
    run.retry(86400, f"waiting for {url}", lambda: probe(means, site), 4)
    tell(means.system, f"{url} is up. As root: firstlight status")
    return ""


def tell(system: System, message: str) -> None:
    """Writes to the console, if the server has one."""
    with suppress(OSError), (system.root / "dev/console").open("w") as console:
        console.write(f"firstlight: {plain(message, 2000)}\n")


def probe(means: Means, site: Site) -> None:
    """Asks Caddy on this server itself, whatever the name resolves to.

    Raises:
        Later: it does not answer as it should; the message names where the domain points to and where we are.
    """
    system, domain = means.system, site.domains[0]
    url = f"https://{domain}{site.health}"
    asked = Request("GET", url, timeout=10, address="127.0.0.1", any_certificate=site.any_certificate)
    try:
        status = means.http.send(asked).status
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
