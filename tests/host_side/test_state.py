import errno
import json
import threading
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstlight import paths, state
from firstlight.disk import Disk
from firstlight.errors import Final
from firstlight.state import Board, Is, Status, Step
from firstlight.words import plain
from stand_in.faults import faults, kills

NAMES = ("preflight", "files", "app")
SCHEMA: dict[str, Any] = json.loads((Path(__file__).parents[2] / "profiles/_host/status.schema.json").read_text())


def test_what_is_said_is_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    disk = Disk(tmp_path)
    assert state.read(disk, NAMES) == tuple(map(Step, NAMES))
    board = Board(disk, NAMES)
    board("files", Is.RUNNING, "")
    board("files", Is.FAILED, 'a "quoted"\nmessage\x1b[31m')
    board("files", Is.FAILED, 'a "quoted"\nmessage\x1b[31m')
    board("app", Is.DONE, "kept")
    files = Step("files", Is.FAILED, 'a "quoted" message [31m')
    read = [step._replace(began=0, ended=0) for step in state.read(disk, NAMES)]
    assert read == [Step("preflight"), files, Step("app", Is.DONE, "kept")]
    said = capsys.readouterr().err.splitlines()
    assert said == ["files: running", 'files: failed: a "quoted" message [31m', "app: done: kept"]
    assert (tmp_path / "run/firstlight/state.json").stat().st_mode & 0o777 == 0o600


def test_when_a_step_began_and_first_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter([38.44, 40.0, 51.27, 600.0, 700.0])
    monkeypatch.setattr("firstlight.state.time.monotonic", lambda: next(clock))
    board = Board(disk := Disk(tmp_path), NAMES)
    for word in (Is.RUNNING, Is.WAITING, Is.DONE):
        board("files", word, "")
    files = state.read(disk, NAMES)[1]
    assert (files.began, files.ended) == (38.4, 51.3)
    # What comes later is not the first boot any more.
    board("files", Is.RUNNING, "")
    board("files", Is.DONE, "again")
    assert state.read(disk, NAMES)[1] == Step("files", Is.DONE, "again", 38.4, 51.3)
    assert state.read(disk, NAMES)[0] == Step("preflight")


def test_the_state_of_an_older_or_newer_version_is_read(tmp_path: Path) -> None:
    for more in ({}, {"began": 1.5, "ended": 2.5, "new": []}):
        one = {"step": "files", "state": "done", "message": "x"} | more
        Disk(tmp_path).write(paths.STATE, json.dumps({"steps": [one]}).encode(), 0o600)
        files = state.read(Disk(tmp_path), NAMES)[1]
        assert files == Step("files", Is.DONE, "x", more.get("began", 0), more.get("ended", 0))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("states", "code"),
    [
        ([Is.DONE, Is.DONE], 0),
        ([Is.DONE, Is.FAILED, Is.WAITING], 1),
        ([Is.DONE, Is.WAITING], 2),
        ([Is.RUNNING, Is.DONE], 2),
        ([], 2),
    ],
)
def test_the_code_is_the_worst_of_the_steps(states: list[Is], code: int) -> None:
    assert Status(tuple(Step("x", one) for one in states)).code == code


@given(st.lists(st.tuples(st.sampled_from(Is), st.text())))
def test_it_is_json_as_the_schema_says_whatever_was_said(said: list[tuple[Is, str]]) -> None:
    steps = tuple(Step("step", one, plain(words)) for one, words in said)
    text = Status(steps).json()
    assert "\n" not in text
    jsonschema.Draft202012Validator(SCHEMA).validate(json.loads(text))


def test_the_schema_refuses_what_it_should() -> None:
    validator = jsonschema.Draft202012Validator(SCHEMA)
    validator.check_schema(SCHEMA)
    good = json.loads(Status((Step("x"),)).json())
    assert validator.is_valid(good)
    bads: list[dict[str, Any]] = [{}, good | {"version": 2}, good | {"code": 3}, good | {"steps": [{"step": "x"}]}]
    for bad in bads:
        assert not validator.is_valid(bad)


def test_reading_writes_nothing(tmp_path: Path) -> None:
    state.read(Disk(tmp_path), NAMES)
    assert list(tmp_path.iterdir()) == []


def test_at_any_power_cut_there_is_a_whole_state(tmp_path: Path) -> None:
    disk = Disk(tmp_path)
    board = Board(disk, NAMES)
    seen = set()
    for _ in kills(lambda: board("files", Is.DONE, "")):
        json.loads((tmp_path / "run/firstlight/state.json").read_bytes())
        seen.add(state.read(disk, NAMES)[1].state)
    assert seen == {Is.WAITING, Is.DONE}


def test_a_full_disk_stops_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    board = Board(Disk(tmp_path), NAMES)
    states = iter([Is.RUNNING, Is.DONE] * 20)
    assert {type(error) for error in faults(lambda: board("files", next(states), ""), errno.ENOSPC)} == {type(None)}
    assert "state.json: No space left on device" in capsys.readouterr().err


def test_many_may_speak_at_once(tmp_path: Path) -> None:
    disk = Disk(tmp_path)
    board = Board(disk, NAMES)
    threads = [threading.Thread(target=board, args=(name, Is.DONE, name)) for name in NAMES * 5]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    read = [step._replace(began=0, ended=0) for step in state.read(disk, NAMES)]
    assert read == [Step(name, Is.DONE, name) for name in NAMES]


def test_a_state_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    (tmp_path / "run/firstlight/state.json").mkdir(parents=True)
    with pytest.raises(Final, match="is not a file"):
        state.read(Disk(tmp_path), NAMES)
