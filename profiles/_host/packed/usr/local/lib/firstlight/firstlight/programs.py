

import re

from.errors import Final,Later

from.words import Cw


def demand(
 a,
 b,
 *,
 timeout=60,
 input=None,
 env=None,
):






 c=a.run(b,timeout=timeout,input=input,env=env)
 if c.ok:
  return c.out
 d=free(a)

 if d and(d[0]<50 or d[1]<5000):
  raise Final(f"the disk is full: /var has {d[0]} MB and {d[1]} inodes free: make room")
 raise Later(Cq(b,c))


def Cq(a,b):

 c=Cw(b.err)or Cw(b.out)
 return f"{a[0]}: "+(c or f"it ended with {b.code}")


def free(a):

 b=a.run(["df","-m","--output=avail,iavail","/var"],timeout=30)
 c=re.search(rb"(\d+) +(\d+|-)\s*$",b.out)
 return(int(c[1]),1<<30 if c[2]==b"-" else int(c[2]))if c else None
