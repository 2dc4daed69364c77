"""`firstlight inspect` and `lint` on a folder of documents, against cloud-init's own reading of them."""
import gzip
import json
import shutil
import subprocess
from pathlib import Path


def program(repository):
    subprocess.run(["cargo", "build", "--quiet"], cwd=repository, check=True)
    made = subprocess.run(["cargo", "metadata", "--format-version", "1", "--no-deps"], cwd=repository, capture_output=True, check=True)
    return Path(json.loads(made.stdout)["target_directory"]) / "debug/firstlight"


def run(folder, repository, home, releases, enter):
    """Prints what differs, and counts; returns the number of differences."""
    firstlight, case = program(repository), home / "reviewed"
    shutil.rmtree(case, ignore_errors=True)
    case.mkdir(parents=True)
    (case / ".reviewed").touch()
    errors = {}
    documents = {}
    for path in sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix not in (".lint", ".inspect")):
        name = "__".join(path.relative_to(folder).parts)
        documents[name] = path.read_bytes()
        if not name.endswith(".b64"):
            documents[f"{name}.gz"] = gzip.compress(documents[name])
    for name, document in documents.items():
        (case / name).write_bytes(document)
        said = subprocess.run([firstlight, "inspect", "--format", "json", name], cwd=case, capture_output=True, timeout=60)
        (case / f"{name}.json").write_bytes(said.stdout)
        lint = subprocess.run([firstlight, "lint", "--format", "json", name], cwd=case, capture_output=True, timeout=60)
        found = json.loads(lint.stdout)["diagnostics"]
        errors[name] = sorted({one["code"] for one in found if one["severity"] == "error"})
    differences = 0
    for release in releases:
        done = enter(case, release)
        if done.returncode:
            print(f"inspect: {release} failed\n{done.stdout}{done.stderr}")
            return 1
        results = [json.loads(line) for line in done.stdout.splitlines()]
        same = sum(not result["problems"] for result in results)
        agree = sum(result["schema"]["accepted"] == (not errors[result["document"]]) for result in results)
        for result in results:
            for problem in result["problems"]:
                differences += 1
                print(f"{result['document']}: inspect differs from {result['version']}\n    {problem}")
        (home / f"reviewed.{release}.json").write_text(json.dumps([dict(result, lint=errors[result["document"]]) for result in results]))
        version = results[0]["version"] if results else release
        print(f"inspect: {same} of {len(results)} documents read as cloud-init {version} reads them; "
              f"lint and its schema agree on {agree}")
    return differences
