"""What the tests of the released files share."""

import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parent
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", REPOSITORY / "target")).resolve()
DIST = TARGET / "dist"
TOOLS = ["cyclonedx-python-lib[json-validation]==11.12.0", "pre-commit==4.7.0", "uv==0.13.8"]
BACKEND = "setuptools==84.2.1"
"""What pip builds the empty package of the hooks with."""


class Wrong(Exception):
    """What is not as it should be."""


def run(*command: str | Path, cwd: Path | None = None, env: dict[str, str] | None = None, input: bytes = b"") -> bytes:
    """What a program prints; what it complains about if it fails."""
    done = subprocess.run(command, capture_output=True, check=False, cwd=cwd, env=env, input=input)
    if done.returncode:
        shown = (done.stdout + done.stderr).decode(errors="replace")
        raise Wrong(f"{' '.join(map(str, command))}: exit code {done.returncode}\n{shown[-4000:]}")
    return done.stdout


def only(pattern: str) -> Path:
    """The one released file with such a name."""
    found = sorted(DIST.glob(pattern))
    if len(found) != 1:
        raise Wrong(f"{len(found)} files are called {pattern} in {DIST}: run packaging/build")
    return found[0]


def tools() -> Path:
    """The programs from PyPI that look at the files: their environment."""
    home = TARGET / "dist-tools"
    ready = home / "ready"
    wanted = f"{' '.join(TOOLS)} {BACKEND}"
    if not ready.exists() or ready.read_text() != wanted:
        pip = [str(home / "bin" / "pip"), "--quiet", "--disable-pip-version-check"]
        run(sys.executable, "-m", "venv", "--clear", home)
        run(*pip, "install", *TOOLS)
        run(*pip, "download", "--no-deps", "--dest", home / "wheels", BACKEND)
        ready.write_text(wanted)
    return home
