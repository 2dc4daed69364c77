"""`bash -n` on every shell script; `dash -n` too where the first line asks for sh, which is dash on Debian and Ubuntu."""
from command import quiet, version as version_of

NAME = "bash -n"


def version():
    return version_of("bash", "--version")


def check(case):
    problems = []
    for path in case.scripts():
        problems += quiet("bash", "-n", path)
        if case.final[path].startswith(b"#!/bin/sh"):
            problems += quiet("dash", "-n", path)
    return len(case.scripts()), problems
