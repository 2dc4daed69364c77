import json
from pathlib import Path

import pytest

from firstlight import paths, site, traefik
from firstlight.compose import Compose
from firstlight.disk import Disk
from firstlight.errors import Final
from firstlight.http import Http
from firstlight.steps import Run
from firstlight.stores import Means
from firstlight.system import Done
from stand_in.system import Call, StandIn, in_turn
from test_site import DATA

FOLDER = "/opt/infrakt/traefik"
SITE = site.parse(json.dumps(DATA | {"traefik": FOLDER}).encode(), paths.SITE)
ALONE = f"docker run --rm --network none -v {FOLDER}/traefik.yml:/etc/traefik/traefik.yml:ro --entrypoint traefik"
NOBODY = b'Error calling healthcheck: Head "http://:8080/ping": dial tcp :8080: connect: connection refused\n'
REFUSED = b'{"level":"error","error":"command healthcheck error: field not found, node: adress","time":"2026"}\n'


class Server(StandIn):
    """A server with a Traefik, which reads its file as it starts."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.ids, self.serves, self.starts, self.caddy = b"", "", 0, b""
        self.services = ["infrakt"]
        self.restarts, self.status = 0, "running"
        self.programs = {
            "docker compose config": self.config,
            "docker image inspect": Done(0),
            "docker ps": self.ps,
            "docker inspect": self.inspect,
            "docker inspect infrakt-updater": Done(1),
            "docker stop": self.stop,
            "docker compose up": self.up,
            f"{ALONE} traefik:v3 healthcheck": self.check,
            "docker logs": Done(0, b"", REFUSED),
            "docker network inspect": in_turn(Done(1), Done(0)),
            "docker network create": Done(0),
            "df": Done(0, b"Avail IFree\n 20000 900000\n"),
        }
        self.edit("first")

    def edit(self, text: str) -> None:
        (self.root / FOLDER[1:]).mkdir(parents=True, exist_ok=True)
        (self.root / FOLDER[1:] / "traefik.yml").write_text(text)

    def written(self) -> str:
        return (self.root / FOLDER[1:] / "traefik.yml").read_text()

    def ps(self, call: Call) -> Done:
        ours = f"label=com.docker.compose.project.working_dir={FOLDER}" in call.argv
        return Done(0, self.ids if ours else self.caddy)

    def inspect(self, _call: Call) -> Done:
        state = {"Status": self.status, "Pid": 4711, "Running": True}
        labels = {"com.docker.compose.service": "traefik"}
        one = {
            "Id": "7",
            "Name": "/infrakt-traefik",
            "State": state,
            "RestartCount": self.restarts,
            "Config": {"Labels": labels},
            "Mounts": [],
        }
        return Done(0, json.dumps([one]).encode())

    def up(self, call: Call) -> Done:
        assert call.env["COMPOSE_FILE"] == f"{FOLDER}/docker-compose.yml"
        if not self.ids or "--force-recreate" in call.argv:
            self.ids, self.serves, self.starts = b"7\n", self.written(), self.starts + 1
        return Done(0)

    def stop(self, call: Call) -> Done:
        if "9" in call.argv:
            self.caddy = b""
        else:
            self.ids = b""
        return Done(0)

    def config(self, call: Call) -> Done:
        """Of the site's own compose file, or of Traefik's."""
        is_site = call.env["COMPOSE_FILE"] == "/opt/infrakt/docker-compose.prod.yml"
        services = {name: {"image": "traefik:v3"} for name in (self.services if is_site else ["traefik"])}
        return Done(0, json.dumps({"services": services}).encode())

    def check(self, _call: Call) -> Done:
        """As the real one, which nobody answers here."""
        return Done(1, b"", REFUSED) if "adress" in self.written() else Done(1, NOBODY)


def act(server: StandIn) -> str:
    means = Means(server, Http(), Disk(server.root))
    return traefik.act(Run("traefik", server, lambda *_: None, lambda: 0.0), means, SITE, Compose(server, SITE))


@pytest.fixture
def server(tmp_path: Path) -> Server:
    return Server(tmp_path)


def test_it_is_started_and_then_left_alone(server: Server) -> None:
    for _ in range(2):
        assert act(server) == ""
        assert (server.serves, server.starts) == ("first", 1)
    certificates = server.root / FOLDER[1:] / "letsencrypt/acme.json"
    assert (certificates.read_bytes(), certificates.stat().st_mode & 0o777) == (b"", 0o600)
    assert (server.root / FOLDER[1:] / "conf.d").stat().st_mode & 0o777 == 0o755


def test_certificates_stay_and_are_closed_to_others(server: Server) -> None:
    act(server)
    certificates = server.root / FOLDER[1:] / "letsencrypt/acme.json"
    certificates.write_text("{}")
    certificates.chmod(0o644)
    act(server)
    assert (certificates.read_text(), certificates.stat().st_mode & 0o777) == ("{}", 0o600)


def test_a_new_file_is_tried_out_and_taken_by_a_new_start(server: Server) -> None:
    act(server)
    server.edit("second")
    act(server)
    assert (server.serves, server.starts) == ("second", 2)


def test_a_wrong_file_changes_nothing(server: Server) -> None:
    act(server)
    server.edit("adress")
    for _ in range(2):
        with pytest.raises(Final, match=f"refuses {FOLDER}/traefik.yml and uses the one before: .*node: adress; mend"):
            act(server)
    assert (server.serves, server.starts) == ("first", 1)
    server.edit("third")
    act(server)
    assert server.serves == "third"


def test_dockers_own_failure_is_not_put_down_to_the_file(server: Server) -> None:
    act(server)
    server.edit("second")
    server.programs[f"{ALONE} traefik:v3 healthcheck"] = in_turn(Done(125, b"", b"no daemon\n"), server.check)
    act(server)
    assert server.serves == "second"


@pytest.mark.parametrize(("status", "restarts"), [("restarting", 0), ("running", 1)])
def test_one_that_does_not_run_on_is_said(server: Server, status: str, restarts: int) -> None:
    server.on_sleep = lambda _: vars(server).update(status=status, restarts=restarts)
    with pytest.raises(Final, match="does not run with /opt/infrakt/traefik/traefik.yml: command healthcheck error"):
        act(server)
    server.on_sleep = None
    server.status = "running"
    # One that was restarted some time ago is as good as any.
    act(server)


def test_a_caddy_in_its_place_is_stopped(server: Server) -> None:
    server.caddy = b"9\n"
    act(server)
    assert server.caddy == b""


def test_a_compose_file_with_caddy_keeps_it(server: Server) -> None:
    """The operator's own, say: the application would not be where Traefik looks for it."""
    server.caddy, server.services = b"9\n", ["caddy", "infrakt"]
    with pytest.raises(
        Final, match="the compose file is the one with Caddy: look at what changes with firstlight apply"
    ):
        act(server)
    assert (server.caddy, server.starts) == (b"9\n", 0)


def test_the_network_is_made_once(server: Server) -> None:
    for _ in range(2):
        traefik.make_network(Run("docker", server, lambda *_: None, lambda: 0.0))
    assert len(server.ran("docker", "network", "create")) == 1


def test_the_site_needs_no_caddy(system: StandIn) -> None:
    system.programs["docker compose config"] = Done(0, json.dumps({"services": {"infrakt": {"image": "i:1"}}}).encode())
    assert Compose(system, SITE).images() == {"infrakt": "i:1"}
    with pytest.raises(Final, match="no service caddy"):
        Compose(system, site.parse(json.dumps(DATA).encode(), paths.SITE)).images()
