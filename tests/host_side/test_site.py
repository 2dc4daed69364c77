import contextlib
import copy
import json
from pathlib import PurePosixPath
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstlight import paths, site
from firstlight.errors import Final
from firstlight.reference import File, Nothing

DATA: dict[str, Any] = {
    "version": 1,
    "name": "infrakt",
    "domains": ["infrakt.example.com", "www.infrakt.example.com"],
    "any_certificate": False,
    "health": "/api/health",
    "home": "/opt/infrakt",
    "keys": "/opt/infrakt/ssh",
    "service": "infrakt",
    "compose": ["/opt/infrakt/docker-compose.prod.yml"],
    "token": "file:///etc/firstlight/ghcr-token",
    "registry": "ghcr.io",
    "registry_user": "_token",
    "self_update": True,
    "updater": "infrakt-updater",
    "repository": {"name": "E4Dev-Solutions/e4dev-infrakt", "branch": "main", "file": "docker-compose.prod.yml"},
    "status": [
        {"label": "Dashboard", "text": "https://infrakt.example.com"},
        {"label": "API key", "file": "/home/infrakt/.infrakt/api_key.txt"},
        {"label": "secret", "variable": "GITHUB_WEBHOOK_SECRET"},
    ],
    "verify": [
        {"what": "unsigned is refused", "path": "/api/self-update", "method": "POST", "expected": [400, 401, 403, 422]}
    ],
}


def parse(data: object) -> site.Site:
    return site.parse(json.dumps(data).encode(), paths.SITE)


def test_a_whole_site() -> None:
    found = parse(DATA)
    assert found.domains[0] == "infrakt.example.com"
    assert found.keys == PurePosixPath("/opt/infrakt/ssh")
    assert found.token == File(PurePosixPath("/etc/firstlight/ghcr-token"))
    assert found.repository == site.Repository("E4Dev-Solutions/e4dev-infrakt", "main", "docker-compose.prod.yml")
    assert found.lines == (
        site.Text("Dashboard", "https://infrakt.example.com"),
        site.FileShown("API key", PurePosixPath("/home/infrakt/.infrakt/api_key.txt")),
        site.VariableShown("secret", "GITHUB_WEBHOOK_SECRET"),
    )
    assert found.checks == (site.Check("unsigned is refused", "/api/self-update", "POST", (400, 401, 403, 422)),)


def test_a_small_one() -> None:
    small = DATA | {"keys": None, "updater": None, "token": "none", "status": [], "verify": []}
    del small["repository"]
    found = parse(small)
    assert (found.keys, found.updater, found.repository, found.lines, found.checks) == (None, None, None, (), ())
    assert found.token == Nothing()


@pytest.mark.parametrize(
    ("where", "value", "what"),
    [
        (["name"], "../x", "name is not of its form"),
        (["name"], 5, "name is not of its form"),
        (["domains"], [], "domains is empty"),
        (["domains"], "x.example.com", "domains is no list"),
        (["domains", 1], "x.example.com\nEVIL", "domains[1] is not of its form"),
        (["any_certificate"], "yes", "any_certificate is neither true nor false"),
        (["home"], "/opt/../etc", "home is not of its form"),
        (["home"], "/opt/x/.", "home is not of its form"),
        (["home"], "/opt/x/", "home is not of its form"),
        (["compose", 0], None, "compose[0] is missing"),
        (["health"], "health", "health is not of its form"),
        (["token"], "nope", "token is wrong: this is no reference"),
        (["token"], 7, "token is wrong: this is no reference"),
        (["registry_user"], "a\nb", "registry_user is not of its form"),
        (["status", 0, "text"], "\x1b[31m", "status[0].text is not of its form"),
        (["status", 0, "colour"], "red", "status[0] has the unknown key colour"),
        (["status", 1], "x", "status[1].label is missing"),
        (["status", 1, "file"], "relative", "status[1].file is not of its form"),
        (["status", 2, "variable"], "A-B", "status[2].variable is not of its form"),
        (["verify", 0, "expected", 0], True, "verify[0].expected[0] is no status"),
        (["verify", 0, "expected", 0], "200", "verify[0].expected[0] is no status"),
        (["verify", 0, "expected", 0], 99, "verify[0].expected[0] is no status"),
        (["verify", 0, "method"], "get", "verify[0].method is not of its form"),
        (["repository"], [], "repository.name is missing"),
        (["repository", "name"], "a/b/c", "repository.name is not of its form"),
        (["surprise\x1b"], 1, "the whole has the unknown key surprise"),
        (["version"], 2, "version is not 1"),
        (["version"], True, "version is not 1"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(where: list[Any], value: object, what: str) -> None:
    data = copy.deepcopy(DATA)
    inner: Any = data
    for key in where[:-1]:
        inner = inner[key]
    inner[where[-1]] = value
    with pytest.raises(Final) as error:
        parse(data)
    assert what in str(error.value)
    assert str(error.value).startswith("/etc/firstlight/site.json: ")
    assert "\n" not in str(error.value)
    assert "\x1b" not in str(error.value)


def test_all_of_it_is_said_at_once() -> None:
    with pytest.raises(Final) as error:
        parse({"version": 1})
    for key in DATA:
        assert key in ("version", "keys", "updater", "repository") or key in str(error.value)


@pytest.mark.parametrize("data", [b"", b"{", b"\xff", b"[" * 100_000, b'"x"', b"[]", b"null"])
def test_what_is_no_data_file(data: bytes) -> None:
    with pytest.raises(Final, match="is not JSON|is no object"):
        site.parse(data, paths.SITE)


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
)


@given(st.sampled_from(sorted(DATA)), JSON)
def test_any_value_is_read_or_refused(key: str, value: object) -> None:
    # Anything but `Final` fails the test.
    with contextlib.suppress(Final):
        assert parse(DATA | {key: value}).domains
