"""Things that take minutes to build are built once, and again when their recipe changes."""

import fcntl
import hashlib
import shutil
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from .paths import CACHE
from .shell import expect

Recipe = Iterable[Path | str]
ROOM = 3 << 30  # bytes: the largest image while it is built, or what a machine writes


def build(name: str, recipe: Recipe, make: Callable[[Path], None]) -> Path:
    """The folder `make` fills, keyed by the recipe's content. Half-built ones never get the name."""
    place = CACHE / f"{name}@{digest(recipe)}"
    with locked(name):
        if not place.exists():
            started = time.monotonic()
            print(f"  building {name} …", flush=True)
            part = CACHE / f"{name}.part"
            for old in [part, *CACHE.glob(f"{name}@*")]:
                shutil.rmtree(old, ignore_errors=True)
            part.mkdir(parents=True)
            free = shutil.disk_usage(part).free
            expect(free >= ROOM, f"only {free / 2**30:.1f} GiB are free at {CACHE}: images and machines take {ROOM >> 30}")
            make(part)
            part.rename(place)
            print(f"  built {name} in {time.monotonic() - started:.0f} s", flush=True)
    return place


def digest(recipe: Recipe) -> str:
    """A short hash over strings as they are and over files (folders: every file) by name and content."""
    total = hashlib.sha256()
    for part in recipe:
        for item in sorted(part.rglob("*")) if isinstance(part, Path) and part.is_dir() else [part]:
            if isinstance(item, str):
                total.update(item.encode() + b"\0")
            elif item.is_file():
                total.update(item.name.encode() + b"\0" + item.read_bytes() + b"\0")
    return total.hexdigest()[:16]


@contextmanager
def locked(name: str) -> Iterator[None]:
    """Two runs at once build one thing once."""
    CACHE.mkdir(parents=True, exist_ok=True)
    with open(CACHE / f"{name}.lock", "w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
