"""The command line. Unknown commands and options end with 2 and the usage on standard error."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import PurePosixPath
from typing import BinaryIO, TextIO

from . import paths, site
from .disk import Disk, Owner
from .errors import Final, Later
from .http import Http, Network
from .report import Report
from .site import Site
from .system import Host, System
from .teardown import Teardown

_ALL_DAY = 86400.0
_LINE = 65536  # bytes read of what should be one line


def main(arguments: Sequence[str]) -> int:
    """Runs a command on this server; hands back the exit code."""
    options = parser().parse_args(arguments)
    if os.geteuid() != 0:
        sys.stderr.write("firstlight: run this as root\n")
        return 1
    try:
        return run(options, Host(), Network(), given=sys.stdin.buffer, out=sys.stdout)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # Whoever read has seen enough. At its end Python would write once more, and complain.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


def parser() -> argparse.ArgumentParser:
    """What can be asked for."""
    whole = argparse.ArgumentParser(prog="firstlight", description="This server's site: how it is, and what it needs.")
    commands = whole.add_subparsers(dest="command", required=True, metavar="COMMAND")

    status = commands.add_parser("status", help="how each step is; ends with 0: done, 1: failed, 2: not yet")
    how = status.add_mutually_exclusive_group()
    how.add_argument("--watch", action="store_true", help="print every change until it is done or has failed")
    seconds = {"nargs": "?", "type": _seconds, "const": _ALL_DAY, "metavar": "SECONDS"}
    how.add_argument("--wait", help="wait until it is done or has failed, for a day at most", **seconds)  # type: ignore[arg-type]
    status.add_argument("--json", action="store_true", help="as data")

    commands.add_parser("verify", help="check the site from outside, the images, and the files")
    commands.add_parser("token", help="take the registry's token from standard input: firstlight token <FILE")
    logs = commands.add_parser("logs", help="the last lines of all steps, of one, or of a compose service")
    logs.add_argument("name", nargs="?", metavar="STEP|SERVICE")
    down = commands.add_parser("teardown", help="stop the site and remove its containers")
    down.add_argument("--volumes", action="store_true", help="remove its data, too, and everything else of ours")
    down.add_argument("--yes", action="store_true", help="do not ask")
    return whole


def _seconds(text: str) -> float:
    seconds = float(text)
    if not 0 <= seconds <= _ALL_DAY:
        raise ValueError(text)
    return seconds


def run(options: argparse.Namespace, system: System, http: Http, *, given: BinaryIO, out: TextIO) -> int:
    """Does what was asked for; hands back the exit code."""
    disk = Disk(system.root)
    try:
        known = _site(disk)
        if options.command == "token":
            return _token(disk, known, given, Owner(os.geteuid(), os.getegid()))
        if options.command == "teardown":
            down = Teardown(system, disk, known, _printer(out))
            domain = known.domains[0]
            return down.act(
                volumes=options.volumes,
                answer=lambda: domain if options.yes else given.readline(_LINE).decode("latin-1"),
            )
        return _report(options, Report(system, disk, http, known, _printer(out)))
    except (Final, Later) as error:
        sys.stderr.write(f"firstlight: {error}\n")
        return 1


def _report(options: argparse.Namespace, report: Report) -> int:
    if options.command == "verify":
        return report.verify()
    if options.command == "logs":
        return report.logs(options.name)
    if options.watch:
        return report.watch()
    status = report.status() if options.wait is None else report.wait(options.wait)
    return report.show(status, as_json=options.json)


def _printer(out: TextIO) -> Callable[[str], None]:
    def show(line: str) -> None:
        out.write(f"{line}\n")
        out.flush()

    return show


def _site(disk: Disk) -> Site:
    content = disk.read(paths.SITE)
    if content is None:
        raise Final(f"{paths.SITE} is not there: has cloud-init laid the document? cloud-init status --long")
    return site.parse(content.data, paths.SITE)


def _token(disk: Disk, known: Site, given: BinaryIO, owner: Owner) -> int:
    """Puts a token where the step app waits for it, whole and for root alone."""
    if not known.token or known.token.scheme != "file":
        raise Final("the token of this site does not come from a file: see token in /etc/firstlight/site.json")
    line = given.readline(_LINE).strip()
    if not line:
        raise Final("there is no token on standard input: firstlight token <FILE")
    disk.write(PurePosixPath(known.token.path), line + b"\n", 0o600, owner)
    return 0
