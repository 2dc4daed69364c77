"""The key with which the application logs in to this server as root: made, read, and let in.

Carried only where a document says that the application manages this server.
"""

import re
from base64 import b64decode, b64encode
from contextlib import suppress
from pathlib import PurePosixPath

from . import paths
from .disk import Disk
from .errors import Final, Later
from .programs import complaint
from .stores import Means
from .system import NOT_FOUND

COMMENT = "firstlight-manage-host"
"""How our line of authorized_keys ends, and the public key."""

AUTHORIZED = PurePosixPath("/root/.ssh/authorized_keys")


def make(means: Means, path: PurePosixPath) -> None:
    """Makes a key. It is made in memory, in a folder that is root's alone, because ssh-keygen would follow a link.

    Raises:
        Final: there is no ssh-keygen, or the key cannot be written.
        Later: it failed.
    """
    new, disk = paths.RUN / "id_ed25519", means.disk
    both = new, new.with_name(f"{new.name}.pub")
    argv = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", COMMENT, "-f", str(new)]
    disk.folder(paths.RUN, 0o700)
    try:
        # It would ask whether to overwrite what a power cut has left.
        for one in both:
            disk.remove(one)
        done = means.system.run(argv)
        if done.code == NOT_FOUND:
            raise Final("there is no ssh-keygen: apt-get install openssh-client, then firstlight apply")
        if not done.ok:
            raise Later(complaint(argv, done))
        private, public = map(disk.data, both)
        disk.write(path.with_name(f"{path.name}.pub"), public, 0o644)
        disk.write(path, private, 0o600)
    finally:
        for one in both:
            disk.remove(one)


def public_part(data: bytes, path: PurePosixPath) -> str:
    """The type and the public part of a private key. It stands in the file in clear: no program has to follow a path.

    Raises:
        Final: it is no private key of OpenSSH's form, or needs a passphrase.
    """

    def take(rest: bytes) -> tuple[bytes, bytes]:
        end = 4 + int.from_bytes(rest[:4], "big")
        return rest[4:end], rest[end:]

    found, rest = re.search(rb"-BEGIN OPENSSH PRIVATE KEY-----([\sA-Za-z0-9+/=]+)-----END OPENSSH", data), b""
    with suppress(ValueError):
        start, _, rest = b64decode(found[1] if found else b"").partition(b"openssh-key-v1\0")
        rest = b"" if start else rest
    cipher, rest = take(rest)
    _, rest = take(rest)
    _, rest = take(rest)
    # How many keys there are: one.
    public, _ = take(rest[4:])
    kind, _ = take(public)
    if cipher not in (b"", b"none"):
        raise Final(f"{path} needs a passphrase, which the application does not have: put one there that needs none")
    if not re.fullmatch(rb"[a-z0-9@.-]+", kind):
        raise Final(f"{path} is no private key in OpenSSH's form: remove it, and firstlight apply makes one")
    return f"{kind.decode()} {b64encode(public).decode()}"


def put(disk: Disk, line: bytes) -> None:
    """Makes this our only line of root's authorized_keys; nothing takes it out. All others stay as they are.

    Raises:
        Final: the file is a link, or cannot be read or written.
    """
    content = disk.read(AUTHORIZED)
    lines = re.split(rb"(?<=\n)", content.data if content else b"")
    ours = [one for one in lines if re.search(rb"^\s*[^#\s].* %b\s*$" % COMMENT.encode(), one)]
    if ours == [line][: bool(line)]:
        return
    kept = b"".join(one for one in lines if one not in ours)
    gap = b"" if kept[-1:] in b"\n" or not line else b"\n"
    # In one piece, or not at all: who edits it at the same moment loses nothing but that.
    mode, owner = (content.mode, content.owner) if content else (0o600, None)
    disk.write(AUTHORIZED, kept + gap + line, mode, owner)
