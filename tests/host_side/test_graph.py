import json
import os
import shutil
import sys
from pathlib import Path, PurePosixPath

import pytest

from firstlight import docker, graph, paths, site, state, steps, traefik
from firstlight.disk import Disk
from firstlight.http import Request, Response
from firstlight.site import Site
from firstlight.state import Board, Is
from firstlight.stores import Means
from firstlight.system import Done
from stand_in.docker import Docker, Image, hold
from stand_in.http import Answers, reply
from stand_in.infrakt import API_KEY, Infrakt, keygen
from stand_in.system import in_turn
from test_preflight import DEBIAN, released
from test_site import DATA, MANAGED

SITE = site.parse(json.dumps(DATA | {"repository": None}).encode(), paths.SITE)
STEPS = SITE.steps
MANIFEST = "HEAD https://ghcr.io/v2/acme/app/manifests/latest"


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Docker:
    """A bare server, on which everything goes well."""
    server = Docker(tmp_path, images={"one": Image(has_check=True), "two": Image(crashes=0)}, remote="one")
    released(monkeypatch, DEBIAN)
    monkeypatch.setattr(Disk, "give", lambda *_: None)
    monkeypatch.setattr(steps, "_LOOK", 0.01)
    (tmp_path / "proc/4711").mkdir(parents=True)
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc/os-release").touch()
    Disk(tmp_path).write(PurePosixPath("/etc/firstlight/ghcr-token"), b"token", 0o600)
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
    server.programs |= {"systemctl": Done(0), "nft": Done(0), "ip": Done(0, b"default\n")}
    return server


def whole(server: Docker, http: Answers, known: Site = SITE) -> tuple[bool, dict[str, Is]]:
    disk = Disk(server.root)
    http.known.setdefault(MANIFEST, reply(200))
    done = steps.run(graph.steps(Means(server, http, disk), known), server, Board(disk, known.steps))
    return done, {step.name: step.state for step in state.read(disk, known.steps)}


def message(server: Docker, name: str) -> str:
    return {step.name: step.message for step in state.read(Disk(server.root), state.STEPS)}[name]


def test_a_bare_server_comes_up(server: Docker) -> None:
    http = Answers({"GET https://infrakt.example.com/api/health": reply(200)})
    env = server.root / "opt/infrakt/.env"
    for _ in range(2):
        assert whole(server, http) == (True, dict.fromkeys(STEPS, Is.DONE))
        assert len(env.read_text()) == len("S=") + 64
        assert (server.root / "opt/infrakt").stat().st_mode & 0o777 == 0o750
        assert (server.root / "opt/infrakt/ssh").stat().st_mode & 0o777 == 0o700
    means = Means(server, http, Disk(server.root))
    assert [step.name for step in graph.steps(means, SITE)] == list(STEPS)


def test_a_folder_that_was_deleted_is_made_anew_and_named(server: Docker) -> None:
    http = Answers({"GET https://infrakt.example.com/api/health": reply(200)})
    assert whole(server, http)[0]
    assert message(server, "files") == ""
    said = "/opt/infrakt was missing: bring the keys, sites and edits again that were in it. "
    said += "/opt/infrakt/.env was missing: new in it, and needed by whoever has the old: S."
    for _ in range(2):
        shutil.rmtree(server.root / "opt/infrakt")
        for _ in range(2):  # the next run finds nothing missing, and says it nevertheless
            assert whole(server, http)[0]
            assert message(server, "files") == said


def test_the_sites_of_a_caddy_that_ran_before(server: Docker, monkeypatch: pytest.MonkeyPatch) -> None:
    """They are carried over by a document that contains the module; without it, `status` says what does."""
    http = Answers({"GET https://infrakt.example.com/api/health": reply(200)})
    Disk(server.root).write(graph.CADDYFILE, b"old.example.com {\n\trespond old\n}\n", 0o644)
    monkeypatch.setitem(sys.modules, "firstlight.carry_over", None)
    assert whole(server, http)[0]
    said = "the sites in /etc/caddy/Caddyfile are not carried over: a script from `firstlight render` does that."
    assert message(server, "files") == said
    carried = server.root / "opt/infrakt/sites/carried-over.caddy"
    assert not carried.exists()
    monkeypatch.undo()
    monkeypatch.setattr(Disk, "give", lambda *_: None)
    monkeypatch.setattr(steps, "_LOOK", 0.01)
    released(monkeypatch, DEBIAN)
    assert whole(server, http)[0]
    assert message(server, "files") == ""
    assert carried.read_text() == "old.example.com {\n\trespond old\n}\n"


def test_a_failure_stops_only_what_needs_it(server: Docker) -> None:
    own = server.root / "opt/infrakt/sites/own.caddy"
    own.parent.mkdir(parents=True)
    own.write_text("wrong")
    server.programs["docker compose run"] = in_turn(Done(1, b"", b"Caddyfile:3: wrong"), Done(0))
    done, states = whole(server, Answers())
    assert not done
    assert states == dict.fromkeys(STEPS, Is.DONE) | {"caddy": Is.FAILED, "ready": Is.FAILED}
    assert server.image == "one"
    assert {call.argv[5:] for call in server.ran("docker", "compose", "up")} == {("infrakt",)}


def test_a_site_without_keys(server: Docker) -> None:
    assert whole(server, Answers({"GET": reply(200)}), SITE._replace(keys=None))[0]
    assert not (server.root / "opt/infrakt/ssh").exists()


def test_a_group_that_cannot_be_made(server: Docker) -> None:
    server.programs["groupadd"] = Done(10, b"", b"groupadd: cannot lock /etc/group\n")
    http = Answers({"GET": reply(200)})
    _, states = whole(server, http)
    assert states["files"] is Is.FAILED
    assert message(server, "files") == "making the group docker: groupadd: groupadd: cannot lock /etc/group"


def test_what_may_not_be_is_said(server: Docker) -> None:
    (server.root / "opt").mkdir()
    (server.root / "opt/infrakt").write_text("")
    assert not whole(server, Answers({"GET": reply(200)}))[0]
    assert message(server, "files").startswith(
        "/opt/infrakt leads through a link that is not followed, or through a file"
    )


def test_the_way_back_waits_for_no_other_step(server: Docker) -> None:
    http = Answers({"GET": reply(200)})
    assert whole(server, http)[0]
    server.update("two")
    server.programs["ss"] = Done(0, b'users:(("nginx"')
    _, states = whole(server, http)
    assert (states["preflight"], states["app"]) == (Is.FAILED, Is.FAILED)
    assert server.image == "one"


def test_while_the_certificate_is_waited_for_an_update_is_seen(server: Docker) -> None:
    http = Answers({"GET": reply(502)})
    said: list[str] = []

    def later(_seconds: float) -> None:
        # `ready` sleeps while `app` has long been done: the stand-in's clock and the real one have nothing in common.
        if server.passed > 20_000 and not said:
            said.append("updated")
            server.update("two")
        if said and server.image == "one":
            http.known["GET"] = reply(200)

    server.on_sleep = later
    (server.root / "dev").mkdir()
    assert whole(server, http) == (True, dict.fromkeys(STEPS, Is.DONE))
    assert said == ["updated"]
    assert message(server, "app") == "The new image was not well; back to the last one."
    assert os.listdir(server.root / "dev") == ["console"]


def test_an_application_that_manages_the_server_does_so_once_it_is_well(server: Docker) -> None:
    class Both(Infrakt):
        """The application, and all others."""

        others = Answers({"GET https": reply(200), MANIFEST: reply(200)})

        def send(self, request: Request) -> Response:
            return super().send(request) if "8000" in request.url else self.others.send(request)

    known = site.parse(json.dumps(DATA | {"repository": None, "managed": MANAGED}).encode(), paths.SITE)
    infrakt = Both(server.root, server.root / "opt/infrakt/ssh/id_ed25519")
    server.programs["ssh-keygen"] = keygen(server.root)
    hold(server.root, "/home/infrakt/.infrakt/api_key.txt", API_KEY.encode())
    disk = Disk(server.root)
    for _ in range(2):
        assert steps.run(graph.steps(Means(server, infrakt, disk), known), server, Board(disk, known.steps))
        assert infrakt.is_open
    hold(server.root, "/home/infrakt/.infrakt/api_key.txt", b"")
    assert not steps.run(graph.steps(Means(server, infrakt, disk), known), server, Board(disk, known.steps))
    states = {step.name: step.state for step in state.read(disk, known.steps)}
    assert states == dict.fromkeys(known.steps, Is.DONE) | {"manage": Is.FAILED}


def test_behind_traefik_there_is_a_network_and_another_step(server: Docker, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the step itself does is tested with its module."""
    said: list[str] = []
    monkeypatch.setattr(docker, "act", lambda *_: "")
    monkeypatch.setattr(traefik, "make_network", lambda _: said.append("network"))
    monkeypatch.setattr(traefik, "act", lambda *_: "traefik")
    known = site.parse(json.dumps(DATA | {"traefik": "/opt/infrakt/traefik"}).encode(), paths.SITE)
    every = {one.name: one for one in graph.steps(Means(server, Answers({}), Disk(server.root)), known)}
    assert tuple(every) == known.steps
    assert every["ready"].needs == ("traefik",)
    run = steps.Run("any", server, lambda *_: None, lambda: 0.0)
    assert (every["docker"].act(run), every["traefik"].act(run), said) == ("", "traefik", ["network"])
