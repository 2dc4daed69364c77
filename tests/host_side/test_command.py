import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import firstlight
from firstlight import VERSION, command, paths, report
from firstlight.command import main
from firstlight.http import Http
from firstlight.stores import Means
from firstlight.system import System
from stand_in.desk import Desk
from test_site import DATA

TOP = Path(firstlight.__file__).parents[1]
SAMPLE = "-".join(["a", "sample", "value"])


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
        ["status --json"],
        ["apply", "x", "y"],
        ["apply", "x", "--back"],
        ["apply", "--force", "--back"],
        ["token", "x"],
        ["teardown", "--force"],
        ["run", "x"],
        ["boot", "x"],
        ["bake", "--yes"],
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


def test_what_is_known(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.parse(["status", "--wait", "5", "--json"]) == ("status", {"--wait", "--json"}, "5")
    assert command.parse(["apply", "-", "--force"]) == ("apply", {"--force"}, "-")
    assert command.parse(["logs", "7"]) == ("logs", set(), "7")
    assert command.parse(["teardown", "--yes", "--volumes"]) == ("teardown", {"--yes", "--volumes"}, "")
    for asked in ("--help", "-h"):
        with pytest.raises(SystemExit) as ended:
            main([asked])
        assert ended.value.code == 0
        assert capsys.readouterr().out.startswith("usage: firstlight COMMAND\n")


def test_it_is_of_the_compilers_version() -> None:
    cargo = (Path(__file__).parents[2] / "Cargo.toml").read_text()
    assert f'\nversion = "{".".join(map(str, VERSION))}"\n' in cargo


def test_status_in_all_its_ways(desk: Desk) -> None:
    assert desk.types("status") == 2
    assert desk.types("status", "--json", "--wait", "3") == 2
    assert json.loads(desk.out)["code"] == 2
    assert sum(desk.system.slept) == 3
    desk.system.on_sleep = lambda _: desk.disk.write(paths.STATE, STATE, 0o600) if desk.system.passed > 1500 else None
    assert desk.types("status", "--wait") == 1
    assert desk.types("status", "--watch") == 1
    assert "app        failed   why" in desk.seen


STATE = json.dumps({"steps": [{"step": "app", "state": "failed", "message": "why"}]}).encode()


def test_verify_and_logs(desk: Desk) -> None:
    assert desk.types("verify") == 1
    assert desk.types("logs", "app") == 1
    assert desk.err == "firstlight: journalctl: No such file or directory\n"


def test_a_site_that_is_not_there_or_wrong(desk: Desk) -> None:
    for broken in (None, {"version": 2}):
        desk.disk.remove(paths.SITE)
        if broken:
            desk.site(broken)
        for words in (["status"], ["verify"], ["logs", "x"], ["token"], ["teardown"]):
            assert desk.types(*words) == 1
            assert desk.err.startswith("firstlight: /etc/firstlight/site.json is not what this firstlight reads: bring")


def test_what_only_other_documents_contain_is_said(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "firstlight.bake", None)
    assert desk.types("bake") == 1
    assert desk.err == "firstlight: this server's document does not contain firstlight.bake\n"


def test_a_token_is_put_where_it_is_waited_for(desk: Desk) -> None:
    assert desk.types("token", given=f" {SAMPLE}\r\nmore\n".encode()) == 0
    path = desk.system.root / "etc/firstlight/ghcr-token"
    assert path.read_text() == f"{SAMPLE}\n"
    assert path.stat().st_mode & 0o777 == 0o600
    assert desk.types("token", given=b"\n") == 1
    assert "no token on standard input" in desk.err
    assert path.read_text() == f"{SAMPLE}\n"
    desk.site(DATA | {"token": None})
    assert desk.types("token", given=b"x") == 1
    assert "none is waited for" in desk.err


@pytest.mark.parametrize(
    ("raised", "code"), [(KeyboardInterrupt(), 130), (BrokenPipeError(), 1), (PermissionError(13, "no", "x"), 1)]
)
def test_whoever_has_seen_enough(monkeypatch: pytest.MonkeyPatch, raised: BaseException, code: int) -> None:
    def stop(means: Means, options: set[str], word: str) -> int:
        assert (options, word) == (set(), "")
        assert (type(means.system), type(means.http)) == (System, Http)
        raise raised

    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(os, "_exit", sys.exit)
    monkeypatch.setattr(report, "status", stop)
    if isinstance(raised, BrokenPipeError):
        with pytest.raises(SystemExit) as ended:
            main(["status"])
        assert ended.value.code == code
    else:
        assert main(["status"]) == code
