"""Sites of a Caddy that ran here before us, so that they go on beside ours."""

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from .errors import Final
from .site import Site
from .stores import Means

_WORD = re.compile(r'"(?:\\.|[^"\\])*"|`[^`]*`|<<(\w+)\n[\s\S]*?\n\s*\1\b|#.*|\n|\S+')

_OURS = "admin auto_https http_port https_port local_certs acme_ca cert_issuer storage default_bind"
"""Global options that would reach our own site: its ports, its authority and its keys, and how it is given edits."""


def carry_over(means: Means, site: Site) -> str:
    """Once: from then on the file is the operator's. A note if it cannot be.

    A name that is ours now, or a bare port, is left out. What a kept site imports comes along: snippets as they are,
    files in place of the line that imports them, since they are not in the container. So do global options, in a file
    that ours imports.
    """
    old, new = PurePosixPath("/etc/caddy/Caddyfile"), site.home / "sites/carried-over.caddy"
    try:
        kept, options, has_sites = "", "", False
        for words, body in [] if means.disk.read(new) else _blocks(_expanded(means, old)):
            hosts = [one for one in words if re.sub(r"^\w+://|[:/].*", "", one).lower() not in ("", *site.domains)]
            if not words:
                inner = [one for one in _blocks(body[1:-1]) if one[0][0] not in _OURS.split()]
                options = "".join(f"{' '.join(names)} {block}\n" for names, block in inner)
            elif not body:
                raise ValueError(f"{words[0]} stands outside of braces")
            elif words[0][0] == "(":
                kept += f"{words[0]} {body}\n"
            elif hosts:
                has_sites = True
                kept += f"{', '.join(hosts)} {body}\n"
        if has_sites:
            means.disk.write(new.with_suffix(".options"), options.encode(), 0o600)
            means.disk.write(new, kept.encode(), 0o600)
    except (Final, ValueError) as error:
        return f"the sites in {old} were not carried over: {error}"
    return ""


def _blocks(text: str) -> Iterator[tuple[list[str], str]]:
    """Everything on the outermost level: its words, and what it has in braces."""
    words: list[str] = []
    depth = start = 0
    for found in _WORD.finditer(text + "\n"):
        word, end = found[0], found.end()
        is_over = False
        if word == "{":
            start = start if depth else end - 1
            depth += 1
        elif word == "}":
            depth -= 1
            is_over = not depth
        elif not depth and word == "\n":
            start = end
            is_over = bool(words) and words[-1][-1] != ","
        elif not depth and word[0] != "#":
            words.append(word)
        if is_over:
            yield [one.strip(",") for one in words], text[start:end]
            words = []


def _expanded(means: Means, path: PurePosixPath, depth: int = 9) -> str:
    data, root = means.disk.data(path), means.system.root

    def contents(found: re.Match[str]) -> str:
        pattern = str(path.parent / found[1])
        if "**" in pattern:
            # Each Python has another opinion of it.
            raise ValueError(f"import {found[1]} has a '**'")
        files = [PurePosixPath("/", one.relative_to(root)) for one in sorted(root.glob(pattern.lstrip("/")))]
        texts = [_expanded(means, one, depth - 1) for one in files]
        # A snippet's name stays.
        return "\n".join(texts) if texts or "*" in pattern else found[0]

    text = data.decode("utf-8", "replace") if depth else ""
    return re.sub(r"(?m)^[ \t]*import[ \t]+(\S+)[ \t]*$", contents, text)
