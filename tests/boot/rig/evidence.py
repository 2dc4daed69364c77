"""What a failing scenario leaves behind, so that nobody has to run it again to see why."""

import shutil
from pathlib import Path

from .guest import Guest
from .shell import Failed

# file → the command in the guest that fills it
ASKED = {
    "journal.log": "journalctl --no-pager -o short-monotonic",
    "status.json": "firstlight status --json",
    "status.txt": "firstlight status",
    "cloud-init.txt": "cloud-init status --long; cloud-init analyze blame; cat /var/log/cloud-init-output.log",
    "systemd.txt": "systemctl --failed --no-pager; systemctl list-jobs --no-pager; systemd-analyze; systemd-analyze blame",
    "docker.txt": 'docker ps -a; docker images; for c in $(docker ps -aq); do echo "== $c"; docker logs --tail 200 $c 2>&1; done',
    "tree.txt": "ls -lAR /etc/firstlight /var/lib/firstlight /opt/infrakt; df -h /; free -m; ss -ltnp",
}


def collect(folder: Path, out: Path, guest: Guest | None) -> None:
    """Logs of every stand-in and the serial console; from a guest that still answers, its own view as well."""
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    for log in [*folder.glob("*.log"), *folder.glob("*/*.log")]:
        shutil.copy(log, out)
    if guest is None or not guest.running():
        return
    if guest.try_ssh("true", 20).returncode != 0:
        (out / "no-ssh.txt").write_text("The guest did not let us in: see serial.log.\n")
        return
    for name, command in ASKED.items():
        try:
            answer = guest.try_ssh(command, 60)
            (out / name).write_bytes(answer.stdout + answer.stderr)
        except (Failed, OSError) as error:
            (out / name).write_text(f"{error}\n")
