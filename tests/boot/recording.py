#!/usr/bin/env python3
"""Draws a first boot as a terminal in which each line appears when it was written: an SVG image that moves.

    tests/boot/recording.py                    target/boot/recording.log, to docs/boot-recording.svg
    tests/boot/recording.py JOURNAL PICTURE

The scenario first-boot/token-there writes target/boot/recording.log: the journal of the boot, as `journalctl -o
short-monotonic` prints it, and a last line, when the site was seen from outside. The picture has what cloud-init and
firstlight wrote there, with the seconds since power-on, and runs in a quarter of the time. It stops at the end. Where
pictures do not move, all lines are there from the start.
"""

import re
import sys
from collections.abc import Iterable, Iterator
from html import escape
from operator import itemgetter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FASTER = 4
COLUMNS = 88
LINE, COLUMN = 20, 8.43

ENTRY = re.compile(r"\[ *(?P<at>\d+\.\d+)\] \S+ (?P<who>cloud-init|firstlight|outside)(?:\[\d+\])?: (?P<what>.*)")
STAGE = re.compile(r"Cloud-init v\. \S+ (?:running '(?P<stage>[a-z:-]+)'|(?P<end>finished)) at ")
STEP = re.compile(r"(?P<step>[a-z]+): (?P<state>running|waiting|done|failed)(?:: (?P<message>.*))?")
STAGES = {
    "init-local": "finds the document",
    "init": "writes the files",
    "modules:config": "runs its modules",
    "modules:final": "starts firstlight",
    "finished": "is done; firstlight goes on by itself",
}

STYLE = """\
text{font:14px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;fill:#d1d7e0;white-space:pre}
.at{fill:#7d8590}.done{fill:#57ab5a}.failed{fill:#e5534b}.waiting{fill:#c69026}.site{fill:#6cb6ff;font-weight:bold}
g{animation:shown 1ms both}@keyframes shown{from{opacity:0}}
@media (prefers-reduced-motion:reduce){g{animation:none}}
.ground{fill:#1c2128}.lamp{fill:#444c56}.title{fill:#7d8590;text-anchor:middle}
"""

Line = tuple[float, str, str, str]
"""Seconds since power-on, a class for the state, who wrote it, and what."""


def lines(journal: Iterable[str]) -> Iterator[Line]:
    """What is shown of a journal, from power-on."""
    yield 0, "", "power-on", ""
    for text in journal:
        entry = ENTRY.match(text)
        if not entry:
            continue
        at, what = float(entry["at"]), entry["what"]
        if entry["who"] == "outside":
            yield at, "site", "", what
        elif stage := STAGE.match(what):
            yield at, "", "cloud-init", STAGES.get(stage["stage"] or stage["end"], stage["stage"])
        elif (step := STEP.fullmatch(what)) and (step["message"] or step["state"] != "running"):
            # That a step runs is said by what it does, which follows.
            said = step["message"] if step["state"] == "running" else f"{step['state']} {step['message'] or ''}"
            yield at, step["state"], step["step"], said.strip()


def picture(title: str, shown: list[Line]) -> str:
    """The image of a terminal with these lines."""
    width, height = round(COLUMNS * COLUMN) + 40, LINE * len(shown) + 70
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}"',
        ' role="img">',
        f"<title>{escape(title)}</title><style>{STYLE}</style>",
        f'<rect class="ground" width="{width}" height="{height}" rx="8"/>',
        *(f'<circle class="lamp" cx="{20 + 18 * n}" cy="20" r="6"/>' for n in range(3)),
        f'<text class="title" x="{width // 2}" y="25">{escape(title)}</text>',
    ]
    for number, (at, state, who, what) in enumerate(shown):
        said = what if len(what) <= COLUMNS - 22 else what[: COLUMNS - 23] + "…"
        y = 60 + LINE * number
        parts.append(
            f'<g style="animation-delay:{at / FASTER:.2f}s"><text y="{y}">'
            f'<tspan class="at" x="20">{at:6.1f} s</tspan><tspan x="{20 + 10 * COLUMN:.0f}">{escape(who)}</tspan>'
            f'<tspan class="{state or "by"}" x="{20 + 22 * COLUMN:.0f}">{escape(said)}</tspan></text></g>'
        )
    return "\n".join([*parts, "</svg>", ""])


def main() -> None:
    """Read the journal, write the picture."""
    given = [Path(word) for word in sys.argv[1:]]
    journal, to = given or [ROOT / "target" / "boot" / "recording.log", ROOT / "docs" / "boot-recording.svg"]
    shown = sorted(lines(journal.read_text(encoding="utf-8").splitlines()), key=itemgetter(0))
    if len(shown) == 1:
        sys.exit(f"tests/boot/recording.py: nothing of firstlight or cloud-init is in {journal}")
    to.write_text(picture("A first boot, from power-on to HTTPS", shown), encoding="utf-8")


if __name__ == "__main__":
    main()
