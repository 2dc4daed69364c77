"""Registries: names of images, challenges, and the dance for a token."""

from __future__ import annotations

import contextlib
import json
import re
from base64 import b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstlight.errors import Final, Later
from firstlight.http import Http, Request, Response
from firstlight.registry import Image, Login, digest, parse
from firstlight.secret import Secret
from stand_in.http import Answers, reply
from stand_in.server import say, server
from stand_in.world import Rerouted

TOKEN = "".join(["a-", "sample-", "token"])
LOGIN = Login("me", Secret(TOKEN.encode()), "/etc/firstlight/ghcr-token")
DIGEST = "sha256:" + "ab" * 32
APP = parse("ghcr.io/owner/app:1")
BEARER = 'Bearer realm="https://ghcr.io/token",service="ghcr.io",scope="repository:owner/app:pull"'


class Registry:
    """As ghcr.io: a token for everybody, but what is private is shown only to a token that a login got."""

    def __init__(self) -> None:
        self.answers = Answers({"HEAD https://": self.manifest})
        self.answers.known["GET https://ghcr.io/token?"] = self.token
        self.challenge, self.header, self.private = BEARER, DIGEST, True

    def token(self, request: Request) -> Response:
        given = request.headers.get("Authorization")
        right = f"Basic {b64encode(f'me:{TOKEN}'.encode()).decode()}"
        if given not in (None, right):
            return reply(403, b'{"errors":[{"code":"DENIED","message":"denied"}]}')
        return reply(200, json.dumps({"token": "theirs" if given else "anybodys"}).encode())

    def manifest(self, request: Request) -> Response:
        given = request.headers.get("Authorization", "")
        if not given:
            return reply(401, www_authenticate=self.challenge)
        if self.private and given == "Bearer anybodys":
            return reply(401, www_authenticate=self.challenge)
        headers = {"docker-content-digest": self.header} if self.header else {}
        return Response(200, headers, b"")


def test_the_dance() -> None:
    registry = Registry()
    assert digest(registry.answers, APP, LOGIN) == DIGEST
    first, token, second = registry.answers.requests
    assert (first.method, first.url) == ("HEAD", "https://ghcr.io/v2/owner/app/manifests/1")
    assert "oci.image.index" in first.headers["Accept"]
    assert "Authorization" not in first.headers
    assert token.url == "https://ghcr.io/token?scope=repository%3Aowner%2Fapp%3Apull&service=ghcr.io"
    assert second.headers["Authorization"] == "Bearer theirs"
    for request in registry.answers.requests:
        assert TOKEN not in request.url + repr(request)


def test_a_public_image_needs_no_login() -> None:
    registry = Registry()
    registry.private = False
    assert digest(registry.answers, APP, None) == DIGEST
    assert "Authorization" not in registry.answers.requests[1].headers


def test_a_registry_that_asks_nobody() -> None:
    answers = Answers(
        {"HEAD https://r.example.com:5000/v2/a/manifests/latest": reply(200, docker_content_digest=DIGEST)}
    )
    assert digest(answers, parse("r.example.com:5000/a"), None) == DIGEST


def test_a_registry_that_wants_the_login_itself() -> None:
    registry = Registry()
    registry.challenge = 'Basic realm="my registry"'
    assert digest(registry.answers, APP, LOGIN) == DIGEST
    assert len(registry.answers.requests) == 2
    registry.answers.known["HEAD https://"] = reply(401, www_authenticate=registry.challenge)
    with pytest.raises(Final, match="private"):
        digest(registry.answers, APP, None)
    refusing = Answers({"HEAD ": reply(401, www_authenticate=registry.challenge)})
    with pytest.raises(Final, match="does not take our token for me"):
        digest(refusing, APP, LOGIN)


def test_a_registry_that_does_not_say_the_digest() -> None:
    registry = Registry()
    registry.header = ""
    assert digest(registry.answers, APP, LOGIN) == ""


def test_a_pinned_image_is_asked_for_by_its_digest() -> None:
    registry = Registry()
    assert digest(registry.answers, parse(f"ghcr.io/owner/app:1@{DIGEST}"), LOGIN) == DIGEST
    assert registry.answers.requests[0].url.endswith(f"/manifests/{DIGEST}")


def test_a_token_that_the_registry_does_not_take() -> None:
    """Row 1 of the faults: a fine-grained token, or a wrong one."""
    wrong = Login("me", Secret(b"another-" + TOKEN.encode()), LOGIN.where)
    with pytest.raises(Final) as error:
        digest(Registry().answers, APP, wrong)
    assert str(error.value) == (
        "ghcr.io does not take our token for me (status 403): replace /etc/firstlight/ghcr-token by a classic token"
        " with read:packages (GitHub refuses fine-grained ones there)"
    )


def test_a_login_that_may_not_read_the_image() -> None:
    """Row 2: the login works, the pull is denied."""
    registry = Registry()
    for status in (401, 403):
        refused = reply(status, www_authenticate=BEARER)

        def refuse(request: Request, refused: Response = refused) -> Response:
            return refused if "Authorization" in request.headers else registry.manifest(request)

        registry.answers.known["HEAD https://"] = refuse
        with pytest.raises(Final) as error:
            digest(registry.answers, APP, LOGIN)
        assert str(error.value) == (
            f"ghcr.io does not let me read owner/app:1 (status {status}): replace /etc/firstlight/ghcr-token by a"
            " classic token with read:packages (GitHub refuses fine-grained ones there)"
        )


def test_a_private_image_without_a_login() -> None:
    with pytest.raises(Final, match=r"^ghcr.io shows nobody owner/app:1 .*the option --token$"):
        digest(Registry().answers, APP, None)
    registry = Registry()
    registry.answers.known["GET https://ghcr.io/token?"] = reply(403)
    with pytest.raises(Final, match="the option --token$"):
        digest(registry.answers, APP, None)


@pytest.mark.parametrize(
    ("place", "status", "kind", "what"),
    [
        (
            "HEAD ",
            404,
            Final,
            r"has no owner/app:1 \(status 404\), or does not show it to us: look at its name and tag",
        ),
        ("HEAD ", 405, Final, r"has no owner/app:1 \(status 405\)"),
        ("HEAD ", 403, Final, r"does not let me read owner/app:1 \(status 403\)"),
        ("HEAD ", 429, Later, r"ghcr.io cannot answer now \(status 429\)"),
        ("HEAD ", 503, Later, r"ghcr.io cannot answer now \(status 503\)"),
        ("HEAD ", 307, Final, "sends us elsewhere"),
        ("HEAD ", 401, Final, "does not take our token"),
        ("GET https://ghcr.io/token?", 429, Later, "the token service of ghcr.io cannot answer now"),
        ("GET https://ghcr.io/token?", 504, Later, "the token service of ghcr.io cannot answer now"),
        ("GET https://ghcr.io/token?", 401, Final, "does not take our token for me"),
        ("GET https://ghcr.io/token?", 404, Final, "does not take our token for me"),
        ("GET https://ghcr.io/token?", 200, Later, "does not answer with JSON"),
    ],
)
def test_other_refusals(place: str, status: int, kind: type[Exception], what: str) -> None:
    registry = Registry()
    del registry.answers.known["HEAD https://"]
    registry.answers.known["HEAD "] = registry.manifest
    # Rows 3 and 4: a silly Retry-After is not even read; the orchestrator waits at least a second.
    registry.answers.known[place] = reply(status, b"\x1b[31m" + TOKEN.encode(), retry_after="880\u00b5s")
    with pytest.raises(kind, match=what) as error:
        digest(registry.answers, APP, LOGIN)
    assert re.fullmatch(r"[\x20-\x7e]{10,400}", str(error.value))
    assert TOKEN not in str(error.value)


def test_other_registries_are_told_in_general_words() -> None:
    answers = Answers({"HEAD ": reply(401, www_authenticate='Bearer realm="https://auth.docker.io/token"')})
    answers.known["GET https://auth.docker.io/token?scope=repository%3Alibrary%2Fcaddy%3Apull"] = reply(401)
    with pytest.raises(Final, match=r"^docker.io .*by a token that may pull$"):
        digest(answers, parse("caddy"), LOGIN)
    assert answers.requests[0].url == "https://registry-1.docker.io/v2/library/caddy/manifests/latest"


@pytest.mark.parametrize("body", [b"[]", b"{}", b'{"token": 1.5}', b'{"token": null, "access_token": []}'])
def test_a_token_service_that_gives_no_token(body: bytes) -> None:
    registry = Registry()
    registry.answers.known["GET https://ghcr.io/token?"] = reply(200, body)
    with pytest.raises(Final, match="the token service of ghcr.io answers without a text at access_token"):
        digest(registry.answers, APP, LOGIN)


@pytest.mark.parametrize("body", [b'{"token": "a\\nb"}', b'{"access_token": "\\u202e"}'])
def test_a_token_that_no_header_can_hold(body: bytes) -> None:
    registry = Registry()
    registry.answers.known["GET https://ghcr.io/token?"] = reply(200, body)
    with pytest.raises(Final, match="a header cannot hold"):
        digest(registry.answers, APP, LOGIN)


def test_the_other_name_of_a_token() -> None:
    registry = Registry()
    registry.answers.known["GET https://ghcr.io/token?"] = reply(200, b'{"access_token": "theirs"}')
    assert digest(registry.answers, APP, LOGIN) == DIGEST


def test_real_connections() -> None:
    with server(say(b"HTTP/1.1 429 \xff\r\nRetry-After: 880\xc2\xb5s\r\n\r\n")) as (port, heard):
        with pytest.raises(Later, match="status 429"):
            digest(Rerouted(port), APP, LOGIN)
        assert heard[0].startswith(b"HEAD /v2/owner/app/manifests/1 HTTP/1.1\r\n")
        assert b"\r\nHost: ghcr.io\r\n" in heard[0]
    # Row 5: a connection that hangs.
    with server(say(*[b"H"] * 20, pause=0.05)) as (port, _), pytest.raises(Later, match="TimeoutError"):
        digest(Rerouted(port, most=0.3), APP, LOGIN)


OURS = "scope=repository%3Aowner%2Fapp%3Apull"


@pytest.mark.parametrize(
    ("header", "asked"),
    [
        ('Bearer realm="https://a/t"', f"https://a/t?{OURS}"),
        ('bearer realm="https://a/t", service="x y", scope="z"', "https://a/t?scope=z&service=x+y"),
        ('Bearer service="x",realm="https://a/t?b=c"', f"https://a/t?b=c&{OURS}&service=x"),
        ('Basic realm="r", Bearer realm="https://a/t"', f"https://a/t?{OURS}"),
        ('Bearer realm="https://a/t", Basic realm="https://b/"', f"https://a/t?{OURS}"),
        ('Bearer realm="https://a/t",service="\x1b&x=#\u202e"', f"https://a/t?{OURS}&service=%1B%26x%3D%23%E2%80%AE"),
    ],
)
def test_challenges(header: str, asked: str) -> None:
    registry = Registry()
    registry.challenge = header
    registry.answers.known["GET https://a/t"] = registry.token
    assert digest(registry.answers, APP, LOGIN) == DIGEST
    assert registry.answers.requests[1].url == asked


@pytest.mark.parametrize("challenge", ["Bearer ", 'Bearer realm="http://a/t"', 'Bearer realm="file:///etc/passwd"'])
def test_challenges_that_are_not_followed(challenge: str) -> None:
    registry = Registry()
    registry.challenge = challenge
    with pytest.raises(Final, match="names no https:// address for its tokens: is it a registry"):
        digest(registry.answers, APP, LOGIN)


@pytest.mark.parametrize("realm", ["https://u:p@a/t", "https://a/\r\nX: y", "https://a/\u202e", "https://[a"])
def test_addresses_that_the_network_refuses(realm: str) -> None:
    """Nothing is sent, and the login is in no message."""
    registry = Registry()
    registry.challenge = f'Bearer realm="{realm}"'
    registry.answers.known["GET "] = lambda request: Http().send(request)
    with pytest.raises(Final, match="this address cannot be asked") as error:
        digest(registry.answers, APP, LOGIN)
    assert TOKEN not in str(error.value)


@given(st.text())
def test_any_header(text: str) -> None:
    for header in (text, f"Bearer {text}", f'Bearer realm="https://a/t",service="{text}",scope={text}'):
        registry = Registry()
        registry.challenge = header
        registry.answers.known["GET "] = registry.token
        with contextlib.suppress(Final):
            digest(registry.answers, APP, LOGIN)


@pytest.mark.parametrize("filler", ["a", "a=", '"', '\\"', "a ", ",", " ", 'a="', 'realm="', "Bearer "])
def test_long_headers_are_read_in_time(filler: str) -> None:
    registry = Registry()
    registry.challenge = "Bearer " + filler * 100_000
    with pytest.raises(Final):
        digest(registry.answers, APP, LOGIN)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("caddy", Image("docker.io", "library/caddy", "latest")),
        ("caddy:2", Image("docker.io", "library/caddy", "2")),
        ("docker.io/caddy", Image("docker.io", "library/caddy", "latest")),
        ("owner/app:1", Image("docker.io", "owner/app", "1")),
        ("ghcr.io/a/b/c:v1", Image("ghcr.io", "a/b/c", "v1")),
        ("localhost/a", Image("localhost", "a", "latest")),
        ("r:5000/a_b/c-d.e__f", Image("r:5000", "a_b/c-d.e__f", "latest")),
        (f"ghcr.io/a/b:1@{DIGEST}", Image("ghcr.io", "a/b", DIGEST)),
        (f"ghcr.io/a/b@{DIGEST}", Image("ghcr.io", "a/b", DIGEST)),
    ],
)
def test_names_of_images(text: str, found: Image) -> None:
    assert parse(text) == found


@given(st.text())
def test_any_name_of_an_image(text: str) -> None:
    """What is no name is for the registry to refuse; nothing of it steers a terminal."""
    for name in (text, f"ghcr.io/{text}"):
        found = parse(name)
        assert found.version.isprintable()
        assert found.name.isprintable()
