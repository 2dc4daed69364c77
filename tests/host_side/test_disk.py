import contextlib
import errno
import os
import stat
import subprocess
from collections.abc import Callable
from pathlib import Path, PurePosixPath

import pytest

from firstlight.disk import BOUND, Disk, Owner
from firstlight.errors import Final
from stand_in.faults import faults, kills

SITE = PurePosixPath("/etc/firstlight/site.json")
US = Owner(os.getuid(), os.getgid())


@pytest.fixture
def disk(tmp_path: Path) -> Disk:
    return Disk(tmp_path)


def test_what_is_written_is_read(disk: Disk, tmp_path: Path) -> None:
    assert disk.read(SITE) is None
    disk.write(SITE, b"one", 0o640)
    disk.write(SITE, b"two", 0o600, US)
    content = disk.read(SITE)
    assert content
    assert (content.data, content.mode, content.owner) == (b"two", 0o600, US)
    assert stat.S_IMODE((tmp_path / "etc").stat().st_mode) == 0o700
    assert os.listdir(tmp_path / "etc/firstlight") == ["site.json"]
    disk.remove(SITE)
    disk.remove(SITE)
    disk.remove(PurePosixPath("/no/where"))
    assert disk.read(SITE) is None


def test_a_large_file_is_written_whole_and_a_larger_one_not_read(disk: Disk) -> None:
    disk.write(SITE, b"x" * BOUND, 0o600)
    assert len((disk.read(SITE) or pytest.fail("gone")).data) == BOUND
    disk.write(SITE, b"x" * (BOUND + 1), 0o600)
    with pytest.raises(Final, match="more than 1048576 bytes"):
        disk.read(SITE)


def test_a_power_cut_leaves_the_old_or_the_new(disk: Disk, tmp_path: Path) -> None:
    path = tmp_path / "etc/firstlight/site.json"
    seen = set()
    for _ in kills(lambda: disk.write(SITE, b"new", 0o600)):
        seen.add(path.read_bytes() if path.exists() else None)
    assert seen == {None, b"new"}
    path.write_bytes(b"old")
    seen = {path.read_bytes() for _ in kills(lambda: disk.write(SITE, b"newer", 0o600))}
    assert seen == {b"old", b"newer"}
    assert os.listdir(path.parent) == ["site.json"]


def test_a_full_disk_leaves_the_old_and_no_rest(disk: Disk, tmp_path: Path) -> None:
    disk.write(SITE, b"old", 0o600)
    count = 0
    for error in faults(lambda: disk.write(SITE, b"new", 0o600, US), errno.ENOSPC):
        count += 1
        assert isinstance(error, Final)
        assert str(error) == "/etc/firstlight/site.json: No space left on device"
        assert (tmp_path / "etc/firstlight/site.json").read_bytes() in (b"old", b"new")
        assert os.listdir(tmp_path / "etc/firstlight") == ["site.json"]
    assert count >= 6


def test_the_file_is_on_the_disk_before_it_has_its_name(disk: Disk, monkeypatch: pytest.MonkeyPatch) -> None:
    order: list[str] = []
    for name in ("write", "fsync", "rename"):
        real = getattr(os, name)

        def noted(*given: object, _name: str = name, _real: Callable[..., object] = real, **named: object) -> object:
            order.append(_name)
            return _real(*given, **named)

        monkeypatch.setattr(os, name, noted)
    disk.folder(SITE.parent, 0o700)
    order.clear()
    disk.write(SITE, b"x", 0o600)
    assert order == ["write", "fsync", "rename", "fsync"]


def test_no_link_of_somebody_elses_is_followed(disk: Disk, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "file").write_bytes(b"theirs")
    open_to_all = tmp_path / "opt"
    open_to_all.mkdir()
    open_to_all.chmod(0o777)
    (open_to_all / "link").symlink_to("/elsewhere")
    (open_to_all / "file").symlink_to("/elsewhere/file")
    acts: tuple[Callable[[], object], ...] = (
        lambda: disk.read(PurePosixPath("/opt/link/file")),
        lambda: disk.write(PurePosixPath("/opt/link/file"), b"ours", 0o600),
        lambda: disk.read(PurePosixPath("/opt/file")),
        lambda: disk.give(PurePosixPath("/opt/link"), US),
        lambda: disk.folder(PurePosixPath("/opt/link"), 0o700),
    )
    for act in acts:
        with pytest.raises(Final, match="a link that is not followed"):
            act()
    # Writing to a link's own name replaces the link.
    disk.write(PurePosixPath("/opt/file"), b"ours", 0o600)
    assert (elsewhere / "file").read_bytes() == b"theirs"
    assert not (open_to_all / "file").is_symlink()


@pytest.mark.parametrize("target", ["{}/data/opt", "data/opt", "./data/../data/opt"])
def test_a_link_of_roots_own_is_followed(disk: Disk, tmp_path: Path, target: str) -> None:
    (tmp_path / "data/opt").mkdir(parents=True)
    (tmp_path / "opt").symlink_to(target.format(tmp_path))
    disk.write(PurePosixPath("/opt/site/file"), b"x", 0o600)
    assert (tmp_path / "data/opt/site/file").read_bytes() == b"x"
    assert disk.read(PurePosixPath("/opt/site/file"))


def test_links_in_a_circle_end(disk: Disk, tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    with pytest.raises(Final, match="a link that is not followed"):
        disk.read(PurePosixPath("/a/file"))


def test_what_is_no_file_is_not_waited_for(disk: Disk, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    for name in ("/pipe", "/folder"):
        with pytest.raises(Final, match="is not a file"):
            disk.read(PurePosixPath(name))
    (tmp_path / "file").touch()
    with pytest.raises(Final, match="through a file"):
        disk.read(PurePosixPath("/file/x"))
    with pytest.raises(Final, match="through a file"):
        disk.folder(PurePosixPath("/file"), 0o700)
    with pytest.raises(Final, match="Is a directory|Operation not permitted"):
        disk.remove(PurePosixPath("/folder"))


def test_a_link_to_a_disk_that_is_not_there_is_said(disk: Disk, tmp_path: Path) -> None:
    (tmp_path / "opt").symlink_to("data/opt")
    assert disk.read(PurePosixPath("/opt/site/file")) is None
    with pytest.raises(Final, match="^/opt/site/file: No such file"):
        disk.write(PurePosixPath("/opt/site/file"), b"x", 0o600)


def test_folders_have_their_modes(disk: Disk, tmp_path: Path) -> None:
    path = PurePosixPath("/opt/site")
    for mode in (0o700, 0o750):
        disk.folder(path, mode)
        assert stat.S_IMODE((tmp_path / "opt/site").stat().st_mode) == mode
    assert stat.S_IMODE((tmp_path / "opt").stat().st_mode) == 0o700


def test_files_are_listed_without_links_and_rests(disk: Disk, tmp_path: Path) -> None:
    top = PurePosixPath("/top")
    assert disk.files(top) == []
    for name in ("b/c/one", "a/two", ".hidden"):
        disk.write(top / name, b"", 0o600)
    (tmp_path / "top/link").symlink_to("/top/a")
    (tmp_path / "top/.x.firstlight-new").touch()
    assert disk.files(top) == [top / ".hidden", top / "a/two", top / "b/c/one"]


def test_folders_within_each_other_without_end_are_said(disk: Disk, tmp_path: Path) -> None:
    """An application may write into its keys' folder."""
    top = PurePosixPath("/top")
    at = tmp_path / "top"
    at.mkdir()
    folder = os.open(at, os.O_DIRECTORY)
    for _ in range(1500):
        os.mkdir("d", dir_fd=folder)
        below = os.open("d", os.O_DIRECTORY, dir_fd=folder)
        os.close(folder)
        folder = below
    os.close(folder)
    for act in (lambda: disk.files(top), lambda: disk.give(top, US)):
        with pytest.raises(Final, match="^/top has more than 50 folders within each other: remove them$"):
            act()
    with contextlib.suppress(Final):
        disk.remove_folder(top)
    subprocess.run(["rm", "-rf", at], check=True)


def test_in_a_volume_no_link_is_followed(tmp_path: Path) -> None:
    """Its container's root has the same number as ours."""
    (tmp_path / "volume").mkdir()
    (tmp_path / "etc/default").mkdir(parents=True)
    (tmp_path / "volume/users").symlink_to(tmp_path / "etc")
    with pytest.raises(Final, match="a link that is not followed"):
        Disk(tmp_path / "volume", links=False).remove_folder(PurePosixPath("/users/default"))
    assert (tmp_path / "etc/default").exists()


def test_owners_change_by_descriptor_and_only_of_what_is_a_file_there(
    disk: Disk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = tmp_path / "keys"
    (keys / "below").mkdir(parents=True)
    for name in ("key", "other", "below/far"):
        (keys / name).touch()
    (tmp_path / "shadow").touch()
    (keys / "hard").hardlink_to(tmp_path / "shadow")
    (keys / "soft").symlink_to(tmp_path / "shadow")
    os.mkfifo(keys / "pipe")
    changed: dict[int, tuple[int, int]] = {}
    monkeypatch.setattr(os, "fchown", lambda fd, user, group: changed.update({os.fstat(fd).st_ino: (user, group)}))
    disk.give(PurePosixPath("/keys"), Owner(1000, 1001))
    inodes = {path.stat().st_ino for path in (keys, keys / "key", keys / "other", keys / "below/far")}
    assert changed == dict.fromkeys(inodes, (1000, 1001))
    changed.clear()
    disk.give(PurePosixPath("/keys"), US)
    assert changed == {}


def test_a_file_that_cannot_be_opened_is_said(disk: Disk, tmp_path: Path) -> None:
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys/key").touch(0o000)
    with pytest.raises(Final, match="^/keys/key: Permission denied"):
        disk.give(PurePosixPath("/keys"), US)
