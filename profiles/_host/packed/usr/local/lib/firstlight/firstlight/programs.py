

import re

from.errors import Final,Later

from.words import last_line


def demand(
 system,
 argv,
 *,
 timeout=60,
 input=None,
 env=None,
):






 a=system.run(argv,timeout=timeout,input=input,env=env)
 if a.ok:
  return a.out
 b=free(system)

 if b and(b[0]<50 or b[1]<5000):
  raise Final(f"the disk is full: /var has {b[0]} MB and {b[1]} inodes free: make room")
 raise Later(complaint(argv,a))


def complaint(argv,done):

 return f"{argv[0]}: {last_line(done.err) or last_line(done.out) or f'it ended with {done.code}'}"


def free(system):

 a=system.run(["df","-m","--output=avail,iavail","/var"],timeout=30)
 b=re.search(rb"(\d+) +(\d+|-)\s*$",a.out)
 return(int(b[1]),1<<30 if b[2]==b"-" else int(b[2]))if b else None
