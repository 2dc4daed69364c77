"""Run a program with a time limit, and say what it printed when it fails."""

import subprocess
from collections.abc import Sequence
from pathlib import Path


class Failed(Exception):
    """A check that did not hold, or a step that could not be done: one message for a person."""


def expect(holds: object, otherwise: str) -> None:
    """`assert` that no `python -O` removes and that always carries its reason."""
    if not holds:
        raise Failed(otherwise)


def run(
    argv: Sequence[str | Path],
    *,
    timeout: float = 60,
    check: bool = True,
    stdin: bytes | None = None,
    cwd: Path | None = None,
    log: Path | None = None,
) -> subprocess.CompletedProcess[bytes]:
    """Run argv to its end. With `log`, its output goes to that file as well as to the caller."""
    words = [str(word) for word in argv]
    how = {"input": stdin} if stdin is not None else {"stdin": subprocess.DEVNULL}
    try:
        done = subprocess.run(words, capture_output=True, timeout=timeout, cwd=cwd, **how)
    except FileNotFoundError as error:
        raise Failed(f"{words[0]} is not installed") from error
    except subprocess.TimeoutExpired as error:
        raise Failed(f"`{' '.join(words[:6])}` did not end within {timeout:.0f} s") from error
    if log:
        log.write_bytes(done.stdout + done.stderr)
    if check and done.returncode:
        raise Failed(f"`{' '.join(words[:6])}` ended with {done.returncode}:\n{tail(done.stdout + done.stderr)}")
    return done


def tail(text: bytes, lines: int = 40) -> str:
    """The last lines: where programs say why they stopped."""
    return "\n".join("    " + line for line in text.decode(errors="replace").splitlines()[-lines:])
