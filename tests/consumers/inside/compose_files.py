"""What the real Compose says of the files in tests/compose: whether it takes them."""
import json
from pathlib import Path

from command import run

VARIABLES = "KNOWN=value\nSECRET=secret\n"


def main():
    for folder in sorted(path for path in Path("/case").iterdir() if path.is_dir()):
        (folder / ".env").write_text(VARIABLES)
        for file in sorted(folder.glob("*.yaml")):
            code, _, said = run("docker", "compose", "-f", str(file), "config", "--quiet", cwd=folder)
            print(json.dumps({"file": f"{folder.name}/{file.name}", "taken": code == 0, "said": said}))
