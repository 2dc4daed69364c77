"""Scenarios inside their sandbox: `python -m rig.inside SCENARIO...`. Started by `run`, not by hand."""

import argparse
import json
import math
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
    """The scenarios share a world, and those that start from a site share a machine. Ends at the first that fails."""
    parser = argparse.ArgumentParser()
    parser.add_argument("scenario", nargs="+")
    parser.add_argument("--user-data", type=Path)
    parser.add_argument("--seconds", type=float, default=math.inf)
    parser.add_argument("--slow", type=float, default=1)
    parser.add_argument("--times", type=int, default=1)
    asked = parser.parse_args()
    end = time.monotonic() + asked.seconds
    sandbox.set_up()
    chosen = catalogue.choose(asked.scenario)
    rig = Rig(chosen[0].name, archive=chosen[0].image == "plain", user_data=asked.user_data)
    now, started, why = chosen[0], time.monotonic(), ""
    try:
        with rig:
            for now in chosen * (asked.times if chosen[0].site else 1):
                started = time.monotonic()
                if started > end:
                    break
                print(f"{now.name}: {now.title}", flush=True)
                rig.name, rig.timings = now.name, {}
                if now.site:
                    guest = site.of(rig)
                    guest.hold_back(asked.slow)
                    now.run(rig, guest)
                    guest.hold_back(1)
                else:
                    now.run(rig)
                say(now, rig, started)
    except Failed as error:
        why = str(error)
    except Exception:  # a scenario's own mistake is a failure like any other
        why = traceback.format_exc()
    if why:
        print(f"{now.name}: {why}\n{now.name}: logs: {rig.out}", flush=True)
        say(now, rig, started, why)
    return 1 if why else 0


def say(scenario: Scenario, rig: Rig, started: float, why: str = "") -> None:
    """The result goes to a file for `run`."""
    seconds = round(time.monotonic() - started, 1)
    print(f"{scenario.name}: {'FAILED' if why else 'ok'} in {seconds} s", flush=True)
    said = {"passed": not why, "seconds": seconds, "timings": rig.timings}
    result_file(scenario.name).write_text(json.dumps(said))


def result_file(name: str) -> Path:
    return RUN / f"{name.replace('/', '--')}.json"


if __name__ == "__main__":
    sys.exit(main())
