import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstlight import steps
from firstlight.errors import Absent, Final, Later
from firstlight.state import Is
from firstlight.steps import Run, Step
from stand_in.system import StandIn

Said = list[tuple[str, Is, str]]


class Ear:
    """Hears what steps say."""

    def __init__(self) -> None:
        self.said: Said = []

    def __call__(self, name: str, state: Is, message: str = "") -> None:
        self.said.append((name, state, message))

    def last(self) -> dict[str, tuple[Is, str]]:
        return {name: (state, message) for name, state, message in self.said}


def nothing(_run: Run) -> str:
    return ""


def fails(error: Exception) -> Callable[[Run], str]:
    def act(_run: Run) -> str:
        raise error

    return act


def test_each_comes_after_what_it_needs_and_what_can_overlap_overlaps(system: StandIn) -> None:
    ear, order = Ear(), []
    both = threading.Barrier(2, timeout=30)

    def meets(run: Run) -> str:
        both.wait()  # breaks if the two do not run at the same time
        order.append(run.name)
        return "met"

    def note(run: Run) -> str:
        order.append(run.name)
        return ""

    graph = [Step("ready", ("docker", "files"), note), Step("docker", ("first",), meets)]
    graph += [Step("files", ("first",), meets), Step("first", (), note)]
    assert steps.run(graph, system, ear)
    assert (order[0], order[-1], len(order)) == ("first", "ready", 4)
    assert ear.last()["files"] == (Is.DONE, "met")


def test_a_failure_stops_only_what_needs_it(system: StandIn) -> None:
    ear = Ear()
    graph = [
        Step("a", (), nothing),
        Step("b", ("a",), fails(Final("no room"))),
        Step("c", ("b",), nothing),
        Step("d", ("c", "b"), nothing),
        Step("e", ("a",), nothing),
        Step("f", (), fails(Later("the name does not resolve"))),
    ]
    assert not steps.run(graph, system, ear)
    assert ear.last() == {
        "a": (Is.DONE, ""),
        "b": (Is.FAILED, "no room"),
        "c": (Is.FAILED, "b did not succeed, and it has to first"),
        "d": (Is.FAILED, "c and b did not succeed, and it has to first"),
        "e": (Is.DONE, ""),
        "f": (Is.FAILED, "the name does not resolve"),
    }


def test_a_fault_of_ours_is_said_by_its_place_and_not_its_words(
    system: StandIn, capsys: pytest.CaptureFixture[str]
) -> None:
    ear = Ear()
    sample = "-".join(["a", "sample", "value"])
    assert not steps.run([Step("a", (), fails(KeyError(sample))), Step("b", (), nothing)], system, ear)
    state, message = ear.last()["a"]
    assert state is Is.FAILED
    assert "KeyError at " in message
    assert "test_steps.py:" in message
    assert sample not in message + capsys.readouterr().err
    assert ear.last()["b"] == (Is.DONE, "")


def test_a_step_is_looked_after_while_others_take_their_time(system: StandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(steps, "_LOOK", 0.001)
    ear, seen, acts = Ear(), list[str](), list[str]()
    before, meanwhile = threading.Event(), threading.Event()

    def waits_for(event: threading.Event) -> Callable[[Run], str]:
        return lambda _: "" if event.wait(30) else "nobody looked"

    def look(_run: Run) -> bool:
        seen.append("look")
        if not acts:
            if len(seen) == 3:
                before.set()
            return True
        if len(acts) < 3:
            return len(seen) % 3 == 0
        meanwhile.set()
        if len(seen) % 2:
            raise Later("cannot look now")
        return False

    def act(run: Run) -> str:
        acts.append(run.name)
        return f"the {len(acts)}."

    graph = [Step("early", (), waits_for(before)), Step("late", (), waits_for(meanwhile))]
    steps.run([*graph, Step("app", ("early",), act, look)], system, ear)
    assert len(acts) == 3
    assert (ear.last()["early"], ear.last()["late"]) == ((Is.DONE, ""), (Is.DONE, ""))
    assert ("app", Is.DONE, "the 3.") in ear.said


def test_what_changes_in_the_last_moment_is_seen(system: StandIn) -> None:
    left = [True, True]
    acts: list[str] = []

    def act(run: Run) -> str:
        acts.append(run.name)
        return ""

    def look(_run: Run) -> bool:
        return bool(acts and left and left.pop())

    assert steps.run([Step("app", (), act, look)], system, Ear())
    assert len(acts) == 3


def attempt(failures: int, error: Exception) -> Callable[[], str]:
    left = [error] * failures

    def once() -> str:
        if left:
            raise left.pop()
        return "value"

    return once


def test_trying_again_slows_down(system: StandIn) -> None:
    ear = Ear()
    run = Run("docker", system, ear, chance=lambda: 0.0)
    assert run.retry(600, "starting Docker", attempt(8, Later("not yet"))) == "value"
    assert system.slept == [1, 2, 4, 8, 16, 30, 30, 30]
    assert ear.said[0] == ("docker", Is.RUNNING, "starting Docker")
    assert ear.said[1] == ("docker", Is.WAITING, "starting Docker, again in 1 s: not yet")


def test_what_a_person_brings_is_noticed_soon_and_then_there_is_time_for_the_rest(system: StandIn) -> None:
    def once() -> str:
        if len(system.slept) < 500:
            raise Absent("the token is not there")
        if len(system.slept) < 504:
            raise Later("the registry does not answer")
        return "value"

    run = Run("app", system, Ear(), chance=lambda: 0.0)
    assert run.retry(300, "logging in", once) == "value"
    assert system.slept == [2] * 500 + [4, 8, 16, 30]


def test_a_person_has_a_day(system: StandIn) -> None:
    with pytest.raises(Final, match="^logging in: the token is not there$"):
        Run("app", system, Ear(), chance=lambda: 0.0).retry(
            300, "logging in", attempt(10**5, Absent("the token is not there"))
        )
    assert 86400 <= sum(system.slept) <= 86400 + 300


def test_what_is_final_ends_it_at_once(system: StandIn) -> None:
    with pytest.raises(Final, match="^wrong token$"):
        Run("app", system, Ear()).retry(600, "logging in", attempt(1, Final("wrong token")))
    assert system.slept == []


@given(
    st.floats(0, 10_000),
    st.floats(0, 0.999),
    st.floats(1, 100),
)
def test_trying_is_bounded_whatever_the_pace(seconds: float, chance: float, most: float) -> None:
    system = StandIn(Path("/nowhere"))
    began = system.monotonic()
    with pytest.raises(Final, match="^pulling: not yet$"):
        Run("app", system, Ear(), lambda: chance).retry(seconds, "pulling", attempt(10**5, Later("not yet")), most)
    assert system.monotonic() - began <= seconds + 1.001
    assert not [pause for pause in system.slept if pause < 1]
