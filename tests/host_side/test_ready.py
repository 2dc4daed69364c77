import json
from pathlib import Path

import pytest

from firstlight import paths, site
from firstlight.disk import Disk
from firstlight.errors import Final, Later
from firstlight.http import Request
from firstlight.ready import act, probe
from firstlight.state import Is
from firstlight.steps import Run
from firstlight.stores import Means
from firstlight.system import Done
from stand_in.http import Answer, Answers, reply
from stand_in.system import StandIn
from test_site import DATA

SITE = site.parse(json.dumps(DATA).encode(), paths.SITE)
URL = "https://infrakt.example.com/api/health"


@pytest.fixture
def server(system: StandIn) -> StandIn:
    system.programs = {
        "getent ahosts": Done(0, b"203.0.113.9 STREAM x\n203.0.113.9 DGRAM\n2001:db8::1 STREAM\n\n"),
        "hostname -I": Done(0, b"10.0.2.15 fd00::5 \n"),
    }
    return system


def test_it_asks_this_server_itself(server: StandIn) -> None:
    http = Answers({f"GET {URL}": reply(302)})
    probe(Means(server, http, Disk(server.root)), SITE)
    assert http.requests == [Request("GET", URL, timeout=10.0, address="127.0.0.1")]
    probe(Means(server, http, Disk(server.root)), SITE._replace(any_certificate=True))
    assert http.requests[1].any_certificate


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (reply(502), f"{URL} answers 502"),
        (Later("its certificate is not valid: expired"), "its certificate is not valid: expired"),
        (Final("answered with more than 1 bytes"), "answered with more than 1 bytes"),
    ],
)
def test_what_is_in_the_way(server: StandIn, answer: Answer, reason: str) -> None:
    with pytest.raises(Later) as error:
        probe(Means(server, Answers({"GET": answer}), Disk(server.root)), SITE)
    names = "DNS for infrakt.example.com: 203.0.113.9 2001:db8::1; this server: 10.0.2.15 fd00::5"
    assert str(error.value) == f"{reason} ({names})"


def test_names_that_say_nothing(system: StandIn) -> None:
    with pytest.raises(Later, match=r"\(DNS for infrakt.example.com: none; this server: none\)"):
        probe(Means(system, Answers({"GET": reply(502)}), Disk(system.root)), SITE)


def test_it_waits_a_day_at_most(server: StandIn, tmp_path: Path) -> None:
    said: list[tuple[Is, str]] = []

    def say(name: str, state: Is, message: str = "") -> None:
        assert name == "ready"
        said.append((state, message))

    with pytest.raises(Final, match=f"^waiting for https://infrakt.example.com: {URL} answers 502"):
        act(
            Run("ready", server, say, lambda: 0.0), Means(server, Answers({"GET": reply(502)}), Disk(server.root)), SITE
        )
    assert 86400 <= sum(server.slept) < 86410
    assert server.slept[:4] == [1, 2, 4, 4]
    assert Is.WAITING in {state for state, _ in said}
    assert not (tmp_path / "dev").exists()


def test_once_it_answers_the_console_says_so(server: StandIn, tmp_path: Path) -> None:
    (tmp_path / "dev").mkdir()
    answers = Answers({"GET": reply(502)})
    server.on_sleep = lambda _: answers.known.update({"GET": reply(200)}) if server.passed > 1400 else None
    act(Run("ready", server, lambda *_: None, lambda: 0.0), Means(server, answers, Disk(server.root)), SITE)
    console = (tmp_path / "dev/console").read_text()
    assert console == "firstlight: https://infrakt.example.com is up. As root: firstlight status\n"
