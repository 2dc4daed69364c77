





import os
import re
import sys

from importlib import import_module
from pathlib import Path,PurePosixPath

from.import site
from.disk import Ar
from.errors import Final,Later,Bv
from.http import Ay
from.stores import Bk
from.system import Cf
from.words import plain

_a="""usage: firstlight COMMAND
status[ --json][ --wait[ N]| --watch]
verify
logs[ NAME]
token
apply[ --force][ --new][ NAME]
apply --back
teardown[ --volumes][ --yes]
run
boot
bake[ --poweroff]
"""


_b={"status":"report","verify":"report","logs":"report","token":"command","boot":"bake"}



def main(a):

 b,c,d=parse(a)
 if os.geteuid():
  sys.exit("firstlight: run this as root")
 return run(b,Bk(Cf(),Ay(),Ar(Path("/"))),c,d)


def parse(a):





 b={c for c in a[1:]if re.match("-.",c)}
 d=[c for c in a[1:]if c not in b]
 e=[*a[:1],*sorted(b),*("N" if c.isdecimal()else "NAME" for c in d)]
 f=_a.replace("[","(").replace("]",")?").replace("NAME","N(AME)?").splitlines()

 if any(re.fullmatch(c.replace(" ","\0"),"\0".join(e))for c in f[1:]):
  return a[0],b,"".join(d)
 g=a[:1]in(["--help"],["-h"])
 (sys.stdout if g else sys.stderr).write(_a)
 sys.exit(0 if g else 2)


def run(a,b,c,d):

 try:

  e=import_module(f".{_b.get(a, a)}",__package__)
  f=getattr(e,a)
  return f(b,c,d)
 except ModuleNotFoundError as error:
  sys.stderr.write(f"firstlight: this server's document does not contain {error.name}\n")
  return 1
 except KeyboardInterrupt:
  return 130
 except BrokenPipeError:

  os._exit(1)
 except(Final,Later,OSError)as error:
  sys.stderr.write(f"firstlight: {plain(str(error), 2000)}\n")
  return 2 if isinstance(error,Bv)else 1


def token(a,b,c):





 d=site.read(a.disk).token
 e=sys.stdin.buffer.readline(65536).strip()
 if not d or d.scheme!="file" or not e:
  raise Final("no token on standard input, or none is waited for: firstlight token <FILE")
 a.disk.write(PurePosixPath(d.path),e+b"\n",0o600)
 return 0
