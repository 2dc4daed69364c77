import json
from dataclasses import replace
from pathlib import Path, PurePosixPath

import pytest

from firstlight import paths, site, state, steps
from firstlight.disk import Disk
from firstlight.graph import Graph
from firstlight.report import STEPS
from firstlight.secret import Secret
from firstlight.state import Board, Is
from firstlight.system import Done
from stand_in.docker import Docker, Image
from stand_in.http import Answers, reply
from stand_in.system import in_turn
from test_files import US
from test_preflight import DEBIAN
from test_site import DATA

SITE = site.parse(json.dumps(DATA | {"repository": None}).encode(), paths.SITE)


def secret(_wanted: str) -> Secret:
    return Secret(b"born")


def no_login() -> None:
    """Nobody has to log in."""


@pytest.fixture
def server(tmp_path: Path) -> Docker:
    """A bare server, on which everything goes well."""
    server = Docker(tmp_path, {"one": Image(has_check=True)}, "one")
    for name, text in [("etc/os-release", DEBIAN), ("proc/meminfo", "MemTotal: 2000000 kB\n")]:
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text(text)
    for name, text in [("Caddyfile", "x"), (".env", "S=@generate@")]:
        Disk(tmp_path).write(paths.STAGED / "opt/infrakt" / name, text.encode(), 0o600)
    for words in (
        "docker compose version",
        "docker info",
        "docker compose run",
        "docker compose exec",
        "ss",
        "groupadd",
    ):
        server.programs[words] = Done(0)
    server.programs |= {"systemctl": Done(0), "ip": Done(0, b"default\n"), "getent group docker": Done(2)}
    return server


def whole(server: Docker, http: Answers) -> tuple[bool, dict[str, Is]]:
    disk = Disk(server.root)
    graph = Graph(disk, http, SITE, secret, no_login, owner=US)
    done = steps.run(graph.steps(), server, Board(disk, STEPS))
    return done, {step.name: step.state for step in state.read(disk, STEPS)}


def test_a_bare_server_comes_up(server: Docker) -> None:
    http = Answers({"GET https://infrakt.example.com/api/health": reply(200)})
    for _ in range(2):
        assert whole(server, http) == (True, dict.fromkeys(STEPS, Is.DONE))
        assert Disk(server.root).read(PurePosixPath("/opt/infrakt/.env")).data == b"S=born"  # type: ignore[union-attr]
        assert (server.root / "opt/infrakt").stat().st_mode & 0o777 == 0o750
        assert (server.root / "opt/infrakt/ssh").stat().st_mode & 0o777 == 0o700
    assert [step.name for step in Graph(Disk(server.root), http, SITE, secret, no_login).steps()] == list(STEPS)


def test_a_failure_stops_only_what_needs_it(server: Docker) -> None:
    server.programs["docker compose run"] = in_turn(Done(1, b"", b"Caddyfile:3: wrong"), Done(0))
    done, states = whole(server, Answers())
    assert not done
    assert states == dict.fromkeys(STEPS, Is.DONE) | {"caddy": Is.FAILED, "ready": Is.FAILED}
    assert server.image == "one"


def test_a_site_without_keys(server: Docker) -> None:
    graph = Graph(Disk(server.root), Answers({"GET": reply(200)}), replace(SITE, keys=None), secret, no_login, owner=US)
    assert steps.run(graph.steps(), server, Board(Disk(server.root), STEPS))
    assert not (server.root / "opt/infrakt/ssh").exists()


def test_a_group_that_cannot_be_made(server: Docker) -> None:
    server.programs["groupadd"] = Done(10, b"", b"groupadd: cannot lock /etc/group\n")
    http = Answers({"GET": reply(200)})
    _, states = whole(server, http)
    assert states["files"] is Is.FAILED
    server.programs["getent group docker"] = in_turn(Done(2), Done(0))
    assert whole(server, http)[0]
    assert (server.root / "opt/infrakt/Caddyfile").exists()


def test_what_may_not_be_is_said(server: Docker) -> None:
    (server.root / "opt").mkdir()
    (server.root / "opt/infrakt").write_text("")
    assert not whole(server, Answers({"GET": reply(200)}))[0]
    files = {step.name: step for step in state.read(Disk(server.root), STEPS)}["files"]
    assert files.message.startswith("/opt/infrakt leads through")
