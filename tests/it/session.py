"""Runs a program in a pseudo-terminal and answers its questions.

Usage: session.py PROGRAM ARGUMENT... <STEPS

STEPS is a JSON list of pairs: a text to wait for, and the keys to press then; `null` in place of keys closes the terminal.
Prints {"code": …, "output": …}: the exit code (-N if signal N ended the program), and everything that the terminal got. If
a text does not come, or the program does not end, "missed" says which text, or "the end". Every wait has a limit.
"""

import fcntl
import json
import os
import pty
import re
import select
import signal
import struct
import sys
import termios
import time

# Far more than a busy machine needs.
LIMIT = 120.0
COLOURS = re.compile(rb"\x1b\[[0-9;?]*[A-Za-z]")


def read(terminal: int, until: float) -> bytes | None:
    """What the terminal got next; nothing at its end, and None if the limit passed."""
    left = until - time.monotonic()
    if left <= 0 or not select.select([terminal], [], [], left)[0]:
        return None
    try:
        return os.read(terminal, 65536)
    except OSError:
        return b""


def plain(output: bytes) -> str:
    return COLOURS.sub(b"", output).decode("utf-8", "replace")


def ended(child: int, until: float) -> int | None:
    """The exit code, once the program has ended."""
    while time.monotonic() < until:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.01)
    return None


def main() -> None:
    steps = json.load(sys.stdin)
    child, terminal = pty.fork()
    if child == 0:
        os.execv(sys.argv[1], sys.argv[1:])
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 100, 0, 0))
    output, seen, missed, is_open = b"", 0, None, True
    for wanted, keys in steps:
        until = time.monotonic() + LIMIT
        while (at := plain(output).find(wanted, seen)) < 0:
            more = read(terminal, until)
            if not more:
                missed = wanted
                break
            output += more
        if missed is not None:
            break
        seen = at + len(wanted)
        if keys is None:
            os.close(terminal)
            is_open = False
            break
        os.write(terminal, keys.encode())
    until = time.monotonic() + LIMIT
    if missed is not None:
        os.kill(child, signal.SIGKILL)
    while is_open and (more := read(terminal, until)):
        output += more
    code = ended(child, until)
    if code is None:
        missed = "the end"
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    json.dump({"code": code, "output": plain(output), "missed": missed}, sys.stdout)


main()
