import subprocess
import sys
from pathlib import Path

import pytest

import strip

EXAMPLE = '''"""What it is."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    Act = Callable[[], None]


@dataclass
class Field:
    """Two of them."""

    one: dict[str, int]
    two: str = "x"  # the default
    """Says more."""


def act(many: Sequence[str], *, why: str = "") -> list[str]:
    """Does it."""
    found: list[str] = []
    for one in many:
        # A reason.
        found.append(one + why)
    return found
'''

CARRIED = """





from dataclasses import dataclass






@dataclass
class Field:


 one:str
 two:str="x"



def act(a,*,why=""):

 b=[]
 for c in a:

  b.append(c+why)
 return b
"""


def test_what_only_readers_and_checkers_need_goes() -> None:
    assert strip.strip(EXAMPLE, {"why"}) == CARRIED


def test_what_is_carried_runs(tmp_path: Path) -> None:
    modules = []
    for name, text in strip.packed().items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
        modules.append(".".join(Path(name).with_suffix("").parts).removesuffix(".__init__"))
    modules.remove("__main__")
    program = f"import sys; sys.path.insert(0, {str(tmp_path)!r}); import {', '.join(modules)}"
    subprocess.run([sys.executable, "-I", "-c", program], check=True)
    # No name is used that is not there any more, and nothing is imported for nothing; where there is ruff, as in `run`.
    ruff = Path(sys.executable).with_name("ruff")
    if ruff.exists():
        argv = [str(ruff), "check", "--isolated", "--no-cache", "--quiet", "--select", "F401,F821", str(tmp_path)]
        subprocess.run(argv, check=True)


@pytest.mark.parametrize("text", ['x = """a\n    b"""\n', "def f():\n    return (\n        1,  # one\n    )\n"])
def test_what_it_says_stays(text: str) -> None:
    assert strip.strip(text, set()).count("\n") == text.count("\n")


def test_what_the_compiler_carries_is_what_is_written() -> None:
    there = {str(path.relative_to(strip.PACKED)): path.read_text() for path in strip.PACKED.rglob("*.py")}
    assert there == strip.packed(), "write it again: tests/host_side/strip.py --write"
