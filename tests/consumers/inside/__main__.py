"""Runs inside a debootstrap folder, on the golden case in /case: prints one JSON line a consumer.
On a folder of documents that firstlight inspected it prints one a document, on tests/cases/compose one a compose file."""
import json
import os
import sys
import traceback

if os.path.exists("/case/.reviewed"):
    import review
    review.main()
    sys.exit()

if os.path.exists("/case/not-here"):
    import compose_files
    compose_files.main()
    sys.exit()

import formats
from case import Case
from consumers import bash_n, caddy, compose, pyyaml, schema, shellcheck, systemd, write_files

EVERYWHERE = [schema, write_files, pyyaml, caddy, systemd, bash_n, shellcheck]
DEBIAN = {"12": EVERYWHERE, "13": EVERYWHERE + [compose]}

with open("/etc/debian_version") as file:
    release = file.read().split(".")[0]

case = Case("/case")
is_format = os.path.isdir("/case/made")
if not is_format:
    case.place()
for consumer in formats.consumers("/case") if is_format else DEBIAN[release]:
    try:
        seen, problems = consumer.check(case)
    except Exception:  # whatever stops a consumer is a refusal, and never hides the others' word
        seen, problems = 1, [traceback.format_exc()]
    print(json.dumps({"consumer": consumer.NAME, "version": consumer.version(), "seen": seen, "problems": problems}))
