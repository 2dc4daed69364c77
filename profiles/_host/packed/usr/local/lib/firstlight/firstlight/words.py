


def plain(text, limit = 300):





 known = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
 line = " ".join("".join(one if one.isprintable() else " " for one in known).split())
 return line if len(line) <= limit else line[: limit - 1] + "…"


def last_line(output, limit = 300):

 lines = (plain(line, limit) for line in reversed(output.splitlines()))
 return next(filter(None, lines), "")
