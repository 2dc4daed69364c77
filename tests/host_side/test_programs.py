import pytest

from firstlight.errors import Final, Later
from firstlight.programs import demand, free
from firstlight.system import Done
from stand_in.system import StandIn

PLENTY = Done(0, b"  Avail IFree\n 20000 900000\n")


def test_what_it_wrote(system: StandIn) -> None:
    system.programs = {"docker": lambda call: Done(0, (call.input or b"") + call.env["A"].encode())}
    assert demand(system, ["docker"], timeout=7, input=b"x", env={"A": "y"}) == b"xy"
    assert system.calls[0].timeout == 7


@pytest.mark.parametrize(
    ("done", "said"),
    [
        (Done(1, b"out\n", b"first\nlast\x1b[31m\n\n"), "docker: last [31m"),
        (Done(1, b"only\n"), "docker: only"),
        (Done(-9), "docker: it ended with -9"),
    ],
)
def test_a_failure_is_said_by_its_last_line(system: StandIn, done: Done, said: str) -> None:
    system.programs = {"docker": done, "df": PLENTY}
    with pytest.raises(Later) as error:
        demand(system, ["docker", "pull"], timeout=1)
    assert str(error.value) == said


@pytest.mark.parametrize("room", [b"Avail IFree\n 12 900000\n", b"Avail IFree\n 20000 100\n"])
def test_on_a_full_disk_nothing_is_tried_again(system: StandIn, room: bytes) -> None:
    system.programs = {"docker": Done(1), "df": Done(0, room)}
    with pytest.raises(Final, match="the disk is full: /var has .* make room"):
        demand(system, ["docker"], timeout=1)


@pytest.mark.parametrize(
    ("done", "room"),
    [
        (PLENTY, (20000, 900000)),
        (Done(0, b" Avail IFree\n 20000 -\n"), (20000, 1 << 30)),
        (Done(0, b""), None),
        (Done(0, b"a b"), None),
    ],
)
def test_what_is_free(system: StandIn, done: Done, room: tuple[int, int] | None) -> None:
    system.programs = {"df": done}
    assert free(system) == room
