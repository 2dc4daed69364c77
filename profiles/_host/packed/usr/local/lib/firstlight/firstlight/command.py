





import os
import re
import sys

from importlib import import_module
from pathlib import Path,PurePosixPath

from.import site
from.disk import Disk
from.errors import Final,Later,Refused
from.http import Http
from.stores import Means
from.system import System
from.words import plain

_a="""usage: firstlight COMMAND
status[ --json][ --wait[ N]| --watch]
verify
logs[ NAME]
token
apply[ --force][ NAME]
apply --back
teardown[ --volumes][ --yes]
run
boot
bake[ --poweroff]
"""


_b={"status":"report","verify":"report","logs":"report","token":"command","boot":"bake"}



def main(arguments):

 a,b,c=parse(arguments)
 if os.geteuid():
  sys.exit("firstlight: run this as root")
 return run(a,Means(System(),Http(),Disk(Path("/"))),b,c)


def parse(arguments):





 a={b for b in arguments[1:]if re.match("-.",b)}
 c=[b for b in arguments[1:]if b not in a]
 d=[*arguments[:1],*sorted(a),*("N" if b.isdecimal()else "NAME" for b in c)]
 e=_a.replace("[","(").replace("]",")?").replace("NAME","N(AME)?").splitlines()

 if any(re.fullmatch(b.replace(" ","\0"),"\0".join(d))for b in e[1:]):
  return arguments[0],a,"".join(c)
 f=arguments[:1]in(["--help"],["-h"])
 (sys.stdout if f else sys.stderr).write(_a)
 sys.exit(0 if f else 2)


def run(name,means,options,word):

 try:

  a=import_module(f".{_b.get(name, name)}",__package__)
  b=getattr(a,name)
  return b(means,options,word)
 except ModuleNotFoundError as error:
  sys.stderr.write(f"firstlight: this server's document does not contain {error.name}\n")
  return 1
 except KeyboardInterrupt:
  return 130
 except BrokenPipeError:

  os._exit(1)
 except(Final,Later,OSError)as error:
  sys.stderr.write(f"firstlight: {plain(str(error), 2000)}\n")
  return 2 if isinstance(error,Refused)else 1


def token(means,_options,_word):





 a=site.read(means.disk).token
 b=sys.stdin.buffer.readline(65536).strip()
 if not a or a.scheme!="file" or not b:
  raise Final("no token on standard input, or none is waited for: firstlight token <FILE")
 means.disk.write(PurePosixPath(a.path),b+b"\n",0o600)
 return 0
