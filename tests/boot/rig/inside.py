"""One scenario, inside its sandbox: `python -m rig.inside SCENARIO [USER-DATA]`. Started by `run`, never by hand."""

import json
import sys
import traceback
from pathlib import Path

from . import catalogue, sandbox
from .paths import OUT, RUN
from .rig import Rig
from .shell import Failed


def main(name: str, user_data: Path | None) -> int:
    """Run it; a failure says why and where its evidence lies. The times measured go to a file for `run`."""
    (scenario,) = catalogue.choose([name])
    sandbox.set_up()
    rig = Rig(name, archive=scenario.image == "plain", user_data=user_data)
    try:
        with rig:
            scenario.run(rig)
    except Failed as error:
        why = str(error)
    except Exception:  # a scenario's own mistake is a failure like any other
        why = traceback.format_exc()
    else:
        why = ""
    finally:
        timings_file(name).write_text(json.dumps(rig.timings))
    if why:
        print(f"  FAILED: {why}\n  logs: {OUT / name}", flush=True)
    return 1 if why else 0


def timings_file(name: str) -> Path:
    return RUN / f"{name}.json"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], Path(sys.argv[2]) if len(sys.argv) > 2 else None))
