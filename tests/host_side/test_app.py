import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from firstlight import paths, site
from firstlight.app import App
from firstlight.disk import Disk, Owner
from firstlight.errors import Final, Later
from firstlight.state import Is
from firstlight.steps import Run
from firstlight.system import Done
from stand_in.docker import NAME, Docker, Image
from stand_in.faults import kills
from stand_in.system import Call, breaking
from test_site import DATA

SITE = replace(site.parse(json.dumps(DATA).encode(), paths.SITE), repository=None)
GOOD = Image(has_check=True)
BAD = {
    "that cannot be started": Image(starts=False),
    "that crashes at once": Image(crashes=0),
    "that crashes after 1 s": Image(crashes=1),
    "that crashes after 5 s": Image(crashes=5),
    "that crashes after 30 s": Image(crashes=30),
    "whose health check fails": Image(has_check=True, well=False),
}


def no_login() -> None:
    """Nobody has to log in."""


def act(docker: Docker, app: App | None = None) -> str:
    whole = app or App(Disk(docker.root), SITE, no_login)
    return whole.act(Run("app", docker, lambda *_: None, lambda: 0.0))


def remembered(docker: Docker) -> str:
    content = Disk(docker.root).read(paths.GOOD)
    return content.data.decode().strip() if content else ""


def first(root: Path, **images: Image) -> Docker:
    """A server where the image `one` is up and well."""
    docker = Docker(root, {"one": GOOD, **images}, "one")
    assert act(docker) == ""
    return docker


def test_a_first_start(tmp_path: Path) -> None:
    docker = first(tmp_path)
    assert (docker.image, remembered(docker)) == ("one", "one")
    assert docker.ran("docker", "compose", "up")[0].env == {
        "COMPOSE_FILE": "/opt/infrakt/docker-compose.prod.yml",
        "DOCKER_CONFIG": "/run/firstlight/login",
    }
    assert act(docker) == ""
    assert docker.number == 1  # what is up stays up


def test_a_new_image_that_is_well_stays(tmp_path: Path) -> None:
    docker = first(tmp_path, two=GOOD, three=Image())
    for image in ("two", "three"):
        docker.update(image)
        assert act(docker) == ""
        assert (docker.image, remembered(docker)) == (image, image)


@pytest.mark.parametrize("kind", BAD)
def test_a_new_image_is_taken_back(tmp_path: Path, kind: str) -> None:
    docker = first(tmp_path, two=BAD[kind])
    docker.update("two")
    began = docker.passed
    try:
        note = act(docker)
    except Final as error:
        note = str(error)
    assert note.startswith("the new image was not well; back to the last one")
    assert (docker.image, docker.names[NAME], remembered(docker)) == ("one", "one", "one")
    assert docker.passed - began < 120
    assert act(docker) == ""


@pytest.mark.parametrize("kind", BAD)
def test_no_failure_on_the_way_skips_the_way_back(tmp_path: Path, kind: str) -> None:
    def nope() -> None:
        raise Final("401: the registry refuses the token")

    def later() -> None:
        raise Later("its name does not resolve")

    for number, app in enumerate([{"login": nope}, {"login": later}, {"login": no_login, "fetch": nope}]):
        (tmp_path / str(number)).mkdir()
        docker = first(tmp_path / str(number), two=BAD[kind])
        docker.update("two")
        with pytest.raises(Final, match=r"back to the last one; but it could not be renewed: "):
            act(docker, App(Disk(docker.root), SITE, **app))
        assert (docker.image, remembered(docker)) == ("one", "one")


@pytest.mark.parametrize("kind", BAD)
def test_nor_does_a_fault_of_any_program(tmp_path: Path, kind: str) -> None:
    (tmp_path / "whole").mkdir()
    docker = first(tmp_path / "whole", two=BAD[kind])
    docker.update("two")
    began = len(docker.calls)
    try:
        act(docker)
    except Final:
        assert kind == "that cannot be started"
    for at in range(len(docker.calls) - began):
        (tmp_path / str(at)).mkdir()
        broken = first(tmp_path / str(at), two=BAD[kind])
        broken.update("two")
        breaking(broken, at)
        try:
            act(broken)
        except Final:
            act(broken)  # the next run; there is always one
        assert broken.image == "one"
        assert remembered(broken) == "one"


def test_nor_does_a_power_cut_at_any_write(tmp_path: Path) -> None:
    docker = Docker(tmp_path, {"one": GOOD}, "one")
    for _ in kills(lambda: act(docker)):
        assert remembered(docker) in ("", "one")
        act(Docker(tmp_path, {"one": GOOD}, "one"))
        (tmp_path / "var/lib/firstlight/good").unlink()


def test_a_first_image_that_is_not_well_is_said(tmp_path: Path) -> None:
    docker = Docker(tmp_path, {"one": BAD["whose health check fails"]}, "one")
    with pytest.raises(Final, match="^infrakt does not get well: docker compose -f .* logs infrakt$"):
        act(docker)
    assert remembered(docker) == ""
    docker = Docker(tmp_path, {"one": BAD["that cannot be started"]}, "one")
    with pytest.raises(Final, match="^starting infrakt: docker: .*exec format error$"):
        act(docker)


def test_the_last_good_image_that_got_ill_too(tmp_path: Path) -> None:
    docker = first(tmp_path, two=BAD["that crashes at once"])
    docker.images["one"] = BAD["whose health check fails"]
    with pytest.raises(Final, match="does not get well"):
        act(docker)
    docker.update("two")
    with pytest.raises(Final, match="the last one is not any more either"):
        act(docker)


def test_without_a_token_a_first_start_ends_with_the_reason(tmp_path: Path) -> None:
    def nope() -> None:
        raise Final("401: the registry refuses the token")

    docker = Docker(tmp_path, {"one": GOOD}, "one")
    with pytest.raises(Final, match="^401"):
        act(docker, App(Disk(tmp_path), SITE, nope))
    assert not docker.ran("docker", "compose", "up")
    # The site is up already: an old token takes it down at no boot.
    docker = first(tmp_path)
    with pytest.raises(Final, match="^the application is up; but it could not be renewed: 401"):
        act(docker, App(Disk(tmp_path), SITE, nope))
    assert docker.image == "one"


def test_an_image_that_is_public_needs_no_login(tmp_path: Path) -> None:
    def nope() -> None:
        pytest.fail("nobody logs in")

    login = tmp_path / "run/firstlight/login/config.json"
    login.parent.mkdir(parents=True)
    login.write_text("{}")
    docker = Docker(tmp_path, {"one": GOOD}, "one")
    assert act(docker, App(Disk(tmp_path), replace(SITE, token=None), nope)) == ""
    assert not login.exists()


def test_an_update_from_within_is_waited_for(tmp_path: Path) -> None:
    docker = first(tmp_path)
    docker.updating = docker.passed + 100
    docker.calls.clear()
    act(docker)
    assert docker.ran("docker", "ps")[0].argv[-1] == "name=^infrakt-updater$"
    assert docker.passed >= docker.updating
    docker.updating = docker.passed + 10_000
    with pytest.raises(Final, match="the container infrakt-updater is at work"):
        act(docker)
    docker.calls.clear()
    act(docker, App(Disk(tmp_path), replace(SITE, updater=None), no_login))
    assert not docker.ran("docker", "ps")


def test_a_pull_that_fails_for_a_while(tmp_path: Path) -> None:
    docker = Docker(tmp_path, {"one": GOOD}, "one")
    docker.pulls = Done(1, b"", b"TLS handshake timeout\n")
    docker.on_sleep = lambda _: setattr(docker, "pulls", Done(0)) if docker.passed > 1300 else None
    assert act(docker) == ""
    assert docker.image == "one"


def test_the_owner_is_the_containers_own_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[tuple[str, Owner]] = []
    monkeypatch.setattr(Disk, "give", lambda _self, path, owner: given.append((str(path), owner)))
    docker = Docker(tmp_path, {"one": GOOD}, "one")
    act(docker)
    assert given == []  # no process, no owner; and nothing stops for it
    (tmp_path / "proc/4711").mkdir(parents=True)
    act(docker)
    us = Owner(os.getuid(), os.getgid())
    assert given == [("/opt/infrakt/ssh", us), ("/run/firstlight/login", us)]


def test_what_is_not_needed_for_serving_stops_nothing(tmp_path: Path) -> None:
    docker = Docker(tmp_path, {"one": GOOD}, "one")
    (tmp_path / "proc/4711").mkdir(parents=True)
    (tmp_path / "opt/infrakt").mkdir(parents=True)
    (tmp_path / "opt/infrakt/ssh").write_text("no folder")
    said: list[str] = []

    def say(name: str, state: Is, message: str = "") -> None:
        assert name == "app"
        said.append(f"{state.value} {message}")

    assert App(Disk(tmp_path), SITE, no_login).act(Run("app", docker, say)) == ""
    assert [line for line in said if "/opt/infrakt/ssh leads through" in line]


def test_a_container_that_cannot_be_made_has_its_name_from_the_files(tmp_path: Path) -> None:
    docker = first(tmp_path, two=BAD["that cannot be started"])
    docker.programs["docker compose config --images"] = Done(0)
    docker.update("two")
    with pytest.raises(Final, match="going back to the last image: docker compose names no image"):
        act(docker)


def test_compose_says_nothing_of_what_is_not_there(tmp_path: Path) -> None:
    docker = Docker(tmp_path, {"one": GOOD}, "one")

    def gone(call: Call) -> Done:
        return Done(1, b"", f"no such object: {call.argv[-1]}".encode())

    docker.programs["docker inspect"] = gone
    with pytest.raises(Final, match="does not get well"):
        act(docker)
