"""`caddy validate` on every Caddyfile and *.caddy, in its own folder."""
import json
import os

from command import refusal, run, version as version_of

NAME = "caddy validate"


def version():
    return version_of("caddy", "version")


def check(case):
    files = [path for path in sorted(case.final) if os.path.basename(path) == "Caddyfile" or path.endswith(".caddy")]
    problems = []
    for path in files:
        words = ["caddy", "validate", "--adapter", "caddyfile", "--config", path]
        code, out, err = run(*words, cwd=os.path.dirname(path))
        told = "".join(line + "\n" for line in err.splitlines() if matters(line))
        if code or told:
            problems.append(refusal(words, code, "", told))
    return len(files), problems


def matters(line):
    """A warning would be in every VPS's log, so it counts; only an empty sites/ folder is as it should be."""
    if not line.startswith("{"):
        return True
    entry = json.loads(line)
    return entry["level"] in ("warn", "error") and "No files matching import glob pattern" not in entry["msg"]
