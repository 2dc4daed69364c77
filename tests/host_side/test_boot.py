"""A server from an image: its document starts nothing on another image than the one that it was made for."""

import hashlib
from pathlib import PurePosixPath

import pytest

from firstlight import paths
from firstlight.system import Done
from stand_in.desk import Desk

DIGEST = paths.PROGRAM / "digest"
FILES = {"/usr/local/sbin/firstlight": b"launcher", f"{DIGEST}": b"sums", "/opt/a b/file": b"\xff"}
REMEDY = "Bake an image from the same configuration with the same firstlight, or use a document without --phase"


@pytest.fixture(autouse=True)
def _image(desk: Desk) -> None:
    """An image, and what its document says of it."""
    lines = "".join(f"{hashlib.sha256(data).hexdigest()}  {path}\n" for path, data in FILES.items())
    for path, data in {**FILES, str(paths.BAKED): lines.encode(), f"{paths.STAGED}/x": b"x"}.items():
        desk.disk.write(PurePosixPath(path), data, 0o600)
    desk.system.programs = {"systemctl": Done(0), "sync": Done(0), "touch": Done(0), "sha256sum": Done(0, b"sums")}
    (desk.system.root / "dev").mkdir()
    (desk.system.root / "dev/console").touch()


def refused(desk: Desk, why: str) -> None:
    assert desk.types("boot") == 1
    message = f"firstlight: this image does not fit the document: {why}. {REMEDY}\n"
    assert (desk.err, (desk.system.root / "dev/console").read_text()) == (message, message)
    assert desk.system.calls == []


def test_the_steps_are_started_as_on_any_server(desk: Desk) -> None:
    for _ in range(2):
        assert desk.types("boot") == 0
    assert desk.system.ran("systemctl", "enable", "--now", "--no-block", "firstlight.service")
    assert desk.disk.data(paths.MANIFEST) == b"sums"
    assert (desk.system.root / "dev/console").read_text() == ""


def test_all_that_is_wrong_is_said_at_once(desk: Desk) -> None:
    root = desk.system.root
    (root / "usr/local/sbin/firstlight").write_text("another")
    refused(desk, "/usr/local/sbin/firstlight is different")
    (root / "opt/a b/file").unlink()
    refused(desk, "/usr/local/sbin/firstlight is different, /opt/a b/file is missing")
    (root / str(DIGEST)[1:]).unlink()
    (root / str(DIGEST)[1:]).symlink_to(root / "usr/local/sbin/firstlight")
    desk.types("boot")
    assert f"{DIGEST} leads through a link that is not followed" in desk.err
    assert "/opt/a b/file is missing" in desk.err


@pytest.mark.parametrize("data", [None, b"", b"\xff\x00", b"no digest  /etc/x\n"])
def test_a_document_that_says_nothing_of_its_image(desk: Desk, data: bytes | None) -> None:
    desk.disk.remove(paths.BAKED)
    if data is not None:
        desk.disk.write(paths.BAKED, data, 0o600)
    refused(desk, "/var/lib/firstlight/baked names no files")


def test_a_long_list_is_cut_and_the_remedy_is_not(desk: Desk) -> None:
    lines = "".join(f"{'0' * 64}  /opt/{number}\x1b\n" for number in range(500))
    desk.disk.write(paths.BAKED, lines.encode(), 0o600)
    assert desk.types("boot") == 1
    assert desk.err.endswith(f"…. {REMEDY}\n")
    assert "\x1b" not in desk.err
