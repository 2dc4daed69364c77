"""The application manages its own server; whatever happens on the way there, it never wipes it."""

import json
from pathlib import Path

import pytest

from firstlight import paths
from firstlight.compose import Compose
from firstlight.disk import Disk
from firstlight.errors import Final, Later
from firstlight.http import Response
from firstlight.manage_host import Host
from firstlight.root_key import AUTHORIZED, put
from firstlight.state import Is
from firstlight.steps import Run
from firstlight.stores import Means
from firstlight.system import Done
from stand_in.docker import ADDRESS, PROCESS, Docker, Image, hold
from stand_in.http import reply
from stand_in.infrakt import API_KEY, Infrakt, keygen, private_key
from stand_in.system import Call
from test_site import DATA, MANAGED, parse

NAME = "infrakt.example.com"
THEIRS = b"ssh-rsa AAAA joe\n"
DONE = "infrakt can log in to this server as root, from 172.16.0.0/12"


class Server:
    """A server whose application is well."""

    def __init__(self, root: Path, *, provision: bool = False, marks: bool = True) -> None:
        self.docker = Docker(root, images={"one": Image()})
        self.docker.new("one").began = 0
        self.disk = Disk(root)
        self.key = root / "opt/infrakt/ssh/id_ed25519"
        self.infrakt = Infrakt(root, self.key, marks=marks)
        self.docker.programs["ssh-keygen"] = keygen(root)
        self.key_is(API_KEY.encode())
        self.docker.programs["hostname -I"] = Done(0, b"203.0.113.9 172.17.0.1 172.18.0.1 fd00::5 \n")
        self.site = parse(DATA | {"managed": MANAGED | {"provision": provision}})
        self.said: list[tuple[Is, str]] = []
        self.shares: list[str] = []
        """What giving the key to the application's user comes to."""
        self.shared = 0
        self.authorized = root / "root/.ssh/authorized_keys"
        self.disk.write(AUTHORIZED, THEIRS, 0o600)

    def key_is(self, data: bytes) -> None:
        hold(self.docker.root, "/home/infrakt/.infrakt/api_key.txt", data)

    def act(self) -> str:
        run = Run("manage", self.docker, lambda _, state, message: self.said.append((state, message)), lambda: 0.0)
        managed = self.site.managed
        assert managed
        means = Means(self.docker, self.infrakt, self.disk)
        try:
            return Host(means, self.site, managed, Compose(self.docker, self.site), self.share).act(run)
        finally:
            self.check()

    def share(self, _run: Run) -> str:
        self.shared += 1
        return self.shares.pop(0) if self.shares else ""

    def fails(self) -> str:
        with pytest.raises(Final) as error:
            self.act()
        assert not isinstance(error.value, Later)
        return str(error.value)

    def check(self) -> None:
        """What holds whatever has happened."""
        assert not self.infrakt.is_wiped
        ours = [one for one in self.infrakt.servers if one["host"] in self.infrakt.hosts]
        assert not self.infrakt.is_open or all(one["is_infrakt_host"] for one in ours)
        # No key opened the server while it could have been wiped.
        assert not any(is_open for what, is_open in self.infrakt.open_at if not what.endswith("/provision"))
        assert self.authorized.read_bytes().startswith(THEIRS)
        assert not any(API_KEY in word for call in self.docker.calls for word in call.argv)
        assert not any(API_KEY in message for _, message in self.said)

    def changes(self) -> list[str]:
        return [what for what, _ in self.infrakt.open_at]

    def is_shut(self) -> bool:
        return self.authorized.read_bytes() == THEIRS


@pytest.fixture
def server(tmp_path: Path) -> Server:
    return Server(tmp_path)


@pytest.fixture
def asked(tmp_path: Path) -> Server:
    """It is to be provisioned, too, which is done at the next look."""
    server = Server(tmp_path, provision=True)
    server.docker.on_sleep = lambda _: server.infrakt.finish()
    return server


def test_it_is_managed_and_a_second_time_changes_nothing(server: Server) -> None:
    assert server.act() == DONE
    (known,) = server.infrakt.servers
    assert {key: known[key] for key in ("name", "host", "user", "port", "ssh_key_path", "is_infrakt_host")} == {
        "name": NAME,
        "host": "172.17.0.1",
        "user": "root",
        "port": 22,
        "ssh_key_path": "/home/infrakt/.ssh/id_ed25519",
        "is_infrakt_host": True,
    }
    line = server.authorized.read_text().splitlines()[1]
    assert line.startswith('from="172.16.0.0/12" ssh-ed25519 AAAA')
    assert line.endswith(" firstlight-manage-host")
    assert server.changes() == ["POST /api/servers", f"PUT /api/servers/{NAME}"]
    assert server.shared == 1
    before = [(path, path.stat().st_mtime_ns) for path in server.docker.root.rglob("*")]
    assert server.act() == DONE
    assert [(path, path.stat().st_mtime_ns) for path in server.docker.root.rglob("*")] == before
    assert (len(server.changes()), server.shared) == (2, 1)
    assert server.infrakt.ran == ["true", "true"]


def test_the_key_that_is_there_is_used(server: Server) -> None:
    server.key.parent.mkdir(parents=True)
    server.key.write_bytes(private_key())
    server.act()
    assert not server.docker.ran("ssh-keygen")
    assert server.key.read_bytes() == private_key()
    assert server.shared == 0


def test_one_that_cannot_be_used(server: Server) -> None:
    server.key.parent.mkdir(parents=True)
    server.key.write_bytes(private_key(cipher=b"aes256-ctr"))
    assert "needs a passphrase" in server.fails()
    assert server.infrakt.requests == []
    server.key.unlink()
    server.key.symlink_to("/root/.ssh/id_ed25519")
    assert "leads through a link" in server.fails()
    server.key.unlink()
    server.shares = ["infrakt cannot read its keys and its login: why"]
    assert server.fails() == "infrakt cannot read its keys and its login: why"
    assert server.is_shut()
    server.act()
    server.key.unlink()
    del server.docker.programs["ssh-keygen"]
    assert server.fails() == "there is no ssh-keygen: apt-get install openssh-client, then firstlight apply"


def test_a_new_key_takes_the_place_of_the_old_one(server: Server) -> None:
    server.act()
    old = server.authorized.read_text()
    server.key.unlink()
    server.act()
    assert server.authorized.read_text() != old
    assert len(server.authorized.read_text().splitlines()) == 2


def test_while_it_is_registered_anew_no_key_opens_it(server: Server) -> None:
    server.act()
    server.infrakt.api.remove(NAME)
    assert server.act() == DONE
    # Somebody has removed the mark.
    server.infrakt.api.update(NAME, {"is_infrakt_host": False})
    assert server.act() == DONE
    assert server.changes()[2:] == ["POST /api/servers", f"PUT /api/servers/{NAME}", f"PUT /api/servers/{NAME}"]


@pytest.mark.parametrize("at", range(6))
@pytest.mark.parametrize(
    "answer",
    [reply(500), reply(429), reply(401), Later("cut"), reply(200, b"<html>"), reply(200, b'{"a": 1}'), reply(404)],
    ids=["500", "429", "401", "cut", "html", "object", "404"],
)
def test_whichever_answer_is_wrong_it_is_tried_again(server: Server, at: int, answer: Response | Later) -> None:
    server.infrakt.instead = {at: answer}
    # A registration is not tried again that is refused for good; the next run does it.
    if (at, answer) == (1, reply(404)):
        server.fails()
    assert server.act() == DONE
    assert len(server.infrakt.servers) == 1


@pytest.mark.parametrize("is_slow", [False, True])
@pytest.mark.parametrize("at", range(6))
def test_provisioned_from_the_dashboard_at_any_moment(server: Server, at: int, is_slow: bool) -> None:
    """By somebody who sees it appear there, and does not wait. The application may take a while to log in for that."""

    def click(method: str, path: str) -> None:
        if len(server.infrakt.requests) == at + 1:
            server.infrakt.api.provision(NAME)
            if not is_slow:
                server.infrakt.finish()

    server.infrakt.before = click
    server.docker.on_sleep = lambda _: server.infrakt.finish()
    assert server.act() == DONE
    server.infrakt.finish()
    server.infrakt.api.provision(NAME)
    server.infrakt.finish()
    server.check()
    assert [one for one in server.infrakt.ran if one != "true"]


def test_provisioning_that_was_begun_without_the_mark_and_does_not_end(server: Server) -> None:
    """infrakt was restarted meanwhile, say, which leaves that state."""
    server.infrakt.register(name=NAME)
    server.infrakt.api.provision(NAME)
    assert server.fails() == (
        "registering this server at infrakt: infrakt is provisioning this server, and may be about to wipe it: it gets "
        "no key until that ends. If it does not, remove the server there"
    )
    assert server.is_shut()
    server.infrakt.finish()
    assert not server.infrakt.ran
    assert server.act() == DONE
    # That it is at it again is no reason to take the key away: it has known the mark since.
    server.infrakt.api.provision(NAME)
    assert server.act() == DONE


def test_an_unmarked_server_would_be_wiped(server: Server) -> None:
    """That is what this application does, and what all of the above is for."""
    server.act()
    server.infrakt.api.update(NAME, {"is_infrakt_host": False})
    server.infrakt.api.provision(NAME)
    server.infrakt.finish()
    assert server.infrakt.is_wiped


def test_an_application_that_knows_no_mark_gets_no_key(tmp_path: Path) -> None:
    server = Server(tmp_path, provision=True, marks=False)
    assert server.fails() == (
        "registering this server at infrakt: infrakt does not mark this server as its own host, and would wipe it: "
        "it gets no key for it"
    )
    assert server.is_shut()
    assert server.infrakt.work == []


def test_one_that_the_operator_has_registered_is_marked(server: Server) -> None:
    server.infrakt.register(name="prod 01/a", status="active")
    server.infrakt.register(name="by-hand")
    server.infrakt.register(name="other", host="203.0.113.5")
    server.infrakt.api.update("by-hand", {"name": "prod 01"})
    assert server.act() == DONE
    marked = {one["name"]: one["is_infrakt_host"] for one in server.infrakt.servers}
    assert marked == {"prod 01": True, "other": False}
    assert server.changes() == ["PUT /api/servers/prod%2001"]


@pytest.mark.parametrize("host", ["203.0.113.9", "fd00::5", NAME])
def test_one_at_another_address_of_this_server_is_the_same(server: Server, host: str) -> None:
    server.infrakt.register(name="prod-01", host=host, ssh_key_path=None)
    server.infrakt.register(name="prod-02")
    assert server.act() == DONE
    assert [(one["name"], one["is_infrakt_host"]) for one in server.infrakt.servers] == [
        ("prod-01", True),
        ("prod-02", True),
    ]
    assert server.infrakt.ran == ["true"]


def test_another_server_of_our_name_is_left_alone(server: Server) -> None:
    server.infrakt.register(name=NAME, host="203.0.113.5\n\x1b[31m")
    assert server.fails() == (
        f"infrakt has another server named {NAME}, 203.0.113.5 [31m: remove it there, then firstlight apply"
    )
    assert server.changes() == []
    assert server.is_shut()


@pytest.mark.parametrize("status", [400, 409])
def test_somebody_is_quicker(server: Server, status: int) -> None:
    def register(method: str, path: str) -> None:
        if method == "POST":
            server.infrakt.before = lambda *_: None
            server.infrakt.register(name=NAME)
            server.infrakt.instead = {len(server.infrakt.requests) - 1: reply(status)}

    server.infrakt.before = register
    assert server.act() == DONE
    assert len(server.infrakt.servers) == 1


def test_it_is_not_taken(server: Server) -> None:
    server.infrakt.instead = {1: reply(422)}
    assert server.fails() == "infrakt does not take this server (status 422)"
    server.infrakt.instead = {len(server.infrakt.requests): reply(302)}
    assert server.fails() == "infrakt sends us elsewhere (status 302): is its address right?"


def test_it_cannot_log_in(server: Server) -> None:
    server.infrakt.sshd = False
    assert server.fails() == (
        "waiting until infrakt can log in to this server: it cannot: does sshd run here, on port 22, and may root log "
        "in with a key? journalctl -u ssh"
    )
    server.infrakt.sshd = True
    assert server.act() == DONE


def test_without_an_api_key(server: Server) -> None:
    path = "/home/infrakt/.infrakt/api_key.txt"
    server.key_is(b"\n")
    assert server.fails().endswith(f": infrakt has no API key yet in {path}")
    (server.docker.root / f"proc/{PROCESS}/root{path}").unlink()
    assert server.fails().endswith(f": infrakt does not run, or has no {path}")
    server.key_is(b"another\n")
    assert server.fails().endswith(": infrakt does not take its own API key (status 403)")
    server.key_is("schlüssel ☃".encode())
    assert server.fails() == "a header has characters that a header cannot hold"
    server.key_is(API_KEY.encode() + b"\n")
    assert server.act() == DONE


def networks(server: Server, **addresses: str) -> None:
    inspect = server.docker.inspect

    def answer(call: Call) -> Done:
        (found,) = json.loads(inspect(call).out)
        found["NetworkSettings"]["Networks"] = {name: {"IPAddress": one} for name, one in addresses.items()}
        return Done(0, json.dumps([found]).encode())

    server.docker.programs["docker inspect"] = answer


def test_where_the_container_is(server: Server) -> None:
    networks(server, a="192.168.16.2", b="10.0.0.2")
    assert server.fails() == (
        "infrakt has the address 192.168.16.2, and its key is for 172.16.0.0/12: give its network a subnet there"
    )
    networks(server, host="")
    assert "no answer from http://127.0.0.1:8000/api/servers" in server.fails()
    networks(server, a="192.168.16.2", b=ADDRESS)
    assert server.act() == DONE
    server.docker.containers.clear()
    assert server.fails().endswith(": there is no container of infrakt")


def test_it_is_provisioned_once(asked: Server) -> None:
    assert asked.act() == DONE
    assert asked.infrakt.servers[0]["status"] == "active"
    assert asked.act() == DONE
    assert asked.changes().count(f"POST /api/servers/{NAME}/provision") == 1
    assert asked.disk.read(paths.PROVISIONED)


def test_one_that_is_active_is_not_provisioned(asked: Server) -> None:
    asked.infrakt.register(name=NAME, status="active")
    assert asked.act() == DONE
    assert asked.changes() == [f"PUT /api/servers/{NAME}"]


def test_provisioning_that_fails_is_said_and_not_begun_again_by_itself(asked: Server) -> None:
    asked.infrakt.succeeds = False
    said = (
        "infrakt did not provision this server to the end: firstlight logs infrakt. "
        "A proxy of its own finds ports 80 and 443 taken by Caddy. The site is up. firstlight apply asks again"
    )
    for _ in range(2):
        assert asked.fails() == said
    assert asked.changes().count(f"POST /api/servers/{NAME}/provision") == 1
    assert asked.infrakt.is_open
    # As `apply` does.
    asked.disk.remove(paths.PROVISIONED)
    asked.infrakt.succeeds = True
    assert asked.act() == DONE


def test_provisioning_that_does_not_end(asked: Server) -> None:
    asked.docker.on_sleep = None
    before = asked.docker.passed
    assert asked.fails() == (
        "waiting until infrakt has provisioned this server: it is at work; if infrakt was restarted meanwhile, "
        "start it again in its dashboard"
    )
    assert 1700 < asked.docker.passed - before < 2000
    asked.fails()
    assert asked.changes().count(f"POST /api/servers/{NAME}/provision") == 1


@pytest.mark.parametrize("answer", [reply(404), reply(422)])
def test_provisioning_that_is_refused(asked: Server, answer: Response) -> None:
    def refuse(method: str, path: str) -> None:
        if path.endswith("/provision"):
            asked.infrakt.instead = {len(asked.infrakt.requests) - 1: answer}

    asked.infrakt.before = refuse
    assert asked.fails() == f"infrakt does not provision this server (status {answer.status})"
    assert not asked.disk.read(paths.PROVISIONED)


def test_a_mark_that_is_taken_away_meanwhile(asked: Server) -> None:
    def unmark(method: str, path: str) -> None:
        if path.endswith("/test"):
            asked.infrakt.api.update(NAME, {"is_infrakt_host": False})

    asked.infrakt.before = unmark
    assert asked.fails() == (
        "infrakt does not mark this server as its own host any more, and has no key now: firstlight apply"
    )
    assert asked.is_shut()
    asked.infrakt.before = lambda *_: None
    assert asked.act() == DONE


def test_an_entry_without_a_mark_that_turns_up_meanwhile(asked: Server) -> None:
    def register(method: str, path: str) -> None:
        if path.endswith("/test"):
            asked.infrakt.register(name="by-hand")

    asked.infrakt.before = register
    assert "has no key now" in asked.fails()
    assert asked.is_shut()
    assert not asked.infrakt.work


def test_an_older_one_that_cannot_be_asked_whether_it_can_log_in(server: Server) -> None:
    def refuse(method: str, path: str) -> None:
        if path.endswith("/test"):
            server.infrakt.instead = {len(server.infrakt.requests) - 1: reply(404)}

    server.infrakt.before = refuse
    assert server.act() == DONE


def test_another_program_writes_root_s_keys(server: Server) -> None:
    server.act()
    server.authorized.write_bytes(THEIRS)
    assert server.act() == DONE
    put(server.disk, b"")
    assert server.is_shut()


def test_a_long_domain(server: Server) -> None:
    domain = ".".join(["a" * 60] * 4)
    server.site = server.site._replace(domains=[domain])
    assert server.act() == DONE
    assert server.infrakt.servers[0]["name"] == domain[:100]


def test_verify_asks_whether_the_server_is_registered_and_marked(tmp_path: Path) -> None:
    server = Server(tmp_path)

    def check() -> str:
        assert server.site.managed
        means = Means(server.docker, server.infrakt, server.disk)
        return Host(means, server.site, server.site.managed, Compose(server.docker, server.site), str).check()

    missing = "it does not, and would wipe it: firstlight apply"
    assert check() == missing
    server.act()
    assert check() == ""
    server.infrakt.api.update(NAME, {"is_infrakt_host": False})
    assert check() == missing
    server.key_is(b"")
    assert check() == "infrakt has no API key yet in /home/infrakt/.infrakt/api_key.txt"
