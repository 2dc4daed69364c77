"""What the real Compose says of the files in tests/cases/compose: whether it takes them."""
import json
from pathlib import Path

from command import run

VARIABLES = "KNOWN=value\nSECRET=secret\n"


def main():
    for file in sorted(Path("/case").glob("*/*/compose.yaml")):
        (file.parent / ".env").write_text(VARIABLES)
        code, _, said = run("docker", "compose", "-f", str(file), "config", "--quiet", cwd=file.parent)
        print(json.dumps({"file": str(file.relative_to("/case")), "taken": code == 0, "said": said}))
