from pathlib import Path

import pytest

from firstlight import docker
from firstlight.disk import Disk
from firstlight.docker import Docker
from firstlight.errors import Final, Later
from firstlight.steps import Run
from firstlight.system import Done
from stand_in.http import Answers, reply
from stand_in.system import Call, StandIn, breaking, in_turn
from test_files import US
from test_openpgp import FINGERPRINT, KEY, armor, old
from test_preflight import DEBIAN

ANSWERS = Answers({"GET https://download.docker.com/linux/debian/gpg": reply(200, armor(old(6, KEY)))})
BOOKWORM = "docker-ce docker-ce-cli containerd.io docker-compose-plugin"


@pytest.fixture(autouse=True)
def _docker_has_our_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(docker, "_FINGERPRINT", FINGERPRINT)


class Machine(StandIn):
    """A server whose apt brings Docker and Compose, and whose systemd starts it."""

    def __init__(self, root: Path, release: str = DEBIAN, *, engine: bool = False, compose: bool = False) -> None:
        super().__init__(root)
        (root / "etc").mkdir(exist_ok=True)
        (root / "etc/os-release").write_text(release)
        self.engine, self.compose, self.up, self.installed = engine, compose, False, ""
        self.programs = {
            "docker --version": lambda _: Done(0 if self.engine else 127),
            "docker compose version": lambda _: Done(0 if self.compose else 127),
            "docker info": lambda _: Done(0) if self.up else Done(1, b"", b"Cannot connect to the Docker daemon"),
            "dpkg -s": Done(1),
            "dpkg --configure": Done(0),
            "apt-get -q -o DPkg::Lock::Timeout=600 update": Done(0),
            "apt-get -qy -o DPkg::Lock::Timeout=600 install": self.install,
            "systemctl is-enabled": Done(0, b"enabled\n"),
            "systemctl start": self.start,
            "df": Done(0, b"Avail IFree\n 20000 900000\n"),
        }

    def install(self, call: Call) -> Done:
        assert call.env == {"DEBIAN_FRONTEND": "noninteractive", "NEEDRESTART_MODE": "a"}
        assert call.argv[5] == "--no-install-recommends"
        assert call.argv[-1] == "ca-certificates"
        self.installed = " ".join(call.argv[6:-1])
        self.engine = self.compose = True
        return Done(0)

    def start(self, _call: Call) -> Done:
        self.up = self.engine
        return Done(0 if self.engine else 5)


def act(machine: StandIn, http: Answers = ANSWERS) -> None:
    run = Run("docker", machine, lambda *_: None, lambda: 0.0)
    assert Docker(Disk(machine.root), http, US).act(run) == ""


def test_what_is_there_is_left_alone(tmp_path: Path) -> None:
    machine = Machine(tmp_path, engine=True, compose=True)
    act(machine)
    assert machine.up
    assert not machine.ran("apt-get", "-qy")


@pytest.mark.parametrize(
    ("release", "engine", "packages"),
    [
        (DEBIAN, False, BOOKWORM),
        (DEBIAN, True, "docker-compose-plugin"),
        ("ID=debian\nVERSION_ID=13\n", False, "docker.io docker-cli docker-compose"),
        ("ID=debian\nVERSION_ID=13\n", True, "docker-compose"),
        ("ID=ubuntu\nVERSION_ID=24.04\n", False, "docker.io docker-compose-v2"),
        ("ID=ubuntu\nVERSION_ID=24.04\n", True, "docker-compose-v2"),
    ],
)
def test_what_is_missing_is_installed(tmp_path: Path, release: str, engine: bool, packages: str) -> None:
    machine = Machine(tmp_path, release, engine=engine)
    act(machine)
    assert machine.installed == packages
    assert machine.up
    bookworm = "VERSION_CODENAME=bookworm" in release
    assert (tmp_path / "etc/apt/keyrings/docker.asc").exists() == bookworm
    if bookworm:
        line = (tmp_path / "etc/apt/sources.list.d/docker.list").read_text()
        assert line == (
            "deb [signed-by=/etc/apt/keyrings/docker.asc] https://download.docker.com/linux/debian bookworm stable\n"
        )
        assert (tmp_path / "etc/apt/keyrings/docker.asc").stat().st_mode & 0o777 == 0o644


def test_an_engine_of_dockers_own_gets_its_own_compose(tmp_path: Path) -> None:
    machine = Machine(tmp_path, "ID=ubuntu\nVERSION_ID=24.04\n", engine=True)
    machine.programs["dpkg -s"] = Done(0)
    act(machine)
    assert machine.installed == "docker-compose-plugin"


def test_a_lock_that_is_held_and_a_mirror_in_mid_sync(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    late = Done(100, b"", b"E: Failed to fetch http://deb.debian.org/x.deb  404  Not Found\n")
    machine.programs["apt-get -qy -o DPkg::Lock::Timeout=600 install"] = in_turn(late, late, machine.install)
    act(machine)
    assert machine.slept[:2] == [1, 2]
    updates = machine.ran("apt-get", "-q", "-o", "DPkg::Lock::Timeout=600", "update")
    assert len(updates) == 3


def test_a_failure_that_lasts_is_said_with_apts_words(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    machine.programs["apt-get"] = machine.programs["apt-get -q -o DPkg::Lock::Timeout=600 update"] = Done(
        100, b"", b"W: x\nE: Unable to locate package\n"
    )
    with pytest.raises(Final, match=r"^installing Docker: apt-get: E: Unable to locate package$"):
        act(machine)
    assert 1800 <= sum(machine.slept) <= 1802


@pytest.mark.parametrize(
    ("answer", "what"),
    [
        (reply(200, armor(old(6, KEY) + old(6, b"\x04" + b"x" * 40))), "not Docker's .*: do not install it"),
        (reply(200, armor(old(6, b"\x04" + b"x" * 40))), "not Docker's"),
        (reply(200, b"<html>"), "damaged"),
        (reply(503), "gpg answers 503"),
        (Later("its name does not resolve"), "does not resolve"),
    ],
)
def test_a_key_that_is_not_dockers_is_not_installed(tmp_path: Path, answer: object, what: str) -> None:
    machine = Machine(tmp_path)
    with pytest.raises(Final, match=what):
        act(machine, Answers({"GET": answer}))  # type: ignore[dict-item]
    assert not (tmp_path / "etc/apt/keyrings/docker.asc").exists()
    assert machine.installed == ""


@pytest.mark.parametrize(
    ("state", "remedy"),
    [("masked", "systemctl unmask docker"), ("masked-runtime", "unmask"), ("disabled", "systemctl enable docker")],
)
def test_what_the_operator_switched_off_stays_off(tmp_path: Path, state: str, remedy: str) -> None:
    machine = Machine(tmp_path, engine=True, compose=True)
    machine.programs["systemctl is-enabled"] = Done(1, f"{state}\n".encode())
    with pytest.raises(Final, match=f"docker.service is {state}: .*{remedy}.*, then firstlight apply"):
        act(machine)
    assert not machine.up


def test_a_daemon_that_comes_up_slowly(tmp_path: Path) -> None:
    machine = Machine(tmp_path, engine=True, compose=True)
    machine.programs["docker info"] = in_turn(Done(1), Done(1), Done(1), Done(0))
    act(machine)
    machine.programs["docker info"] = Done(1, b"", b"Cannot connect to the Docker daemon\n")
    with pytest.raises(Final, match="^starting Docker: docker: Cannot connect"):
        act(machine)


def test_after_a_fault_of_any_program_it_is_there_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "whole").mkdir()
    whole = Machine(tmp_path / "whole")
    act(whole)
    assert len(whole.calls) > 6
    for at in range(len(whole.calls)):
        (tmp_path / str(at)).mkdir()
        machine = Machine(tmp_path / str(at))
        act(breaking(machine, at))
        assert machine.engine
        assert machine.compose
        assert machine.up


def test_a_full_disk_ends_it_at_once(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    machine.programs |= {"df": Done(0, b"Avail IFree\n 3 900000\n"), "apt-get": Done(100)}
    machine.programs["apt-get -qy -o DPkg::Lock::Timeout=600 install"] = Done(100)
    with pytest.raises(Final, match="^the disk is full"):
        Docker(Disk(tmp_path), ANSWERS, US).act(Run("docker", machine, lambda *_: None))
    assert machine.slept == []
