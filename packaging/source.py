"""What is released: the committed state of this repository, as a tarball, and unpacked to be built from."""

import io
import json
import subprocess
import tarfile
from pathlib import Path
from typing import Any, NamedTuple

import archive

REPOSITORY = Path(__file__).resolve().parent.parent


class Source(NamedTuple):
    """The source that everything is made from."""

    folder: Path
    """Where it is unpacked."""
    tarball: bytes
    version: str
    epoch: int
    """The time of the commit, in seconds since 1970."""
    metadata: dict[str, Any]
    """What `cargo metadata` says about it, for all platforms."""

    @property
    def package(self) -> dict[str, Any]:
        """Its own package in that metadata."""
        found: dict[str, Any] = next(one for one in self.metadata["packages"] if one["name"] == "firstlight")
        return found

    @property
    def repository(self) -> str:
        """The address of its repository, which Cargo.toml alone names."""
        return str(self.package["repository"])


def git(*arguments: str) -> bytes:
    """What git prints about this repository."""
    return subprocess.run(["git", "-C", REPOSITORY, *arguments], check=True, stdout=subprocess.PIPE).stdout


def write(tar: bytes, folder: Path) -> None:
    """Makes a folder what an archive says.

    What a file has already is not written again: cargo compares times. With those of now it would compile it all anew,
    and with those of the archive it would take for current what it made of an earlier commit.
    """
    wanted = set()
    with tarfile.open(fileobj=io.BytesIO(tar)) as opened:
        for member in opened:
            path = folder / member.name
            if not member.isfile():
                continue
            wanted.add(path)
            found = opened.extractfile(member)
            content = found.read() if found else b""
            if not path.is_file() or path.read_bytes() != content:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
            path.chmod(member.mode & 0o755)
    for path in folder.rglob("*"):
        if path.is_file() and path not in wanted:
            path.unlink()


def unpack(work: Path) -> Source:
    """Unpacks the last commit below `work`."""
    if git("status", "--porcelain", "--untracked-files=no").strip():
        print("note: changes that are not committed are left out")
    version = next(
        line.split('"')[1]
        for line in git("show", "HEAD:Cargo.toml").decode().splitlines()
        if line.startswith("version = ")
    )
    # The same bytes on Windows, too.
    tar = git("-c", "core.autocrlf=false", "archive", "--format=tar", f"--prefix=firstlight-{version}/", "HEAD")
    folder = work / "source" / f"firstlight-{version}"
    write(tar, work / "source")
    said = subprocess.run(
        ["cargo", "metadata", "--format-version=1", "--locked"], check=True, cwd=folder, stdout=subprocess.PIPE
    ).stdout
    epoch = int(git("log", "-1", "--format=%ct"))
    return Source(folder, archive.compressed(tar), version, epoch, json.loads(said))
