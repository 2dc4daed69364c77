"""Secrets that lie on this server: files, systemd's credentials, what came with the document."""

import errno
import os
import stat
import sys
from pathlib import Path, PurePosixPath
from unittest import mock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstlight import stores
from firstlight.disk import Disk
from firstlight.errors import Final, Later
from firstlight.site import Reference
from firstlight.stores import Means, clean
from firstlight.system import Done
from stand_in.faults import faults
from stand_in.http import Answers
from stand_in.system import StandIn
from test_site import CREDENTIAL, REFERENCES, reference

TOKEN = PurePosixPath("/etc/firstlight/token")
FILE = reference({"scheme": "file", "where": str(TOKEN), "path": str(TOKEN)})
SAMPLE = b"-".join([b"a", b"sample", b"value"])


@pytest.fixture
def means(system: StandIn) -> Means:
    return Means(system, Answers(), Disk(system.root), PurePosixPath("/run/credentials/unit"))


def put(means: Means, path: str, data: bytes, mode: int = 0o600) -> Path:
    there = means.system.root / path.lstrip("/")
    there.parent.mkdir(parents=True, exist_ok=True)
    there.write_bytes(data)
    there.chmod(mode)
    return there


def test_a_file_is_waited_for_by_its_name(means: Means) -> None:
    with pytest.raises(Later, match=r"^/etc/firstlight/token is not there, or empty: copy it to this server$"):
        stores.resolve(FILE, means)
    for nothing in (b"", b"\n", b"\r\n\r\n"):
        put(means, str(TOKEN), nothing)
        with pytest.raises(Later, match="token is not there, or empty"):
            stores.resolve(FILE, means)


@pytest.mark.parametrize(
    "data", [SAMPLE, SAMPLE + b"\n", SAMPLE + b"\r\n", b"\xef\xbb\xbf" + SAMPLE + b"\r\n\r\n", b"\n" + SAMPLE]
)
def test_ends_of_lines_around_it_are_not_part_of_it(means: Means, data: bytes) -> None:
    put(means, str(TOKEN), data)
    assert stores.resolve(FILE, means).reveal() == SAMPLE


@pytest.mark.parametrize("data", [SAMPLE.decode().encode("utf-16"), b"a\0b", b"\xff\xfe\xff", b"\xef\xbb\xbf"])
def test_what_is_no_text_is_refused(means: Means, data: bytes) -> None:
    put(means, str(TOKEN), data)
    with pytest.raises(Final, match="token is empty, or not UTF-8"):
        stores.resolve(FILE, means)


@given(st.binary(max_size=60))
def test_nothing_within_it_is_changed(data: bytes) -> None:
    text = data.replace(b"\0", b"").decode("utf-8", "ignore").encode()
    middle = b"<" + text + b">"
    for before in (b"", b"\xef\xbb\xbf", b"\n", b"\xef\xbb\xbf\r\n"):
        for after in (b"", b"\n", b"\r\n\r\n"):
            assert clean(before + middle + after, "it").reveal() == middle


def test_a_file_becomes_roots_alone(means: Means) -> None:
    path = put(means, str(TOKEN), SAMPLE, 0o644)
    stores.resolve(FILE, means)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    before = path.stat().st_ctime_ns
    with mock.patch.object(os, "fchmod", side_effect=AssertionError), mock.patch.object(os, "fchown") as chown:
        stores.resolve(FILE, means)
    assert not chown.called
    assert path.stat().st_ctime_ns == before


def test_a_file_that_cannot_be_made_roots_alone_is_refused(means: Means) -> None:
    path = put(means, str(TOKEN), SAMPLE, 0o644)
    raised = list(faults(lambda: stores.resolve(FILE, means), errno.EROFS))
    assert len(raised) == 1
    assert str(raised[0]) == "/etc/firstlight/token: Read-only file system"
    with mock.patch.object(os, "geteuid", return_value=os.geteuid() + 1), pytest.raises(Final, match="not permitted"):
        stores.resolve(FILE, means)
    path.unlink()
    Disk(means.system.root).make_private(TOKEN)


def test_links_and_second_names_are_refused(means: Means) -> None:
    other = put(means, "/etc/other", SAMPLE, 0o644)
    path = put(means, str(TOKEN), b"x")
    path.unlink()
    path.symlink_to(other)
    with pytest.raises(Final, match="link that is not followed"):
        stores.resolve(FILE, means)
    path.unlink()
    path.hardlink_to(other)
    with pytest.raises(Final, match="second name"):
        stores.resolve(FILE, means)
    assert stat.S_IMODE(other.stat().st_mode) == 0o644
    path.unlink()
    path.mkdir()
    with pytest.raises(Final, match="not a file"):
        stores.resolve(FILE, means)


def test_a_credential_of_systemd(means: Means, system: StandIn) -> None:
    credential = reference(CREDENTIAL)
    for without in (means, Means(system, means.http, means.disk)):
        with pytest.raises(
            Final, match=r"credential id is not there, .*: put it into /etc/credstore, then firstlight apply$"
        ):
            stores.resolve(credential, without)
    path = put(means, "/run/credentials/unit/id", SAMPLE + b"\n", 0o400)
    assert stores.resolve(credential, means).reveal() == SAMPLE
    assert stat.S_IMODE(path.stat().st_mode) == 0o400
    path.chmod(0o600)
    path.write_bytes(b"\n")
    with pytest.raises(Final, match="credential id is not there, or empty"):
        stores.resolve(credential, means)


def test_what_came_with_the_document(means: Means) -> None:
    embedded = reference(REFERENCES["embedded"])
    with pytest.raises(Final, match=r"^/root/\.firstlight/A is not there, or empty: bring the document"):
        stores.resolve(embedded, means)
    put(means, "/root/.firstlight/A", SAMPLE + b"\r\n")
    assert stores.resolve(embedded, means).reveal() == SAMPLE


def test_what_is_born_here(means: Means) -> None:
    one, two = (stores.resolve(Reference("generate"), means).reveal() for _ in range(2))
    assert one != two
    assert len(bytes.fromhex(one.decode())) == 32


def test_the_group_of_docker(means: Means, system: StandIn) -> None:
    system.programs["getent group docker"] = Done(0, b"docker:x:991:me\n")
    assert stores.resolve(Reference("docker-gid"), means).reveal() == b"991"


def test_no_part_for_it(means: Means) -> None:
    """As on a server whose document did not carry that store."""
    for scheme in ("vault", "no-such-thing"):
        with (
            mock.patch.dict(sys.modules, {"firstlight.stores.vault": None}),
            pytest.raises(Final, match=f"^this server has no part for {scheme}: make the document anew$"),
        ):
            stores.resolve(Reference(scheme), means)
