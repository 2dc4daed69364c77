"""The program for one target: one file, which on Linux needs no library, without any path of this machine in it."""

import os
import subprocess
from pathlib import Path

from source import REPOSITORY, Source, git

DEBIANS_RUST = Path("/usr/lib/rustlib/src/rust")


class Failed(Exception):
    """What is missing or wrong, for the person at the terminal."""


def host() -> str:
    """The target of this machine."""
    said = subprocess.run(["rustc", "-vV"], check=True, stdout=subprocess.PIPE, text=True).stdout
    return next(line.removeprefix("host: ") for line in said.splitlines() if line.startswith("host: "))


def environment(source: Source, work: Path, target: str) -> dict[str, str]:
    """What cargo, and maturin that calls it, are run with for a target."""
    flags = ["CARGO_ENCODED_RUSTFLAGS", "RUSTFLAGS", "CARGO_BUILD_TARGET"]
    variables = {name: value for name, value in os.environ.items() if name not in flags}
    variables |= {
        "CARGO_TARGET_DIR": str(work / "target"),
        "CARGO_INCREMENTAL": "0",
        "SOURCE_DATE_EPOCH": str(source.epoch),
        "FIRSTLIGHT_COMMIT": git("rev-parse", "HEAD").decode().strip(),
    }
    cargo = cargo_home()
    remap = {str(source.folder): "/firstlight", str(cargo): "/cargo", str(work): "/work"}
    options = ["-Ctarget-feature=+crt-static"] if "-linux-" in target or "-windows-" in target else []
    libraries = ["rustc", "--print", "target-libdir", "--target", target]
    if not Path(subprocess.run(libraries, check=True, stdout=subprocess.PIPE, text=True).stdout.strip()).is_dir():
        # rustup has no standard library for the target here: cargo compiles it from the source that Debian has.
        if not DEBIANS_RUST.is_dir() or not Path("/usr/bin/cargo").is_file():
            raise Failed(f"rustup target add {target}, or apt-get install rustc-web cargo-web rust-web-src")
        remap[str(DEBIANS_RUST.resolve())] = "/rust"
        variables |= {
            "PATH": f"/usr/bin:{variables['PATH']}",
            "RUSTC": "/usr/bin/rustc",
            "CARGO": "/usr/bin/cargo",
            "RUSTC_BOOTSTRAP": "1",
            "CARGO_UNSTABLE_BUILD_STD": "std,panic_abort",
        }
    if target == "aarch64-unknown-linux-gnu" and host() != target:
        variables["CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER"] = "aarch64-linux-gnu-gcc"
    options += [f"--remap-path-prefix={path}={name}" for path, name in remap.items()]
    variables["CARGO_ENCODED_RUSTFLAGS"] = "\x1f".join(options)
    return variables


def cargo_home() -> Path:
    """Where cargo keeps the sources of what we depend on."""
    return Path(os.environ.get("CARGO_HOME", Path.home() / ".cargo")).resolve()


def build(source: Source, work: Path, target: str) -> Path:
    """Compiles the program and returns its path."""
    variables = environment(source, work, target)
    cargo = variables.get("CARGO", "cargo") if "RUSTC_BOOTSTRAP" in variables else "cargo"
    command = [cargo, "build", "--quiet", "--release", "--locked", "--target", target]
    subprocess.run(command, check=True, cwd=source.folder, env=variables)
    made = work / "target" / target / "release" / ("firstlight.exe" if "-windows-" in target else "firstlight")
    content = made.read_bytes()
    for path in (REPOSITORY, work, cargo_home()):
        if str(path).encode() in content:
            raise Failed(f"{made} contains the path {path} of this machine")
    return made
