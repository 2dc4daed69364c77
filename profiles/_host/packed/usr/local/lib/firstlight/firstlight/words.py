


def plain(text,limit=300):





 a=text.decode("utf-8","replace")if isinstance(text,bytes)else text
 b=" ".join("".join(c if c.isprintable()else " " for c in a).split())
 return b if len(b)<=limit else b[:limit-1]+"…"


def last_line(output,limit=300):

 a=(plain(b,limit)for b in reversed(output.splitlines()))
 return next(filter(None,a),"")
