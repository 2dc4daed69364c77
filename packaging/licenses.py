"""The licences of the libraries that are in the program, which whoever passes it on has to pass on, too."""

from pathlib import Path

from source import Source

NAMES = ("LICENSE", "LICENCE", "COPYING", "NOTICE", "COPYRIGHT", "UNLICENSE")


def linked(source: Source) -> set[str]:
    """The packages that the program is linked with, on any platform: not what only builds or tests it."""
    nodes = {node["id"]: node for node in source.metadata["resolve"]["nodes"]}
    found: set[str] = set()
    waiting = [source.package["id"]]
    while waiting:
        current = waiting.pop()
        if current not in found:
            found.add(current)
            kinds = [(one["pkg"], [kind["kind"] for kind in one["dep_kinds"]]) for one in nodes[current]["deps"]]
            waiting += [package for package, kind in kinds if None in kind]
    return found - {source.package["id"]}


def texts(package: str) -> dict[str, str]:
    """The texts of licences in the folder of a package, by their names."""
    files = sorted(path for path in Path(package).parent.iterdir() if path.is_file())
    chosen = [path for path in files if path.name.upper().startswith(NAMES)]
    return {path.name: path.read_text(errors="replace").strip() for path in chosen}


def third_parties(source: Source) -> bytes:
    """All licences, each text once."""
    wanted = linked(source)
    packages = sorted(
        (one for one in source.metadata["packages"] if one["id"] in wanted),
        key=lambda one: (one["name"], one["version"]),
    )
    lines = ["firstlight contains these libraries. Their licences follow.", ""]
    users: dict[str, list[str]] = {}
    for one in packages:
        name = f"{one['name']} {one['version']}"
        lines.append(f"{name}: {one['license'] or 'see its licence below'}")
        for file, text in texts(one["manifest_path"]).items():
            users.setdefault(text, []).append(f"{name} ({file})")
    for text, names in users.items():
        lines += ["", "-" * 80, *names, "", text]
    return ("\n".join(lines) + "\n").encode()
