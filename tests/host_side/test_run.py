import os
import threading
from pathlib import PurePosixPath

import pytest

from firstlight import graph, journal, paths
from firstlight.errors import Final
from firstlight.site import Site
from firstlight.steps import Step
from firstlight.stores import Means
from firstlight.system import Done
from stand_in.desk import Desk
from stand_in.faults import kills

FILE = PurePosixPath("/opt/infrakt/file")


@pytest.fixture(autouse=True)
def failing(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The steps that fail; the others do nothing."""
    failing: set[str] = set()

    def act(name: str) -> str:
        if name in failing:
            raise Final("why")
        return ""

    def steps(means: Means, known: Site) -> list[Step]:
        assert (type(means), known.name) == (Means, "infrakt")
        return [Step(name, (), lambda _, name=name: act(name)) for name in known.steps]  # type: ignore[misc]

    monkeypatch.setattr(graph, "steps", steps)
    return failing


def test_all_steps_are_run(desk: Desk, failing: set[str]) -> None:
    assert desk.types("run") == 0
    failing.add("app")
    assert desk.types("run") == 1
    desk.types("status")
    assert "app        failed   why" in desk.seen


def test_half_a_document_comes_first(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    ended: set[tuple[bytes, str]] = set()

    def execv(path: PurePosixPath, argv: list[str]) -> None:
        assert (str(path), argv) == ("/usr/local/sbin/firstlight", ["/usr/local/sbin/firstlight", "run"])
        assert desk.disk.read(paths.MANIFEST)
        raise SystemExit

    desk.system.programs["sha256sum"] = Done(0, b"sums\n")
    monkeypatch.setattr(os, "execv", execv)
    desk.disk.write(FILE, b"old", 0o600)
    for _ in kills(lambda: journal.put(desk.disk, {FILE: (b"new", 0o600)})):
        by = "this program"
        try:
            assert desk.types("run") == 0
        except SystemExit:
            by = "the one that came with it"
        content = desk.disk.read(FILE)
        assert content
        desk.disk.remove(paths.MANIFEST)
        ended.add((content.data, by))
        assert desk.disk.read(paths.JOURNAL) is None
        desk.disk.write(FILE, b"old", 0o600)
    # The third: nothing was left to do but to remove the journal.
    assert ended == {(b"old", "this program"), (b"new", "the one that came with it"), (b"new", "this program")}


def test_it_waits_for_an_apply_that_is_at_work(desk: Desk) -> None:
    with journal.alone(desk.means):
        run = threading.Thread(target=desk.types, args=("run",))
        run.start()
        run.join(0.3)
        assert run.is_alive()
        assert desk.disk.read(paths.STATE) is None
    run.join(10)
    assert desk.disk.read(paths.STATE)
