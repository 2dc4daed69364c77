import json
from dataclasses import replace
from pathlib import Path, PurePosixPath

import pytest

from firstlight import paths, site
from firstlight.disk import Disk
from firstlight.errors import Final
from firstlight.system import Done
from firstlight.teardown import UNITS, Teardown
from stand_in.faults import kills
from stand_in.system import StandIn
from test_site import DATA

SITE = site.parse(json.dumps(DATA).encode(), paths.SITE)
OURS = ["opt/infrakt/.env", "opt/infrakt/ssh/key", "var/lib/firstlight/vault-token", "root/.firstlight/token"]
OURS += ["var/lib/firstlight/files/opt/infrakt/.env", "run/firstlight/login/config.json", "run/firstlight/state.json"]
THEIRS = ["etc/firstlight/ghcr-token", "opt/other/file", "root/.bashrc", "elsewhere/file"]


def there(root: Path) -> list[str]:
    return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file() and not path.is_symlink())


def lay(root: Path) -> None:
    for name in OURS + THEIRS:
        Disk(root).write(PurePosixPath("/", name), b"x", 0o600)
    link = root / "opt/infrakt/ssh/link"
    if not link.is_symlink():
        link.symlink_to(root / "elsewhere")


@pytest.fixture
def server(system: StandIn) -> StandIn:
    lay(system.root)
    system.programs = {
        "docker compose --dry-run down": Done(0, b"", b" DRY-RUN MODE -  Container a\x1b[31m  Stopping\n"),
        "docker compose down": Done(0),
        "systemctl": Done(0),
        "df": Done(0, b"Avail IFree\n 20000 900000\n"),
    }
    return system


def down(
    server: StandIn, *, volumes: bool, answer: str = "infrakt.example.com\n", known: site.Site = SITE
) -> list[str]:
    seen: list[str] = []
    assert Teardown(server, Disk(server.root), known, seen.append).act(volumes=volumes, answer=lambda: answer) == 0
    return seen


def test_without_its_volumes_the_data_stays(server: StandIn) -> None:
    seen = down(server, volumes=False)
    assert seen[1] == "  DRY-RUN MODE - Container a [31m Stopping"
    assert "  /opt/infrakt" not in seen
    assert there(server.root) == sorted(set(OURS + THEIRS) - {"run/firstlight/login/config.json"})
    assert server.ran("docker", "compose", "down")[0].argv == ("docker", "compose", "down", "--remove-orphans")
    assert [call.argv[-1] for call in server.ran("systemctl", "disable")] == list(UNITS)


def test_with_its_volumes_nothing_of_ours_is_left(server: StandIn) -> None:
    seen = down(server, volumes=True)
    assert there(server.root) == sorted(THEIRS)
    assert seen[2:6] == ["  /opt/infrakt", "  /root/.firstlight", "  /run/firstlight", "  /var/lib/firstlight"]
    assert seen[-1].startswith("Your own /etc/firstlight/ghcr-token is still there")
    assert server.ran("docker", "compose", "down")[0].argv[-1] == "--volumes"
    assert down(server, volumes=True, known=replace(SITE, token=None))[-1].startswith("Type ")


@pytest.mark.parametrize("answer", ["", "y\n", "example.com\n"])
def test_without_the_domain_nothing_goes(server: StandIn, answer: str) -> None:
    with pytest.raises(Final, match="^nothing was removed$"):
        down(server, volumes=True, answer=answer)
    assert there(server.root) == sorted(OURS + THEIRS)
    assert not server.ran("systemctl")


def test_while_containers_may_run_their_data_stays(server: StandIn) -> None:
    server.programs["docker compose down"] = Done(1, b"", b"Cannot connect to the Docker daemon\n")
    with pytest.raises(Final, match="Cannot connect .*, then firstlight teardown again"):
        down(server, volumes=True)
    assert there(server.root) == sorted(OURS + THEIRS)
    # Docker has been removed before us: then there is nothing that could run, and that is for the operator to say.
    server.programs["docker compose down"] = Done(0)
    server.programs["systemctl daemon-reload"] = Done(1)
    with pytest.raises(Final, match="systemctl: it ended with 1"):
        down(server, volumes=True)


def test_after_a_power_cut_the_next_run_does_the_rest(server: StandIn) -> None:
    count = 0
    for _ in kills(lambda: down(server, volumes=True)):
        count += 1
        assert set(THEIRS) <= set(there(server.root))
    assert count > 3
    assert there(server.root) == sorted(THEIRS)


def test_a_home_that_is_a_link_is_left_and_said(server: StandIn) -> None:
    home = server.root / "opt/infrakt"
    home.rename(server.root / "opt/moved")
    home.symlink_to("moved")
    with pytest.raises(Final, match="^/opt/infrakt: .* symbolic link"):
        down(server, volumes=True)
    assert (server.root / "opt/moved/.env").exists()
