"""The scenarios: one file each in scenarios/, or one function each where a file holds several of a kind.

A file has a docstring, whose first line is its title, and `run(rig)`; or `CASES`, a dict of case → function, which
become FILE/CASE. It may set IMAGE = "plain" (no Docker; Debian's archive is served then), DOCUMENT = False (it needs
no firstlight), LIMIT, the seconds after which it has failed, ALONE = True (its time is compared), and SITE, the names of those that take `(rig, guest)`, a
machine that has come up already. Such ones share a machine one after the other, as long as they pass: each leaves it
up, and the world as it was.
"""

import importlib.util
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from .paths import SCENARIOS
from .shell import Failed


@dataclass
class Scenario:
    name: str
    title: str
    run: Callable[..., None]
    image: str
    document: bool
    limit: float
    site: bool
    alone: bool


def load() -> dict[str, Scenario]:
    """Every scenario by name, in the order of their names."""
    found = [scenario for path in sorted(SCENARIOS.glob("[!_]*.py")) for scenario in read(path)]
    return {scenario.name: scenario for scenario in found}


def read(path: Path) -> list[Scenario]:
    name = path.stem.replace("_", "-")
    spec = importlib.util.spec_from_file_location(f"scenarios.{path.stem}", path)
    module = importlib.util.module_from_spec(spec)  # type: ignore[arg-type]
    spec.loader.exec_module(module)  # type: ignore[union-attr]
    cases = getattr(module, "CASES", None)
    steps = {f"{name}/{case}": step for case, step in cases.items()} if cases else {name: module.run}
    return [
        Scenario(
            full,
            ((step.__doc__ if cases else None) or module.__doc__ or full).splitlines()[0],
            step,
            image=getattr(module, "IMAGE", "docker"),
            document=getattr(module, "DOCUMENT", True),
            limit=getattr(module, "LIMIT", 3600),
            alone=getattr(module, "ALONE", False),
            site=full.rpartition("/")[2] in getattr(module, "SITE", ()),
        )
        for full, step in steps.items()
    ]


def choose(wanted: list[str]) -> list[Scenario]:
    """By exact name, by file (all its cases), or `all`; each once."""
    every = load()
    if wanted == ["all"]:
        return list(every.values())
    chosen = []
    for want in wanted:
        matching = [scenario for name, scenario in every.items() if name == want or name.split("/")[0] == want]
        if not matching:
            raise Failed(f"no scenario {want!r}; there are: {', '.join(every)}")
        chosen += matching
    return list({scenario.name: scenario for scenario in chosen}.values())


def groups(chosen: list[Scenario]) -> list[list[Scenario]]:
    """Each by itself; those that begin with a site that is up together, at the end."""
    alone = [[scenario] for scenario in chosen if not scenario.site]
    together = [scenario for scenario in chosen if scenario.site]
    return [*alone, together] if together else alone
