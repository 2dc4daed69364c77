import json
import os
import platform
import re
from pathlib import PurePosixPath

import pytest

from firstlight import paths, preflight, site
from firstlight.disk import Disk
from firstlight.errors import Final
from firstlight.http import Http
from firstlight.steps import Run
from firstlight.stores import Means
from firstlight.system import Done
from stand_in.system import StandIn, breaking, in_turn
from test_site import DATA

SITE = site.parse(json.dumps(DATA).encode(), paths.SITE)
DEBIAN = 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nID=debian\nVERSION_ID="12"\nVERSION_CODENAME=bookworm\n'
PROXY = b'LISTEN 0 4096 0.0.0.0:80 0.0.0.0:* users:(("docker-proxy",pid=7,fd=4))\n'


def released(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    """Makes it the system's release file."""
    values = dict(line.replace('"', "").split("=", 1) for line in text.splitlines())
    monkeypatch.setattr(platform, "freedesktop_os_release", lambda: {"PRETTY_NAME": values["ID"], **values})


@pytest.fixture
def server(system: StandIn, monkeypatch: pytest.MonkeyPatch) -> StandIn:
    """A fit server."""
    (system.root / "etc").mkdir()
    (system.root / "etc/os-release").touch()
    released(monkeypatch, DEBIAN)
    monkeypatch.setattr(os, "sysconf", {"SC_PHYS_PAGES": 500_000, "SC_PAGE_SIZE": 4096}.get)
    system.programs = {
        "df": Done(0, b"Avail IFree\n 20000 900000\n"),
        "ip -4 route": Done(0, b"default via 10.0.2.2 dev eth0\n"),
        "ss": Done(0),
        "getent hosts": Done(0, b"140.82.121.33   ghcr.io\n"),
    }
    return system


def look(server: StandIn, site: site.Site = SITE) -> str:
    run = Run("preflight", server, lambda *_: None, lambda: 0.0)
    return preflight.act(run, Means(server, Http(), Disk(server.root)), site)


def refused(server: StandIn, what: str) -> None:
    with pytest.raises(Final) as error:
        look(server)
    assert re.search(what, str(error.value)), str(error.value)


def test_a_fit_server(server: StandIn) -> None:
    assert look(server) == ""
    server.programs["ss"] = Done(0, PROXY)
    assert look(server) == ""
    assert server.slept == []


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (DEBIAN.replace("12", "11"), r"^Debian GNU/Linux 11 \(bookworm\) is not supported: use Debian 12 or"),
        ("ID=ubuntu\nVERSION_ID=20.04\n", "^ubuntu is not supported"),
        ("ID=fedora\nVERSION_ID=41\nPRETTY_NAME=Fe\x1b[31mdora", r"^Fe \[31mdora is not supported"),
        ("ID=debian\n", "^debian is not"),
    ],
)
def test_other_systems(server: StandIn, text: str, what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    released(monkeypatch, text)
    refused(server, what)


@pytest.mark.parametrize(
    ("text", "version"), [('ID=ubuntu\nVERSION_ID="24.04"\n', 24), ("ID=debian\nVERSION_ID=13", 13)]
)
def test_newer_systems(server: StandIn, text: str, version: int, monkeypatch: pytest.MonkeyPatch) -> None:
    released(monkeypatch, text)
    assert look(server) == ""
    assert preflight.release()[1] == version


def test_docker_from_snap(server: StandIn) -> None:
    (server.root / "snap/bin").mkdir(parents=True)
    (server.root / "snap/bin/docker").symlink_to("/usr/bin/snap")
    refused(server, "snap remove docker")


def test_little_memory_is_noted(server: StandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sysconf", {"SC_PHYS_PAGES": 125_000, "SC_PAGE_SIZE": 4096}.get)
    assert look(server) == "Less than 900 MB of memory: add swap."


@pytest.mark.parametrize(
    ("room", "what"),
    [(b"1999 900000", "1999 MB and 900000 inodes free and needs 2000 and 50000"), (b"9999 49999", "49999 inodes")],
)
def test_no_room(server: StandIn, room: bytes, what: str) -> None:
    server.programs["df"] = Done(0, b"Avail IFree\n" + room)
    refused(server, what)


def test_a_clock_that_is_wrong_is_waited_for(server: StandIn) -> None:
    born = server.clock + 100
    os.utime(server.root / "etc/os-release", (born, born))
    assert look(server) == ""
    assert 100 <= sum(server.slept) < 180
    os.utime(server.root / "etc/os-release", (born + 9999, born + 9999))
    refused(server, "waiting for the right time: the clock is before this system was made: timedatectl")


@pytest.mark.parametrize("folder", [b"", b"/opt/else", b"/opt/infrakt/traefik", b"/opt/infrakt2"])
def test_the_container_of_somebody_else_has_the_ports(server: StandIn, folder: bytes) -> None:
    server.programs["ss"] = Done(0, PROXY)
    ours = b"/opt/infrakt blog-caddy-1\n"
    server.programs["docker ps"] = Done(0, ours)
    assert look(server) == ""
    server.programs["docker ps"] = Done(0, ours + folder + b" infrakt-traefik\n")
    refused(server, "port 80 or 443 is taken by the container infrakt-traefik: end and disable that")
    behind = SITE._replace(traefik=PurePosixPath("/opt/else"))
    if folder == b"/opt/else":
        assert look(server, behind) == ""


def test_without_ipv4_it_depends_on_the_registry(server: StandIn) -> None:
    server.programs["ip -4 route"] = Done(0)
    refused(server, "no IPv4 route, and ghcr.io has no IPv6 address: give this server an IPv4 one")
    assert server.slept == []
    server.programs["getent hosts"] = Done(0, b"2606:50c0::1    ghcr.io\n2606:50c0::2    ghcr.io\n")
    assert look(server) == "No IPv4 route: what has no IPv6 address cannot be reached. "
    # docker.io has no IPv6 address; where images come from has.
    look(server, SITE._replace(registry="docker.io"))
    assert server.calls[-2].argv == ("getent", "hosts", "registry-1.docker.io")


def test_names_that_come_late(server: StandIn) -> None:
    server.programs |= {"ip -4 route": Done(0), "getent hosts": in_turn(Done(2), Done(2), Done(0, b"1.2.3.4 ghcr.io"))}
    refused(server, "has no IPv6 address")
    assert len(server.slept) == 2
    server.programs |= {"getent hosts": Done(2)}
    refused(server, "^asking for the addresses of ghcr.io: no IPv4 route, and ghcr.io has no IPv6 address")


@pytest.mark.parametrize(
    ("held", "what"),
    [
        (
            b'LISTEN 0 511 *:80 *:* users:(("nginx",pid=5,fd=6),("nginx",pid=6,fd=6))',
            "port 80 or 443 is taken by nginx: end and disable that, then firstlight apply",
        ),
        (PROXY + b'LISTEN 0 511 [::]:80 *:* users:(("apache2",pid=5,fd=6))', "taken by apache2"),
        (b"LISTEN 0 511 *:80 *:*", "taken by LISTEN 0 511 *:80 *:*: end"),
        (b'LISTEN 0 511 *:80 *:* users:(("a; reboot",pid=5,fd=6))', "taken by a; reboot: end"),
    ],
)
def test_a_port_that_is_taken_is_named(server: StandIn, held: bytes, what: str) -> None:
    server.programs |= {"ss -Hltnp": Done(0, held)}
    refused(server, re.escape(what))


def test_a_program_that_fails_does_not_stop_a_fit_server(server: StandIn) -> None:
    look(server)
    for at in range(len(server.calls)):
        broken = breaking(StandIn(server.root, dict(server.programs)), at)
        if server.calls[at].argv[0] == "ip":
            # Without an answer about IPv4 there is no route.
            refused(broken, "no IPv4 route")
        else:
            assert look(broken) == ""
