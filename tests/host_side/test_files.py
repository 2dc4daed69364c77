import errno
import json
import os
import re
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firstlight import paths
from firstlight.disk import Disk, Owner
from firstlight.errors import Final, Later
from firstlight.files import give_up, kept, place_all
from firstlight.secret import Secret
from stand_in.faults import faults, kills

US = Owner(os.getuid(), os.getgid())
FILE = PurePosixPath("/opt/site/Caddyfile")
ENV = PurePosixPath("/opt/site/.env")


@dataclass
class Place:
    """A server's disk with staged files on it."""

    root: Path
    secrets: dict[str, bytes] = field(default_factory=dict)
    born: int = 0

    def resolve(self, wanted: str) -> Secret:
        if wanted == "generate":
            self.born += 1
            return Secret(f"born{self.born}".encode())
        if wanted not in self.secrets:
            raise Later("it is not there")
        return Secret(self.secrets[wanted])

    def stage(self, path: PurePosixPath, data: bytes, mode: int = 0o644) -> None:
        Disk(self.root).write(paths.STAGED / path.relative_to("/"), data, mode)

    def edit(self, path: PurePosixPath, data: bytes) -> None:
        Disk(self.root).write(path, data, 0o640)

    def there(self, path: PurePosixPath) -> bytes | None:
        content = Disk(self.root).read(path)
        return content.data if content else None

    def run(self) -> str:
        return place_all(Disk(self.root), self.resolve)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


KEPT = f"kept your {FILE}; the new one is /var/lib/firstlight/files{FILE}. "


def test_as_dpkg_treats_conffiles(place: Place) -> None:
    assert place.run() == ""
    place.stage(FILE, b"one", 0o600)
    assert place.run() == ""  # missing: put down
    assert place.there(FILE) == b"one"
    assert (place.root / "opt/site/Caddyfile").stat().st_mode & 0o777 == 0o600
    place.stage(FILE, b"two")
    assert place.run() == ""  # untouched: replaced
    assert place.there(FILE) == b"two"
    place.edit(FILE, b"mine")
    assert place.run() == ""  # edited, and nothing new: nothing to say
    place.stage(FILE, b"three")
    assert place.run() == KEPT  # edited, and something new: kept, named
    assert place.run() == KEPT
    assert place.there(FILE) == b"mine"
    place.edit(FILE, b"three")
    assert place.run() == ""  # the operator took the new one
    place.stage(FILE, b"four")
    assert place.run() == ""
    assert place.there(FILE) == b"four"
    Disk(place.root).remove(FILE)
    assert place.run() == ""
    assert place.there(FILE) == b"four"


def test_secrets_that_are_new_because_their_file_was_deleted_are_named(place: Place) -> None:
    place.stage(ENV, b"S=@generate@\nT=@store@\nU=@generate@\n", 0o600)
    place.secrets = {"store": b"x"}
    assert place.run() == ""
    Disk(place.root).remove(ENV)
    for _ in range(2):
        assert place.run() == ""
        assert place.there(ENV) == b"S=born3\nT=x\nU=born4\n"
        said = f"{ENV} was missing: new in it, and needed by whoever has the old: S, U. "
        assert Disk(place.root).data(paths.LOST) == said.encode()


def test_what_is_in_place_is_not_touched(place: Place) -> None:
    """A file that is written anew would make Caddy load it again."""
    place.stage(FILE, b"one")
    place.run()
    before = (place.root / "opt/site/Caddyfile").stat()
    place.run()
    assert (place.root / "opt/site/Caddyfile").stat() == before


def test_a_file_that_was_there_before_us_is_kept(place: Place) -> None:
    place.edit(FILE, b"theirs")
    place.stage(FILE, b"ours")
    assert place.run() == KEPT
    place.stage(FILE, b"theirs")
    assert place.run() == ""
    place.stage(FILE, b"new")
    assert place.run() == ""
    assert place.there(FILE) == b"new"


CONTENTS = st.sampled_from([b"", b"a", b"a\n", b"b\n", b"c\r\n", b"A=1\n", b"A=1\nB=2"])


@settings(max_examples=100)
@given(st.lists(st.tuples(st.sampled_from(["stage", "edit", "delete", "run"]), CONTENTS), max_size=12))
def test_an_edit_is_never_lost_and_what_is_untouched_is_never_old(
    tmp_path_factory: pytest.TempPathFactory, events: list[tuple[str, bytes]]
) -> None:
    """A model in one variable: what the operator made of the file since we put it there, if anything."""
    place = Place(tmp_path_factory.mktemp("place"))
    staged: bytes | None = None
    edit: bytes | None = None
    for event, data in events:
        if event == "stage":
            staged = data
            place.stage(FILE, data)
        elif event == "edit":
            edit = data if data != place.there(FILE) or edit is not None else None
            place.edit(FILE, data)
        elif event == "delete":
            edit = None
            Disk(place.root).remove(FILE)
        else:
            before = place.there(FILE)
            notes = place.run()
            after = place.there(FILE)
            if staged is None:
                assert (notes, after) == ("", before)
            elif edit is not None and before is not None:
                assert after == before
            else:
                assert after == staged
                assert notes == ""
            if after == staged:
                edit = None


def test_the_last_line_without_its_end_stays(place: Place) -> None:
    place.secrets["docker-gid"] = b"998"
    for data, result in [
        (b"A=1", b"A=1"),
        (b"A=1\nG=@docker-gid@", b"A=1\nG=998"),
        (b"G=@docker-gid@\n\n", b"G=998\n\n"),
    ]:
        place.stage(ENV, data)
        place.run()
        assert place.there(ENV) == result


def test_holes_are_filled_in_env_alone(place: Place) -> None:
    text = b"S=@generate@\nT=x@generate@\n #U=@generate@\nV=@generate@ \n"
    place.stage(ENV, text)
    place.stage(FILE, text)
    place.run()
    assert place.there(ENV) == text.replace(b"@generate@", b"born1", 1)
    assert place.there(FILE) == text


def test_what_was_born_here_lives_on(place: Place) -> None:
    place.stage(ENV, b"S=@generate@\nA=1\n")
    place.run()
    place.stage(ENV, b"A=2\nS=@generate@\nR=@generate@\n")
    assert place.run() == ""
    assert place.there(ENV) == b"A=2\nS=born1\nR=born2\n"


@pytest.mark.parametrize(
    ("mine", "then"),
    [
        (b"S=born1\nMINE=1\n", b"S=born1\nMINE=1\nA=2\nB=born2\n"),
        (b"S=born1\nMINE=1", b"S=born1\nMINE=1\nA=2\nB=born2\n"),
        (b"export A=7\nS=x\n  B=4", b"export A=7\nS=x\n  B=4"),
        (b"# edited\n", b"# edited\nA=2\nS=born2\nB=born3\n"),
        (b"", b"A=2\nS=born2\nB=born3\n"),
    ],
)
def test_a_kept_env_gets_what_it_lacks(place: Place, mine: bytes, then: bytes) -> None:
    place.stage(ENV, b"S=@generate@\n")
    place.run()
    place.edit(ENV, mine)
    place.stage(ENV, b"# new\nA=2\nS=@generate@\nB=@generate@\n")
    for _ in range(2):
        assert place.run() == f"kept your {ENV}; the new one is /var/lib/firstlight/files{ENV}. "
        assert place.there(ENV) == then
    assert (place.root / "opt/site/.env").stat().st_mode & 0o777 == 0o640


@given(st.binary(max_size=40))
def test_a_secret_is_one_value_or_refused(tmp_path_factory: pytest.TempPathFactory, value: bytes) -> None:
    place = Place(tmp_path_factory.mktemp("place"))
    place.secrets["file:///etc/firstlight/s"] = value
    place.stage(ENV, b"S=@file:///etc/firstlight/s@\nB=2\n")
    if re.search(rb"[\x00-\x1f\x7f]", value):
        with pytest.raises(
            Final, match=r"^.env cannot hold S=, which has several lines or control characters: use base64"
        ):
            place.run()
        assert place.there(ENV) is None
    else:
        place.run()
        found = place.there(ENV)
        assert found
        assert found.endswith(b"\nB=2\n")
        assert read_env(found.split(b"\n")[0].removeprefix(b"S=")) == value


def read_env(text: bytes) -> bytes:
    """A value as Compose reads it from `.env`."""
    if not text.startswith(b'"'):
        return text
    assert text.endswith(b'"')
    return re.sub(rb"\\(.)", rb"\1", text[1:-1], flags=re.DOTALL)


def test_what_is_not_there_yet_is_waited_for_and_the_rest_is_placed(place: Place) -> None:
    place.stage(FILE, b"x")
    place.stage(PurePosixPath("/opt/site/z/.env"), b"S=@file:///etc/firstlight/s@\n")
    with pytest.raises(Later, match="it is not there"):
        place.run()
    assert place.there(FILE) == b"x"


def test_without_records_what_differs_counts_as_edited(place: Place) -> None:
    place.stage(FILE, b"x")
    place.run()
    Disk(place.root).remove(paths.PLACED)
    assert place.run() == ""
    Disk(place.root).remove(paths.PLACED)
    place.stage(FILE, b"y")
    assert place.run() == KEPT


STORIES = {
    "first": [],
    "replaced": [("stage", b"old"), ("run", b"")],
    "edited": [("stage", b"old"), ("run", b""), ("edit", b"mine")],
}


@pytest.mark.parametrize("story", STORIES)
def test_after_a_power_cut_at_any_write_the_next_run_ends_as_if_there_had_been_none(tmp_path: Path, story: str) -> None:
    def world(name: str) -> Place:
        place = Place(tmp_path / name)
        place.root.mkdir()
        for event, data in STORIES[story]:
            if event == "run":
                place.run()
            else:
                getattr(place, event)(FILE, data)
                getattr(place, event)(ENV, b"S=@generate@\n" if event == "stage" else data)
        place.stage(FILE, b"new")
        place.stage(ENV, b"S=@generate@\nNEW=1\n")
        return place

    whole = world("whole")
    notes = whole.run()
    expected = {path: whole.there(path) for path in (FILE, ENV)}
    cut = world("cut")
    for at in kills(cut.run):
        allowed = {b"new", b"old", b"mine", None}
        assert cut.there(FILE) in allowed
        after = Place(tmp_path / f"after{at}")
        os.system(f"cp -a {cut.root} {after.root}")
        assert after.run() == notes
        found = {path: re.sub(rb"born\d+", b"born1", after.there(path) or b"") for path in (FILE, ENV)}
        assert found == {path: re.sub(rb"born\d+", b"born1", data or b"") for path, data in expected.items()}
        assert json.loads((after.root / "var/lib/firstlight/placed.json").read_bytes())


def test_a_fault_at_any_write_is_said_and_the_next_run_ends_well(tmp_path: Path) -> None:
    place = Place(tmp_path)
    count = 0
    place.stage(FILE, b"first")
    for error in faults(place.run, errno.ENOSPC):
        count += 1
        assert isinstance(error, Final)
        assert "No space left" in str(error)
        place.run()
        assert place.there(FILE) == (tmp_path / "var/lib/firstlight/files/opt/site/Caddyfile").read_bytes()
        place.stage(FILE, f"next{count}".encode())
    assert count > 12


def names(place: Place, *, every: bool) -> list[PurePosixPath]:
    return [path for path, _, _ in kept(Disk(place.root), every=every)]


def give_all_up(place: Place) -> list[PurePosixPath]:
    return [give_up(Disk(place.root), path, old) for path, old, _ in kept(Disk(place.root), every=True)]


def test_what_was_edited_is_known_and_can_be_given_up(place: Place) -> None:
    place.stage(FILE, b"one\n")
    place.stage(ENV, b"A=1\n")
    place.edit(FILE, b"before us\n")
    place.edit(ENV, b"B=2\n")
    place.run()
    found = [(path, old.data, new.data) for path, old, new in kept(Disk(place.root), every=False)]
    assert found == [(FILE, b"before us\n", b"one\n")]
    (first,) = give_all_up(place)
    assert place.there(FILE) == b"before us\n"  # until the step comes to it
    assert names(place, every=True) == []
    assert FILE.name not in place.run()
    assert (place.there(FILE), place.there(first)) == (b"one\n", b"before us\n")
    assert place.there(ENV) == b"B=2\nA=1\n"
    # Edited since, for the document that is there.
    place.edit(FILE, b"edited\n")
    assert (names(place, every=False), names(place, every=True)) == ([], [FILE])
    (second,) = give_all_up(place)
    assert place.run() == KEPT.replace(str(FILE), str(ENV))
    assert [place.there(path) for path in (FILE, first, second)] == [b"one\n", b"before us\n", b"edited\n"]
    copy = Disk(place.root).read(second)
    assert copy
    assert copy.mode == 0o640


def test_what_is_given_up_is_never_lost(place: Place) -> None:
    def both() -> None:
        give_all_up(place)
        place.run()

    def begin() -> None:
        place.stage(FILE, b"new\n")
        place.edit(FILE, b"old\n")
        Disk(place.root).remove(paths.PLACED)

    begin()
    for _ in kills(both):
        files = [one.read_bytes() for one in (place.root / str(FILE.parent)[1:]).glob("Caddyfile*")]
        assert place.there(FILE) in (b"old\n", b"new\n")
        assert b"old\n" in files
        begin()
