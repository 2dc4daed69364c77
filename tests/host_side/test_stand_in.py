"""The stand-ins do what the tests take for granted."""

import pytest

from firstlight.errors import Final, Later
from firstlight.http import Http, Request
from firstlight.system import NOT_FOUND, Done, System
from stand_in.http import Answers, reply
from stand_in.system import StandIn, in_turn


def test_programs_answer_by_their_longest_beginning(system: StandIn) -> None:
    door: System = system
    system.programs = {
        "docker": Done(1),
        "docker compose up": in_turn(Done(2), lambda call: Done(0, call.input or b"")),
    }
    assert door.run(["docker", "ps"], timeout=1).code == 1
    assert door.run(["docker", "compose", "up", "-d"], timeout=1).code == 2
    assert door.run(["docker", "compose", "up"], timeout=1, input=b"x").out == b"x"
    assert door.run(["docker", "compose", "up"], timeout=1).ok
    assert door.run(["other"], timeout=1).code == NOT_FOUND
    assert len(system.ran("docker", "compose")) == 3


def test_time_passes_by_sleeping(system: StandIn) -> None:
    door: System = system
    seen: list[float] = []
    system.on_sleep = seen.append
    before, clock = door.monotonic(), door.now()
    door.sleep(7)
    assert (door.monotonic() - before, door.now() - clock, seen, system.slept) == (7, 7, [7], [7])


def test_addresses_answer_by_their_longest_beginning() -> None:
    answers = Answers(
        {"GET http://a": reply(200), "GET http://a/b": Final("no"), "PUT http://a": lambda _: reply(201, a_b="c")}
    )
    door: Http = answers
    assert door.send(Request("GET", "http://a/")).status == 200
    assert door.send(Request("PUT", "http://a/")).headers == {"a-b": "c"}
    with pytest.raises(Final, match="no"):
        door.send(Request("GET", "http://a/b/c"))
    with pytest.raises(Later, match="does not resolve"):
        door.send(Request("GET", "http://c/"))
    assert len(answers.requests) == 4
