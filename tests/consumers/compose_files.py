"""The real Compose on the files in tests/cases/compose, whose folders say what we make of them."""
import json
import subprocess

# What we refuse because of this server, Compose itself takes.
TAKEN = {"accepted": True, "warned": True, "refused": False, "not-here": True}


def run(repository, enter):
    """Prints where Compose differs, and counts; returns the number of differences."""
    done = enter(repository / "tests/cases/compose", "trixie")
    if done.returncode:
        print(done.stdout + done.stderr)
        return 1
    differences, files = 0, [json.loads(line) for line in done.stdout.splitlines()]
    for file in files:
        if file["taken"] != TAKEN[file["file"].split("/")[0]]:
            differences += 1
            print(f"tests/cases/compose/{file['file']}: Compose {'takes' if file['taken'] else 'refuses'} it: {file['said']}")
    print(f"Compose agrees with {len(files) - differences} of {len(files)} files in tests/cases/compose")
    return differences + subprocess.run([repository / "tests/consumers/compose_schema", "--check"]).returncode
