"""shellcheck, strictest severity, on all shell scripts at once: one that sources another is read with it."""
from command import quiet, version as version_of

NAME = "shellcheck"


def version():
    return version_of("shellcheck", "--version")


def check(case):
    scripts = case.scripts()
    return len(scripts), quiet("shellcheck", "--norc", "--severity=style", *scripts) if scripts else []
