"""KVM where a guest really boots with it, else emulation. A /dev/kvm that opens proves nothing."""

import subprocess
import time
from pathlib import Path

from . import cache
from .paths import RUN
from .tools import QEMU

EMULATED = ["-accel", "tcg,thread=multi,tb-size=1024", "-cpu", "max"]
NATIVE = ["-accel", "kvm", "-cpu", "host"]


def arguments(kernel: Path, initrd: Path) -> list[str]:
    """QEMU's words for the best accelerator here; tried once for each machine, start-up of it and kernel."""
    boot_id = Path("/proc/sys/kernel/random/boot_id").read_text()

    def probe(out: Path) -> None:
        (out / "answer").write_text("kvm" if boots(kernel, initrd) else "tcg")

    answer = cache.build("accel", [boot_id, kernel], probe) / "answer"
    return NATIVE if answer.read_text() == "kvm" else EMULATED


def boots(kernel: Path, initrd: Path, timeout: float = 15) -> bool:
    """Whether the guest's kernel gets as far as its first process under KVM."""
    if not Path("/dev/kvm").exists():
        return False
    RUN.mkdir(parents=True, exist_ok=True)
    serial = RUN / "kvm-probe.log"
    serial.unlink(missing_ok=True)
    probe = subprocess.Popen(
        [QEMU, *NATIVE, "-m", "512", "-nodefaults", "-display", "none", "-serial", f"file:{serial}", "-no-reboot"]
        + ["-kernel", kernel, "-initrd", initrd, "-append", "console=ttyS0 panic=-1"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline and probe.poll() is None:
            if serial.exists() and b"Run /init" in serial.read_bytes():
                return True
            time.sleep(0.2)
        return False
    finally:
        probe.kill()
        probe.wait(10)
