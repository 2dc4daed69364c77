"""The units: every line has its reason, and systemd knows each."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

import firstlight
from firstlight import paths
from firstlight.metadata import UNIT
from firstlight.teardown import UNITS

FOLDER = Path(firstlight.__file__).parents[5] / "etc/systemd/system"
SERVICE = FOLDER / "firstlight.service"

NOTHING = {"[Unit]", "[Service]", "[Install]", "WantedBy=multi-user.target"}
"""What goes without saying."""

OPEN = """ProtectSystem ProtectHome PrivateDevices ProtectKernelModules ProtectKernelTunables ProcSubset PrivateUsers
PrivateNetwork MemoryDenyWriteExecute RestrictSUIDSGID UMask IPAddressDeny CAP_SYS_ADMIN"""

EXPOSURE = {"firstlight.service": 5.2, "firstlight-docker.service": 3.5, UNIT: 3.4}
"""Of ten, as systemd counts. What is left of the first is said at its end."""

SHUT = ("CapabilityBoundingSet", "NoNewPrivileges", "Private", "Protect", "Restrict", "SystemCall")
"""How the names of settings begin that shut something."""


def settings(text: str) -> dict[str, str]:
    return dict(line.split("=", 1) for line in text.splitlines() if re.match(r"[A-Z]\w*=", line))


@pytest.mark.parametrize("unit", [SERVICE, FOLDER / UNIT])
def test_every_line_has_its_reason(unit: Path) -> None:
    reason = False
    for line in unit.read_text().splitlines():
        if not line:
            reason = False
        elif line.startswith("##"):
            reason = True
        elif line not in NOTHING and not line.startswith(("Wants=", "After=", "Restrict", "Lock", "SystemCallArch")):
            assert reason or (unit.name == UNIT and not line.startswith(SHUT)), line


def test_docker_starts_the_rules_before_itself_and_does_not_need_them() -> None:
    """Containers of others run on where they cannot be set."""
    found = settings((FOLDER / UNIT).read_text())
    assert (found["Before"], found["WantedBy"]) == ("docker.service", "docker.service")
    assert settings(SERVICE.read_text())["Also"] == UNIT
    assert not {"RequiredBy", "BindsTo", "Requires"} & found.keys()
    # Set again without a gap: nothing is removed first.
    assert found["ExecStart"] == found["ExecReload"] == "nft -f -"


def test_what_is_left_open_is_said() -> None:
    """Whatever is not set and would shut something."""
    text = SERVICE.read_text()
    said = text.partition("What has to stay open:")[2]
    shut = settings(text)
    for name in OPEN.split():
        assert name not in shut
        assert name in said


def systemd_analyze(*words: str) -> subprocess.CompletedProcess[str]:
    tool = shutil.which("systemd-analyze")
    if tool is None:
        pytest.skip("there is no systemd-analyze")
    return subprocess.run([tool, *words], capture_output=True, text=True, check=False)


@pytest.mark.parametrize(("unit", "most"), EXPOSURE.items())
def test_the_exposure_is_as_low_as_its_work_permits(unit: str, most: float) -> None:
    done = systemd_analyze("security", "--offline=true", "--no-pager", str(FOLDER / unit))
    found = re.search(r"exposure level for [a-z.-]+: ([0-9.]+)", done.stdout)
    if not found:
        pytest.skip("this systemd-analyze does not judge a file")
    assert float(found[1]) <= most


def test_docker_is_looked_for_by_a_shell_that_is_right() -> None:
    """Started if it is down and enabled, and left alone else: the condition, with a systemctl that says so."""
    found = re.search(r"(?m)^ExecCondition=sh -c '(.*)'$", (FOLDER / "firstlight-docker.service").read_text())
    assert found
    for active, enabled, is_due in [(0, 0, False), (3, 0, True), (3, 1, False), (0, 1, False)]:
        script = f"systemctl() {{ case $2 in is-active) return {active} ;; *) return {enabled} ;; esac; }}; {found[1]}"
        assert (subprocess.run(["sh", "-c", script], check=False).returncode == 0) is is_due


def test_systemd_knows_every_line(tmp_path: Path) -> None:
    for path in sorted(FOLDER.rglob("*.*")):
        if path.is_file():
            # Of the templates, the lines that are on every server; and a program that is there.
            lines = [line for line in path.read_text().splitlines() if "{" not in line]
            if path.suffix == ".j2":
                lines = [line for line in lines if not line.startswith("PathChanged=")]
            if "[Path]" in lines:
                lines.append("PathChanged=/etc/firstlight/ghcr-token")
            text = "\n".join(lines).replace(str(paths.LAUNCHER), "/bin/true")
            target = tmp_path / path.relative_to(FOLDER).with_suffix("" if path.suffix == ".j2" else path.suffix)
            target.parent.mkdir(exist_ok=True)
            target.write_text(f"{text}\n")
    units = [str(tmp_path / unit) for unit in (*UNITS, "firstlight-docker.service", UNIT)]
    assert all(Path(unit).exists() for unit in units)
    done = systemd_analyze("verify", "--man=no", *units)
    told = [line for line in (done.stdout + done.stderr).splitlines() if str(tmp_path) in line]
    assert told == []
