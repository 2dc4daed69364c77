import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstlight import steps
from firstlight.errors import Final, Later
from firstlight.state import Is
from firstlight.steps import OPERATOR, Pace, Run, Step
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


@pytest.mark.parametrize(
    "graph", [[Step("a", ("b",), nothing)], [Step("a", ("b",), nothing), Step("b", ("a",), nothing)]]
)
def test_a_graph_that_cannot_run_does_not_begin(system: StandIn, graph: list[Step]) -> None:
    with pytest.raises(ValueError, match="need each other"):
        steps.run(graph, system, Ear())


def test_nothing_waits_for_ever_if_a_voice_fails(system: StandIn) -> None:
    def mute(name: str, state: Is, message: str = "") -> None:
        del message
        if name == "a" and state is Is.DONE:
            raise RuntimeError("no voice")

    threading.excepthook, before = (lambda _: None), threading.excepthook
    try:
        assert not steps.run([Step("a", (), nothing), Step("b", ("a",), nothing)], system, mute)
    finally:
        threading.excepthook = before


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


def test_an_operator_is_looked_out_for(system: StandIn) -> None:
    Run("app", system, Ear(), chance=lambda: 0.0).retry(86400, "waiting", attempt(4, Later("x")), OPERATOR)
    assert system.slept == [2, 2, 2, 2]


def test_what_is_final_ends_it_at_once(system: StandIn) -> None:
    with pytest.raises(Final, match="^wrong token$"):
        Run("app", system, Ear()).retry(600, "logging in", attempt(1, Final("wrong token")))
    assert system.slept == []


@given(
    st.floats(0, 10_000),
    st.floats(0, 0.999),
    st.floats(0, 100),
    st.floats(0, 100),
)
def test_trying_is_bounded_whatever_the_pace(seconds: float, chance: float, first: float, most: float) -> None:
    system = StandIn(Path("/nowhere"))
    began = system.monotonic()
    with pytest.raises(Final, match="^pulling: not yet$"):
        Run("app", system, Ear(), lambda: chance).retry(
            seconds, "pulling", attempt(10**5, Later("not yet")), Pace(first, most)
        )
    assert system.monotonic() - began <= seconds + 1.001
    assert not [pause for pause in system.slept if pause < 1]
