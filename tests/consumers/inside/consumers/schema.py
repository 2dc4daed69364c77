"""`cloud-init schema`: the document is valid, with no deprecation."""
import re

from command import refusal, run, version as version_of
from consumers.document import cloud_config

NAME = "cloud-init schema"


def version():
    return version_of("cloud-init", "--version")


def check(case):
    with open("/tmp/cloud-config", "wb") as file:
        file.write(cloud_config(case))
    words = ["cloud-init", "schema", "-c", "/tmp/cloud-config"]
    code, out, err = run(*words)
    good = code == 0 and re.fullmatch(r"Valid (schema|cloud-config:) /tmp/cloud-config\n", out) and not err
    return 1, [] if good else [refusal(words, code, out, err)]
