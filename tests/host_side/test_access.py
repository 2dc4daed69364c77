"""From a reference in the site's data to the file that Docker reads, and to a line of `.env`."""

import json
from functools import partial
from pathlib import Path, PurePosixPath

import pytest

from firstlight import paths, stores
from firstlight import reference as r
from firstlight.access import gain
from firstlight.disk import Disk, Owner
from firstlight.errors import Final, Later
from firstlight.files import Files
from firstlight.site import Site, parse
from firstlight.stores.means import Means
from firstlight.stores.place import place
from stand_in.http import Answers, reply
from stand_in.system import StandIn
from stand_in.world import World

TOKEN = "-".join(["a", "sample", "token"])
APP = "ghcr.io/owner/app:1"


@pytest.fixture
def site() -> Site:
    given = {
        "version": 1,
        "name": "app",
        "domains": ["site.example.com"],
        "any_certificate": False,
        "health": "/",
        "home": "/opt/app",
        "service": "app",
        "compose": ["/opt/app/compose.yaml"],
        "token": "file:///etc/firstlight/token",
        "registry": "ghcr.io",
        "registry_user": "me",
        "self_update": False,
        "status": [],
        "verify": [],
    }
    return parse(json.dumps(given).encode(), paths.SITE)


def test_a_login_is_tried_out_before_docker_has_it(system: StandIn, site: Site) -> None:
    disk, answers = Disk(system.root), Answers({"HEAD https://ghcr.io/v2/owner/app/manifests/1": reply(404)})
    means = Means(system, answers, disk)
    with pytest.raises(Later, match="/etc/firstlight/token is not there"):
        gain(means, site, [APP])
    disk.write(PurePosixPath("/etc/firstlight/token"), f"{TOKEN}\r\n".encode(), 0o600)
    with pytest.raises(Final, match="has no ghcr.io/owner/app:1"):
        gain(means, site, [APP, "caddy:2"])
    assert disk.read(paths.LOGIN / "config.json") is None
    answers.known["HEAD https://ghcr.io/"] = reply(200, docker_content_digest="sha256:" + "0" * 64)
    gain(means, site, ["ghcr.io/owner/app:2", "caddy:2"])
    content = disk.read(paths.LOGIN / "config.json")
    assert content
    assert content.mode == 0o600
    assert list(json.loads(content.data)["auths"]) == ["ghcr.io"]
    assert all("docker.io" not in request.url for request in answers.requests)


def test_holes_of_env_are_filled_from_stores(system: StandIn, tmp_path: Path) -> None:
    world = World()
    disk = Disk(system.root)
    files = Files(disk, partial(stores.resolve, means=Means(system, world, disk)), Owner(*own(tmp_path)))
    env = PurePosixPath("/opt/app/.env")
    disk.write(paths.STAGED / "opt/app/.env", b"A=@awssecrets://x?region=eu-central-1@\nB=@generate@\n", 0o600)
    with pytest.raises(Later, match="has no x"):
        files.place(env)
    world.hold(awssecrets="x=one\ntwo")
    with pytest.raises(Final, match="has several lines") as error:
        files.place(env)
    assert "one" not in str(error.value)
    assert disk.read(env) is None
    world.hold(awssecrets=f"x={TOKEN}\n")
    assert files.place(env) == ""
    content = disk.read(env)
    assert content
    assert content.data.startswith(f"A={TOKEN}\nB=".encode())


def own(path: Path) -> tuple[int, int]:
    return path.stat().st_uid, path.stat().st_gid


@pytest.mark.parametrize(
    ("reference", "words"),
    [
        ("file:///a/b", "/a/b"),
        ("env://A", "/root/.firstlight/A"),
        ("credential://a", "the systemd credential a"),
        ("awsssm://a?region=b", "a at AWS in b"),
        ("awssecrets://a?region=b#c", "a at AWS in b"),
        ("gcpsecrets://a/b", "the secret b of Google's project a"),
        ("azurekeyvault://a/b", "the secret b of Azure's vault a"),
        ("vault://a/b?address=https://v&wrapped=file:///w#k", "a/b of Vault at https://v"),
        ("generate", "what is made on this server"),
    ],
)
def test_where_a_secret_is(reference: str, words: str) -> None:
    assert place(r.parse(reference)) == words
