"""Every path of the host side, once. All are absolute on the server; `Disk` puts them below its root."""

from pathlib import PurePosixPath

SITE = PurePosixPath("/etc/firstlight/site.json")  # what the site is: data, and nothing secret

LIBRARY = PurePosixPath("/var/lib/firstlight")  # what survives a reboot; root's alone
STAGED = LIBRARY / "files"  # files whose edits are kept, as the document has them, each below its own path
PLACED = LIBRARY / "placed.json"  # what was put in its place, by digests: to tell an edit
GOOD = LIBRARY / "good"  # the image of the application that was healthy last
MANIFEST = LIBRARY / "manifest"  # the sha256 of every file that was laid, made when it was
CADDY = LIBRARY / "caddy"  # the digest of the configuration that Caddy took last
PROVISIONED = LIBRARY / "provisioned"  # that the application was asked to provision this server since the last apply
TRAEFIK = LIBRARY / "traefik"  # the digest of the static configuration with which Traefik was started last
VAULT_TOKEN = LIBRARY / "vault-token"  # what a wrapped token held, which can be unwrapped once

BROUGHT = PurePosixPath("/root/.firstlight")  # the folder of secrets that came with the document, root's alone

RUN = PurePosixPath("/run/firstlight")  # what a reboot forgets: in memory, closed to everybody but root
STATE = RUN / "state.json"  # each step's state, for `status`
LOGIN = RUN / "login"  # the registry login: a folder, because it is mounted into the application's container
DOCKER_LOGIN = LOGIN / "config.json"  # the file in it that Docker reads
LOST = RUN / "lost"  # what was missing when files were put in place, for `status`
LOCK = RUN / "lock"  # held by whoever puts a document in place: one at a time

JOURNAL = LIBRARY / "apply.json"  # which files are being put in place; the launcher looks for it, too
DOCUMENT = LIBRARY / "document"  # what `apply` brought last, as it came; until there is one, cloud-init's is meant
BEFORE = LIBRARY / "document-before"  # the one before that, for `apply --back`
USER_DATA = PurePosixPath("/var/lib/cloud/instance/user-data.txt")  # what cloud-init was given
MARK = PurePosixPath("/var/lib/cloud/instance/sem/firstlight")  # that what it laid is on the disk: no boot lays it anew
BAKED = LIBRARY / "baked"  # on a server from an image: the sha256 of every file that the image has to contain

LAUNCHER = PurePosixPath("/usr/local/sbin/firstlight")  # the only way into this program
PROGRAM = PurePosixPath("/usr/local/lib/firstlight")  # it, in folders named after digests, and packed
UNITS = PurePosixPath("/etc/systemd/system")

# How the paths begin that `apply` writes to, besides those in the site's home.
OURS = (f"{SITE.parent}/", f"{UNITS}/firstlight", f"{LAUNCHER}", f"{PROGRAM}/", f"{STAGED}/", f"{BROUGHT}/")
