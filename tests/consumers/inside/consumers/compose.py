"""`docker compose config` on every embedded compose file, with the `.env` beside it."""
import json
import os
import re

from command import refusal, run, version as version_of

NAME = "docker compose config"


def version():
    return version_of("docker", "compose", "version")


def check(case):
    named = re.compile(r"(docker-)?compose[\w.-]*\.ya?ml")
    files = sorted(path for path in case.final if named.fullmatch(os.path.basename(path)))
    problems = []
    for folder in sorted({os.path.dirname(path) for path in files}):
        # COMPOSE_FILE in .env says which files belong together; else each stands alone.
        together = re.search(rb"(?m)^COMPOSE_FILE=", case.final.get(folder + "/.env", b""))
        choices = [[]] if together else [["-f", path] for path in files if os.path.dirname(path) == folder]
        for choice in choices:
            problems += config(folder, choice)
    return len(files), problems


def config(folder, choice):
    words = ["docker", "compose", *choice, "--profile", "*", "config", "--format", "json"]
    code, out, err = run(*words, cwd=folder)
    if code or err.strip():  # an unset variable, a lone $ and an obsolete key are only warnings
        return [refusal(words, code, "", err)]
    return [] if json.loads(out)["services"] else [f"{folder}: no services"]
