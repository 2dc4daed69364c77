"""What the scenarios said, kept in target/boot/results.json and written as a table to docs/first-boot.md."""

import hashlib
import json
import os
import time
from collections.abc import Iterable, Mapping
from pathlib import Path

from .catalogue import Scenario
from .paths import CACHE, FIRSTLIGHT, ROOT, TARGET
from .shell import run
from .world import DOMAIN

KEPT, TABLE = TARGET / "boot" / "results.json", ROOT / "docs" / "first-boot.md"
Result = dict[str, object]
OURS, PLANS, TIME = "first-boot/token-there", "baseline", "power-on to HTTPS 200"


def keep(results: Iterable[Result], every: Mapping[str, Scenario]) -> None:
    """Add to what earlier runs found, drop scenarios that are no more, give all their titles of today, and write the table."""
    document = digest()
    found: dict[str, Result] = json.loads(KEPT.read_text()) if KEPT.exists() else {}
    stamp = {"document": document, "day": time.strftime("%Y-%m-%d", time.gmtime())}
    found |= {str(result["scenario"]): result | stamp for result in results}
    found = {name: found[name] | {"title": scenario.title} for name, scenario in every.items() if name in found}
    KEPT.write_text(json.dumps(found, indent=2) + "\n")
    TABLE.parent.mkdir(exist_ok=True)
    TABLE.write_text(table(found, list(every), document))


def digest() -> str:
    """The default document's, as the scenarios boot it."""
    made = run([FIRSTLIGHT, "render", "--domain", DOMAIN]).stdout if FIRSTLIGHT.exists() else b""
    return hashlib.sha256(made).hexdigest()[:12]


def table(found: dict[str, Result], every: list[str], document: str) -> str:
    """Markdown: one row for each scenario, also for those that have not run."""
    rows = [row(name, found.get(name), document) for name in every]
    passed = sum(bool(result["passed"]) for result in found.values())
    return (
        "# First boots\n\n"
        "`make boot` runs the scenarios of [tests/boot](../tests/boot/README.md) and writes this page. They use real cloud-init,\n"
        f"Docker, Caddy, registry and ACME servers, in a QEMU machine ({accelerator()}) with {os.cpu_count()} processors. The last\n"
        "column is the duration of the scenario; scenarios that start on a running site share one first boot, which is not\n"
        "included.\n\n"
        f"The document is `{document}` (the start of the sha256 of the default document for {DOMAIN}). {passed} of {len(every)} "
        "scenarios pass.\n\n"
        + ratio(found)
        + "| Scenario | What happens | Result | Seconds |\n|---|---|---|---:|\n"
        + "".join(rows)
    )


def row(name: str, result: Result | None, document: str) -> str:
    if result is None:
        return f"| {name} | | not run | |\n"
    verdict = "pass" if result["passed"] else "**fail**"
    if result.get("retried"):
        verdict += ", second try"
    if result["document"] != document:
        verdict += f", with document `{result['document']}` on {result['day']}"
    return f"| {name} | {result['title']} | {verdict} | {result['seconds']} |\n"


def ratio(found: dict[str, Result]) -> str:
    """The time of our document and of infrakt's own setup script, if both were measured."""
    times = [found.get(name, {}).get("timings", {}).get(TIME) for name in (OURS, PLANS)]  # type: ignore[attr-defined]
    if not all(times):
        return ""
    ours, plans = times
    return (
        f"Time from power-on to HTTPS 200: {ours} s with firstlight, {plans} s with infrakt's own setup script "
        f"(ratio {ours / plans:.2f}).\n\n"
    )


def accelerator() -> str:
    answers = sorted(CACHE.glob("accel@*/answer"))
    return "KVM" if answers and answers[-1].read_text() == "kvm" else "emulation, no KVM"


def path() -> Path:
    return TABLE.relative_to(ROOT)
