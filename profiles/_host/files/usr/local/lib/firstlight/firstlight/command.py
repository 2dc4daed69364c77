"""The command line. Unknown commands and options end with 2 and the usage on standard error.

Not by argparse: the usage itself, which is nearly a regular expression, takes a third of the bytes, and reading that
module is a part of the time of `status`.
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
"""What can be asked for: options in the order of the alphabet, `N` for a number, `NAME` for whatever else there is."""

_MODULES = {"status": "report", "verify": "report", "logs": "report", "token": "command", "boot": "bake"}
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
    form = [*arguments[:1], *sorted(options), *("N" if one.isdecimal() else "NAME" for one in words)]
    forms = _USAGE.replace("[", "(").replace("]", ")?").replace("NAME", "N(AME)?").splitlines()
    # No argument has a zero in it, but a space some of them.
    if any(re.fullmatch(one.replace(" ", "\0"), "\0".join(form)) for one in forms[1:]):
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
    except ModuleNotFoundError as error:
        sys.stderr.write(f"firstlight: this server's document does not contain {error.name}\n")
        return 1
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
    line = sys.stdin.buffer.readline(65536).strip()
    if not wanted or wanted.scheme != "file" or not line:
        raise Final("no token on standard input, or none is waited for: firstlight token <FILE")
    means.disk.write(PurePosixPath(wanted.path), line + b"\n", 0o600)
    return 0
