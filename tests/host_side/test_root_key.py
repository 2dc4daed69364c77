"""The key of the application, and the line with which it opens this server."""

import errno
import re
import shutil
import subprocess
from contextlib import suppress
from pathlib import Path, PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstlight import paths
from firstlight.disk import Disk, Owner
from firstlight.errors import Final, Later
from firstlight.root_key import AUTHORIZED, COMMENT, make, public_part, put
from firstlight.stores import Means
from firstlight.system import Done, System
from stand_in.faults import faults, kills
from stand_in.http import Answers
from stand_in.infrakt import keygen, private_key
from stand_in.system import StandIn

KEY = PurePosixPath("/opt/infrakt/ssh/id_ed25519")
LINE = f'from="172.16.0.0/12" ssh-ed25519 AAAA {COMMENT}\n'.encode()
OTHERS = b'# mine\r\nssh-rsa BBBB joe\n\n\xff odd\ncommand="x" ssh-ed25519 CCCC firstlight'


def authorized(root: Path, data: bytes = OTHERS, mode: int = 0o640) -> Path:
    Disk(root).write(AUTHORIZED, data, mode)
    return root / "root/.ssh/authorized_keys"


def test_other_lines_stay_byte_for_byte(tmp_path: Path) -> None:
    path, disk = authorized(tmp_path), Disk(tmp_path)
    put(disk, LINE)
    assert path.read_bytes() == OTHERS + b"\n" + LINE
    assert path.stat().st_mode & 0o777 == 0o640
    inode = path.stat().st_ino
    put(disk, LINE)
    assert path.stat().st_ino == inode
    other = LINE.replace(b"AAAA", b"DDDD")
    put(disk, other)
    assert path.read_bytes() == OTHERS + b"\n" + other
    # Where the operator has put more behind it, too.
    path.write_bytes(LINE + b"ssh-rsa EEEE\n" + other.strip() + b" \r\n")
    put(disk, other)
    assert path.read_bytes() == b"ssh-rsa EEEE\n" + other
    put(disk, b"")
    assert path.read_bytes() == b"ssh-rsa EEEE\n"
    inode = path.stat().st_ino
    put(disk, b"")
    assert path.stat().st_ino == inode


def test_a_line_that_was_made_a_comment_is_not_ours(tmp_path: Path) -> None:
    path = authorized(tmp_path, b"#" + LINE + b"  # " + LINE)
    put(Disk(tmp_path), b"")
    assert path.read_bytes() == b"#" + LINE + b"  # " + LINE


def test_where_there_was_no_such_file(tmp_path: Path) -> None:
    put(Disk(tmp_path), b"")
    assert not (tmp_path / "root").exists()
    put(Disk(tmp_path), LINE)
    path = tmp_path / "root/.ssh/authorized_keys"
    assert (path.read_bytes(), path.stat().st_mode & 0o777) == (LINE, 0o600)
    assert path.parent.stat().st_mode & 0o777 == 0o700


@given(st.lists(st.binary(max_size=30)), st.binary(max_size=9))
def test_whatever_there_is(tmp_path: Path, lines: list[bytes], last: bytes) -> None:
    data = b"\n".join([*lines, last])
    path = authorized(tmp_path, data)
    put(Disk(tmp_path), LINE)
    assert path.read_bytes() == data + b"\n" * (data[-1:] not in b"\n") + LINE
    put(Disk(tmp_path), b"")
    assert path.read_bytes() == data + b"\n" * (data[-1:] not in b"\n")


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "root/.ssh").mkdir(parents=True)
    (tmp_path / "elsewhere").write_bytes(OTHERS)
    (tmp_path / "root/.ssh/authorized_keys").symlink_to(tmp_path / "elsewhere")
    for line in (LINE, b""):
        with pytest.raises(Final, match="/root/.ssh/authorized_keys leads through a link"):
            put(Disk(tmp_path), line)
    assert (tmp_path / "elsewhere").read_bytes() == OTHERS


def test_whenever_the_power_goes_or_the_disk_is_full_the_old_file_or_the_new_one_is_there(tmp_path: Path) -> None:
    path = authorized(tmp_path)
    seen = set()
    for _ in kills(lambda: put(Disk(tmp_path), LINE)):
        seen.add(path.read_bytes())
        authorized(tmp_path)
    assert seen == {OTHERS, OTHERS + b"\n" + LINE}
    for error in faults(lambda: put(Disk(tmp_path), LINE), errno.ENOSPC):
        assert isinstance(error, Final)
        assert path.read_bytes() in seen
        authorized(tmp_path)


def test_the_owner_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    authorized(tmp_path)
    written: list[tuple[int, Owner | None]] = []
    monkeypatch.setattr(Disk, "write", lambda *given: written.append(given[3:]))
    put(Disk(tmp_path), LINE)
    found = (tmp_path / "root/.ssh/authorized_keys").stat()
    assert written == [(0o640, Owner(found.st_uid, found.st_gid))]


@pytest.fixture
def means(tmp_path: Path) -> Means:
    system = StandIn(tmp_path)
    system.programs["ssh-keygen"] = keygen(tmp_path)
    return Means(system, Answers(), Disk(tmp_path))


def made(means: Means) -> tuple[bytes, bytes]:
    folder = means.system.root / "opt/infrakt/ssh"
    assert not list((means.system.root / "run/firstlight").iterdir())
    assert ((folder / "id_ed25519").stat().st_mode & 0o777, (folder / "id_ed25519.pub").stat().st_mode & 0o777) == (
        0o600,
        0o644,
    )
    return (folder / "id_ed25519").read_bytes(), (folder / "id_ed25519.pub").read_bytes()


def test_a_key_is_made(means: Means) -> None:
    make(means, KEY)
    private, public = made(means)
    assert public == f"{public_part(private, KEY)} {COMMENT}".encode()
    assert means.system.root.joinpath("run/firstlight").stat().st_mode & 0o777 == 0o700


def test_after_a_power_cut_it_is_made_anew(means: Means) -> None:
    count = 0
    folder = means.system.root / "opt/infrakt/ssh"
    for _ in kills(lambda: make(means, KEY)):
        count += 1
        # Whenever there is a private key, there is its public part.
        if (folder / "id_ed25519").exists():
            public = (folder / "id_ed25519.pub").read_bytes()
            assert public.startswith(public_part((folder / "id_ed25519").read_bytes(), KEY).encode())
            shutil.rmtree(folder)
    assert count > 8
    made(means)


@pytest.mark.parametrize(
    ("answer", "kind", "said"),
    [
        (None, Final, "there is no ssh-keygen: apt-get install openssh-client, then firstlight apply"),
        (
            Done(1, b"", b"Saving key failed: No space left on device\n"),
            Later,
            "ssh-keygen: Saving key failed: No space",
        ),
    ],
)
def test_it_cannot_be_made(means: Means, answer: Done | None, kind: type[Exception], said: str) -> None:
    assert isinstance(means.system, StandIn)
    means.system.programs = {"ssh-keygen": answer} if answer else {}
    with pytest.raises(kind, match=said):
        make(means, KEY)
    assert not (means.system.root / "opt").exists()


def test_it_is_not_written_through_a_link(means: Means) -> None:
    (means.system.root / "opt/infrakt/ssh").mkdir(parents=True)
    (means.system.root / "opt/infrakt/ssh/id_ed25519").symlink_to("/root/.bashrc")
    make(means, KEY)
    made(means)
    assert not (means.system.root / "opt/infrakt/ssh/id_ed25519").is_symlink()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "is no private key in OpenSSH's form: remove it, and firstlight apply makes one"),
        (b"x" * 9000, "is no private key"),
        (private_key()[:-40], "is no private key"),
        (private_key(kind=b"two words"), "is no private key"),
        (private_key().replace(b"b3BlbnNzaC1", b"////////////"), "is no private key"),
        (private_key(cipher=b"aes256-ctr"), "needs a passphrase, which the application does not have"),
    ],
)
def test_what_is_no_key_for_it(data: bytes, said: str) -> None:
    with pytest.raises(Final, match=f"^{KEY} {said}"):
        public_part(data, KEY)


@given(st.binary(), st.binary(max_size=90))
def test_whatever_lies_there(noise: bytes, more: bytes) -> None:
    good = private_key()
    for data in (noise, good[:40] + more + good[40:], good[: len(more) * 3], noise + good):
        with suppress(Final):
            assert re.fullmatch(r"[a-z0-9@.-]+ [A-Za-z0-9+/]+=*", public_part(data, KEY))


def test_lines_may_end_as_windows_has_them() -> None:
    assert public_part(private_key().replace(b"\n", b"\r\n"), KEY) == public_part(private_key(), KEY)


@pytest.mark.skipif(not shutil.which("ssh-keygen"), reason="OpenSSH's client is not installed")
def test_what_ssh_keygen_makes_and_says(tmp_path: Path) -> None:
    means = Means(System(), Answers(), Disk(Path("/")))
    key = PurePosixPath(tmp_path / "ssh/id_ed25519")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(paths, "RUN", PurePosixPath(tmp_path / "run"))
        make(means, key)
    said = subprocess.run(["ssh-keygen", "-y", "-f", str(key)], check=True, capture_output=True, text=True).stdout
    assert public_part(Path(key).read_bytes(), key) == " ".join(said.split()[:2])
    assert Path(f"{key}.pub").read_text().split() == [*said.split()[:2], COMMENT]
    command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "a passphrase", "-f", str(tmp_path / "closed")]
    subprocess.run(command, check=True)
    with pytest.raises(Final, match="needs a passphrase"):
        public_part((tmp_path / "closed").read_bytes(), key)
