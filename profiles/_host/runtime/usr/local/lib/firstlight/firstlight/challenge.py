"""What a registry asks for before it answers: the header `WWW-Authenticate`, which is foreign text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlencode

from .errors import Final

_WORD = re.compile(r'([A-Za-z0-9_-]{1,64})(?:\s*=\s*("(?:[^"\\]|\\.)*"|[^\s,"]*))?[\s,]*')
_REALM = re.compile(r"https://[A-Za-z0-9.-]+(:[0-9]{1,5})?(/[A-Za-z0-9._~/%+-]*)?(\?[\x21\x24-\x7e]*)?")


@dataclass(frozen=True)
class Challenge:
    """How to prove who one is."""

    realm: str | None
    """Where a token is to be had; nothing if the login itself is wanted."""
    service: str = ""
    scope: str = ""

    def url(self, scope: str) -> str:
        """The address of the token; `scope` holds if the registry has not named one."""
        asked = {"service": self.service, "scope": self.scope or scope}
        query = urlencode({name: value for name, value in asked.items() if value})
        return f"{self.realm}{'&' if '?' in (self.realm or '') else '?'}{query}"


def parse(header: str, who: str) -> Challenge:
    """Reads the header; of several challenges, the one for a token.

    Raises:
        Final: it is not understood, or names no address for a token that the login may be sent to.
    """
    schemes: dict[str, dict[str, str]] = {}
    current: dict[str, str] = {}
    for found in _WORD.finditer(header):
        name, value = found[1].lower(), found[2]
        if value is None:
            current = schemes.setdefault(name, {})
        else:
            current[name] = re.sub(r"\\(.)", r"\1", value[1:-1]) if value.startswith('"') else value
    if "bearer" in schemes:
        given = schemes["bearer"]
        if not _REALM.fullmatch(given.get("realm", "")):
            raise Final(f"{who} names no https:// address for its tokens: is this a registry?")
        return Challenge(given["realm"], given.get("service", "")[:256], given.get("scope", "")[:1024])
    if "basic" in schemes:
        return Challenge(None)
    raise Final(f"{who} does not say how to log in: is this a registry?")
