




import re
from base64 import b64decode, b64encode
from contextlib import suppress
from pathlib import PurePosixPath

from . import paths

from .errors import Final, Later
from .programs import complaint

from .system import NOT_FOUND

COMMENT = "firstlight-manage-host"


AUTHORIZED = PurePosixPath("/root/.ssh/authorized_keys")


def make(means, path):






 new, disk = paths.RUN / "id_ed25519", means.disk
 both = new, new.with_name(f"{new.name}.pub")
 argv = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", COMMENT, "-f", str(new)]
 disk.folder(paths.RUN, 0o700)
 try:

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


def public_part(data, path):






 def take(rest):
  end = 4 + int.from_bytes(rest[:4], "big")
  return rest[4:end], rest[end:]

 found, rest = re.search(rb"-BEGIN OPENSSH PRIVATE KEY-----([\sA-Za-z0-9+/=]+)-----END OPENSSH", data), b""
 with suppress(ValueError):
  start, _, rest = b64decode(found[1] if found else b"").partition(b"openssh-key-v1\0")
  rest = b"" if start else rest
 cipher, rest = take(rest)
 _, rest = take(rest)
 _, rest = take(rest)

 public, _ = take(rest[4:])
 kind, _ = take(public)
 if cipher not in (b"", b"none"):
  raise Final(f"{path} needs a passphrase, which the application does not have: put one there that needs none")
 if not re.fullmatch(rb"[a-z0-9@.-]+", kind):
  raise Final(f"{path} is no private key in OpenSSH's form: remove it, and firstlight apply makes one")
 return f"{kind.decode()} {b64encode(public).decode()}"


def put(disk, line):





 content = disk.read(AUTHORIZED)
 lines = re.split(rb"(?<=\n)", content.data if content else b"")
 ours = [one for one in lines if re.search(rb"^\s*[^#\s].* %b\s*$" % COMMENT.encode(), one)]
 if ours == [line][: bool(line)]:
  return
 kept = b"".join(one for one in lines if one not in ours)
 gap = b"" if kept[-1:] in b"\n" or not line else b"\n"

 mode, owner = (content.mode, content.owner) if content else (0o600, None)
 disk.write(AUTHORIZED, kept + gap + line, mode, owner)
