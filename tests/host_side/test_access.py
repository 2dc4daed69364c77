"""From a reference in the site's data to the file that Docker reads, and to a line of `.env`."""

import json
from base64 import b64decode
from pathlib import PurePosixPath
from unittest import mock

import pytest

from firstlight import paths, stores
from firstlight.access import gain
from firstlight.disk import Content, Disk, Owner
from firstlight.errors import Final, Later
from firstlight.files import place_all
from firstlight.site import Site
from firstlight.stores import Means
from stand_in.http import Answers, reply
from stand_in.system import StandIn
from stand_in.world import World
from test_site import REFERENCES, SMALL, parse, reference

TOKEN = "-".join(["a", "sample", "token"])
APP = "ghcr.io/owner/app:1"


TOKEN_FILE = {"scheme": "file", "where": "/etc/firstlight/token", "path": "/etc/firstlight/token"}


@pytest.fixture
def site() -> Site:
    return parse(SMALL | {"token": TOKEN_FILE, "registry_user": "me"})


def test_a_login_is_tried_out_before_docker_has_it(system: StandIn, site: Site) -> None:
    disk, answers = Disk(system.root), Answers({"HEAD https://ghcr.io/v2/owner/app/manifests/1": reply(404)})
    means = Means(system, answers, disk)
    with pytest.raises(Later, match="/etc/firstlight/token is not there"):
        gain(means, site, [APP])
    disk.write(PurePosixPath("/etc/firstlight/token"), f"{TOKEN}\r\n".encode(), 0o600)
    with pytest.raises(Final, match="ghcr.io has no owner/app:1"):
        gain(means, site, [APP, "caddy:2"])
    assert disk.read(paths.LOGIN / "config.json") is None
    answers.known["HEAD https://ghcr.io/"] = reply(200, docker_content_digest="sha256:" + "0" * 64)
    gain(means, site, ["ghcr.io/owner/app:2", "caddy:2"])
    content = disk.read(paths.LOGIN / "config.json")
    assert content
    assert content.mode == 0o600
    assert list(json.loads(content.data)["auths"]) == ["ghcr.io"]
    assert all("docker.io" not in request.url for request in answers.requests)


def test_dockers_file(system: StandIn) -> None:
    disk = Disk(system.root)
    means = Means(system, Answers(), disk)
    disk.write(PurePosixPath("/etc/firstlight/token"), TOKEN.encode(), 0o600)
    path = system.root / "run/firstlight/login/config.json"
    for registry, name in [("ghcr.io", "ghcr.io"), ("docker.io", "https://index.docker.io/v1/")]:
        known = parse(SMALL | {"token": TOKEN_FILE, "registry_user": "me", "registry": registry})
        gain(means, known, [])
        given = json.loads(path.read_bytes())
        assert b64decode(given["auths"][name]["auth"]) == f"me:{TOKEN}".encode()
        assert (list(given), list(given["auths"]), path.stat().st_mode & 0o777) == (["auths"], [name], 0o600)
        inode = path.stat().st_ino
        gain(means, known, [])
        assert path.stat().st_ino == inode


def test_whom_dockers_file_was_given_to_keeps_it(system: StandIn, site: Site) -> None:
    disk, application = Disk(system.root), Owner(1001, 1002)
    there = [Content(TOKEN.encode(), 0o600, application), Content(b"the old one", 0o600, application)]
    with (
        mock.patch.object(Disk, "read", side_effect=there),
        mock.patch.object(Disk, "make_private"),
        mock.patch.object(Disk, "write") as write,
    ):
        gain(Means(system, Answers(), disk), site, [])
    assert write.call_args.args[2:] == (0o600, application)


def test_the_folder_that_docker_made_is_closed(system: StandIn) -> None:
    """For a container with that mount, which it starts at boot before we are there."""
    folder = system.root / "run/firstlight/login"
    folder.mkdir(parents=True, mode=0o755)
    disk = Disk(system.root)
    disk.write(PurePosixPath("/etc/firstlight/token"), TOKEN.encode(), 0o600)
    gain(Means(system, Answers(), disk), parse(SMALL | {"token": TOKEN_FILE, "registry_user": "me"}), [])
    assert folder.stat().st_mode & 0o777 == 0o700


def test_a_public_image_needs_no_login_and_a_private_one_is_told(system: StandIn) -> None:
    answers = Answers({"HEAD https://ghcr.io/v2/owner/app/manifests/1": reply(200)})
    means = Means(system, answers, Disk(system.root))
    gain(means, parse(SMALL), [APP])
    answers.known = {"HEAD https://ghcr.io/": reply(403)}
    with pytest.raises(Final, match="ghcr.io shows nobody owner/app:1 .* with the option --token"):
        gain(means, parse(SMALL), [APP])
    assert not (system.root / "run").exists()


def test_holes_of_env_are_filled_from_stores(system: StandIn) -> None:
    world = World()
    disk = Disk(system.root)
    known = {"awssecrets://x": reference(REFERENCES["secretsmanager"] | {"name": "x", "where": "the secret x"})}
    known["generate"] = reference({"scheme": "generate"})
    means = Means(system, world, disk)

    def place() -> str:
        return place_all(disk, lambda hole: stores.resolve(known[hole], means))

    env = PurePosixPath("/opt/app/.env")
    disk.write(paths.STAGED / "opt/app/.env", b"A=@awssecrets://x@\nB=@generate@\n", 0o600)
    with pytest.raises(Later, match="refuses the secret x .*NotFound"):
        place()
    world.hold(awssecrets="x=one\ntwo")
    with pytest.raises(Final, match="has several lines or") as error:
        place()
    assert "one" not in str(error.value)
    assert disk.read(env) is None
    world.hold(awssecrets=f"x={TOKEN}\n")
    assert place() == ""
    content = disk.read(env)
    assert content
    assert content.data.startswith(f"A={TOKEN}\nB=".encode())
