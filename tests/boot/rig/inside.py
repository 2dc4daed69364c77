"""Scenarios inside their sandbox: `python -m rig.inside [--user-data FILE] SCENARIO...`. Started by `run`, not by hand."""

import argparse
import json
import sys
import time
import traceback
from pathlib import Path

from . import catalogue, sandbox, site
from .catalogue import Scenario
from .paths import RUN
from .rig import Rig
from .shell import Failed


def main() -> int:
    """Several scenarios share a machine; one that fails leaves its evidence, and the next gets a new machine."""
    parser = argparse.ArgumentParser()
    parser.add_argument("scenario", nargs="+")
    parser.add_argument("--user-data", type=Path)
    asked = parser.parse_args()
    sandbox.set_up()
    waiting = catalogue.choose(asked.scenario)
    while waiting:
        with_machine(waiting, asked.user_data)
    return 0


def with_machine(waiting: list[Scenario], user_data: Path | None) -> None:
    """Take scenarios off the list and run them in one world, until one fails or none is left."""
    now, started = waiting[0], time.monotonic()
    rig = Rig(now.name, archive=now.image == "plain", user_data=user_data)
    why = ""
    try:
        with rig:
            while waiting:
                now, started = waiting.pop(0), time.monotonic()
                print(f"{now.name}: {now.title}", flush=True)
                rig.name, rig.timings = now.name, {}
                now.run(rig, site.of(rig)) if now.site else now.run(rig)
                say(now, rig, started)
    except Failed as error:
        why = str(error)
    except Exception:  # a scenario's own mistake is a failure like any other
        why = traceback.format_exc()
    if why:
        print(f"  FAILED: {why}\n  logs: {rig.out}", flush=True)
        say(now, rig, started, why)


def say(scenario: Scenario, rig: Rig, started: float, why: str = "") -> None:
    """The result goes to a file for `run`."""
    seconds = round(time.monotonic() - started, 1)
    print(f"  {'FAILED' if why else 'ok'} in {seconds} s", flush=True)
    said = {"passed": not why, "seconds": seconds, "timings": rig.timings}
    result_file(scenario.name).write_text(json.dumps(said))


def result_file(name: str) -> Path:
    return RUN / f"{name.replace('/', '--')}.json"


if __name__ == "__main__":
    sys.exit(main())
