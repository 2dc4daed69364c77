"""Whether pre-commit runs our hooks with the wheel alone: from this repository, offline, and compiling nothing."""

import subprocess
import tempfile
import time
from pathlib import Path

from checked import DIST, REPOSITORY, Wrong, run

CONFIGURATION = """\
repos:
  - repo: file://{repository}
    rev: {commit}
    hooks: [{{id: firstlight-check}}, {{id: firstlight-lint}}]
"""


def hooks(tools: Path) -> None:
    """Makes a repository as its user has one, and commits in it by what the real pre-commit says."""
    with tempfile.TemporaryDirectory() as folder:
        site = Path(folder) / "site"
        site.mkdir()
        environment = {
            "PATH": f"{tools / 'bin'}:/usr/bin:/bin",
            "HOME": folder,
            "PIP_NO_INDEX": "1",
            "PIP_FIND_LINKS": f"{DIST} {tools / 'wheels'}",
            "PRE_COMMIT_HOME": f"{folder}/cache",
            # The clone below is made of a repository that may belong to somebody else.
            "GIT_CONFIG_COUNT": "1",
            "GIT_CONFIG_KEY_0": "safe.directory",
            "GIT_CONFIG_VALUE_0": "*",
        }
        commit = run("git", "-C", REPOSITORY, "rev-parse", "HEAD", env=environment).decode().strip()
        configuration = CONFIGURATION.format(repository=REPOSITORY, commit=commit)
        (site / ".pre-commit-config.yaml").write_text(configuration)
        run("git", "init", "--quiet", cwd=site, env=environment)
        begun = time.monotonic()
        run("pre-commit", "install-hooks", cwd=site, env=environment)
        print(f"ok: pre-commit installs the hooks: {time.monotonic() - begun:.1f} s")

        def verdicts() -> list[str]:
            run("git", "add", "--all", cwd=site, env=environment)
            done = subprocess.run(
                ["pre-commit", "run", "--all-files"],
                capture_output=True,
                text=True,
                check=False,
                cwd=site,
                env=environment,
            )
            return [line for line in done.stdout.splitlines() if line.endswith(("Passed", "Failed", "Skipped"))]

        (program,) = Path(folder).glob("cache/repo*/py_env-*/bin/firstlight")
        (site / "firstlight.yaml").write_text("domain: infrakt.example.com\n")
        run(program, "check", "--update", cwd=site)
        (site / "-other one.user-data").write_text("#cloud-config\npackages: [git]\n")
        said = verdicts()
        if [line.split(".")[-1] for line in said] != ["Passed", "Passed"]:
            raise Wrong(f"pre-commit refuses what is right: {said}")
        (site / "user-data").unlink()
        (site / "-other one.user-data").write_text("#cloud-config\npackages: {\n")
        said = verdicts()
        if [line.split(".")[-1] for line in said] != ["Failed", "Failed"]:
            raise Wrong(f"pre-commit accepts what is wrong: {said}")
        print("ok: both hooks accept what is right and refuse what is wrong")
