from pathlib import Path

import pytest

from firstlight.disk import Disk
from firstlight.errors import Absent, Final, Later
from firstlight.http import Response
from firstlight.repository import fetch
from firstlight.site import Repository
from firstlight.stores import Means
from stand_in.http import Answers, reply
from stand_in.system import StandIn
from test_site import DATA, parse

URL = "https://api.github.com/repos/Acme/app/contents/compose.yaml?ref=main"
SAMPLE = "-".join(["a", "sample", "value"])
SITE = parse(DATA)._replace(
    repository=Repository("Acme/app", "main", "compose.yaml"), compose=["/opt/app/compose.yaml"]
)


def get(root: Path, answer: Response | Later) -> Answers:
    (root / "etc/firstlight").mkdir(parents=True, exist_ok=True)
    (root / "etc/firstlight/ghcr-token").write_text(SAMPLE)
    http = Answers({f"GET {URL}": answer})
    fetch(Means(StandIn(root), http, Disk(root)), SITE)
    return http


def test_where_nothing_is_to_be_fetched(tmp_path: Path) -> None:
    means = Means(StandIn(tmp_path), Answers(), Disk(tmp_path))
    fetch(means, SITE._replace(repository=None))
    with pytest.raises(Absent, match="copy it to this server"):
        fetch(means, SITE)


def test_the_file_is_fetched_with_the_token(tmp_path: Path) -> None:
    http = get(tmp_path, reply(200, b"services: {}\n"))
    assert http.requests[0].headers["Authorization"] == f"Bearer {SAMPLE}"
    there = tmp_path / "opt/app/compose.yaml"
    assert there.read_bytes() == b"services: {}\n"
    assert there.stat().st_mode & 0o777 == 0o644
    inode = there.stat().st_ino
    get(tmp_path, reply(200, b"services: {}\n"))
    assert there.stat().st_ino == inode
    get(tmp_path, reply(200, b"services: {a: }\n"))
    assert there.read_bytes() == b"services: {a: }\n"


@pytest.mark.parametrize(
    ("answer", "kind", "what"),
    [
        (reply(404), Final, r"does not show us compose.yaml of Acme/app at main \(status 404\): .* the scope repo\?$"),
        (reply(401), Final, r"\(status 401\)"),
        (reply(403), Later, r"\(status 403\)"),
        (reply(429), Later, "GitHub cannot answer now"),
        (reply(200, b" \n"), Later, r"\(status 200\)"),
        (reply(302), Final, "GitHub sends us elsewhere"),
        (Later("its name does not resolve"), Later, "does not resolve"),
    ],
)
def test_what_stands_in_the_way(tmp_path: Path, answer: Response | Later, kind: type[Exception], what: str) -> None:
    with pytest.raises(kind, match=what) as error:
        get(tmp_path, answer)
    assert SAMPLE not in str(error.value)
    assert not (tmp_path / "opt").exists()
