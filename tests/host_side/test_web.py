import json
from pathlib import Path

import pytest

from firstlight import paths, site, web
from firstlight.compose import Compose
from firstlight.disk import Disk
from firstlight.errors import Final
from firstlight.http import Http
from firstlight.steps import Run
from firstlight.stores import Means
from firstlight.system import Done
from stand_in.system import Call, StandIn, breaking, in_turn
from test_site import DATA

SITE = site.parse(json.dumps(DATA).encode(), paths.SITE)
ALONE = "docker compose run --rm --no-deps -T --entrypoint caddy caddy"
PS, UP = ("docker", "ps", "-af"), ("docker", "compose", "up")
CONFIG = {"services": {"caddy": {"image": "caddy:2"}, "infrakt": {"image": "app"}}}
EXEC = "docker compose exec -T -w /etc/caddy caddy caddy reload"


class Server(StandIn):
    """A server with a Caddy that takes what holds no `wrong`, and serves what it was given last."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.running, self.serves, self.pauses, self.pulled = False, "", 0, False
        self.exists = False
        self.programs = {
            "docker compose config": Done(0, json.dumps(CONFIG).encode()),
            "docker image inspect": lambda _: Done(0 if self.pulled else 1),
            "docker pull -q caddy:2": self.pull,
            "docker inspect": self.inspect,
            f"{ALONE} validate": self.validate,
            f"{ALONE} version": Done(0, b"v2.8.4\n"),
            "docker ps": lambda _: Done(0, b"4711\n" * self.exists),
            "docker compose up": self.up,
            EXEC: self.reload,
            "docker compose rm": self.rm,
            "df": Done(0, b"Avail IFree\n 20000 900000\n"),
        }
        (root / "opt/infrakt/sites").mkdir(parents=True, exist_ok=True)
        self.edit("first")

    def inspect(self, call: Call) -> Done:
        """The container of Caddy; there is no updater."""
        labels = {"com.docker.compose.service": "caddy"}
        one = {
            "Id": "4711",
            "Name": "/infrakt-caddy-1",
            "State": {"Pid": 4711},
            "Mounts": [],
            "Config": {"Labels": labels},
        }
        return Done(0, json.dumps([one] * (call.argv[-1] == "4711")).encode())

    def edit(self, text: str, name: str = "Caddyfile") -> None:
        (self.root / "opt/infrakt" / name).write_text(text)

    def written(self) -> str:
        return (self.root / "opt/infrakt/Caddyfile").read_text()

    def validate(self, _call: Call) -> Done:
        if "wrong" not in self.written():
            return Done(0, b"Valid configuration\n")
        return Done(
            1, b"", b"Error: adapting config using caddyfile: /etc/caddy/Caddyfile:3: unrecognized directive: wrong\n"
        )

    def pull(self, _call: Call) -> Done:
        self.pulled = True
        return Done(0)

    def up(self, _call: Call) -> Done:
        if not self.running:
            self.exists, self.running, self.serves = True, True, self.written()
        return Done(0)

    def reload(self, call: Call) -> Done:
        self.serves = (call.input or b"").decode()
        return Done(0)

    def rm(self, _call: Call) -> Done:
        self.running, self.pauses = False, self.pauses + 1
        return Done(0)


def act(server: StandIn) -> str:
    means = Means(server, Http(), Disk(server.root))
    return web.act(Run("caddy", server, lambda *_: None, lambda: 0.0), means, SITE, Compose(server, SITE))


@pytest.fixture
def server(tmp_path: Path) -> Server:
    return Server(tmp_path)


def test_it_is_started_and_then_left_alone(server: Server) -> None:
    act(server)
    assert (server.running, server.serves) == (True, "first")
    server.calls.clear()
    act(server)
    assert [call.argv[:3] for call in server.calls] == [
        ("docker", "inspect", "infrakt-updater"),
        PS,
        ("docker", "inspect", "4711"),
        UP,
    ]


def test_an_unchanged_file_is_not_tried_out_at_the_very_first_start(server: Server) -> None:
    staged = server.root / str(paths.STAGED)[1:] / "opt/infrakt/Caddyfile"
    staged.parent.mkdir(parents=True)
    staged.write_text("first")
    act(server)
    assert (server.serves, server.ran(*ALONE.split()), server.ran(*EXEC.split())) == ("first", [], [])
    server.calls.clear()
    act(server)
    assert [call.argv[:3] for call in server.calls] == [
        ("docker", "inspect", "infrakt-updater"),
        PS,
        ("docker", "inspect", "4711"),
        UP,
    ]
    # What it served is not known any more: it is told.
    (server.root / str(paths.CADDY)[1:]).unlink()
    act(server)
    assert len(server.ran(*EXEC.split())) == 1


@pytest.mark.parametrize("name", ["Caddyfile", "sites/own.caddy"])
def test_what_an_operator_wrote_is_tried_out_at_the_first_start_too(server: Server, name: str) -> None:
    staged = server.root / str(paths.STAGED)[1:] / "opt/infrakt/Caddyfile"
    staged.parent.mkdir(parents=True)
    staged.write_text("first")
    server.edit("mine", name)
    act(server)
    assert server.ran(*ALONE.split())


def test_an_edit_is_tried_out_and_given_without_a_pause(server: Server) -> None:
    act(server)
    server.edit("second")
    act(server)
    assert (server.serves, server.pauses) == ("second", 0)
    assert server.ran(*EXEC.split())[-1].argv[-3:] == ("-", "--adapter", "caddyfile")


def test_a_site_of_ones_own_is_an_edit_too(server: Server) -> None:
    act(server)
    for text in ("a.example.com {}", "b.example.com {}"):
        server.edit(text, "sites/own.caddy")
        act(server)
    assert len(server.ran(*EXEC.split())) == 3


def test_a_wrong_edit_changes_nothing_and_is_said_with_file_and_line(server: Server) -> None:
    act(server)
    server.edit("wrong")
    for _ in range(2):
        with pytest.raises(Final, match=r"uses the one before: .*/opt/infrakt/Caddyfile:3: unrecognized directive"):
            act(server)
    assert (server.serves, server.running, server.pauses) == ("first", True, 0)
    assert server.slept == []
    server.edit("right")
    act(server)
    assert server.serves == "right"


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        (
            b'{"level":"error","msg":"/etc/caddy/sites/own.caddy:2: wrong\\u001b"}',
            "before: /opt/infrakt/sites/own.caddy:2: wrong.u001b; mend it",
        ),
        (b'{"level":"error"}', "before: {.level.:.error.}; mend"),
        (b"[1]", r"before: \[1\]; mend"),
    ],
)
def test_newer_versions_say_it_in_json(server: Server, line: bytes, shown: str) -> None:
    server.programs[f"{ALONE} validate"] = Done(1, b"", b"starting\n" + line + b"\n")
    with pytest.raises(Final, match=shown):
        act(server)


def test_dockers_own_failure_is_not_put_down_to_the_configuration(server: Server) -> None:
    broken = Done(1, b"", b"Cannot connect to the Docker daemon\n")
    server.programs[f"{ALONE} validate"] = in_turn(broken, server.validate)
    server.programs[f"{ALONE} version"] = in_turn(broken, Done(0))
    act(server)
    assert server.running
    server.edit("second")
    server.programs |= {f"{ALONE} validate": Done(1, b"", b"it broke"), f"{ALONE} version": Done(1)}
    with pytest.raises(Final, match="trying out Caddy's configuration: it broke"):
        act(server)


def test_after_a_fault_of_any_program_it_serves_what_it_should(tmp_path: Path) -> None:
    def story(at: int) -> Server:
        root = tmp_path / str(at)
        root.mkdir()
        server = Server(root)
        act(server)
        server.edit("second")
        if at >= 0:
            breaking(server, at)
        return server

    whole = story(-1)
    before = len(whole.calls)
    act(whole)
    for at in range(len(whole.calls) - before):
        server = story(at)
        try:
            act(server)
        except Final as error:
            # `validate` itself: Caddy has said no, as far as can be known.
            assert "uses the one before" in str(error)  # noqa: PT017
            assert server.serves == "first"
            act(server)
        assert server.serves == "second"


def test_without_a_file_there_is_nothing_to_give(server: Server) -> None:
    act(server)
    server.programs[f"{ALONE} validate"] = Done(0)
    (server.root / "opt/infrakt/Caddyfile").unlink()
    act(server)
    assert server.serves == ""


VOLUME = "var/lib/docker/volumes/infrakt_caddy-data/_data/"


def test_an_account_without_its_key_is_begun_anew(server: Server) -> None:
    users = VOLUME + "caddy/acme/acme.example.com/users"
    for name in ("default", "other"):
        (server.root / users / name).mkdir(parents=True)
        (server.root / users / name / f"{name}.json").write_text("{}")
    act(server)
    assert not (server.root / users / "default").exists()
    assert (server.root / users / "other").exists()
    assert server.pauses == 1
    (server.root / users / "default").mkdir()
    (server.root / users / "default/default.key").touch()
    act(server)
    assert (server.root / users / "default").exists()
    assert server.pauses == 1


def test_a_volume_leads_nowhere_else(server: Server) -> None:
    """A container may put anything into its volume; and others have volumes, too."""
    elsewhere = server.root / "etc/default"
    elsewhere.mkdir(parents=True)
    volume = server.root / VOLUME
    (volume / "caddy/acme/a").mkdir(parents=True)
    (volume / "caddy/acme/a/users").symlink_to(elsewhere.parent)
    (volume / "caddy/acme/b").symlink_to("/")
    (volume / "caddy/acme/c/users").mkdir(parents=True)
    (volume / "caddy/acme/c/users/default").symlink_to(elsewhere)
    (volume / "caddy/acme/d/users").mkdir(parents=True)
    (volume / "caddy/acme/d/users/default").symlink_to("default")
    others = server.root / "var/lib/docker/volumes/other/_data/caddy/acme/a/users/default"
    others.mkdir(parents=True)
    act(server)
    assert elsewhere.exists()
    assert others.exists()
    assert server.pauses == 0


def test_compose_files_without_caddy(server: Server) -> None:
    server.programs["docker compose config"] = Done(0, b'{"services": {"infrakt": {}}}')
    with pytest.raises(Final, match="^/opt/infrakt/docker-compose.prod.yml have no service caddy: add it, then first"):
        act(server)
