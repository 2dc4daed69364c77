"""Foreign text made fit for a terminal, a log and a status line."""

from __future__ import annotations

import unicodedata

_READ = 65536
"""Bytes or characters of a text that are looked at: whoever answers with more has said enough."""

_BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
"""Letters and marks that show nothing, though their category does not tell."""


def plain(text: str | bytes, limit: int = 300) -> str:
    """One line of at most `limit` characters, of visible ones and single spaces alone.

    Control characters, ends of lines and everything else that is no sign become a space; what is there only to steer a
    terminal or a reader (bidirectional marks, zero-width characters, tags, variation selectors) is left out.
    """
    known = text[:_READ].decode("utf-8", "replace") if isinstance(text, bytes) else text[:_READ]
    line = " ".join("".join(map(_shown, known)).split())
    return line if len(line) <= limit else line[: max(limit - 1, 0)].rstrip() + "…"


def last_line(output: bytes, limit: int = 300) -> str:
    """The last line of a program's output that says anything: where programs say why they stopped."""
    for line in reversed(output[-_READ:].splitlines()):
        shown = plain(line, limit)
        if shown:
            return shown
    return ""


def _shown(character: str) -> str:
    category = unicodedata.category(character)
    if character in _BLANK or category == "Cf" or _chooses_a_form(character, category):
        return ""
    return " " if category[0] in "CZ" else character


def _chooses_a_form(character: str, category: str) -> bool:
    return category == "Mn" and unicodedata.name(character, "").startswith(("VARIATION", "MONGOLIAN FREE"))
