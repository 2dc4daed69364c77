"""Foreign text made fit for a terminal, a log and a status line."""


def plain(text: str | bytes, limit: int = 300) -> str:
    """One line of at most `limit` characters, of printable ones and single spaces alone.

    Everything else becomes a space: control characters, ends of lines, halves of characters, and what is there only to
    steer a terminal or a reader (bidirectional marks, zero-width characters, tags).
    """
    known = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    line = " ".join("".join(one if one.isprintable() else " " for one in known).split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


def last_line(output: bytes, limit: int = 300) -> str:
    """The last line of a program's output that says anything: where programs say why they stopped."""
    lines = (plain(line, limit) for line in reversed(output.splitlines()))
    return next(filter(None, lines), "")
