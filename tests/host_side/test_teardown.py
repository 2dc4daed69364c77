from pathlib import Path, PurePosixPath

import pytest

from firstlight.disk import Disk
from firstlight.metadata import UNIT
from firstlight.root_key import AUTHORIZED, COMMENT
from firstlight.system import Done
from firstlight.teardown import UNITS
from stand_in.desk import Desk
from stand_in.faults import kills
from test_site import DATA, MANAGED

OURS = ["opt/infrakt/.env", "opt/infrakt/ssh/key", "var/lib/firstlight/vault-token", "root/.firstlight/token"]
OURS += ["var/lib/firstlight/files/opt/infrakt/.env", "run/firstlight/login/config.json", "run/firstlight/state.json"]
THEIRS = ["etc/firstlight/ghcr-token", "opt/other/file", "root/.bashrc", "elsewhere/file", "etc/firstlight/site.json"]
ALL = ("teardown", "--volumes", "--yes")


def there(root: Path) -> list[str]:
    return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file() and not path.is_symlink())


@pytest.fixture(autouse=True)
def root(desk: Desk) -> Path:
    """A site that is up."""
    root = desk.system.root
    for name in {*OURS, *THEIRS} - {"etc/firstlight/site.json"}:
        Disk(root).write(PurePosixPath("/", name), b"x", 0o600)
    (root / "opt/infrakt/ssh/link").symlink_to(root / "elsewhere")
    desk.system.programs = {
        "docker compose --dry-run down": Done(0, b"", b" DRY-RUN MODE -  Container a\x1b[31m  Stopping\n"),
        "docker compose down": Done(0),
        "systemctl": Done(0),
        "df": Done(0, b"Avail IFree\n 20000 900000\n"),
    }
    return root


def test_without_its_volumes_the_data_stays(desk: Desk, root: Path) -> None:
    assert desk.types("teardown", "--yes") == 0
    assert desk.seen[1] == "  DRY-RUN MODE - Container a [31m Stopping"
    assert "  /opt/infrakt" not in desk.seen
    assert there(root) == sorted({*OURS, *THEIRS} - {"run/firstlight/login/config.json"})
    assert desk.system.ran("docker", "compose", "down")[0].argv == ("docker", "compose", "down", "--remove-orphans")
    assert [call.argv[-1] for call in desk.system.ran("systemctl", "disable")] == [*UNITS, UNIT]
    # Containers that still run do not get at the metadata.
    assert [call.argv[-1] for call in desk.system.calls][-2:] == ["--remove-orphans", UNIT]


def test_with_its_volumes_nothing_of_ours_is_left(desk: Desk, root: Path) -> None:
    assert desk.types(*ALL) == 0
    assert there(root) == sorted(THEIRS)
    assert desk.seen[2:6] == ["  /opt/infrakt", "  /root/.firstlight", "  /run/firstlight", "  /var/lib/firstlight"]
    assert desk.seen[-1].startswith("Your own /etc/firstlight/ghcr-token is still there")
    assert desk.system.ran("docker", "compose", "down")[0].argv[-1] == "--volumes"
    desk.site(DATA | {"token": None})
    assert desk.types(*ALL) == 0
    assert desk.seen[-1] == "  /var/lib/firstlight"


@pytest.mark.parametrize("answer", [b"", b"y\n", b"example.com\n"])
def test_without_the_domain_nothing_goes(desk: Desk, root: Path, answer: bytes) -> None:
    assert desk.types("teardown", "--volumes", given=answer) == 1
    assert desk.seen[-1] == "Type infrakt.example.com to go on:"
    assert desk.err == "firstlight: nothing was removed\n"
    assert there(root) == sorted(OURS + THEIRS)
    assert not desk.system.ran("systemctl")


def test_with_the_domain_it_goes(desk: Desk, root: Path) -> None:
    assert desk.types("teardown", "--volumes", given=b"infrakt.example.com\n") == 0
    assert there(root) == sorted(THEIRS)


def test_while_containers_may_run_their_data_stays(desk: Desk, root: Path) -> None:
    desk.system.programs["docker compose down"] = Done(1, b"", b"Cannot connect to the Docker daemon\n")
    assert desk.types(*ALL) == 1
    assert desk.err == "firstlight: docker: Cannot connect to the Docker daemon\n"
    assert there(root) == sorted(OURS + THEIRS)


def test_after_a_power_cut_the_next_run_does_the_rest(desk: Desk, root: Path) -> None:
    count = 0
    for _ in kills(lambda: desk.types(*ALL)):
        count += 1
        assert set(THEIRS) <= set(there(root))
    assert count > 3
    assert there(root) == sorted(THEIRS)


def test_a_home_that_is_a_link_is_left_and_said(desk: Desk, root: Path) -> None:
    home = root / "opt/infrakt"
    home.rename(root / "opt/moved")
    home.symlink_to("moved")
    assert desk.types(*ALL) == 1
    assert desk.err.startswith("firstlight: /opt/infrakt: ")
    assert (root / "opt/moved/.env").exists()


def test_the_applications_key_is_taken_out_first(desk: Desk, root: Path) -> None:
    desk.site(DATA | {"managed": MANAGED})
    desk.disk.write(AUTHORIZED, f"ssh-rsa AAAA joe\nssh-ed25519 BBBB {COMMENT}\n".encode(), 0o600)
    assert desk.types("teardown", given=b"no\n") == 1
    assert "  our line in /root/.ssh/authorized_keys" in desk.seen
    assert COMMENT in (root / "root/.ssh/authorized_keys").read_text()
    desk.system.programs["docker compose down"] = Done(1, b"", b"Cannot connect to the Docker daemon\n")
    assert desk.types("teardown", "--yes") == 1
    assert (root / "root/.ssh/authorized_keys").read_text() == "ssh-rsa AAAA joe\n"
    desk.system.programs["docker compose down"] = Done(0)
    assert desk.types("teardown", "--yes") == 0


def test_traefik_goes_with_its_network(desk: Desk) -> None:
    desk.site(DATA | {"traefik": "/opt/infrakt/traefik"})
    desk.system.programs["docker network rm"] = Done(1, b"", b"error: network infrakt has active endpoints\n")
    assert desk.types("teardown", "--yes") == 0
    assert desk.seen[2] == "  Traefik, for all its routes"
    own, front, network = desk.system.ran("docker")[1:]
    assert own.env["COMPOSE_FILE"] == "/opt/infrakt/docker-compose.prod.yml"
    assert front.env["COMPOSE_FILE"] == "/opt/infrakt/traefik/docker-compose.yml"
    assert network.argv == ("docker", "network", "rm", "infrakt")
