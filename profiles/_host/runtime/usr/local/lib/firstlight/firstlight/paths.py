"""Every path of the host side, once. All are absolute on the server; `Disk` puts them below its root."""

from __future__ import annotations

from pathlib import PurePosixPath

SITE = PurePosixPath("/etc/firstlight/site.json")
"""What the site is: data, and nothing secret."""

LIBRARY = PurePosixPath("/var/lib/firstlight")
"""What survives a reboot; root's alone."""

STAGED = LIBRARY / "files"
"""Files whose edits are kept, as the document has them, each below its own path."""

PLACED = LIBRARY / "placed.json"
"""What was put in its place, by digests: to tell an edit."""

GOOD = LIBRARY / "good"
"""The image of the application that was healthy last."""

MANIFEST = LIBRARY / "manifest"
"""The sha256 of every file that was laid, made when it was."""

CADDY = LIBRARY / "caddy"
"""The digest of the configuration that Caddy took last."""

VAULT_TOKEN = LIBRARY / "vault-token"
"""What a wrapped token held, which can be unwrapped once."""

BROUGHT = PurePosixPath("/root/.firstlight")
"""The folder of secrets that came with the document, root's alone."""

RUN = PurePosixPath("/run/firstlight")
"""What a reboot forgets: in memory, closed to everybody but root."""

STATE = RUN / "state.json"
"""Each step's state, for `status`."""

LOGIN = RUN / "login"
"""The registry login: a folder, because it is mounted into the application's container."""

LOCK = RUN / "lock"
"""Held by whoever changes the site: one at a time."""
