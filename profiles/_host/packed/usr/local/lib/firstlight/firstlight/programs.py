

import re

from .errors import Final, Later

from .words import last_line


def demand(
 system,
 argv,
 *,
 timeout = 60,
 input = None,
 env = None,
):






 done = system.run(argv, timeout=timeout, input=input, env=env)
 if done.ok:
  return done.out
 room = free(system)

 if room and (room[0] < 50 or room[1] < 5000):
  raise Final(f"the disk is full: /var has {room[0]} MB and {room[1]} inodes free: make room")
 raise Later(complaint(argv, done))


def complaint(argv, done):

 return f"{argv[0]}: {last_line(done.err) or last_line(done.out) or f'it ended with {done.code}'}"


def free(system):

 done = system.run(["df", "-m", "--output=avail,iavail", "/var"], timeout=30)
 found = re.search(rb"(\d+) +(\d+|-)\s*$", done.out)
 return (int(found[1]), 1 << 30 if found[2] == b"-" else int(found[2])) if found else None
