import json
from base64 import b64encode
from pathlib import Path, PurePosixPath

import pytest

from firstlight.disk import BOUND, Disk
from firstlight.errors import Later
from firstlight.http import Request, Response
from firstlight.outdated import outdated
from firstlight.stores import Means
from firstlight.system import Done
from stand_in.docker import NAME, Docker, Image
from stand_in.http import Answers, reply
from test_site import DATA, parse

SITE = parse(DATA)
MANIFEST = "HEAD https://ghcr.io/v2/acme/app/manifests/latest"
LOGIN = PurePosixPath("/run/firstlight/login/config.json")
ONE, TWO = "sha256:" + "1" * 64, "sha256:" + "2" * 64
NOTE = "The registry has another image than the one that runs: an update failed, or nobody asked for it."
PAIR = b64encode(b"_token:a:sample").decode()


@pytest.fixture
def means(tmp_path: Path) -> Means:
    docker = Docker(tmp_path, images={"one": Image()}, remote="one", names={NAME: "one"})
    docker.make()
    docker.programs["docker image inspect"] = Done(0, f"[ghcr.io/acme/app@{ONE}]\n".encode())
    disk = Disk(tmp_path)
    auths = {"auths": {"ghcr.io": {"auth": PAIR}}}
    disk.write(LOGIN, json.dumps(auths).encode(), 0o600)
    return Means(docker, Answers({MANIFEST: reply(200, docker_content_digest=ONE)}), disk)


def answers(means: Means) -> Answers:
    assert isinstance(means.http, Answers)
    return means.http


def test_the_registrys_image_runs(means: Means) -> None:
    assert outdated(means, SITE) == ""


def test_the_registry_has_another_and_is_asked_with_the_login_of_updates(means: Means) -> None:
    def answer(request: Request) -> Response:
        if request.headers.get("Authorization") == f"Basic {PAIR}":
            return reply(200, docker_content_digest=TWO)
        return reply(401, www_authenticate="Basic realm=x")

    answers(means).known = {MANIFEST: answer}
    assert outdated(means, SITE) == NOTE
    means.disk.remove(LOGIN)
    assert outdated(means, SITE) == ""


@pytest.mark.parametrize("answer", [Later("no answer"), reply(404), reply(200)])
def test_no_answer_is_no_news(means: Means, answer: Response | Later) -> None:
    answers(means).known = {MANIFEST: answer}
    assert outdated(means, SITE) == ""


def test_nor_is_an_application_that_is_not_there(means: Means) -> None:
    assert isinstance(means.system, Docker)
    means.system.containers.clear()
    assert outdated(means, SITE) == ""
    means.system.programs["docker ps"] = Done(1)
    assert outdated(means, SITE) == ""


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff",
        b"[]",
        b"null",
        b'"x"',
        b'{"auths": []}',
        b'{"auths": {"ghcr.io": null}}',
        b'{"auths": {"ghcr.io": {"auth": 7}}}',
        b'{"auths": {"ghcr.io": {"auth": "\xc3\xa4"}}}',
        b'{"auths": {"ghcr.io": {"auth": "//8="}}}',
        b"[" * 100_000,
        b"9" * 10_000,
        b" " * (BOUND + 1),
    ],
)
def test_what_the_application_makes_of_its_login_stops_nothing(means: Means, content: bytes) -> None:
    """The file is in its container, and belongs to it."""
    means.disk.write(LOGIN, content, 0o600)
    assert outdated(means, SITE) == ""
    assert "Authorization" not in answers(means).requests[0].headers


def test_nor_does_a_link_in_its_place(means: Means) -> None:
    path = means.system.root / str(LOGIN)[1:]
    path.unlink()
    path.symlink_to("/etc/shadow")
    assert outdated(means, SITE) == ""


def test_a_login_goes_to_its_own_registry_alone(means: Means) -> None:
    """The operator may have changed the image, to one of another registry."""
    seen: list[Request] = []

    def answer(request: Request) -> Response:
        seen.append(request)
        return reply(200) if "Authorization" in request.headers else reply(401, www_authenticate="Basic realm=x")

    answers(means).known = {MANIFEST: answer}
    for host, known in (("ghcr.io", True), ("https://index.docker.io/v1/", False)):
        means.disk.write(LOGIN, json.dumps({"auths": {host: {"auth": PAIR}}}).encode(), 0o600)
        seen.clear()
        assert outdated(means, SITE) == ""
        assert [request.headers.get("Authorization") for request in seen] == [None, f"Basic {PAIR}" if known else None]
