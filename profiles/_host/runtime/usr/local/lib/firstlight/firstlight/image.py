"""The name of a container image, taken apart as Docker does it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .errors import Final
from .words import plain

HUB = "docker.io"
"""The registry where an image names none."""

_HOST = re.compile(r"(?=.*[.:]|localhost$)[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?(:[0-9]{1,5})?")
_PART = r"[a-z0-9]+((\.|__?|-+)[a-z0-9]+)*"
_NAME = re.compile(rf"{_PART}(/{_PART})*")
_TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}")
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")


@dataclass(frozen=True)
class Image:
    """An image of a registry."""

    registry: str
    """Its host, `docker.io` where none is named."""
    name: str
    """The repository there; on Docker Hub always with its owner, `library` where none is named."""
    version: str
    """A digest if there is one, else a tag."""

    @property
    def is_pinned(self) -> bool:
        """Whether it is named by digest, so that it never changes."""
        return bool(_DIGEST.fullmatch(self.version))

    @property
    def host(self) -> str:
        """Where the registry's interface is."""
        return "registry-1.docker.io" if self.registry == HUB else self.registry

    def __str__(self) -> str:
        """As one writes it."""
        return f"{self.registry}/{self.name}{'@' if self.is_pinned else ':'}{self.version}"


def is_digest(text: str) -> bool:
    """Whether it is `sha256:` and 64 hexadecimal digits."""
    return bool(_DIGEST.fullmatch(text))


def parse(text: str) -> Image:
    """Reads an image's name: `[HOST/]PATH[:TAG][@sha256:DIGEST]`.

    Raises:
        Final: it is none.
    """
    if len(text) > 1024:
        raise Final("the name of an image is never that long")
    rest, has_digest, digest = text.partition("@")
    path, has_tag, tag = rest.rpartition(":")
    if not has_tag or "/" in tag:
        path, has_tag, tag = rest, "", "latest"
    host, has_host, name = path.partition("/")
    if not has_host or not _HOST.fullmatch(host):
        host, name = HUB, path
    if host in (HUB, "index.docker.io"):
        host, name = HUB, name if "/" in name else f"library/{name}"
    if not _TAG.fullmatch(tag) or (has_digest and not _DIGEST.fullmatch(digest)):
        raise _wrong(text, "a tag has letters, digits and . _ -, a digest is sha256: and 64 hexadecimal digits")
    if not _NAME.fullmatch(name):
        raise _wrong(text, "it is lower case, such as ghcr.io/owner/name:tag")
    return Image(host, name, digest or tag)


def _wrong(text: str, form: str) -> Final:
    return Final(f"{plain(text, 100)} is no name of an image: {form}")
