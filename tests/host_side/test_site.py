"""The data file: the samples that all tests use are held against its schema, as the compiler's output is."""

import copy
import json
import re
from pathlib import Path, PurePosixPath
from typing import Any

import jsonschema
import pytest

from firstlight import paths, site
from firstlight.errors import Final
from firstlight.site import Reference
from firstlight.state import STEPS

SCHEMA = json.loads((Path(__file__).parents[2] / "profiles/_host/site.schema.json").read_text())
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)

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
    "token": {"scheme": "file", "where": "/etc/firstlight/ghcr-token", "path": "/etc/firstlight/ghcr-token"},
    "registry": "ghcr.io",
    "registry_user": "_token",
    "updater": "infrakt-updater",
    "traefik": None,
    "repository": {"name": "E4Dev-Solutions/e4dev-infrakt", "branch": "main", "file": "docker-compose.prod.yml"},
    "managed": None,
    "lines": [
        {"label": "Dashboard", "text": "https://infrakt.example.com"},
        {"label": "API key", "file": "/home/infrakt/.infrakt/api_key.txt"},
        {"label": "secret", "variable": "GITHUB_WEBHOOK_SECRET"},
    ],
    "checks": [
        {
            "what": "unsigned is refused",
            "path": "/api/self-update",
            "method": "POST",
            "headers": [{"header": "X-Hub-Signature-256", "text": "sha256=0"}],
            "expected": [400, 401, 403, 422],
        },
        {
            "what": "the API answers its key",
            "path": "/api/servers",
            "method": "GET",
            "headers": [{"header": "X-API-Key", "file": "/home/infrakt/.infrakt/api_key.txt"}],
            "expected": [200],
        },
    ],
    "secrets": {"generate": {"scheme": "generate"}},
}
SMALL = DATA | {"keys": None, "token": None, "updater": None, "repository": None, "lines": [], "checks": []}
MANAGED: dict[str, Any] = {
    "key": "/opt/infrakt/ssh/id_ed25519",
    "seen_as": "/home/infrakt/.ssh/id_ed25519",
    "api_key": "/home/infrakt/.infrakt/api_key.txt",
    "port": 8000,
    "provision": False,
}

FILE = {"scheme": "file", "where": "/etc/firstlight/vault", "path": "/etc/firstlight/vault"}
CREDENTIAL = {"scheme": "credential", "where": "the systemd credential id", "path": "id"}
_VAULT = {
    "scheme": "vault",
    "where": "secret/app/ghcr of Vault at https://vault.example.com",
    "address": "https://vault.example.com",
    "path": "secret/data/app/ghcr",
    "key": "token",
    "first": FILE,
}
_AT = {"where": "it", "region": "eu-central-1"}
REFERENCES: dict[str, dict[str, Any]] = {
    "ssm": {"scheme": "awsssm", "name": "/infrakt/token", **_AT, "where": "/infrakt/token at AWS in eu-central-1"},
    "ssm-flat": {"scheme": "awsssm", "name": "token", **_AT},
    "secretsmanager": {"scheme": "awssecrets", "name": "infrakt/ghcr", **_AT},
    "secretsmanager-key": {"scheme": "awssecrets", "name": "ghcr", "key": "token", **_AT},
    "google": {
        "scheme": "gcpsecrets",
        "where": "the secret token of Google's project my-project",
        "project": "my-project",
        "name": "token",
        "version": "latest",
    },
    "google-7": {"scheme": "gcpsecrets", "where": "it", "project": "my-project", "name": "token", "version": "7"},
    "azure": {
        "scheme": "azurekeyvault",
        "where": "the secret token of Azure's vault my-vault",
        "vault": "my-vault",
        "name": "token",
    },
    "approle": {**_VAULT, "role_id": "app"},
    "approle-credential": {**_VAULT, "role_id": "app", "first": CREDENTIAL},
    "wrapped": _VAULT,
    "embedded": {"scheme": "embedded", "where": "/root/.firstlight/A", "path": "/root/.firstlight/A"},
    "file": FILE,
    "credential": CREDENTIAL,
}
"""One of each kind, and its variants, as the compiler writes them."""


def parse(data: object) -> site.Site:
    return site.parse(json.dumps(data).encode(), paths.SITE)


def reference(given: dict[str, Any]) -> Reference:
    """A reference as it is read from a site that is as the schema says."""
    data = DATA | {"secrets": {"x": given}}
    VALIDATOR.validate(data)
    return parse(data).secrets["x"]


def test_a_whole_site() -> None:
    VALIDATOR.validate(DATA)
    found = parse(DATA)
    assert found.domains[0] == "infrakt.example.com"
    assert (found.home, found.keys) == (PurePosixPath("/opt/infrakt"), PurePosixPath("/opt/infrakt/ssh"))
    assert found.token == Reference("file", "/etc/firstlight/ghcr-token", "/etc/firstlight/ghcr-token")
    assert found.repository == site.Repository("E4Dev-Solutions/e4dev-infrakt", "main", "docker-compose.prod.yml")
    assert found.lines == [
        site.Line("Dashboard", "https://infrakt.example.com"),
        site.Line("API key", file="/home/infrakt/.infrakt/api_key.txt"),
        site.Line("secret", variable="GITHUB_WEBHOOK_SECRET"),
    ]
    signed = site.Header("X-Hub-Signature-256", text="sha256=0")
    assert found.checks[0] == site.Check(
        "unsigned is refused", "/api/self-update", "POST", [signed], [400, 401, 403, 422]
    )
    assert found.checks[1].headers == [site.Header("X-API-Key", file="/home/infrakt/.infrakt/api_key.txt")]
    assert found.secrets == {"generate": Reference("generate")}
    assert found.managed is None
    assert found.steps == ("preflight", "files", "docker", "caddy", "app", "ready")


def test_one_behind_traefik() -> None:
    data = DATA | {"traefik": "/opt/infrakt/traefik"}
    VALIDATOR.validate(data)
    found = parse(data)
    assert found.traefik == PurePosixPath("/opt/infrakt/traefik")
    assert found.steps == tuple(name for name in STEPS if name not in ("caddy", "manage"))
    assert not VALIDATOR.is_valid(DATA | {"traefik": "traefik"})


def test_one_whose_application_manages_the_server() -> None:
    data = DATA | {"managed": MANAGED}
    VALIDATOR.validate(data)
    found = parse(data)
    assert found.managed == site.Managed(
        "/opt/infrakt/ssh/id_ed25519",
        "/home/infrakt/.ssh/id_ed25519",
        "/home/infrakt/.infrakt/api_key.txt",
        8000,
        False,
    )
    assert found.steps == tuple(name for name in STEPS if name != "traefik")
    for wrong in ({"port": 0}, {"port": True}, {"key": "ssh"}, {"provision": None}, {"more": 1}):
        assert not VALIDATOR.is_valid(DATA | {"managed": MANAGED | wrong})
    for name in MANAGED:
        assert not VALIDATOR.is_valid(DATA | {"managed": {key: one for key, one in MANAGED.items() if key != name}})


CASES = sorted((Path(__file__).parents[1] / "cases/site").glob("*/site.json"))


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.parent.name)
def test_what_the_compiler_writes(path: Path) -> None:
    given = json.loads(path.read_text())
    VALIDATOR.validate(given)
    found = parse(given)
    assert (found.name, found.domains) == (given["name"], given["domains"])
    assert {name: reference.scheme for name, reference in found.secrets.items()} == {
        name: reference["scheme"] for name, reference in given["secrets"].items()
    }
    assert (found.token and found.token.where) == (given["token"] and given["token"]["where"])


def test_there_are_such() -> None:
    assert {path.parent.name for path in CASES} > {"defaults", "schemes", "vault"}


def test_a_small_one() -> None:
    VALIDATOR.validate(SMALL)
    found = parse(SMALL)
    assert (found.keys, found.token, found.updater, found.repository) == (None, None, None, None)
    assert (found.lines, found.checks) == ([], [])


@pytest.mark.parametrize("given", REFERENCES.values(), ids=REFERENCES)
def test_references(given: dict[str, Any]) -> None:
    found = reference(given)
    for name, value in given.items():
        assert getattr(found, name) == (reference(value) if name == "first" else value)
    VALIDATOR.validate(DATA | {"token": given})


@pytest.mark.parametrize("data", [b"", b"{", b"\xff", b'"x"', b"[]", b"null", b'{"version": 2}', b'{"version": 1}'])
def test_what_is_not_for_this_program(data: bytes) -> None:
    with pytest.raises(Final) as error:
        site.parse(data, paths.SITE)
    assert str(error.value) == (
        "/etc/firstlight/site.json is not what this firstlight reads: bring the document to this server again"
    )


@pytest.mark.parametrize("key", DATA)
def test_the_schema_wants_everything_and_nothing_else(key: str) -> None:
    assert not VALIDATOR.is_valid({name: value for name, value in DATA.items() if name != key})
    for value in (5, [5], "\x1b", {"x": 5}):
        assert not VALIDATOR.is_valid(DATA | {key: value})
    assert not VALIDATOR.is_valid(DATA | {f"{key}s": None})


@pytest.mark.parametrize(
    ("where", "value"),
    [
        (["name"], "../x"),
        (["domains"], []),
        (["domains", 1], "x.example.com\nEVIL"),
        (["home"], "/opt/../etc"),
        (["home"], "/opt/x/."),
        (["home"], "/opt/x/"),
        (["compose", 0], None),
        (["health"], "health"),
        (["token", "path"], "relative"),
        (["token", "where"], "two\nlines"),
        (["token", "scheme"], "ssh"),
        (["token", "surprise"], 1),
        (["token"], {"scheme": "generate"}),
        (["registry_user"], "a\nb"),
        (["lines", 0, "text"], "\x1b[31m"),
        (["lines", 0, "colour"], "red"),
        (["lines", 0, "file"], "/x"),
        (["lines", 1], {"label": "x"}),
        (["lines", 1, "file"], "relative"),
        (["lines", 2, "variable"], "A-B"),
        (["checks", 0, "expected", 0], True),
        (["checks", 0, "expected", 0], 99),
        (["checks", 0, "method"], "get"),
        (["repository", "name"], "a/b/c"),
        (["secrets", "generate", "path"], "/x"),
        (["version"], 2),
        (["version"], True),
    ],
)
def test_forms(where: list[Any], value: object) -> None:
    data = copy.deepcopy(DATA)
    inner: Any = data
    for key in where[:-1]:
        inner = inner[key]
    inner[where[-1]] = value
    assert not VALIDATOR.is_valid(data)


@pytest.mark.parametrize(
    ("kind", "part", "value"),
    [
        ("file", "path", "/"),
        ("file", "path", "/a/../b"),
        ("file", "path", "/a b"),
        ("credential", "path", "a/b"),
        ("credential", "path", ".."),
        ("ssm", "name", "infrakt/token"),
        ("ssm", "name", "/token"),
        ("ssm", "name", "/a//b"),
        ("ssm", "region", "x/y"),
        ("ssm", "region", None),
        ("ssm", "key", "x"),
        ("secretsmanager", "key", "a/b"),
        ("google", "project", "a/b"),
        ("google", "version", None),
        ("azure", "name", "a?b"),
        ("azure", "vault", ".."),
        ("embedded", "path", "/root/.firstlight/../x"),
        ("embedded", "path", "/root/x"),
        ("approle", "address", "http://v"),
        ("approle", "address", "https://v/x"),
        ("approle", "address", "https://u@v"),
        ("approle", "path", "secret/app"),
        ("approle", "path", "secret/data/../x"),
        ("wrapped", "key", None),
        ("wrapped", "first", None),
        ("wrapped", "first", {"scheme": "generate"}),
    ],
)
def test_forms_of_references(kind: str, part: str, value: object) -> None:
    given = {name: one for name, one in REFERENCES[kind].items() if name != part}
    assert not VALIDATOR.is_valid(DATA | {"token": given | ({} if value is None else {part: value})})


def test_the_compilers_own_schemes_are_known() -> None:
    """Those that it has, with `terraform` and `env` as one."""
    table = (Path(__file__).parents[2] / "src" / "value" / "scheme.rs").read_text()
    theirs = set(re.findall(r'^ {8}name: "([a-z]+)"', table, re.MULTILINE))
    ours = {given["scheme"] for given in REFERENCES.values()}
    assert theirs - {"terraform", "env"} | {"embedded"} == ours
