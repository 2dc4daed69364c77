"""`firstlight inspect` and `lint` on documents, against cloud-init's own reading of them."""
import gzip
import json
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path


def program(repository):
    subprocess.run(["cargo", "build", "--quiet"], cwd=repository, check=True)
    made = subprocess.run(["cargo", "metadata", "--format-version", "1", "--no-deps"], cwd=repository, capture_output=True, check=True)
    return Path(json.loads(made.stdout)["target_directory"]) / "debug/firstlight"


PLANTED = "planted-"


def plant(case, documents):
    """The same documents with one thing in inspect's answer changed: each must be noticed."""
    for name, document in documents.items():
        said = json.loads((case / f"{name}.json").read_text() or "null")
        if not said or not said["files"] or not said["parts"] or said["files"][0]["sha256"] is None or said["parts"][0]["template"]:
            continue
        for number, (key, value) in enumerate([("mode", "0000"), ("sha256", "0" * 64), ("owner", "nobody:nobody")]):
            changed = json.loads(json.dumps(said))
            changed["files"][0][key] = value
            (case / f"{PLANTED}{number}-{name}").write_bytes(document)
            (case / f"{PLANTED}{number}-{name}.json").write_text(json.dumps(changed))


def is_plain(said):
    """A cloud-config and nothing else: what `cloud-init schema` can judge."""
    said = json.loads(said or "null")
    return bool(said) and not said["layers"] and [part["content_type"] for part in said["parts"]] == ["text/cloud-config"]


def cases(repository):
    """The documents in tests/cases/userdata, by the names of their cases."""
    found = {path.parent.name: path.read_bytes() for path in sorted((repository / "tests/cases/userdata").glob("*/user-data"))}
    assert found, "tests/cases/userdata has no case"
    return found


def below(folder):
    """All files below a folder, by their paths from there."""
    return {"__".join(path.relative_to(folder).parts): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def run(given, repository, home, releases, enter):
    """Prints what differs, and counts; returns the number of differences. Each document is looked at as it is and packed,
    but for those in base64: cloud-init undoes gzip after base64, and never the reverse."""
    firstlight, case = program(repository), home / "reviewed"
    shutil.rmtree(case, ignore_errors=True)
    case.mkdir(parents=True)
    (case / ".reviewed").touch()
    errors, judged = {}, set()
    documents, left = {}, list(given.items())
    while left:
        name, document = left.pop(0)
        documents[name] = document
        (case / name).write_bytes(document)
        said = subprocess.run([firstlight, "inspect", "--format", "json", name], cwd=case, capture_output=True, timeout=60)
        (case / f"{name}.json").write_bytes(said.stdout)
        if name in given and "base64" not in (json.loads(said.stdout or "null") or {}).get("layers", []):
            left.append((f"{name}.gz", gzip.compress(document)))
        lint = subprocess.run([firstlight, "lint", "--format", "json", name], cwd=case, capture_output=True, timeout=60)
        found = json.loads(lint.stdout)["diagnostics"]
        if is_plain(said.stdout):
            judged.add(name)
        errors[name] = sorted({one["code"] for one in found if one["severity"] == "error"})
    (case / ".judged").write_text(json.dumps(sorted(judged)))
    plant(case, documents)
    differences = 0
    with ThreadPoolExecutor() as pool:
        answers = list(pool.map(lambda release: enter(case, release, 300 + 2 * len(documents)), releases))
    for release, done in zip(releases, answers):
        if done.returncode:
            print(f"inspect: {release} failed\n{done.stdout}{done.stderr}")
            return 1
        results = [json.loads(line) for line in done.stdout.splitlines()]
        planted = [result for result in results if result["document"].startswith(PLANTED)]
        results = [result for result in results if result not in planted]
        for result in planted:
            if not result["problems"]:
                differences += 1
                print(f"{result['document']}: a fault planted in what inspect said went unnoticed by {result['version']}")
        same = sum(not result["problems"] for result in results)
        both = [result for result in results if result["document"] in judged]
        agree = sum(result["schema"]["accepted"] == (not errors[result["document"]]) for result in both)
        for result in results:
            for problem in result["problems"]:
                differences += 1
                print(f"{result['document']}: inspect differs from {result['version']}\n    {problem}")
        (home / f"reviewed.{release}.json").write_text(json.dumps([dict(result, lint=errors[result["document"]]) for result in results]))
        version = results[0]["version"] if results else release
        noticed = sum(bool(result["problems"]) for result in planted)
        print(f"inspect: {same} of {len(results)} documents read as cloud-init {version} reads them; "
              f"{noticed} of {len(planted)} planted faults noticed")
        print(f"lint and cloud-init schema {version} agree on {agree} of {len(both)} plain cloud-configs")
    return differences
