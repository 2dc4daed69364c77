"""One virtual machine: its power button, its disk, the way in by ssh, and the look at it from outside."""

import base64
import os
import signal
import subprocess
import threading
import time
from pathlib import Path

from . import accel, images, outside, seed
from .shell import Failed, expect, run, tail
from .tools import QEMU
from .world import GUEST_OUTSIDE, World

CMDLINE = "root=LABEL=root rw console=ttyS0 mitigations=off systemd.firstboot=no"
TRUST = "/usr/local/share/ca-certificates/run-acme.crt"
HOOK = "/usr/local/sbin/rig-hook"  # an overlay's script that runs beside every boot, from before cloud-init on
BUSY = 4
TOKEN_PATH = "/etc/firstlight/ghcr-token"


class Guest:
    """A machine on a copy-on-write disk over the image. `boot` is the power button; times count from it."""

    def __init__(
        self,
        world: World,
        folder: Path,
        user_data: bytes | None,
        *,
        volume: Path | None = None,
        image: str = "docker",
        overlay: seed.Overlay | None = None,
        network: str | None = None,
        memory: int = 3072,
        clock: str = "utc",
    ) -> None:
        self.world, self.folder, self.image = world, folder, images.guest(image)
        self.user_data, self.network, self.memory, self.clock = user_data, network, memory, clock
        self.volume = volume  # a seed of one's own, instead of user-data
        self.overlay = {TRUST: (world.acme_root().read_bytes(), 0o644)} | dict(overlay or {})
        self.disk, self.serial = folder / "disk.qcow2", folder / "serial.log"
        self.credentials: dict[str, str] = {}  # systemd's, as a hypervisor hands them over
        self.process: subprocess.Popen[bytes] | None = None
        self.started = 0.0
        self.slow = 1.0  # by how much it is held back
        run(["qemu-img", "create", "-q", "-f", "qcow2", "-F", "raw", "-b", self.image / "disk.img", self.disk])
        self.seed()

    # Power.

    def seed(self, user_data: bytes | None = None, *, instance: str = "i-firstboot") -> None:
        """Write the NoCloud volume: another instance-id is what a clone gets, other user-data what an edit gives."""
        self.user_data = user_data or self.user_data
        seed.write(self.folder / "seed.iso", self.user_data, self.overlay, instance=instance, network=self.network)

    def boot(self) -> None:
        """Press the power button. The clock of every `at` starts here."""
        expect(not self.running(), "the guest is on already")
        kernel, initrd = self.image / "vmlinuz", self.image / "initrd"
        forwards = ",".join(f"hostfwd=tcp:{GUEST_OUTSIDE}:{port}-:{port}" for port in (22, 80, 443))
        drives = [
            f"file={self.disk},format=qcow2,if=virtio,cache=writeback,discard=unmap",
            f"file={self.folder / 'seed.iso'},format=raw,if=virtio,readonly=on",
        ]
        if self.volume:
            drives.append(f"file={self.volume},format=raw,if=virtio,readonly=on")
        argv = [QEMU, *accel.arguments(kernel, initrd), "-smp", "2", "-m", str(self.memory)]
        argv += ["-nodefaults", "-display", "none", "-rtc", f"base={self.clock}"]
        argv += ["-chardev", f"file,id=serial,path={self.serial},append=on", "-serial", "chardev:serial"]
        argv += [word for drive in drives for word in ("-drive", drive)]
        for name, value in self.credentials.items():
            encoded = base64.b64encode(value.encode()).decode()
            argv += ["-smbios", f"type=11,value=io.systemd.credential.binary:{name}={encoded}"]
        argv += ["-netdev", f"user,id=net,{forwards}", "-device", "virtio-net-pci,netdev=net,romfile="]
        argv += ["-device", "virtio-rng-pci", "-kernel", kernel, "-initrd", initrd, "-append", CMDLINE]
        self.started = time.monotonic()
        with open(self.folder / "qemu.log", "ab") as log:
            self.process = subprocess.Popen(
                [str(word) for word in argv], stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
            )

    def running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def hold_back(self, factor: float) -> None:
        """From now on the machine has one FACTORth of its processors, in short turns; its clock goes on."""
        before, self.slow = self.slow, factor
        if factor > 1 and before == 1:
            threading.Thread(target=self.stop_and_go, daemon=True).start()

    @property
    def patience(self) -> float:
        """Waits are written for a machine with nothing else to do; a busy one takes many times as long."""
        return BUSY * self.slow

    def stop_and_go(self) -> None:
        turn = 0.1
        while self.slow > 1 and self.running():
            self.process.send_signal(signal.SIGSTOP)  # type: ignore[union-attr]
            time.sleep(turn * (self.slow - 1))
            self.process.send_signal(signal.SIGCONT)  # type: ignore[union-attr]
            time.sleep(turn)

    def power_cut(self) -> None:
        """kill -9: what the guest had not flushed is gone."""
        self.forget_ssh()
        if self.process:
            self.process.kill()
            self.process.wait(30)

    def power_off(self, timeout: float = 120) -> None:
        """An orderly shutdown, to its end."""
        self.ssh("systemctl poweroff", check=False)
        self.forget_ssh()
        try:
            self.process.wait(timeout)  # type: ignore[union-attr]
        except subprocess.TimeoutExpired as error:
            raise Failed(f"the guest did not power off within {timeout:.0f} s") from error

    def wait_off(self, timeout: float) -> float:
        """Until the machine has switched itself off; seconds since the power button."""
        try:
            self.process.wait(timeout)  # type: ignore[union-attr]
        except subprocess.TimeoutExpired as error:
            raise Failed(f"the guest did not switch itself off within {timeout:.0f} s") from error
        return self.seconds()

    def reboot(self, timeout: float = 180) -> None:
        """An orderly reboot; returns when the new boot lets us in."""
        before = self.ssh("cat /proc/sys/kernel/random/boot_id")
        self.started = time.monotonic()
        self.ssh("systemctl reboot", check=False)
        self.forget_ssh()
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            now = self.try_ssh("cat /proc/sys/kernel/random/boot_id", 10)
            if now.returncode == 0 and now.stdout.decode().strip() != before:
                return
            time.sleep(1)
        raise Failed(f"the guest did not come back within {timeout:.0f} s of its reboot")

    def seconds(self) -> float:
        """Since the power button."""
        return time.monotonic() - self.started

    def processor_seconds(self) -> float:
        """What QEMU has used of this machine's processors since the power button."""
        if not self.process:
            return 0
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    # Inside, by ssh as root.

    def ssh(self, command: str, *, timeout: float = 60, check: bool = True, stdin: bytes | None = None) -> str:
        """Run a shell command in the guest and return what it printed."""
        done = self.try_ssh(command, timeout, stdin)
        if check and done.returncode:
            raise Failed(f"in the guest, `{command}` ended with {done.returncode}:\n{tail(done.stdout + done.stderr)}")
        return done.stdout.decode(errors="replace").strip()

    def exit_code(self, command: str, *, timeout: float = 60) -> int:
        return self.try_ssh(command, timeout).returncode

    def try_ssh(self, command: str, timeout: float, stdin: bytes | None = None) -> subprocess.CompletedProcess[bytes]:
        """One connection is kept open for later commands: a handshake costs an emulated machine a second."""
        options = {
            "StrictHostKeyChecking": "no",
            "UserKnownHostsFile": "/dev/null",
            "LogLevel": "ERROR",
            "BatchMode": "yes",
            "ConnectTimeout": "10",
            "ControlMaster": "auto",
            "ControlPath": "ssh",  # relative to the folder: a socket's path is at most 108 bytes long
            "ControlPersist": "600",
        }
        words = [word for name, value in options.items() for word in ("-o", f"{name}={value}")]
        argv = ["ssh", *words, "-i", str(images.ssh_key()), f"root@{GUEST_OUTSIDE}", command]
        try:
            how = {"input": stdin} if stdin is not None else {"stdin": subprocess.DEVNULL}
            return subprocess.run(argv, cwd=self.folder, capture_output=True, timeout=timeout * self.patience, **how)
        except subprocess.TimeoutExpired:
            return subprocess.CompletedProcess(argv, 255, b"", f"no end within {timeout:.0f} s".encode())

    def forget_ssh(self) -> None:
        """End the kept connection: its other end is about to vanish."""
        argv = ["ssh", "-o", "ControlPath=ssh", "-O", "exit", "guest"]
        subprocess.run(argv, cwd=self.folder, capture_output=True, timeout=20, check=False)
        (self.folder / "ssh").unlink(missing_ok=True)

    def wait_ssh(self, timeout: float = 120) -> float:
        """Until a command runs; seconds since the power button."""
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            self.still_on()
            if self.try_ssh("true", 20).returncode == 0:
                return self.seconds()
            time.sleep(1)
        raise Failed(f"no ssh into the guest within {timeout:.0f} s")

    def put(self, path: str, content: bytes, mode: str = "0600") -> None:
        """What an operator's `scp` does: upload under another name, then rename, so that it appears whole."""
        self.ssh(f"umask 077 && mkdir -p {os.path.dirname(path)} && cat >{path}.part", stdin=content)
        self.ssh(f"chmod {mode} {path}.part && mv {path}.part {path}")

    def deliver_token(self, token: str | None = None) -> None:
        """The operator copies the registry token to where the default reference looks for it."""
        self.put(TOKEN_PATH, (token or self.world.token).encode() + b"\n")

    def wait_for(self, what: str, command: str, *, timeout: float, every: float = 2) -> float:
        """Until a command succeeds in the guest; seconds since the power button."""
        deadline = time.monotonic() + timeout * self.patience
        while time.monotonic() < deadline:
            self.still_on()
            if self.try_ssh(command, 30).returncode == 0:
                return self.seconds()
            time.sleep(every)
        raise Failed(f"within {timeout:.0f} s: no {what}")

    # From outside.

    def look(self, path: str = "/api/health", *options: str, domain: str | None = None) -> outside.Seen:
        seen = outside.curl(domain or self.world.domain, path, self.world.acme_root(), *options)
        seen.at, seen.cpu = self.seconds(), self.processor_seconds()
        return seen

    def wait_https(
        self,
        path: str = "/api/health",
        *,
        timeout: float,
        domain: str | None = None,
        version: str | None = None,
        every: float = 0.5,
    ) -> outside.Seen:
        """Until the guest answers 200 over HTTPS (and, when one is asked for, is of that version)."""
        deadline = time.monotonic() + timeout * self.patience
        seen = None
        while time.monotonic() < deadline:
            self.still_on()
            if version in (None, self.release(domain).get("version") if version else None):
                seen = self.look(path, domain=domain)
                if seen.status == 200:
                    return seen
            time.sleep(every)
        last = f"{seen.status} {seen.trouble or seen.body[:200]!r}" if seen else f"of {self.release(domain)}"
        wanted = f" with version {version}" if version else ""
        raise Failed(f"within {timeout:.0f} s no HTTPS 200{wanted} from {path}; the last answer was: {last}")

    def release(self, domain: str | None = None) -> dict[str, str]:
        """The stand-in's kind, version and mood; nothing if it does not answer."""
        seen = self.look("/release.json", domain=domain)
        return seen.json() if seen.status == 200 else {}

    def certificate(self, domain: str | None = None) -> dict[str, str]:
        return outside.certificate(domain or self.world.domain, self.world.acme_root())

    def still_on(self) -> None:
        if not self.running():
            raise Failed(f"QEMU is gone:\n{tail((self.folder / 'qemu.log').read_bytes())}")
