"""Secret stores on the network, against stand-ins that check every signature, token and login."""

from __future__ import annotations

import errno
import json
import re
from pathlib import Path, PurePosixPath

import pytest

from firstlight import paths, stores
from firstlight.disk import Disk
from firstlight.errors import Final, Later
from firstlight.http import BODY, Http, Response
from firstlight.stores import Means
from stand_in.faults import faults, kills
from stand_in.http import Answers, reply
from stand_in.server import say, server
from stand_in.system import StandIn
from stand_in.world import Rerouted, World, on_loopback
from test_site import REFERENCES
from test_site import reference as read

SAMPLE = "-".join(["a", "sample", "value"])
FIRST = PurePosixPath("/etc/firstlight/vault")
STORES = {
    "ssm": {"awsssm": f"/infrakt/token={SAMPLE}"},
    "ssm-flat": {"awsssm": f"token={SAMPLE}"},
    "secretsmanager": {"awssecrets": f"infrakt/ghcr={SAMPLE}"},
    "secretsmanager-key": {"awssecrets": f'ghcr={{"token": "{SAMPLE}"}}'},
    "google": {"gcpsecrets": f"my-project/token@latest={SAMPLE}"},
    "google-7": {"gcpsecrets": f"my-project/token@7={SAMPLE}"},
    "azure": {"azurekeyvault": f"token={SAMPLE}"},
    "approle": {"vault": f'secret/data/app/ghcr={{"token": "{SAMPLE}"}}'},
    "wrapped": {"vault": f'secret/data/app/ghcr={{"token": "{SAMPLE}"}}'},
}
"""What each store holds; the references are those of `test_site`."""


@pytest.fixture
def world() -> World:
    return World()


def means(system: StandIn, http: Http) -> Means:
    return Means(system, http, Disk(system.root))


def prepare(system: StandIn, world: World, reference: str) -> None:
    """The store holds it, and the operator has brought the first credential."""
    world.hold(**STORES[reference])
    first = next(iter(world.stores.wrapped)) if reference == "wrapped" else world.stores.secret_id
    Disk(system.root).write(FIRST, f"{first}\n".encode(), 0o600)


def fetch(reference: str, given: Means) -> str:
    return stores.resolve(read(REFERENCES[reference]), given).reveal().decode()


@pytest.mark.parametrize("reference", STORES)
def test_a_secret_is_fetched(system: StandIn, world: World, reference: str) -> None:
    prepare(system, world, reference)
    assert fetch(reference, means(system, world)) == SAMPLE
    assert system.calls == []
    for request in world.requests:
        assert not any(secret in request.url for secret in [SAMPLE, *world.secrets()])
        assert not any(secret in repr(request) for secret in [SAMPLE, *world.secrets()])
        assert request.url.startswith(("https://", "http://169.254.169.254/", "http://metadata.google.internal/"))


def test_over_real_connections(system: StandIn, world: World, tmp_path: Path) -> None:
    with on_loopback(world, tmp_path) as network:
        for reference in STORES:
            prepare(system, world, reference)
            assert fetch(reference, means(system, network)) == SAMPLE
        world.stores.keys["SecretAccessKey"] = SAMPLE
        assert fetch(next(iter(STORES)), means(system, network)) == SAMPLE


@pytest.mark.parametrize(
    ("reference", "what"),
    [
        ("ssm", r"AWS refuses /infrakt/token at AWS in eu-central-1 \(status 400, NotFound\): is it there"),
        ("secretsmanager-key", r"status 400, NotFound"),
        (
            "google",
            r"Google refuses us \(status 404\): create and enable the secret token of Google's project my-project",
        ),
        ("azure", r"Azure refuses us \(status 404\): create and enable the secret token of Azure's vault my-vault"),
    ],
)
def test_what_may_still_be_created_is_waited_for(system: StandIn, world: World, reference: str, what: str) -> None:
    with pytest.raises(Later, match=what):
        fetch(reference, means(system, world))


AWS, GOOGLE, AZURE, APPROLE, WRAPPED = "ssm", "google", "azure", "approle", "wrapped"


def aws_error(name: str, status: int = 400) -> Response:
    return reply(status, json.dumps({"__type": f"com.amazonaws.ssm#{name}", "message": SAMPLE}).encode())


@pytest.mark.parametrize(
    ("reference", "number", "answer", "kind", "what"),
    [
        (AWS, 0, reply(403), Later, r"AWS's metadata refuses us \(status 403\): .* and use version 2"),
        (AWS, 1, reply(404), Later, "give this server an instance profile"),
        (
            AWS,
            2,
            reply(200, b'{"Code": "AssumeRoleUnauthorizedAccess"}'),
            Later,
            "no keys for the role firstlight: does",
        ),
        (AWS, 2, reply(200, b'{"Code": "Success"}'), Final, "AWS answers without a text at AccessKeyId"),
        (
            AWS,
            3,
            aws_error("AccessDeniedException"),
            Later,
            "may the role firstlight do ssm:GetParameter and use its key",
        ),
        (AWS, 3, aws_error("ThrottlingException"), Later, "status 400, Throttling"),
        (AWS, 3, aws_error("ExpiredTokenException"), Later, r"status 400, Expired.*is the clock right,"),
        (AWS, 3, aws_error("ValidationException"), Final, r"refuses /infrakt/token .*\(status 400, for good\)"),
        (AWS, 3, reply(400, b"<html>"), Final, r"\(status 400, for good\)"),
        (AWS, 3, reply(200, b'{"Parameter": {"Value": ""}}'), Final, "/infrakt/token at AWS in eu-central-1 is empty"),
        (
            GOOGLE,
            0,
            reply(404),
            Later,
            r"Google's metadata refuses us \(status 404\): give this server a service account",
        ),
        (GOOGLE, 1, reply(403), Later, r"Google refuses us \(status 403\): .*Secret Manager Secret Accessor"),
        (GOOGLE, 1, reply(200, b'{"payload": {"data": "not in base64"}}'), Final, "not in base64"),
        (GOOGLE, 1, reply(200, b'{"payload": {"data": "\\u00e4"}}'), Final, "not in base64"),
        (GOOGLE, 1, reply(200, b'{"payload": {"data": "YW5k!"}}'), Final, "not in base64"),
        (GOOGLE, 1, reply(200, b'{"payload": {"data": "AP8="}}'), Final, "not UTF-8"),
        (AZURE, 0, reply(400), Later, "give this server one managed identity"),
        (AZURE, 0, reply(410), Later, "Azure's metadata refuses us"),
        (AZURE, 1, reply(403), Later, "the role Key Vault Secrets User"),
        (
            APPROLE,
            0,
            reply(400),
            Final,
            r"does not know the role id app .*bring a new first credential: /etc/firstlight/vault$",
        ),
        (
            APPROLE,
            1,
            reply(403),
            Final,
            r"Vault refuses us \(status 403\): put secret/app/ghcr of Vault at .* in the policy",
        ),
        (APPROLE, 1, reply(404), Final, r"\(status 404\): put secret/app/ghcr .* in a store of version 2"),
        (APPROLE, 1, reply(412), Later, r"Vault cannot answer now \(status 412\)"),
        (APPROLE, 1, reply(503), Later, r"Vault cannot answer now \(status 503\)"),
        (WRAPPED, 0, reply(400), Final, "if not by you, revoke what was in it, then bring a new first credential"),
    ],
)
def test_refusals_are_told_apart(
    system: StandIn,
    world: World,
    reference: str,
    number: int,
    answer: Response,
    kind: type[Exception],
    what: str,
) -> None:
    prepare(system, world, reference)
    world.instead[number] = answer
    with pytest.raises(kind, match=what) as error:
        fetch(reference, means(system, world))
    told(error.value, [SAMPLE, *world.secrets()])


def told(error: BaseException, hidden: list[str]) -> None:
    """A message is one plain line, with nothing in it that must not be seen; nor has it a cause that says more."""
    message = str(error)
    assert re.fullmatch(r"[\x20-\x7e…]{10,500}", message), message
    assert not [secret for secret in hidden if secret in message]
    seen: BaseException | None = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    assert seen is None or not [secret for secret in hidden if secret in f"{seen!r}"]


ODD = f'a"b\n{SAMPLE}\x1b[31m\u202e'
HOSTILE = {
    "nothing": b"",
    "no JSON": b"<html>\x1b[31m hello</html>",
    "cut": b'{"Parameter": {"Val',
    "a list": b"[]",
    "a null": b"null",
    "numbers": b'{"Parameter": 1, "access_token": 1.5, "auth": true, "token": [1], "Code": {}}',
    "texts": b'{"Parameter": "x", "payload": "x", "access_token": "", "auth": "x", "value": null, "data": "x"}',
    "deep": b"[" * 200_000,
    "a huge number": b"9" * 100_000,
    "not UTF-8": b'{"Parameter": {"Value": "\xff"}}',
    "halves": json.dumps(
        {
            "Parameter": {"Value": "\ud800"},
            "SecretString": "\ud800",
            "Code": "\ud800",
            "value": "\ud800",
            "access_token": "\ud800",
            "payload": {"data": "\ud800"},
            "auth": {"client_token": "\ud800"},
            "data": {"data": {"token": "\ud800"}},
        }
    ).encode(),
    "lines in tokens": json.dumps(
        {
            "Code": "Success",
            "AccessKeyId": ODD,
            "SecretAccessKey": ODD,
            "Token": ODD,
            "access_token": ODD,
            "auth": {"client_token": ODD},
        }
    ).encode(),
}


@pytest.mark.parametrize("reference", STORES)
@pytest.mark.parametrize("status", [200, 302, 400, 404, 500])
def test_hostile_answers(tmp_path: Path, reference: str, status: int) -> None:
    """Each answer in place of each of a store's: never a value that is not text, never anything but the two errors."""
    count = 0
    for name, body in HOSTILE.items():
        for number in range(4):
            world, system = World(), StandIn(tmp_path / f"{name}-{number}")
            system.root.mkdir()
            prepare(system, world, reference)
            world.instead[number] = Response(status, {}, body)
            try:
                value = fetch(reference, means(system, world))
            except (Final, Later) as error:
                told(error, [SAMPLE, *world.secrets()])
                count += 1
            else:
                assert len(world.requests) <= number or status == 200, "a refusal was taken for an answer"
                assert value == SAMPLE or value.encode()
    assert count >= 2 * len(HOSTILE) - 2


@pytest.mark.parametrize("reference", STORES)
def test_what_is_sent_back_is_not_shown(system: StandIn, world: World, reference: str) -> None:
    """Servers repeat the request in their errors; tokens of letters alone look like an error's code."""
    prepare(system, world, reference)
    echo = "Sesame" + "Open"
    Disk(system.root).write(FIRST, echo.encode(), 0o600)
    known = world.stores
    known.keys["Token"] = known.imds_session = known.bearer = known.vault_token = known.secret_id = echo
    known.wrapped.add(echo)
    body = json.dumps({"__type": echo, "error": {"status": echo, "code": echo}, "errors": [echo]}).encode()
    last = 3 if "region" in REFERENCES[reference] else 1
    world.instead[last] = reply(400, body)
    with pytest.raises((Final, Later)) as error:
        fetch(reference, means(system, world))
    assert echo not in str(error.value)
    assert "status 400" in str(error.value)


@pytest.mark.parametrize("reference", STORES)
@pytest.mark.parametrize(
    ("pieces", "pause", "kind", "what"),
    [
        ([b"HTTP/1.1 200 OK\r\n\r\n" + b" " * (10 * BODY)], 0.0, Final, "more than 1048576 bytes"),
        ([b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n", *[b"{"] * 30], 0.05, Later, "TimeoutError"),
        (
            [b"HTTP/1.1 429 No\r\nRetry-After: 880\xb5s\r\nContent-Length: 0\r\n\r\n"],
            0.0,
            Later,
            r"cannot answer now \(status 429\)",
        ),
        ([b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1/\r\nContent-Length: 0\r\n\r\n"], 0.0, Final, "elsewhere"),
        ([b"\x1b[2J\r\n\r\n"], 0.0, Later, "BadStatusLine"),
    ],
)
def test_broken_servers(
    system: StandIn,
    world: World,
    reference: str,
    pieces: list[bytes],
    pause: float,
    kind: type[Exception],
    what: str,
) -> None:
    prepare(system, world, reference)
    with server(say(*pieces, pause=pause)) as (port, _), pytest.raises(kind, match=what) as error:
        fetch(reference, means(system, Rerouted(port, most=0.3)))
    told(error.value, [SAMPLE, *world.secrets()])


@pytest.mark.parametrize(("reference", "host"), [(AWS, "169.254"), (GOOGLE, "metadata.google"), (AZURE, "169.254")])
def test_a_server_of_somebody_else(system: StandIn, reference: str, host: str) -> None:
    with pytest.raises(Later, match=host):
        fetch(reference, means(system, Answers()))


def test_values_are_taken_as_they_are(system: StandIn, world: World) -> None:
    odd = "$(x) `y` \"'\\ {{z}} %s \u00e4\u2028"
    for reference in (AWS, GOOGLE, AZURE):
        store, pair = next(iter(STORES[reference].items()))
        world.hold(**{store: f"{pair.partition('=')[0]}={odd}\n"})
        assert fetch(reference, means(system, world)) == odd
    world.hold(awssecrets='ghcr={"token": 123, "flag": true, "none": null, "list": []}')
    assert fetch("secretsmanager-key", means(system, world)) == "123"
    for key in ("flag", "none", "list", "absent"):
        wanted = read(REFERENCES["secretsmanager-key"] | {"key": key})
        with pytest.raises(Final, match=f"it answers without a text at {key}"):
            stores.resolve(wanted, means(system, world))


def test_the_chinese_regions(system: StandIn, world: World) -> None:
    with pytest.raises(KeyError, match=r"ssm\.cn-north-1\.amazonaws\.com\.cn"):
        stores.resolve(read(REFERENCES["ssm"] | {"region": "cn-north-1"}), means(system, world))


def test_the_secret_id_can_be_any_text(system: StandIn, world: World) -> None:
    prepare(system, world, APPROLE)
    world.stores.secret_id = odd = '"},{\\ \u00e4 \u2028'
    Disk(system.root).write(FIRST, odd.encode(), 0o600)
    assert fetch(APPROLE, means(system, world)) == SAMPLE
    Disk(system.root).remove(FIRST)
    with pytest.raises(Later, match="/etc/firstlight/vault is not there"):
        fetch(APPROLE, means(system, world))
    with pytest.raises(Final, match="credential id is not there"):
        fetch("approle-credential", means(system, world))
    Disk(system.root).write(PurePosixPath("/run/credentials/u/id"), b"wrong", 0o600)
    with_credentials = Means(system, world, Disk(system.root), PurePosixPath("/run/credentials/u"))
    with pytest.raises(Final, match="bring a new first credential: the systemd credential id"):
        fetch("approle-credential", with_credentials)


def kept(system: StandIn) -> bytes:
    content = Disk(system.root).read(paths.VAULT_TOKEN)
    assert content
    assert content.mode == 0o600
    return content.data


def test_a_wrapped_token_is_unwrapped_once(system: StandIn, world: World) -> None:
    given = means(system, world)
    with pytest.raises(Later, match="vault is not there"):
        fetch(WRAPPED, given)
    prepare(system, world, WRAPPED)
    assert fetch(WRAPPED, given) == SAMPLE
    assert world.stores.vault_token.encode() in kept(system)
    assert not world.stores.wrapped
    assert fetch(WRAPPED, given) == SAMPLE
    # The used one need not lie around.
    given.disk.remove(FIRST)
    assert fetch(WRAPPED, given) == SAMPLE
    # What was kept is over; a new one is taken.
    world.stores.vault_token = SAMPLE[::-1]
    with pytest.raises(Final, match=r"bring a new first credential: /etc/firstlight/vault"):
        fetch(WRAPPED, given)
    given.disk.write(FIRST, b"used-already\n", 0o600)
    before = kept(system)
    with pytest.raises(Final, match="if not by you, revoke what was in it"):
        fetch(WRAPPED, given)
    assert kept(system) == before
    world.stores.wrapped.add(again := "another-one")
    given.disk.write(FIRST, again.encode(), 0o600)
    assert fetch(WRAPPED, given) == SAMPLE


def test_a_token_that_todays_host_side_keeps_is_taken(system: StandIn, world: World) -> None:
    prepare(system, world, WRAPPED)
    world.stores.wrapped.clear()
    Disk(system.root).write(paths.VAULT_TOKEN, world.stores.vault_token.encode(), 0o600)
    assert fetch(WRAPPED, means(system, world)) == SAMPLE


def test_a_wrapped_token_is_one_line(system: StandIn, world: World) -> None:
    Disk(system.root).write(FIRST, f"{SAMPLE}\n{SAMPLE}".encode(), 0o600)
    with pytest.raises(Final, match="a header cannot hold"):
        fetch(WRAPPED, means(system, world))
    assert not world.requests


def test_a_full_disk_is_noticed_before_a_token_is_used_up(system: StandIn, world: World) -> None:
    prepare(system, world, WRAPPED)
    given, raised = means(system, world), []
    one = faults(lambda: fetch(WRAPPED, given), errno.ENOSPC)
    raised.append(next(one))
    assert "No space left" in str(raised[0])
    assert not world.requests
    assert world.stores.wrapped


def test_a_power_cut_while_a_token_is_kept(system: StandIn, world: World) -> None:
    """Vault gives it once, so until it is kept it goes with the power. There is never half of it."""

    prepare(system, world, WRAPPED)
    outcomes = set()
    for _ in kills(lambda: fetch(WRAPPED, means(system, world))):
        content = Disk(system.root).read(paths.VAULT_TOKEN)
        outcomes.add(content.data.strip() != b"" if content else None)
        (system.root / str(paths.VAULT_TOKEN).lstrip("/")).unlink(missing_ok=True)
    assert outcomes == {None, False, True}
