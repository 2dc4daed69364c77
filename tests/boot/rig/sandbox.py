"""A network of our own: loopback only, every port free, and every process ends with the scenario.

In namespaces of its own the rig can use the real ports (443, 80, 53, 123), also the address where clouds serve
metadata; nothing in it can reach another machine, and nothing outlives it.
"""

import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from .shell import run

RESOLVER = "127.0.0.53"  # where QEMU's own resolver, and so the guest's, sends its questions
METADATA = "169.254.169.254"
NAMESPACES = ["--net", "--mount", "--propagation", "private", "--pid", "--fork", "--kill-child", "--mount-proc"]
LIFELINE = ["setpriv", "--pdeathsig", "KILL"]  # when the driver dies, however it dies, so does the sandbox


def call(argv: Sequence[str | Path], *, cwd: Path, timeout: float) -> int | None:
    """Run a program in a new sandbox, to its end or to the time limit (None). Either way nothing of it is left."""
    process = subprocess.Popen([*LIFELINE, "unshare", *NAMESPACES, *map(str, argv)], cwd=cwd)
    try:
        return process.wait(timeout)
    except subprocess.TimeoutExpired:
        return None
    finally:
        process.kill()  # --kill-child: the whole process namespace goes with it
        process.wait(30)


def set_up() -> None:
    """Inside: bring loopback up, add the metadata address, and ask the rig's own DNS."""
    run(["ip", "link", "set", "lo", "up"])
    run(["ip", "address", "add", f"{METADATA}/32", "dev", "lo"])
    with tempfile.NamedTemporaryFile("w", prefix="resolv.") as file:
        file.write(f"nameserver {RESOLVER}\n")
        file.flush()
        run(["mount", "--bind", file.name, Path("/etc/resolv.conf").resolve()])
