"""Registries: names of images, challenges, the dance for a token, and Docker's file for the login."""

from __future__ import annotations

import hashlib
import json
import re
from base64 import b64decode, b64encode
from pathlib import PurePosixPath
from unittest import mock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstlight import challenge, image, login
from firstlight.challenge import Challenge
from firstlight.disk import Content, Disk, Owner
from firstlight.errors import Final, Later
from firstlight.http import Request, Response
from firstlight.image import Image
from firstlight.login import Login
from firstlight.registry import digest
from firstlight.secret import Secret
from stand_in.http import Answers, reply
from stand_in.server import say, server
from stand_in.system import StandIn
from stand_in.world import Rerouted

TOKEN = "".join(["a-", "sample-", "token"])
LOGIN = Login("me", Secret(TOKEN.encode()), "/etc/firstlight/ghcr-token")
DIGEST = "sha256:" + "ab" * 32
APP = image.parse("ghcr.io/owner/app:1")
BEARER = 'Bearer realm="https://ghcr.io/token",service="ghcr.io",scope="repository:owner/app:pull"'
MANIFEST = b"{}"


class Registry:
    """As ghcr.io: a token for everybody, but what is private is shown only to a token that a login got."""

    def __init__(self) -> None:
        self.answers = Answers({"HEAD https://": self.manifest, "GET https://": self.manifest})
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
        return Response(200, headers, b"" if request.method == "HEAD" else MANIFEST)


def test_the_dance() -> None:
    registry = Registry()
    assert digest(registry.answers, APP, LOGIN) == DIGEST
    first, token, second = registry.answers.requests
    assert (first.method, first.url) == ("HEAD", "https://ghcr.io/v2/owner/app/manifests/1")
    assert "oci.image.index" in first.headers["Accept"]
    assert "Authorization" not in first.headers
    assert token.url == "https://ghcr.io/token?service=ghcr.io&scope=repository%3Aowner%2Fapp%3Apull"
    assert second.headers["Authorization"] == "Bearer theirs"
    for request in registry.answers.requests:
        assert TOKEN not in request.url + repr(request)


def test_a_public_image_needs_no_login() -> None:
    registry = Registry()
    registry.private = False
    assert digest(registry.answers, APP, None) == DIGEST
    assert "Authorization" not in registry.answers.requests[1].headers


def test_a_registry_that_asks_nobody(system: StandIn) -> None:
    answers = Answers(
        {"HEAD https://r.example.com:5000/v2/a/manifests/latest": reply(200, docker_content_digest=DIGEST)}
    )
    assert digest(answers, image.parse("r.example.com:5000/a"), None) == DIGEST
    assert not system.calls


def test_a_registry_that_wants_the_login_itself() -> None:
    registry = Registry()
    registry.challenge = 'Basic realm="my registry"'
    assert digest(registry.answers, APP, LOGIN) == DIGEST
    assert len(registry.answers.requests) == 2
    with pytest.raises(Final, match="private"):
        digest(registry.answers, APP, None)
    refusing = Answers({"HEAD ": reply(401, www_authenticate=registry.challenge)})
    with pytest.raises(Final, match="does not take the token as the one of me"):
        digest(refusing, APP, LOGIN)


def test_the_digest_is_made_where_the_registry_does_not_say_it() -> None:
    registry = Registry()
    for header in ("", "nonsense", f"{DIGEST}\x1b[31m"):
        registry.header = header
        assert digest(registry.answers, APP, LOGIN) == f"sha256:{hashlib.sha256(MANIFEST).hexdigest()}"


def test_what_is_pinned_is_what_is_there() -> None:
    registry = Registry()
    assert digest(registry.answers, image.parse(f"ghcr.io/owner/app:1@{DIGEST}"), LOGIN) == DIGEST
    assert registry.answers.requests[0].url.endswith(f"/manifests/{DIGEST}")
    with pytest.raises(Final, match="something else at ghcr.io/owner/app@sha256:cd"):
        digest(registry.answers, image.parse(f"ghcr.io/owner/app@sha256:{'cd' * 32}"), LOGIN)


def test_a_token_that_the_registry_does_not_take() -> None:
    """Row 1 of the faults: a fine-grained token, or a wrong one."""
    wrong = Login("me", Secret(b"another-" + TOKEN.encode()), LOGIN.source)
    with pytest.raises(Final) as error:
        digest(Registry().answers, APP, wrong)
    assert str(error.value) == (
        "ghcr.io does not take the token as the one of me (status 403): it may be mistyped, over or revoked; it takes a"
        " classic token with read:packages (GitHub refuses fine-grained ones there): replace"
        " /etc/firstlight/ghcr-token"
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
        assert re.match(
            r"ghcr.io takes the login of me and does not let it read ghcr.io/owner/app:1 ", str(error.value)
        )
        assert "a classic token with read:packages" in str(error.value)
        assert str(error.value).endswith("replace /etc/firstlight/ghcr-token")


def test_a_private_image_without_a_login() -> None:
    with pytest.raises(Final, match=r"^ghcr.io does not let anybody read ghcr.io/owner/app:1 .*the option --token$"):
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
            r"has no ghcr.io/owner/app:1 \(status 404\), or this login may not see it: look at its name",
        ),
        ("HEAD ", 403, Final, "turns this server away .* without asking who it is"),
        ("HEAD ", 405, Final, "refuses ghcr.io/owner/app:1"),
        ("HEAD ", 429, Later, "ghcr.io asks for fewer questions"),
        ("HEAD ", 503, Later, r"ghcr.io has a fault of its own \(status 503\)"),
        ("HEAD ", 307, Final, "sends us elsewhere"),
        ("HEAD ", 401, Final, "does not say how to log in"),
        ("GET https://ghcr.io/token?", 429, Later, "the token service of ghcr.io asks for fewer questions"),
        ("GET https://ghcr.io/token?", 504, Later, "the token service of ghcr.io has a fault of its own"),
        ("GET https://ghcr.io/token?", 401, Final, "does not take the token as the one of me"),
        ("GET https://ghcr.io/token?", 418, Final, "the token service of ghcr.io refuses"),
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
    with pytest.raises(Final, match=r"^docker.io .*revoked; it takes a token that may pull: replace"):
        digest(answers, image.parse("caddy"), LOGIN)
    assert answers.requests[0].url == "https://registry-1.docker.io/v2/library/caddy/manifests/latest"


@pytest.mark.parametrize(
    "body",
    [b"[]", b"{}", b'{"token": ""}', b'{"token": 1.5}', b'{"token": "a\\nb"}', b'{"access_token": "\\u202e"}'],
)
def test_a_token_service_that_gives_no_token(body: bytes) -> None:
    registry = Registry()
    registry.answers.known["GET https://ghcr.io/token?"] = reply(200, body)
    with pytest.raises(Final, match="the token service of ghcr.io answers with"):
        digest(registry.answers, APP, LOGIN)


def test_the_other_name_of_a_token() -> None:
    registry = Registry()
    registry.answers.known["GET https://ghcr.io/token?"] = reply(200, b'{"access_token": "theirs"}')
    assert digest(registry.answers, APP, LOGIN) == DIGEST


def test_real_connections() -> None:
    with server(say(b"HTTP/1.1 429 \xff\r\nRetry-After: 880\xc2\xb5s\r\n\r\n")) as (port, heard):
        with pytest.raises(Later, match="fewer questions"):
            digest(Rerouted(port), APP, LOGIN)
        assert heard[0].startswith(b"HEAD /v2/owner/app/manifests/1 HTTP/1.1\r\n")
        assert b"\r\nHost: ghcr.io\r\n" in heard[0]
    # Row 5: a connection that hangs.
    with server(say(*[b"H"] * 20, pause=0.05)) as (port, _), pytest.raises(Later, match="did not answer"):
        digest(Rerouted(port, most=0.3), APP, LOGIN)


@pytest.mark.parametrize(
    ("header", "found"),
    [
        ('Bearer realm="https://a/t"', Challenge("https://a/t")),
        ('bearer realm="https://a/t", service="x y", scope="z"', Challenge("https://a/t", "x y", "z")),
        ("Bearer service=x , realm = https://a/t?b=c", Challenge("https://a/t?b=c", "x")),
        (r'Bearer realm="https://a/t",service="a\"b,c"', Challenge("https://a/t", 'a"b,c')),
        ('Basic realm="r", Bearer realm="https://a/t"', Challenge("https://a/t")),
        ('Negotiate abc==, Basic realm="r"', Challenge(None)),
    ],
)
def test_challenges(header: str, found: Challenge) -> None:
    assert challenge.parse(header, "it") == found


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Digest realm=x",
        "Bearer",
        'Bearer realm="http://a/t"',
        'Bearer realm="https://u:p@a/t"',
        'Bearer realm="https://a/t#x"',
        'Bearer realm="https://a/\r\nX: y"',
        'Bearer realm="https://a/\u202e"',
        'Bearer realm="file:///etc/passwd"',
        "Bearer realm=" + "https://a/" * 1000,
    ],
)
def test_challenges_that_are_not_followed(header: str) -> None:
    with pytest.raises(Final, match="is this a registry"):
        challenge.parse(header, "it")


@given(st.text())
def test_any_header(text: str) -> None:
    for header in (text, f"Bearer {text}", f'Bearer realm="https://a/t",service="{text}",scope={text}'):
        try:
            url = challenge.parse(header, "it").url("repository:a:pull")
        except Final:
            continue
        assert re.fullmatch(r"(https://a/t|None)[\x21-\x7e]*", url)


@pytest.mark.parametrize("filler", ["a", "a=", '"', '\\"', "a ", ",", " ", 'a="'])
def test_long_headers_are_read_in_time(filler: str) -> None:
    with pytest.raises(Final):
        challenge.parse("Digest " + filler * 100_000, "it")


def test_an_address_that_has_a_query_already() -> None:
    assert Challenge("https://a/t?x=y").url("s") == "https://a/t?x=y&scope=s"


@pytest.mark.parametrize(
    ("text", "found", "shown"),
    [
        ("caddy", Image("docker.io", "library/caddy", "latest"), "docker.io/library/caddy:latest"),
        ("owner/app:1", Image("docker.io", "owner/app", "1"), "docker.io/owner/app:1"),
        ("index.docker.io/caddy", Image("docker.io", "library/caddy", "latest"), "docker.io/library/caddy:latest"),
        ("ghcr.io/a/b/c:v1", Image("ghcr.io", "a/b/c", "v1"), "ghcr.io/a/b/c:v1"),
        ("localhost/a", Image("localhost", "a", "latest"), "localhost/a:latest"),
        ("r:5000/a_b/c-d.e__f", Image("r:5000", "a_b/c-d.e__f", "latest"), "r:5000/a_b/c-d.e__f:latest"),
        (f"ghcr.io/a/b:1@{DIGEST}", Image("ghcr.io", "a/b", DIGEST), f"ghcr.io/a/b@{DIGEST}"),
    ],
)
def test_names_of_images(text: str, found: Image, shown: str) -> None:
    assert image.parse(text) == found
    assert str(found) == shown
    assert image.parse(shown) == found


@pytest.mark.parametrize(
    "text",
    [
        *("", "A/b", "ghcr.io/Owner/app", "a:", "a:-x", "a@", "a@sha256:x", "a//b", "/a", "a/", "a..b", "a b", "a\n"),
        *("https://a/b", "a?b", "ghcr.io/a/../b", "-r.io/a", "a" * 2000, "a@sha256:" + "AB" * 32, "ghcr.io/", "r:x/a"),
    ],
)
def test_what_is_no_name_of_an_image(text: str) -> None:
    with pytest.raises(Final):
        image.parse(text)


def test_dockers_file(system: StandIn) -> None:
    disk = Disk(system.root)
    login.write(disk, "ghcr.io", LOGIN)
    content = disk.read(PurePosixPath("/run/firstlight/login/config.json"))
    assert content
    assert content.mode == 0o600
    given = json.loads(content.data)
    assert list(given) == ["auths"]
    assert b64decode(given["auths"]["ghcr.io"]["auth"]) == f"me:{TOKEN}".encode()
    path = system.root / "run/firstlight/login/config.json"
    inode = path.stat().st_ino
    login.write(disk, "ghcr.io", LOGIN)
    assert path.stat().st_ino == inode
    path.chmod(0o644)
    login.write(disk, "ghcr.io", LOGIN)
    assert path.stat().st_mode & 0o777 == 0o600
    login.write(disk, "docker.io", LOGIN)
    assert list(json.loads(path.read_bytes())["auths"]) == ["https://index.docker.io/v1/"]
    login.remove(disk)
    login.remove(disk)
    assert not path.exists()


def test_whom_dockers_file_was_given_to_keeps_it(system: StandIn) -> None:
    disk, application = Disk(system.root), Owner(1001, 1002)
    login.write(disk, "ghcr.io", LOGIN)
    with (
        mock.patch.object(Disk, "read", return_value=Content(b"the old one", 0o600, application)),
        mock.patch.object(Disk, "write") as write,
    ):
        login.write(disk, "ghcr.io", LOGIN)
    assert write.call_args.args[2:] == (0o600, application)


@pytest.mark.parametrize("value", ["two\nlines", "a b", "\x1b[31m", "\u202e", "x" * 10_000])
def test_what_can_be_no_token(system: StandIn, value: str) -> None:
    wrong = Login("me", Secret(value.encode()), "/etc/firstlight/ghcr-token")
    with pytest.raises(Final, match=r"^what /etc/firstlight/ghcr-token holds is no token, which is one line") as error:
        login.write(Disk(system.root), "ghcr.io", wrong)
    assert value not in str(error.value)
    assert not (system.root / "run").exists()
    with pytest.raises(Final, match="is no token"):
        digest(Registry().answers, APP, wrong)
