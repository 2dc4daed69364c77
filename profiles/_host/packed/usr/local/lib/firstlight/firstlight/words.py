


def plain(a,b=300):





 c=a.decode("utf-8","replace")if isinstance(a,bytes)else a
 d=" ".join("".join(e if e.isprintable()else " " for e in c).split())
 return d if len(d)<=b else d[:b-1]+"…"


def Cw(a,b=300):

 c=(plain(d,b)for d in reversed(a.splitlines()))
 return next(filter(None,c),"")
