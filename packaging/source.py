"""What is released: the committed state of this repository, as a tarball, and unpacked to be built from."""

import json
import shutil
import subprocess
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
    shutil.rmtree(work / "source", ignore_errors=True)
    (work / "source").mkdir(parents=True)
    # With the times of now (-m): cargo compares times, and would take what it made of an earlier commit for current.
    subprocess.run(["tar", "-xmf", "-"], check=True, cwd=work / "source", input=tar)
    folder = work / "source" / f"firstlight-{version}"
    said = subprocess.run(
        ["cargo", "metadata", "--format-version=1", "--locked"], check=True, cwd=folder, stdout=subprocess.PIPE
    ).stdout
    epoch = int(git("log", "-1", "--format=%ct"))
    return Source(folder, archive.compressed(tar), version, epoch, json.loads(said))
