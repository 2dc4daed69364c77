"""The command line. Unknown commands and options end with 2 and the usage on standard error.

Not by argparse: the forms below take a third of its bytes, and reading that is a part of the time of `status`.
"""

import os
import re
import sys
from collections.abc import Callable, Sequence
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
  status [--json] [--watch | --wait [SECONDS]]  (ends with 0: done, 1: failed, 2: not yet)
  verify
  logs [STEP | SERVICE]
  token <FILE
  apply [--force] [DOCUMENT | -]  (runs the steps again, with a newer document)
  apply --back  (with the one before)
  teardown [--volumes] [--yes]
"""

_FORMS = (
    "status( --json)?( --wait( N)?| --watch)?|verify|logs( [NW])?|token|apply( --force)?( [NW])?|apply --back"
    "|teardown( --volumes)?( --yes)?"
)
"""Options in the order of the alphabet, then a word: `N` if it is a number, else `W`."""

_MODULES = {"status": "report", "verify": "report", "logs": "report", "token": "command"}
"""Where a command is not in a module of its name."""


def main(arguments: Sequence[str]) -> int:
    """Runs a command on this server; hands back the exit code."""
    name, options, word = parse(arguments)
    if os.geteuid():
        sys.exit("firstlight: run this as root")
    return run(name, Means(System(), Http(), Disk(Path("/"))), options, word)


def parse(arguments: Sequence[str]) -> tuple[str, set[str], str]:
    """The command, its options, and a word.

    Raises:
        SystemExit: it was asked for the usage, or gives it.
    """
    options = {one for one in arguments[1:] if re.match("-.", one)}
    words = [one for one in arguments[1:] if one not in options]
    form = [*arguments[:1], *sorted(options), *("N" if one.isdecimal() else "W" for one in words)]
    # No argument has a zero in it, but a space some of them.
    if re.fullmatch(_FORMS.replace(" ", "\0"), "\0".join(form)):
        return arguments[0], options, "".join(words)
    is_help = arguments[:1] in (["--help"], ["-h"])
    (sys.stdout if is_help else sys.stderr).write(_USAGE)
    sys.exit(0 if is_help else 2)


def run(name: str, means: Means, options: set[str], word: str) -> int:
    """Does what was asked for; hands back the exit code."""
    try:
        # Each needs other modules, and reading all of them takes longer than most commands.
        module = import_module(f".{_MODULES.get(name, name)}", __package__)
        command: Callable[[Means, set[str], str], int] = getattr(module, name)
        return command(means, options, word)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # Whoever read has seen enough. At its end Python would write once more, and complain.
        os._exit(1)
    except (Final, Later, OSError) as error:
        sys.stderr.write(f"firstlight: {plain(str(error), 2000)}\n")
        return 2 if isinstance(error, Refused) else 1


def token(means: Means, _options: set[str], _word: str) -> int:
    """Puts a token where the step app waits for it, whole and for root alone.

    Raises:
        Final: there is none, this site waits for none, or it cannot be written.
    """
    wanted = site.read(means.disk).token
    if not wanted or wanted.scheme != "file":
        raise Final("the token of this site does not come from a file")
    line = sys.stdin.buffer.readline(65536).strip()
    if not line:
        raise Final("no token on standard input: firstlight token <FILE")
    means.disk.write(PurePosixPath(wanted.path), line + b"\n", 0o600)
    return 0
