"""The package for Debian and Ubuntu. The program needs nothing of the system, so one package serves all releases."""

import hashlib
import lzma
import time
from pathlib import PurePosixPath

import archive
from archive import Entry
from source import Source

ARCHITECTURES = {"x86_64-unknown-linux-gnu": "amd64", "aarch64-unknown-linux-gnu": "arm64"}

DESCRIPTION = """\
Turn a bare VPS into an HTTPS site with one cloud-init document
 firstlight compiles a domain, a reference to a secret and some settings into
 one cloud-init user-data document. A server that is created with it installs
 Docker, starts the application behind Caddy or Traefik, and gets a
 certificate by itself.
 .
 It also reviews user-data from anywhere: what a document does (inspect,
 explain), what is wrong with it (lint), and what changes between two of
 them (diff)."""

OVERRIDES = """\
# One file runs on every release of every distribution, and starts without a dynamic linker.
firstlight [arm64]: statically-linked-binary [usr/bin/firstlight]
# The same, where it is linked at no fixed address.
firstlight [amd64]: shared-library-lacks-prerequisites [usr/bin/firstlight]
# A translation of libyaml into Rust, a crate of its own: Debian's library cannot take its place.
firstlight: embedded-library libyaml [usr/bin/firstlight]
# It warns of containers that can write there. It does not touch the folder itself.
firstlight: uses-dpkg-database-directly [usr/bin/firstlight]
# It is not a part of Debian, so no request for it (ITP) is closed.
firstlight: initial-upload-closes-no-bugs [usr/share/doc/firstlight/changelog.Debian.gz:1]
"""


def maintainer(source: Source) -> str:
    """Debian wants an address; the owner of the repository is the one who answers."""
    owner = source.repository.rstrip("/").split("/")[-2]
    return f"firstlight developers <{owner}@users.noreply.github.com>"


def changelog(source: Source) -> bytes:
    """What Debian wants of each package; CHANGELOG.md, beside it, says what has changed."""
    when = time.strftime("%a, %d %b %Y %H:%M:%S +0000", time.gmtime(source.epoch))
    text = f"""\
firstlight ({source.version}-1) unstable; urgency=medium

  * Release {source.version}; see changelog.gz.

 -- {maintainer(source)}  {when}
"""
    return archive.compressed(text.encode())


def copyright_file(source: Source) -> bytes:
    """Our licence, and where those of the libraries in the program are."""
    ours = (source.folder / "LICENSE").read_text()
    others = "The licences of the libraries in the program are in THIRD-PARTY-LICENSES.gz beside this file."
    return f"firstlight, from {source.repository}\n\n{ours}\n{others}\n".encode()


def files(source: Source, program: bytes, pages: list[Entry], licenses: bytes) -> list[Entry]:
    """What the package installs; `pages` are the completions and manual pages, by their paths on the system."""
    documents = "usr/share/doc/firstlight"
    news = archive.compressed((source.folder / "CHANGELOG.md").read_bytes())
    return [
        Entry("usr/bin/firstlight", program, 0o755),
        *pages,
        Entry(f"{documents}/copyright", copyright_file(source)),
        Entry(f"{documents}/THIRD-PARTY-LICENSES.gz", archive.compressed(licenses)),
        Entry(f"{documents}/changelog.gz", news),
        Entry(f"{documents}/changelog.Debian.gz", changelog(source)),
        Entry("usr/share/lintian/overrides/firstlight", OVERRIDES.encode()),
    ]


def ar(members: list[tuple[str, bytes]], epoch: int) -> bytes:
    """The archive that a .deb is (deb(5))."""
    parts = [b"!<arch>\n"]
    for name, content in members:
        head = f"{name:<16}{epoch:<12}{0:<6}{0:<6}{'100644':<8}{len(content):<10}`\n"
        parts += [head.encode(), content, b"\n" * (len(content) % 2)]
    return b"".join(parts)


def package(source: Source, target: str, installed: list[Entry]) -> tuple[str, bytes]:
    """The name of the package's file, and its bytes."""
    architecture = ARCHITECTURES[target]
    contents = [(entry.path, entry.content) for entry in installed if entry.content is not None]
    sums = "".join(f"{hashlib.md5(content).hexdigest()}  {path}\n" for path, content in sorted(contents))  # noqa: S324
    # As Policy 5.6.20 counts: kibibytes for each file, and one for each folder.
    kibibytes = sum(-(-len(content) // 1024) for _, content in contents)
    kibibytes += len({parent for path, _ in contents for parent in PurePosixPath(path).parents})
    control = f"""\
Package: firstlight
Version: {source.version}-1
Architecture: {architecture}
Maintainer: {maintainer(source)}
Installed-Size: {kibibytes}
Section: admin
Priority: optional
Homepage: {source.repository}
Description: {DESCRIPTION}
"""
    inner = [Entry("control", control.encode()), Entry("md5sums", sums.encode())]
    members = [
        ("debian-binary", b"2.0\n"),
        ("control.tar.xz", lzma.compress(archive.tar(inner, source.epoch, "./"))),
        ("data.tar.xz", lzma.compress(archive.tar(installed, source.epoch, "./"))),
    ]
    return f"firstlight_{source.version}-1_{architecture}.deb", ar(members, source.epoch)
