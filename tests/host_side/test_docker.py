import hashlib
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

from firstlight import docker
from firstlight.disk import Disk
from firstlight.errors import Final, Later
from firstlight.http import Response
from firstlight.steps import Run
from firstlight.stores import Means
from firstlight.system import Done
from stand_in.http import Answers, reply
from stand_in.system import Call, StandIn, breaking, in_turn
from test_preflight import DEBIAN, released

ANSWERS = Answers({"GET https://download.docker.com/linux/debian/gpg": reply(200, b"the key")})
BOOKWORM = "docker-ce docker-ce-cli containerd.io docker-compose-plugin"
TRIXIE, NOBLE = "ID=debian\nVERSION_ID=13\n", "ID=ubuntu\nVERSION_ID=24.04\n"
UPDATE = "apt-get -qy -o DPkg::Lock::Timeout=600 update"
INSTALL = "apt-get -qy -o DPkg::Lock::Timeout=600 install"


@pytest.fixture(autouse=True)
def _debian_12(monkeypatch: pytest.MonkeyPatch) -> None:
    released(monkeypatch, DEBIAN)


class Machine(StandIn):
    """A server whose apt brings Docker and Compose, and whose systemd starts it."""

    def __init__(self, root: Path, *, engine: bool = False, compose: bool = False, nft: bool = True) -> None:
        super().__init__(root)
        self.engine, self.compose, self.nft, self.up, self.installed = engine, compose, nft, False, ""
        self.programs = {
            "docker --version": lambda _: Done(0 if self.engine else 127),
            "docker compose version": lambda _: Done(0 if self.compose else 127),
            "nft --version": lambda _: Done(0 if self.nft else 127),
            "docker info": lambda _: Done(0) if self.up else Done(1, b"", b"Cannot connect to the Docker daemon"),
            "dpkg -s": Done(1),
            "dpkg --configure": Done(0),
            UPDATE: Done(0),
            INSTALL: self.install,
            "systemctl is-enabled": Done(0, b"enabled\n"),
            "systemctl start": self.start,
            "df": Done(0, b"Avail IFree\n 20000 900000\n"),
        }

    def install(self, call: Call) -> Done:
        assert call.env == {"DEBIAN_FRONTEND": "noninteractive", "NEEDRESTART_MODE": "a"}
        assert call.argv[5] == "--no-install-recommends"
        assert "nftables" in call.argv
        self.installed = " ".join(word for word in call.argv[6:] if word not in ("ca-certificates", "nftables"))
        self.nft = True
        if self.installed:
            assert "ca-certificates" in call.argv
            self.engine = self.compose = True
        return Done(0)

    def start(self, _call: Call) -> Done:
        self.up = self.engine
        return Done(0 if self.engine else 5)


def act(machine: StandIn, http: Answers = ANSWERS) -> None:
    run = Run("docker", machine, lambda *_: None, lambda: 0.0)
    assert docker.act(run, Means(machine, http, Disk(machine.root))) == ""


def test_what_is_there_is_left_alone(tmp_path: Path) -> None:
    machine = Machine(tmp_path, engine=True, compose=True)
    act(machine)
    assert machine.up
    assert not machine.ran("apt-get")


@pytest.mark.parametrize(
    ("release", "engine", "packages"),
    [
        (DEBIAN, False, BOOKWORM),
        (DEBIAN, True, "docker-compose-plugin"),
        (TRIXIE, False, "docker.io docker-cli docker-compose"),
        (TRIXIE, True, "docker-compose"),
        (NOBLE, False, "docker.io docker-compose-v2"),
        (NOBLE, True, "docker-compose-v2"),
    ],
)
def test_what_is_missing_is_installed(
    tmp_path: Path, release: str, engine: bool, packages: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    released(monkeypatch, release)
    machine = Machine(tmp_path, engine=engine)
    act(machine)
    assert machine.installed == packages
    assert machine.up
    bookworm = "VERSION_CODENAME=bookworm" in release
    assert (tmp_path / "etc/apt/keyrings/docker.asc").exists() == bookworm
    if bookworm:
        line = (tmp_path / "etc/apt/sources.list.d/docker.list").read_text()
        assert line == (
            "deb [signed-by=/etc/apt/keyrings/docker.asc,9DC858229FC7DD38854AE2D88D81803C0EBFCD88] "
            "https://download.docker.com/linux/debian bookworm stable\n"
        )
        assert (tmp_path / "etc/apt/keyrings/docker.asc").stat().st_mode & 0o777 == 0o644


def test_nftables_alone_is_missing(tmp_path: Path) -> None:
    machine = Machine(tmp_path, engine=True, compose=True, nft=False)
    late = Done(100, b"", b"E: Could not get lock /var/lib/dpkg/lock-frontend\n")
    machine.programs[INSTALL] = in_turn(late, machine.install)
    act(machine)
    assert [call.argv[6:] for call in machine.ran(*INSTALL.split())] == [("nftables",)] * 2
    assert not (tmp_path / "etc/apt/sources.list.d/docker.list").exists()
    assert machine.up
    both = Machine(tmp_path, nft=False)
    act(both)
    assert len(both.ran(*INSTALL.split())) == 1


def test_an_engine_of_dockers_own_gets_its_own_compose(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    released(monkeypatch, NOBLE)
    machine = Machine(tmp_path, engine=True)
    machine.programs["dpkg -s"] = Done(0)
    act(machine)
    assert machine.installed == "docker-compose-plugin"


def test_a_lock_that_is_held_and_a_mirror_in_mid_sync(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    late = Done(100, b"", b"E: Failed to fetch http://deb.debian.org/x.deb  404  Not Found\n")
    machine.programs[INSTALL] = in_turn(late, late, machine.install)
    act(machine)
    assert machine.slept[:2] == [1, 2]
    assert len(machine.ran(*UPDATE.split())) == 3


def test_a_failure_that_lasts_is_said_with_apts_words(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    machine.programs[UPDATE] = Done(100, b"", b"W: x\nE: Unable to locate package\n")
    with pytest.raises(Final, match=r"^installing Docker: apt-get: E: Unable to locate package$"):
        act(machine)
    assert 1800 <= sum(machine.slept) <= 1802


@pytest.mark.parametrize(
    ("answer", "what"), [(reply(503), "gpg answers 503"), (Later("its name does not resolve"), "does not resolve")]
)
def test_a_key_that_does_not_come(tmp_path: Path, answer: Response | Later, what: str) -> None:
    machine = Machine(tmp_path)
    with pytest.raises(Final, match=what):
        act(machine, Answers({"GET": answer}))
    assert not (tmp_path / "etc/apt/keyrings/docker.asc").exists()
    assert machine.installed == ""


@pytest.mark.skipif(not shutil.which("gpg") or not shutil.which("apt-get"), reason="gpg or apt is not installed")
def test_apt_takes_no_other_key_than_that_of_the_fingerprint(tmp_path: Path) -> None:
    """As the real one does, with a repository that a subkey signs, and a file with two keys in it."""
    repository = tmp_path / "repository"
    repository.mkdir()
    # A path short enough for the socket of its agent.
    home = tempfile.mkdtemp(dir="/tmp")
    environment = {"PATH": "/usr/bin:/usr/sbin:/bin:/sbin", "GNUPGHOME": home}

    def program(*words: str, given: str = "") -> str:
        done = subprocess.run(words, input=given, capture_output=True, text=True, env=environment, check=False)
        return done.stdout + done.stderr

    def fingerprint(name: str) -> str:
        form = "%no-protection\nKey-Type: EDDSA\nKey-Curve: ed25519\nKey-Usage: cert\nSubkey-Type: EDDSA\n"
        form += f"Subkey-Curve: ed25519\nSubkey-Usage: sign\nName-Real: {name}\nExpire-Date: 0\n%commit\n"
        program("gpg", "--batch", "--gen-key", given=form)
        lines = program("gpg", "--with-colons", "--list-keys", name).splitlines()
        return next(line for line in lines if line.startswith("fpr")).split(":")[9]

    ours, other = fingerprint("One"), fingerprint("Two")
    (tmp_path / "keys.asc").write_text(program("gpg", "--armor", "--export"))
    (repository / "Packages").touch()
    empty = hashlib.sha256().hexdigest()
    date = "Thu, 01 Jan 2026 00:00:00 UTC"
    (repository / "Release").write_text(f"Suite: stable\nDate: {date}\nSHA256:\n {empty} 0 Packages\n")
    program("gpg", "--batch", "-u", ours, "--clearsign", "-o", f"{repository}/InRelease", f"{repository}/Release")
    program("gpgconf", "--kill", "all")
    shutil.rmtree(home)

    def update(fingerprint: str) -> str:
        for name in ("state/lists/partial", "cache/archives/partial"):
            (tmp_path / name).mkdir(parents=True, exist_ok=True)
        (tmp_path / "state/status").touch()
        line = f"deb [signed-by={tmp_path}/keys.asc,{fingerprint}] file:{repository} ./\n"
        (tmp_path / "list").write_text(line)
        folders = {"Etc::SourceList": "list", "Etc::SourceParts": "none", "State": "state", "Cache": "cache"}
        folders |= {"State::Status": "state/status", "Etc::TrustedParts": "none", "Etc::Trusted": "none"}
        options = [word for key, value in folders.items() for word in ("-o", f"Dir::{key}={tmp_path}/{value}")]
        return program("apt-get", *options, "-o", "APT::Sandbox::User=", "-o", "Debug::NoLocking=1", "update")

    assert "is not signed" in update(other)
    assert "is not signed" not in update(ours)


@pytest.mark.parametrize(
    ("state", "remedy"),
    [("masked", "systemctl unmask docker"), ("masked-runtime", "unmask"), ("disabled", "systemctl enable docker")],
)
def test_what_the_operator_switched_off_stays_off(tmp_path: Path, state: str, remedy: str) -> None:
    machine = Machine(tmp_path, engine=True, compose=True)
    machine.programs["systemctl is-enabled"] = Done(1, f"{state}\n".encode())
    with pytest.raises(Final, match=f"docker.service is {state[:6]}.*: .*{remedy}.*; firstlight apply"):
        act(machine)
    assert not machine.up


def test_a_daemon_that_comes_up_slowly(tmp_path: Path) -> None:
    machine = Machine(tmp_path, engine=True, compose=True)
    machine.programs["docker info"] = in_turn(Done(1), Done(1), Done(1), Done(0))
    act(machine)
    machine.programs["docker info"] = Done(1, b"", b"Cannot connect to the Docker daemon\n")
    with pytest.raises(Final, match="^starting Docker: Cannot connect"):
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
    machine.programs |= {"df": Done(0, b"Avail IFree\n 3 900000\n"), INSTALL: Done(100)}
    with pytest.raises(Final, match="^the disk is full"):
        act(machine)
    assert machine.slept == []
