"""Proves that `check` can fail: plants one fault at a time in a copy of a golden case, and wants it refused
by every version of the consumers it is meant for. A consumer without a fault here is an error too."""
import re
import shutil
import tempfile
from pathlib import Path


def edit(path, change):
    """False if the change changes nothing: then this case cannot hold this fault."""
    before = path.read_bytes()
    after = change(before)
    path.write_bytes(after)
    return after != before


def document(change):
    return lambda case: edit(case / "user-data", change)


def manifest(change):
    return lambda case: edit(case / "manifest", change)


def first_file(pattern, change):
    """Changes the first golden file whose path or first line matches."""
    def plant(case):
        for path in sorted((case / "files").rglob("*")):
            if path.is_file() and (re.search(pattern, str(path)) or re.search(pattern, path.read_text(errors="replace").split("\n")[0])):
                return edit(path, change)
        return False
    return plant


def new_file(name, text):
    def plant(case):
        path = case / "files" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return True
    return plant


def append(text):
    return lambda before: before + text.encode()


def replace(pattern, to):
    return lambda before: re.sub(pattern, to, before, count=1)


def unit(name, text):
    return new_file(f"etc/systemd/system/{name}.service", text)


def cycle(case):
    """Two units, each after the other; the same shape as a unit that waits for cloud-init's end and is part of the boot."""
    return unit("fault", "[Unit]\nAfter=cloud-final.service\nBefore=multi-user.target\n"
                         "[Service]\nExecStart=/bin/true\n[Install]\nRequiredBy=multi-user.target\n")(case)


COMPOSE = r"/(docker-)?compose[^/]*\.ya?ml$"
CADDYFILE = r"/Caddyfile$"
UNIT = r"/systemd/system/[^/]+\.service$"
SCRIPT = r"^#!.*sh|\.sh$"

# What is wrong, how it gets there, who must refuse it.
FAULTS = [
    ("a mode without quotes", document(replace(rb"permissions: *['\"](0\d+)['\"]", rb"permissions: \1")), ["cloud-init schema"]),
    ("a deprecated key", document(append("\napt_update: true\n")), ["cloud-init schema"]),
    ("a document that is no cloud-config", document(lambda text: b"\n" + text.lstrip(b"#")),
     ["cloud-init schema", "cloud-init write_files", "PyYAML safe_load"]),
    ("a key given twice", document(append("\nfinal_message: a\nfinal_message: b\n")), ["PyYAML safe_load"]),
    ("a byte more in a golden file", first_file(r".", append("x")), ["cloud-init write_files", "PyYAML safe_load"]),
    ("another mode in the manifest", manifest(replace(rb"\b06(44|00)\b", b"0640")), ["cloud-init write_files"]),
    ("a ${ without its }", first_file(COMPOSE, replace(rb"image: .*", b"image: ${")), ["docker compose config"]),
    ("a variable that nothing sets", first_file(COMPOSE, replace(rb"image: .*", b"image: a$nothing")), ["docker compose config"]),
    ("a { without its }", first_file(CADDYFILE, append("\nfault.example.com {\n")), ["caddy validate"]),
    ("an unknown directive", first_file(CADDYFILE, append("\nfault.example.com {\n\tfault\n}\n")), ["caddy validate"]),
    ("a misspelt key in a unit", first_file(UNIT, append("\n[Unit]\nAftre=basic.target\n")), ["systemd-analyze verify"]),
    ("a unit whose program is missing", unit("fault", "[Service]\nExecStart=/usr/bin/fault\n"), ["systemd-analyze verify"]),
    ("a unit that requires Docker before it exists", unit("fault", "[Unit]\nRequires=docker.service\n[Service]\nExecStart=/bin/true\n"),
     ["systemd-analyze verify"]),
    ("an ordering cycle with cloud-init", cycle, ["systemd-analyze verify"]),
    ("an if without its fi", first_file(SCRIPT, append("\nif true; then\n")), ["bash -n", "shellcheck"]),
    ("an unquoted variable", first_file(SCRIPT, append("\nrm $1\n")), ["shellcheck"]),
]


def run(cases, consume_all, label):
    """The number of faults that got through."""
    failures = []
    with tempfile.TemporaryDirectory() as folder:
        planted = []
        for number, (what, plant, wanted) in enumerate(FAULTS):
            for case in cases:
                copy = Path(folder) / f"{number}-{case.name}"
                shutil.copytree(case, copy)
                if plant(copy):
                    planted.append((what, wanted, case, copy))
                    break
            else:
                failures.append(f"{what}: no case can hold this fault")
        used = sorted({case for _, _, case, _ in planted})
        without = dict(consume_all(used))
        consumers = set()
        for (what, wanted, case, _), (_, results) in zip(planted, consume_all([copy for *_, copy in planted])):
            refused = []
            for result, before in zip(results, without[case]):
                consumers.add(result["consumer"])
                if result["consumer"] not in wanted:
                    continue
                if before["problems"]:
                    failures.append(f"{what}: {label(result)} refuses {case.name} without it too")
                elif not result["problems"]:
                    failures.append(f"{what}: accepted by {label(result)}")
                else:
                    refused.append(label(result))
            print(f"{what}: refused by {', '.join(refused) or 'nobody'}")
        tested = {consumer for _, _, wanted in FAULTS for consumer in wanted}
        failures += [f"{consumer}: no fault tests it" for consumer in sorted(consumers - tested)]
        failures += [f"{consumer}: did not run" for consumer in sorted(tested - consumers)]
    for failure in failures:
        print("FAILED: " + failure)
    return len(failures)
