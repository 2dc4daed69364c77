"""A machine becomes an image, whatever fails on the way, and nothing that its copies must not share is in it."""

import contextlib
import io
import os
from pathlib import Path, PurePosixPath

import pytest

from firstlight import bake, command, paths
from firstlight.disk import Disk
from firstlight.errors import Final, Later
from firstlight.http import Response
from firstlight.stores import Means
from firstlight.system import Done
from stand_in.faults import kills
from stand_in.http import Answer, Answers, reply
from stand_in.system import Call, StandIn, breaking, in_turn
from test_docker import UPDATE, Machine
from test_preflight import DEBIAN, released
from test_site import DATA

COMPOSE = """services:
  caddy:
    image: caddy:2-alpine
  app:
    image: "ghcr.io/acme/app:latest"  # private
  other: {image: ghcr.io/acme/flow}
  variable:
    image: ghcr.io/acme/${NAME}
  # image: no
"""
CADDY, APP = "caddy:2-alpine", "ghcr.io/acme/app:latest"
HEAD_CADDY = "HEAD https://registry-1.docker.io/v2/library/caddy/manifests/2-alpine"
HEAD_APP = "HEAD https://ghcr.io/v2/acme/app/manifests/latest"

_SHARED_BY_NONE = """etc/ssh/ssh_host_ed25519_key
etc/ssh/ssh_host_ed25519_key.pub root/.ssh/authorized_keys root/.bash_history
home/admin/.ssh/authorized_keys home/admin/.ssh/authorized_keys2 home/admin/.bash_history etc/netplan/50-cloud-init.yaml
etc/network/interfaces.d/50-cloud-init etc/systemd/network/10-cloud-init-eth0.network etc/docker/key.json
var/lib/docker/engine-id var/lib/dhcp/dhclient.leases var/lib/dhcpcd/duid var/lib/systemd/random-seed
var/lib/systemd/credential.secret var/lib/dbus/machine-id run/firstlight/state.json"""
IDENTITY = _SHARED_BY_NONE.split()
_ALL_ELSE = """etc/ssh/sshd_config root/.bashrc home/admin/.ssh/config home/admin/work etc/netplan/01-mine.yaml
var/lib/docker/image/x var/lib/systemd/timers"""
KEPT = _ALL_ELSE.split()
STAGED = f"{paths.STAGED}/opt/infrakt/docker-compose.prod.yml"


class Builder(Machine):
    """A bare machine that cloud-init has set up."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        for name in (*IDENTITY, *KEPT, "etc/os-release", "var/lib/cloud/data/instance-id", "etc/machine-id"):
            Disk(root).write(PurePosixPath("/", name), b"x", 0o644)
        os.utime(root / "etc/os-release", (1, 1))
        Disk(root).write(PurePosixPath(STAGED), COMPOSE.encode(), 0o644)
        Disk(root).write(PurePosixPath(f"{paths.STAGED}/opt/infrakt/Caddyfile"), b"image: no/caddyfile\n", 0o644)
        (root / "dev").mkdir()
        (root / "dev/console").touch()
        self.pulled: list[str] = []
        self.known: dict[str, Answer] = {HEAD_CADDY: reply(200), HEAD_APP: reply(401)}
        self.programs |= {
            "systemctl is-active cloud-final.service": Done(0, b"active\n"),
            "docker pull -q": self.pull,
            "usermod": Done(0),
            "apt-get -q clean": Done(0),
            "cloud-init clean": self.clean,
            "journalctl": Done(0),
            "sync": Done(0),
            "systemctl poweroff": Done(0),
            "systemd-run": Done(0),
        }

    def pull(self, call: Call) -> Done:
        assert self.up
        self.pulled.append(call.argv[3])
        return Done(0)

    def clean(self, _call: Call) -> Done:
        with contextlib.suppress(FileNotFoundError):
            (self.root / "var/lib/cloud/data/instance-id").unlink()
        return Done(0)

    def types(self, *words: str) -> int:
        return command.run(*_parsed(self, words))

    @property
    def console(self) -> str:
        return (self.root / "dev/console").read_text()

    def is_image(self) -> bool:
        """Whether nothing that copies must not share is left."""
        left = [name for name in IDENTITY if (self.root / name).exists()]
        empty = (self.root / "etc/machine-id").read_bytes() == b""
        return not left and empty and not (self.root / "var/lib/cloud/data/instance-id").exists()


def _parsed(builder: Builder, words: tuple[str, ...]) -> tuple[str, Means, set[str], str]:
    name, options, word = command.parse(["bake", *words])
    return name, Means(builder, Answers(builder.known), Disk(builder.root)), options, word


@pytest.fixture(autouse=True)
def _debian_13(monkeypatch: pytest.MonkeyPatch) -> None:
    released(monkeypatch, DEBIAN.replace("12", "13"))


@pytest.fixture
def builder(tmp_path: Path) -> Builder:
    return Builder(tmp_path)


def test_a_bare_machine_becomes_an_image(builder: Builder, capsys: pytest.CaptureFixture[str]) -> None:
    for _ in range(2):
        assert builder.types() == 0
        assert builder.is_image()
    assert builder.up
    assert builder.installed == "docker.io docker-cli docker-compose"
    assert builder.pulled == [CADDY] * 2
    assert all((builder.root / name).exists() for name in KEPT)
    assert (builder.root / "etc/machine-id").stat().st_mode & 0o777 == 0o444
    assert (builder.root / STAGED[1:]).exists()
    assert builder.ran("usermod")[0].argv[1:] == ("-p", "*", "root")
    assert builder.console == "firstlight: this machine is an image now\n"
    assert not builder.ran("systemctl", "poweroff")
    told = capsys.readouterr().err
    assert f"firstlight: pulling {CADDY}\n" in told
    left = f"firstlight: {APP} is left to the servers, each of which pulls it: ghcr.io shows nobody acme/app:latest "
    assert f"{left}(status 401)\n" in told
    assert told.endswith("firstlight: removing what copies must not share\n")
    # All of it is on the disk before the machine goes off.
    assert builder.calls[-1].argv == ("sync",)


def test_it_turns_the_machine_off_if_asked(builder: Builder) -> None:
    assert builder.types("--poweroff") == 0
    assert [call.argv for call in builder.calls[-2:]] == [("sync",), ("systemctl", "poweroff")]


def test_while_cloud_init_is_at_work_it_is_for_later(builder: Builder, capsys: pytest.CaptureFixture[str]) -> None:
    builder.programs["systemctl is-active cloud-final.service"] = Done(3, b"activating\n")
    assert builder.types() == 0
    assert [call.argv for call in builder.calls[1:]] == [
        (
            "systemd-run",
            "--collect",
            "--no-block",
            "--unit=firstlight-bake",
            "--property=After=cloud-final.service",
            "/usr/local/sbin/firstlight",
            "bake",
            "--poweroff",
        )
    ]
    assert "journalctl -fu firstlight-bake" in capsys.readouterr().out
    builder.programs["systemd-run"] = Done(1, b"", b"Failed to start transient service unit: it exists\n")
    assert builder.types() == 1
    assert "transient service unit" in capsys.readouterr().err


def test_a_server_with_a_site_is_left_alone(builder: Builder, capsys: pytest.CaptureFixture[str]) -> None:
    Disk(builder.root).write(paths.SITE, str(DATA).encode(), 0o600)
    assert builder.types("--poweroff") == 2
    assert builder.calls == []
    assert (builder.root / "root/.ssh/authorized_keys").exists()
    assert capsys.readouterr().err == (
        "firstlight: this server runs a site (/etc/firstlight/site.json), whose SSH keys would be removed: bake on "
        "another machine\n"
    )


@pytest.mark.parametrize(
    ("line", "images"),
    [
        ("image: a", ["a"]),
        ("    image: 'a.example:5000/b/c:1.2'", ["a.example:5000/b/c:1.2"]),
        ('- image: "a@sha256:0123"\r', ["a@sha256:0123"]),
        ('"image": a # b', ["a"]),
        ("image: a\n  image: b\n  image: a", ["a", "b"]),
        ("image: ${A}", []),
        ("image: a/${B:-c}", []),
        ("image: -x", []),
        ("image: a b", []),
        ("image:", []),
        ("#image: a", []),
        ("my_image: a", []),
        ("image: \u00e4", []),
    ],
)
def test_which_images(tmp_path: Path, line: str, images: list[str]) -> None:
    disk = Disk(tmp_path)
    for name in ("compose.yaml", "more/docker-compose.yml", "Caddyfile"):
        text = line if name != "Caddyfile" else "image: c"
        disk.write(paths.STAGED / name, f"x:\n{text}\n".encode() + b"\xff\n", 0o600)
    assert bake._images(Means(StandIn(tmp_path), Answers(), disk)) == images


def test_a_machine_without_a_compose_file(builder: Builder) -> None:
    (builder.root / STAGED[1:]).unlink()
    assert builder.types() == 0
    assert builder.pulled == []


@pytest.mark.parametrize("answer", [Later("its name does not resolve"), reply(503), reply(404)])
def test_a_registry_that_does_not_show_an_image_stops_nothing(builder: Builder, answer: Response | Later) -> None:
    builder.known[HEAD_CADDY] = answer
    assert builder.types() == 0
    assert builder.pulled == []
    assert sum(builder.slept) < 150
    assert builder.is_image()


def test_a_public_image_that_cannot_be_pulled_is_a_failure(
    builder: Builder, capsys: pytest.CaptureFixture[str]
) -> None:
    builder.programs["docker pull -q"] = in_turn(Done(1, b"", b"toomanyrequests: slow down\n"), builder.pull)
    assert builder.types() == 0
    assert builder.pulled == [CADDY]
    builder.programs["docker pull -q"] = Done(1, b"", b"unexpected EOF\n")
    before = (builder.root / "etc/ssh/sshd_config").stat()
    assert builder.types("--poweroff") == 1
    assert capsys.readouterr().err.endswith(f"firstlight: pulling {CADDY}: docker: unexpected EOF\n")
    assert builder.console == (
        f"firstlight: this machine did not become an image: pulling {CADDY}: docker: unexpected EOF\n"
    )
    assert (builder.root / "etc/ssh/sshd_config").stat() == before
    assert not builder.ran("systemctl", "poweroff")
    builder.programs["df"] = Done(0, b"Avail IFree\n 3000 900000\n")
    builder.programs["docker pull -q"] = lambda _: (builder.programs.update({"df": FULL}), Done(1))[1]
    assert builder.types() == 1
    assert "the disk is full: /var has 3 MB" in capsys.readouterr().err


FULL = Done(0, b"Avail IFree\n 3 900000\n")


def test_what_is_not_fit_is_said_before_anything_changes(
    builder: Builder, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    builder.programs["df"] = FULL
    assert builder.types() == 1
    assert "/var has 3 MB and 900000 inodes free" in capsys.readouterr().err
    released(monkeypatch, DEBIAN.replace("12", "11"))
    assert builder.types() == 1
    assert "is not supported" in builder.console
    assert not builder.installed
    assert (builder.root / "etc/ssh/ssh_host_ed25519_key").exists()


def test_an_archive_that_apt_holds_is_waited_for(builder: Builder) -> None:
    builder.programs["apt-get -q clean"] = in_turn(Done(100), Done(100), Done(0))
    assert builder.types() == 0
    assert builder.is_image()


@pytest.mark.parametrize("words", ["usermod", "apt-get -q clean", "cloud-init clean", "journalctl"])
def test_what_is_not_removed_is_no_image(builder: Builder, words: str) -> None:
    builder.programs[words] = Done(1, b"", b"no\n")
    assert builder.types("--poweroff") == 1
    assert builder.console == (
        "firstlight: this machine did not become an image: removing what copies must not share: "
        f"{words.split(maxsplit=1)[0]}: no\n"
    )
    assert 599 < sum(builder.slept) < 700
    assert not builder.ran("systemctl", "poweroff")


def test_links_are_removed_and_not_followed(builder: Builder, capsys: pytest.CaptureFixture[str]) -> None:
    root = builder.root
    elsewhere = root / "elsewhere/authorized_keys"
    Disk(root).write(PurePosixPath("/elsewhere/authorized_keys"), b"x", 0o600)
    for name in ("root/.ssh/authorized_keys", "var/lib/dbus/machine-id", "home/admin/.bash_history"):
        (root / name).unlink()
        (root / name).symlink_to(elsewhere)
    (root / "var/lib/dhcp/folder").mkdir()
    (root / "var/lib/dhcp/link").symlink_to(root / "elsewhere")
    assert builder.types() == 0
    assert elsewhere.exists()
    assert not (root / "root/.ssh/authorized_keys").is_symlink()
    # That is how D-Bus has the same one as all others.
    assert (root / "var/lib/dbus/machine-id").is_symlink()
    assert os.listdir(root / "var/lib/dhcp") == []
    # What a user can have put there leads nowhere.
    (root / "home/admin").chmod(0o777)
    (root / "home/admin/.ssh/config").unlink()
    (root / "home/admin/.ssh").rmdir()
    (root / "home/admin/.ssh").symlink_to(root / "elsewhere")
    assert builder.types() == 1
    assert "/home/admin/.ssh/authorized_keys leads through a link that is not followed" in capsys.readouterr().err
    assert elsewhere.exists()


def test_a_machine_without_cloud_init_and_console(builder: Builder) -> None:
    (builder.root / "var/lib/cloud/data/instance-id").unlink()
    (builder.root / "var/lib/cloud/data").rmdir()
    (builder.root / "var/lib/cloud").rmdir()
    (builder.root / "dev/console").unlink()
    (builder.root / "dev").rmdir()
    builder.programs["systemctl is-active cloud-final.service"] = Done(4, b"inactive\n")
    assert builder.types() == 0
    assert builder.is_image()
    assert not builder.ran("cloud-init")


def test_after_a_fault_of_any_program_the_next_run_does_the_rest(tmp_path: Path) -> None:
    (tmp_path / "whole").mkdir()
    whole = Builder(tmp_path / "whole")
    assert whole.types("--poweroff") == 0
    assert len(whole.calls) > 15
    for at in range(len(whole.calls)):
        (tmp_path / str(at)).mkdir()
        builder = Builder(tmp_path / str(at))
        breaking(builder, at)
        if builder.types("--poweroff"):
            assert "did not become an image" in builder.console
            assert builder.types("--poweroff") == 0
        assert builder.is_image()
        assert builder.calls[-1].argv == ("systemctl", "poweroff")


def test_after_a_power_cut_the_next_run_does_the_rest(builder: Builder) -> None:
    count = 0
    for _ in kills(lambda: _quietly(builder)):
        count += 1
        assert all((builder.root / name).exists() for name in KEPT)
    assert count > len(IDENTITY) / 2
    assert builder.types() == 0
    assert builder.is_image()


def _quietly(builder: Builder) -> None:
    with contextlib.redirect_stderr(io.StringIO()):
        assert builder.types() == 0


def test_apt_that_fails_for_long_is_said(builder: Builder) -> None:
    builder.programs[UPDATE] = Done(100, b"", b"E: Failed to fetch\n")
    with pytest.raises(Final, match="^installing Docker: apt-get: E: Failed to fetch$"):
        bake.bake(_parsed(builder, ())[1], set(), "")
