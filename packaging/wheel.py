"""The wheel, and the list of components (CycloneDX) that maturin makes on the way."""

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import binary
from source import Source

MATURIN = "maturin==1.16.0"
"""The one that packaging/wheel/pyproject.toml names."""


def maturin(work: Path) -> Path:
    """maturin, in an environment of its own."""
    home = work / MATURIN.replace("==", "-")
    program = home / ("Scripts" if os.name == "nt" else "bin") / "maturin"
    if not program.exists():
        subprocess.run([sys.executable, "-m", "venv", "--clear", home], check=True)
        pip = ["-m", "pip", "--disable-pip-version-check", "install", "--quiet", MATURIN]
        subprocess.run([program.with_name("python"), *pip], check=True)
    return program


def build(source: Source, work: Path, out: Path, target: str, options: list[str]) -> Path:
    """Makes the wheel of what cargo has compiled for the target."""
    folder = source.folder / "packaging" / "wheel"
    (folder / "LICENSE").write_bytes((source.folder / "LICENSE").read_bytes())
    before = set(out.glob("*.whl"))
    # A program without libraries runs wherever the kernel does; this is the oldest system that a tag has.
    tag = ["--compatibility", "manylinux2014"] if "-linux-" in target else []
    command = ["build", "--quiet", "--release", "--locked", "--target", target, *tag, "--out", str(out)]
    subprocess.run(
        [maturin(work), *command, *options], check=True, cwd=folder, env=binary.environment(source, work, target)
    )
    (made,) = set(out.glob("*.whl")) - before
    return made


def components(source: Source, work: Path, target: str) -> bytes:
    """The list of components, without the path that it was made at."""
    scratch = work / "wheel"
    scratch.mkdir(exist_ok=True)
    made = build(source, work, scratch, target, [])
    with zipfile.ZipFile(made) as opened:
        name = next(one for one in opened.namelist() if one.endswith(".cyclonedx.json"))
        text = opened.read(name).decode()
    made.unlink()
    # On Windows the path stands in it as a URL, too.
    text = text.replace(f"path+{source.folder.as_uri()}#", "").replace("?download_url=file://.", "")
    found = json.loads(text)
    found["metadata"]["component"]["externalReferences"] = [{"type": "vcs", "url": source.repository}]
    # From now on the wheels contain this list, and not one of their own.
    project = source.folder / "packaging" / "wheel" / "pyproject.toml"
    project.write_text(project.read_text().replace("rust = true", "rust = false"))
    return json.dumps(found, indent=1, ensure_ascii=False).encode() + b"\n"
