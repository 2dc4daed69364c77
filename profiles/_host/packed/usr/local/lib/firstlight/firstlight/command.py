





import os
import re
import sys

from importlib import import_module
from pathlib import Path, PurePosixPath

from . import site
from .disk import Disk
from .errors import Final, Later, Refused
from .http import Http
from .stores import Means
from .system import System
from .words import plain

_USAGE = """usage: firstlight COMMAND
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


_MODULES = {"status": "report", "verify": "report", "logs": "report", "token": "command", "boot": "bake"}



def main(arguments):

 name, options, word = parse(arguments)
 if os.geteuid():
  sys.exit("firstlight: run this as root")
 return run(name, Means(System(), Http(), Disk(Path("/"))), options, word)


def parse(arguments):





 options = {one for one in arguments[1:] if re.match("-.", one)}
 words = [one for one in arguments[1:] if one not in options]
 form = [*arguments[:1], *sorted(options), *("N" if one.isdecimal() else "NAME" for one in words)]
 forms = _USAGE.replace("[", "(").replace("]", ")?").replace("NAME", "N(AME)?").splitlines()

 if any(re.fullmatch(one.replace(" ", "\0"), "\0".join(form)) for one in forms[1:]):
  return arguments[0], options, "".join(words)
 is_help = arguments[:1] in (["--help"], ["-h"])
 (sys.stdout if is_help else sys.stderr).write(_USAGE)
 sys.exit(0 if is_help else 2)


def run(name, means, options, word):

 try:

  module = import_module(f".{_MODULES.get(name, name)}", __package__)
  command = getattr(module, name)
  return command(means, options, word)
 except ModuleNotFoundError as error:
  sys.stderr.write(f"firstlight: this server's document does not contain {error.name}\n")
  return 1
 except KeyboardInterrupt:
  return 130
 except BrokenPipeError:

  os._exit(1)
 except (Final, Later, OSError) as error:
  sys.stderr.write(f"firstlight: {plain(str(error), 2000)}\n")
  return 2 if isinstance(error, Refused) else 1


def token(means, _options, _word):





 wanted = site.read(means.disk).token
 line = sys.stdin.buffer.readline(65536).strip()
 if not wanted or wanted.scheme != "file" or not line:
  raise Final("no token on standard input, or none is waited for: firstlight token <FILE")
 means.disk.write(PurePosixPath(wanted.path), line + b"\n", 0o600)
 return 0
