"""Makes this machine an image: Docker and the public images are in it, and nothing that its copies must not share. Also
the first start of a server from that image.

Only documents that bake contain this module. What is done already is not done again: after a failure or a power cut,
another run does the rest.
"""

import hashlib
import re
import sys
from pathlib import PurePosixPath

from . import docker, paths, preflight, registry
from .apply import apply
from .disk import Disk
from .errors import Final, Later, Refused
from .programs import demand
from .ready import tell
from .state import Is
from .steps import Run
from .stores import Means
from .words import plain

_FORGOTTEN = """
etc/ssh/ssh_host_*
root/.ssh/authorized_keys*
home/*/.ssh/authorized_keys*
etc/netplan/50-cloud-init.yaml
etc/network/interfaces.d/50-cloud-init*
etc/systemd/network/10-cloud-init*
etc/docker/key.json
var/lib/docker/engine-id
var/lib/dhcp/*
var/lib/dhcpcd/*
var/lib/systemd/random-seed
var/lib/systemd/credential.secret
root/.*_history
home/*/.*_history
run/firstlight
"""
"""Keys, identities, the first machine's network, and what was typed here. The first boot makes anew what it needs."""

_IMAGE = re.compile(r"""(?m)^[ \t-]*["']?image["']?:[ \t]*["']?([a-z0-9][\w.:/@-]*)["']?[ \t\r]*(?:#.*)?$""")


def bake(means: Means, options: set[str], _word: str) -> int:
    """Does it. While cloud-init is still at work, later: then a unit of its own does it, and turns the machine off.

    Raises:
        Refused: this server runs a site; nothing was changed.
        Final, Later: it is not an image yet; the message says what to do.
    """
    system = means.system
    if means.disk.read(paths.SITE):
        raise Refused(
            f"this server runs a site ({paths.SITE}), whose SSH keys would be removed: bake on another machine"
        )
    # It writes its own state when all else is done, and would wait for us until then.
    if system.run(["systemctl", "is-active", "cloud-final.service"]).out.strip() == b"activating":
        unit = ["--collect", "--no-block", "--unit=firstlight-bake", "--property=After=cloud-final.service"]
        demand(system, ["systemd-run", *unit, str(paths.LAUNCHER), "bake", "--poweroff"])
        print("Baking begins when cloud-init has ended. Follow it with: journalctl -fu firstlight-bake")
        return 0
    try:
        _bake(Run("bake", system, _say), means)
        if "--poweroff" in options:
            demand(system, ["systemctl", "poweroff"])
    except (Final, Later) as error:
        tell(system, f"this machine did not become an image: {error}")
        raise
    tell(system, "this machine is an image now")
    return 0


def boot(means: Means, _options: set[str], _word: str) -> int:
    """What cloud-init runs on a server from an image: starts the steps, if it is the image that its document is for.

    Raises:
        Final: it is not, and nothing was started; with each file that is missing or different.
    """
    lines = re.findall(r"(?m)^([0-9a-f]{64})  (/.+)$", means.disk.data(paths.BAKED).decode("utf-8", "replace"))
    wrong = list(filter(None, (_difference(means.disk, *line) for line in lines)))
    if wrong or not lines:
        why = plain(", ".join(wrong) or f"{paths.BAKED} names no files", 1500)
        message = f"this image does not fit the document: {why}. {_REMEDY}"
        tell(means.system, message)
        raise Final(message)
    return apply(means, set(), "")


_REMEDY = "Bake an image from the same configuration with the same firstlight, or use a document without --phase"


def _difference(disk: Disk, digest: str, path: str) -> str:
    try:
        content = disk.read(PurePosixPath(path))
    except Final as error:
        return str(error)
    if not content:
        return f"{path} is missing"
    return "" if hashlib.sha256(content.data).hexdigest() == digest else f"{path} is different"


def _say(_name: str, _state: Is, message: str) -> None:
    sys.stderr.write(f"firstlight: {plain(message)}\n")


def _bake(run: Run, means: Means) -> None:
    preflight.fit(run)
    docker.act(run, means)
    for image in _images(means):
        _pull(run, means, image)
    run.retry(600, "removing what copies must not share", lambda: _forget(means))
    # However the machine is turned off, this is on its disk.
    demand(run.system, ["sync"], timeout=600)


def _pull(run: Run, means: Means, image: str) -> None:
    try:
        run.retry(120, f"looking for {image}", lambda: registry.digest(means.http, registry.parse(image), None))
    except Final as error:
        # The token of a private one is not for an image, so that the advice to give one is left out.
        run.say(f"{image} is left to the servers, each of which pulls it: {str(error).partition(': if ')[0]}")
        return
    pull = ["docker", "pull", "-q", image]
    run.retry(1800, f"pulling {image}", lambda: demand(run.system, pull, timeout=900))


def _images(means: Means) -> list[str]:
    """The images that the staged compose files name, without those that a variable is part of."""
    found: dict[str, None] = {}
    for path in means.disk.files(paths.STAGED):
        if path.suffix in (".yaml", ".yml"):
            found |= dict.fromkeys(_IMAGE.findall(means.disk.data(path).decode("utf-8", "replace")))
    return list(found)


def _forget(means: Means) -> None:
    system, disk = means.system, means.disk
    for found in sorted(one for pattern in _FORGOTTEN.split() for one in system.root.glob(pattern)):
        path = PurePosixPath("/", found.relative_to(system.root))
        if found.is_dir() and not found.is_symlink():
            disk.remove_folder(path)
        else:
            disk.remove(path)
    # A provider may have set it, and each copy would have it.
    demand(system, ["usermod", "-p", "*", "root"])
    demand(system, ["apt-get", "-q", "clean"], timeout=300)
    if (system.root / "var/lib/cloud").exists():
        demand(system, ["cloud-init", "clean", "--logs"], timeout=300)
    demand(system, ["journalctl", "-q", "--rotate", "--vacuum-time=1s"], timeout=300)
    # Empty, it is made at the first boot; that of D-Bus is mostly a link to it.
    dbus = PurePosixPath("/var/lib/dbus/machine-id")
    if not (system.root / str(dbus)[1:]).is_symlink():
        disk.remove(dbus)
    disk.write(PurePosixPath("/etc/machine-id"), b"", 0o444)
