"""shellcheck, strictest severity, on all shell scripts at once: one that sources another is read with it. What has no
interpreter in its first line is there to be sourced: it may set what it does not use, and to anything."""
from command import quiet, version as version_of

NAME = "shellcheck"
SOURCED = ["--shell=bash", "--exclude=SC2034,SC1003,SC2016"]


# What an image's command sources comes when its servers boot.
LATER = ["--exclude=SC1091,SC2153"]


def version():
    return version_of("shellcheck", "--version")


def check(case):
    scripts = case.scripts()
    sourced = [path for path in scripts if not case.final[path].startswith(b"#!")]
    started = [path for path in scripts if path not in sourced]
    lacks = "/etc/firstlight/site.sh" not in case.final
    return len(scripts), judge(started, *LATER if lacks else []) + judge(sourced, *SOURCED)


def judge(scripts, *options):
    return quiet("shellcheck", "--norc", "--external-sources", "--severity=style", *options, *scripts) if scripts else []
