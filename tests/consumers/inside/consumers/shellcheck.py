"""shellcheck, strictest severity, on all shell scripts. What has no interpreter in its first line is there to be sourced:
it may set what it does not use."""
from command import quiet, version as version_of

NAME = "shellcheck"
SOURCED = ["--shell=bash", "--exclude=SC2034"]


def version():
    return version_of("shellcheck", "--version")


def check(case):
    scripts = case.scripts()
    sourced = [path for path in scripts if not case.final[path].startswith(b"#!")]
    started = [path for path in scripts if path not in sourced]
    return len(scripts), judge(started) + judge(sourced, *SOURCED)


def judge(scripts, *options):
    return quiet("shellcheck", "--norc", "--severity=style", *options, *scripts) if scripts else []
