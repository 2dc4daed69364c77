import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import firstlight
from firstlight import command, paths
from firstlight.command import main, parser, run
from firstlight.disk import Disk
from firstlight.http import Network
from firstlight.system import Done, Host
from stand_in.http import Answers
from stand_in.system import StandIn
from test_site import DATA

TOP = Path(firstlight.__file__).parents[1]
SAMPLE = "-".join(["a", "sample", "value"])


def do(system: StandIn, *words: str, given: bytes = b"", data: object = DATA) -> tuple[int, str]:
    if data:
        Disk(system.root).write(paths.SITE, json.dumps(data).encode(), 0o600)
    out = io.StringIO()
    return run(parser().parse_args(words), system, Answers(), given=io.BytesIO(given), out=out), out.getvalue()


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["nope"],
        ["status", "--nope"],
        ["status", "more"],
        ["status", "--wait", "-1"],
        ["status", "--wait", "soon"],
        ["status", "--wait", "nan"],
        ["status", "--wait", "9", "--watch"],
        ["verify", "x"],
        ["logs", "a", "b"],
        ["logs", "-x"],
    ],
)
def test_what_is_unknown_ends_with_2_and_the_usage(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(words)
    seen = capsys.readouterr()
    assert (ended.value.code, seen.out) == (2, "")
    assert "usage: firstlight" in seen.err


def test_as_it_is_run_on_the_server() -> None:
    def python(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([sys.executable, "-I", str(TOP), *words], capture_output=True, text=True, check=False)

    assert python("--help").stdout.startswith("usage: firstlight ")
    assert python("nope").returncode == 2
    if os.geteuid() != 0:
        done = python("status")
        assert (done.returncode, done.stderr) == (1, "firstlight: run this as root\n")


def test_status_in_all_its_ways(system: StandIn) -> None:
    assert do(system, "status")[0] == 2
    code, text = do(system, "status", "--json", "--wait", "3")
    assert (code, json.loads(text)["code"]) == (2, 2)
    assert sum(system.slept) == 3
    assert parser().parse_args(["status", "--wait"]).wait == 86400
    steps = [{"step": "app", "state": "failed", "message": "why"}]
    Disk(system.root).write(paths.STATE, json.dumps({"steps": steps}).encode(), 0o600)
    assert do(system, "status", "--watch") == (1, do(system, "status")[1].removesuffix("Then: firstlight apply\n"))


def test_verify_and_logs(system: StandIn) -> None:
    assert do(system, "verify")[0] == 1
    assert do(system, "logs", "app") == (1, "FAIL logs: journalctl: No such file or directory\n")


def test_a_site_that_is_not_there_or_wrong(system: StandIn, capsys: pytest.CaptureFixture[str]) -> None:
    assert do(system, "status", data=None)[0] == 1
    assert "/etc/firstlight/site.json is not there: has cloud-init" in capsys.readouterr().err
    assert do(system, "status", data={"version": 1})[0] == 1
    assert "is not what this firstlight reads" in capsys.readouterr().err


def test_a_token_is_put_where_it_is_waited_for(system: StandIn, capsys: pytest.CaptureFixture[str]) -> None:
    assert do(system, "token", given=f" {SAMPLE}\r\nmore\n".encode()) == (0, "")
    path = system.root / "etc/firstlight/ghcr-token"
    assert path.read_text() == f"{SAMPLE}\n"
    assert path.stat().st_mode & 0o777 == 0o600
    assert do(system, "token", given=b"\n")[0] == 1
    assert path.read_text() == f"{SAMPLE}\n"
    assert do(system, "token", given=b"x", data=DATA | {"token": None})[0] == 1
    said = capsys.readouterr().err
    assert "there is no token on standard input" in said
    assert "does not come from a file" in said


def test_teardown_asks_or_not(system: StandIn, capsys: pytest.CaptureFixture[str]) -> None:
    system.programs = {"docker": Done(0), "systemctl": Done(0)}
    assert do(system, "teardown", "--volumes", given=b"no\n")[0] == 1
    assert "nothing was removed" in capsys.readouterr().err
    assert not system.ran("docker", "compose", "down")
    assert do(system, "teardown", "--volumes", given=b"infrakt.example.com\n")[0] == 0
    assert do(system, "teardown", "--yes")[0] == 0
    assert len(system.ran("docker", "compose", "down")) == 2


@pytest.mark.parametrize(("raised", "code"), [(KeyboardInterrupt, 130), (BrokenPipeError, 1)])
def test_whoever_has_seen_enough(monkeypatch: pytest.MonkeyPatch, raised: type[BaseException], code: int) -> None:
    def stop(*_given: object, **named: object) -> int:
        assert isinstance(_given[1], Host)
        assert isinstance(_given[2], Network)
        raise raised

    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(os, "dup2", lambda *_: None)
    monkeypatch.setattr(command, "run", stop)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO()))
    monkeypatch.setattr(sys, "stdout", open(os.devnull, "w"))  # noqa: PTH123, SIM115
    assert main(["status"]) == code
    sys.stdout.close()
