"""Where things lie. Everything the rig makes is below target/boot, which git ignores."""

import os
from pathlib import Path

BOOT = Path(__file__).resolve().parents[1]
ROOT = BOOT.parents[1]
TARGET = Path(os.environ.get("CARGO_TARGET_DIR") or ROOT / "target").resolve()

CACHE = TARGET / "boot" / "cache"  # images and tools: kept until their recipe changes
RUN = TARGET / "boot" / "run"  # one folder a scenario: disks, sockets; gone when it passes
RECORDING = TARGET / "boot" / "recording.log"  # of the last first boot that passed
OUT = TARGET / "boot" / "out"  # what a failing scenario leaves behind, and the results

RECIPES = BOOT / "images"
SCENARIOS = BOOT / "scenarios"
FIRSTLIGHT = TARGET / "release" / "firstlight"
