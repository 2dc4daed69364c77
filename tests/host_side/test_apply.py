import base64
import contextlib
import email.mime.multipart
import email.mime.text
import errno
import gzip
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

import pytest
import yaml

from firstlight import VERSION, command, document, journal, paths
from firstlight.disk import BOUND, Disk
from firstlight.errors import Refused
from firstlight.root_key import AUTHORIZED, COMMENT
from firstlight.stores import Means
from firstlight.system import Done
from stand_in.faults import faults, kills
from stand_in.http import Answers
from stand_in.system import Call, StandIn
from test_site import DATA, MANAGED

HOME = DATA["home"]
CADDYFILE = f"{paths.STAGED}{HOME}/Caddyfile"
FILES: dict[str, Any] = {
    CADDYFILE: "site {\n\treverse_proxy infrakt:8000\n}\n",
    f"{paths.STAGED}{HOME}/.env": {"content": "S=@generate@\n", "permissions": "0600"},
    f"{HOME}/docker-compose.prod.yml": "services: {}\n",
    str(paths.LAUNCHER): {"content": "#!/bin/sh\n", "permissions": "0755"},
    f"{paths.UNITS}/firstlight.service": "[Service]\n",
    f"{paths.UNITS}/firstlight.service.d/credentials.conf": "[Service]\n",
}


@dataclass(frozen=True)
class Doc:
    """A document, as the compiler writes it; `more` is the user's own cloud-config."""

    files: dict[str, Any] = field(default_factory=lambda: dict(FILES))
    site: dict[str, Any] = field(default_factory=lambda: DATA)
    program: bytes = b"packed"
    header: str = (
        "# Made by firstlight {version}; this command makes it again:\n"
        "#   firstlight render --domain infrakt.example.com\n"
    )
    version: str = ".".join(map(str, VERSION))
    more: dict[str, Any] = field(default_factory=dict)

    def __bytes__(self) -> bytes:
        digest = f"{hashlib.sha256(self.program).hexdigest()}\n"
        packed = {"content": base64.b64encode(gzip.compress(self.program)).decode(), "encoding": "gz+b64"}
        files = {
            str(paths.SITE): json.dumps(self.site),
            f"{paths.PROGRAM}/runtime.tar.bz2": packed,
            f"{paths.PROGRAM}/digest": digest,
        }
        entries = [
            {"path": path} | (entry if isinstance(entry, dict) else {"content": entry})
            for path, entry in (files | self.files).items()
        ]
        config: dict[str, Any] = {"write_files": entries, "bootcmd": [["sh"]], "runcmd": [["firstlight", "apply"]]}
        text = yaml.safe_dump(config | self.more, sort_keys=False)
        return f"#cloud-config\n{self.header.format(version=self.version)}{text}".encode()


OLD = bytes(Doc())
NEW = bytes(
    Doc(
        FILES
        | {
            CADDYFILE: "site {\n\temail admin@example.com\n\treverse_proxy infrakt:8000\n}\n",
            f"{HOME}/docker-compose.prod.yml": "services: {x: {image: y}}\n",
            f"{HOME}/more/file": "more\n",
        },
        program=b"newer",
    )
)

# What of it a power cut can divide.
FEW = [CADDYFILE, str(paths.LAUNCHER), f"{HOME}/more/file"]
FEW_OLD = bytes(Doc(dict.fromkeys(FEW[:2], "old")))
FEW_NEW = bytes(Doc(dict.fromkeys(FEW, "new"), program=b"newer"))

Tree = dict[str, tuple[bytes, int]]


@dataclass
class Server:
    system: StandIn

    @property
    def means(self) -> Means:
        return Means(self.system, Answers(), Disk(self.system.root))

    def apply(self, *words: str, given: bytes | None = None) -> int:
        """`firstlight apply WORDS`, with a document in a file that is named at the end."""
        if given is not None:
            (self.system.root.parent / "given").write_bytes(given)
            words = (*words, str(self.system.root.parent / "given"))
        return command.run("apply", self.means, *command.parse(["apply", *words])[1:])

    def tree(self) -> Tree:
        """Every file, without what says which document it is, and what a reboot forgets."""
        found = {}
        for path in sorted(self.system.root.rglob("*")):
            name = f"/{path.relative_to(self.system.root)}"
            # What `Disk` was writing when the power went is in nobody's way.
            half = name.endswith(".firstlight-new") and not name.endswith(".apply.firstlight-new")
            passing = (str(paths.RUN), str(paths.DOCUMENT), str(paths.MANIFEST))
            if path.is_file() and not half and not name.startswith(passing):
                found[name] = path.read_bytes(), path.stat().st_mode & 0o7777
        return found

    def kept(self, path: PurePosixPath) -> bytes | None:
        content = self.means.disk.read(path)
        return content.data if content else None


def tool(system: StandIn) -> Callable[[Call], Done]:
    """The real program, below the test's folder."""

    def run(call: Call) -> Done:
        root = str(system.root)
        argv = [f"{root}{one}" if one.startswith("/") else one for one in call.argv]
        done = subprocess.run(argv, capture_output=True, check=False)
        return Done(done.returncode, done.stdout.replace(root.encode(), b""), done.stderr)

    return run


@pytest.fixture
def server(tmp_path: Path) -> Server:
    """A server to which a document was brought."""
    system = StandIn(tmp_path / "root")
    system.root.mkdir()
    system.programs = {"systemctl": Done(0), "sync": Done(0), "sha256sum": tool(system), "touch": tool(system)}
    server = Server(system)
    assert server.apply(given=OLD) == 0
    system.calls.clear()
    return server


@pytest.fixture
def old(server: Server) -> Tree:
    return server.tree()


@pytest.fixture
def new(server: Server, old: Tree) -> Tree:
    """What it should look like with the new document."""
    whole = shutil.copytree(server.system.root, server.system.root.parent / "other")
    other = Server(StandIn(whole, dict.fromkeys(("systemctl", "sync", "sha256sum", "touch"), Done(0))))
    assert other.apply(given=NEW) == 0
    assert other.tree() != old
    return other.tree()


def mime(*parts: tuple[str, bytes]) -> bytes:
    whole = email.mime.multipart.MIMEMultipart()
    for kind, text in parts:
        whole.attach(email.mime.text.MIMEText(text.decode(), kind, "utf-8"))
    return whole.as_bytes()


FOREIGN = b"#cloud-config\npackages: [nginx]\nwrite_files:\n- {path: /etc/motd, content: hello}\n"


@pytest.mark.parametrize(
    "given",
    [
        NEW,
        gzip.compress(NEW),
        base64.b64encode(NEW),
        base64.encodebytes(gzip.compress(NEW)),
        mime(("cloud-config", NEW)),
        mime(("x-shellscript", b"#!/bin/sh\n"), ("cloud-config", FOREIGN), ("cloud-config", NEW)),
        base64.b64encode(gzip.compress(mime(("cloud-config", NEW), ("cloud-config", FOREIGN)))),
        NEW.replace(b"\n", b"\r\n"),
    ],
)
def test_a_document_in_every_form(server: Server, new: Tree, given: bytes) -> None:
    assert server.apply(given=given) == 0
    assert server.tree() == new
    assert server.kept(paths.DOCUMENT) == given
    assert server.kept(paths.BEFORE) == OLD
    assert new[str(paths.LAUNCHER)] == (b"#!/bin/sh\n", 0o755)
    assert new[f"{paths.STAGED}{HOME}/.env"] == (b"S=@generate@\n", 0o600)
    assert new[f"{paths.PROGRAM}/runtime.tar.bz2"] == (b"newer", 0o644)


def test_from_standard_input(server: Server, new: Tree) -> None:
    read, write = os.pipe()
    os.write(write, NEW)
    os.close(write)
    before = os.dup(0)
    os.dup2(read, 0)
    try:
        assert server.apply("-") == 0
    finally:
        os.dup2(before, 0)
        os.close(before)
        with contextlib.suppress(OSError):
            os.close(read)
    assert server.tree() == new


def test_what_changes_is_shown(server: Server, capsys: pytest.CaptureFixture[str]) -> None:
    evil = bytes(Doc(FILES | {CADDYFILE: "site {\n\x1b[2J\u202e\n}\n"}))
    assert server.apply(given=NEW) == 0
    seen = capsys.readouterr().out.splitlines()
    assert "+\temail admin@example.com" in seen
    assert f"--- {CADDYFILE}" in seen
    assert not [line for line in seen if "image" in line]  # what is not staged is not shown
    assert seen[-1] == "Follow it with: firstlight status --watch"
    assert server.apply(given=evil) == 0
    assert not set("\x1b\u202e") & set(capsys.readouterr().out)


def test_what_was_there_before_is_shown_and_given_up_when_asked(
    server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    path, disk = PurePosixPath(f"{HOME}/Caddyfile"), server.means.disk
    disk.write(path, b"theirs \x1b[2J {\n}\n", 0o640)
    assert server.apply() == 0
    seen = capsys.readouterr().out
    assert "-theirs  [2J {" in seen.splitlines()
    assert f"kept your {path}; to replace it: firstlight apply --new" in seen
    assert server.apply("--new") == 0
    (old,) = (one for one in disk.files(path.parent) if one.name.startswith("Caddyfile.old-"))
    seen = capsys.readouterr().out
    assert "-theirs  [2J {" in seen.splitlines()
    assert f"replaced; the old one is {old}" in seen
    assert disk.read(old) == disk.read(path)
    assert server.apply("--new") == 0
    assert "old one" not in capsys.readouterr().out


def test_what_the_application_was_let_in_by_goes_with_the_setting(server: Server) -> None:
    line, disk = f"ssh-ed25519 AAAA {COMMENT}\n".encode(), server.means.disk
    disk.write(AUTHORIZED, b"ssh-rsa BBBB joe\n" + line, 0o600)
    managed = DATA | {"managed": MANAGED}
    for program in (b"one", b"two"):
        assert server.apply(given=bytes(Doc(site=managed, program=program))) == 0
        assert disk.data(AUTHORIZED) == b"ssh-rsa BBBB joe\n" + line
    assert server.apply(given=NEW) == 0
    assert disk.data(AUTHORIZED) == b"ssh-rsa BBBB joe\n"
    # A document without the setting never looks there.
    disk.write(AUTHORIZED, line, 0o600)
    assert server.apply(given=NEW) == 0
    assert disk.data(AUTHORIZED) == line


def test_then_the_steps_run(server: Server) -> None:
    disk = server.means.disk
    for path in (paths.STATE, paths.PROVISIONED):
        disk.write(path, b"{}", 0o600)
    disk.folder(paths.MARK.parent, 0o755)
    assert server.apply(given=NEW) == 0
    assert [call.argv[:2] for call in server.system.calls if call.argv[0] != "sha256sum"] == [
        ("systemctl", "stop"),
        ("sync",),
        ("touch", str(paths.MARK)),
        ("systemctl", "enable"),
    ]
    assert server.system.calls[-1].argv[2:] == ("--now", "--no-block", "firstlight.service")
    assert disk.read(paths.STATE) is disk.read(paths.PROVISIONED) is None
    assert (server.system.root / str(paths.MARK)[1:]).exists()
    # Without a document, too; and without cloud-init.
    shutil.rmtree(server.system.root / "var/lib/cloud")
    server.system.calls.clear()
    before = server.tree()
    assert server.apply() == 0
    assert [call.argv[0] for call in server.system.calls][-2:] == ["touch", "systemctl"]
    assert server.tree() == before
    server.system.programs["systemctl enable"] = Done(1, b"", b"Failed to enable unit: no such file\n")
    assert server.apply() == 1


def test_the_manifest_is_of_what_was_brought(server: Server) -> None:
    program = server.system.root / str(paths.PROGRAM)[1:]
    (program / "d1").mkdir()
    (program / "d1/__main__.py").write_text("")
    (program / "d1/__pycache__").mkdir()
    (program / "d1/__pycache__/__main__.cpython-313.pyc").write_text("")
    (program / "current").symlink_to("d1")
    Disk(server.system.root).write(paths.UNITS / "other.service", b"", 0o644)
    assert server.apply(given=NEW) == 0
    manifest = (server.kept(paths.MANIFEST) or b"").decode()
    names = [line.split("  ")[1] for line in manifest.splitlines()]
    assert sorted(names) == sorted(
        [
            str(paths.SITE),
            str(paths.LAUNCHER),
            f"{paths.UNITS}/firstlight.service",
            f"{paths.UNITS}/firstlight.service.d/credentials.conf",
            CADDYFILE,
            f"{paths.STAGED}{HOME}/.env",
            f"{paths.PROGRAM}/d1/__main__.py",
            f"{paths.PROGRAM}/runtime.tar.bz2",
            f"{paths.PROGRAM}/digest",
        ]
    )
    root = server.system.root
    checked = subprocess.run(
        ["sha256sum", "--check", "--quiet"], input=manifest.replace("  /", f"  {root}/").encode(), check=False
    )
    assert checked.returncode == 0


GZIP = gzip.compress(NEW)
BROKEN = "firstlight: this document is empty, damaged, too large, or not firstlight's\n"


@pytest.mark.parametrize(
    ("given", "why"),
    [
        (b"", BROKEN),
        (os.urandom(2000), BROKEN),
        (b"\x1f\x8b" + bytes(99), BROKEN),
        (GZIP[:-9], BROKEN),
        (gzip.compress(NEW + b" " * BOUND), BROKEN),
        (NEW + b" " * BOUND, BROKEN),
        (base64.b64encode(os.urandom(2001)), BROKEN),
        (mime(("x-shellscript", b"#!/bin/sh\n")), BROKEN),
        (b"#cloud-config\nwrite_files: [\n", BROKEN),
        (b"#cloud-config\n", BROKEN),
        (b"#cloud-config\n- a list\n", BROKEN),
        (b"#cloud-config-archive\n- type: x\n", BROKEN),
        (FOREIGN, BROKEN),
        (mime(("cloud-config", FOREIGN)), BROKEN),
        (b"#cloud-config\n" + b"[" * 500, BROKEN),
        (NEW[: NEW.index(b"bootcmd")], BROKEN),
        (NEW[: len(NEW) // 2], BROKEN),
        (bytes(Doc(FILES | {CADDYFILE: {"content": "x", "append": True}})), BROKEN),
        (bytes(Doc(FILES | {CADDYFILE: {"content": "x", "owner": "1000:1000"}})), BROKEN),
        (bytes(Doc(FILES | {CADDYFILE: {"content": 10**9}})), BROKEN),
        (bytes(Doc(FILES | {CADDYFILE: {"content": "x", "permissions": "rw"}})), BROKEN),
        (
            bytes(Doc(site=DATA | {"domains": ["other.example.com"]})),
            "for other.example.com (infrakt), and this server is infrakt.example.com (infrakt)",
        ),
        (bytes(Doc(site=DATA | {"name": "app"})), "for infrakt.example.com (app)"),
        (bytes(Doc(version="0.0.9")), "older firstlight"),
        (bytes(Doc(version="0.0.9", header="# By firstlight {version}; the same again:\n")), "older firstlight"),
        (bytes(Doc(header="")), "older firstlight"),
    ],
)
def test_what_is_refused_changes_nothing(
    server: Server, old: Tree, given: bytes, why: str, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert server.apply(given=given) == 2
    assert server.tree() == old
    said = capsys.readouterr()
    assert why in said.err
    assert said.out == ""
    assert server.kept(paths.DOCUMENT) == OLD
    assert not server.system.calls
    # Whose document it is can be waived, and how old it is; nothing else.
    assert server.apply("--force", given=given) == (0 if "for " in why or "older" in why else 2)


def test_what_is_cut_off_is_refused_or_whole() -> None:
    whole = document.read(NEW)
    for cut in range(0, len(NEW), 41):
        with contextlib.suppress(Refused):
            assert document.read(NEW[:cut]) == whole


def test_what_cannot_be_read_is_said(server: Server, capsys: pytest.CaptureFixture[str]) -> None:
    assert server.apply("/nonexistent/\u202ex") == 1
    assert "No such file or directory: '/nonexistent/\\u202ex'\n" in capsys.readouterr().err


def test_no_message_repeats_a_document(server: Server, capsys: pytest.CaptureFixture[str]) -> None:
    sample = "-".join(["a", "sample", "value"])
    for text in [NEW + f"\nx: [{sample}".encode(), NEW.replace(b"content:", f"content: *{sample}".encode())]:
        assert server.apply(given=text) == 2
    assert sample not in "".join(capsys.readouterr())


def test_without_pyyaml(server: Server, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setitem(sys.modules, "yaml", None)
    assert server.apply(given=NEW) == 2
    assert "apt-get install python3-yaml" in capsys.readouterr().err
    assert server.apply() == 0


def test_a_newer_firstlight_may_say_more(server: Server) -> None:
    """The data file of another version is for the program that comes with it."""
    newer = DATA | {"version": 2, "more": {}}
    assert server.apply(given=bytes(Doc(site=newer, version="0.2.0"))) == 0
    assert json.loads(server.kept(paths.SITE) or b"") == newer


def test_a_site_that_cannot_be_read_is_replaced(server: Server, old: Tree) -> None:
    for broken in (b"", b"{", b"[]", b'{"domains": []}'):
        Disk(server.system.root).write(paths.SITE, broken, 0o644)
        assert server.apply(given=OLD) == 0
        assert server.tree() == old
    Disk(server.system.root).remove(paths.SITE)
    assert server.apply(given=OLD) == 0
    assert server.tree() == old


def test_what_is_for_a_new_server_is_named(server: Server, old: Tree, capsys: pytest.CaptureFixture[str]) -> None:
    outside = ["/etc/passwd", "/etc/firstlight/../shadow", f"{HOME}x/y", "/etc/systemd/system/x.service", "relative"]
    doc = Doc(FILES | dict.fromkeys(outside, "x"), more={"packages": ["x"], "users": [], "runcmd": [["x"], ["y"]]})
    assert server.apply(given=bytes(doc)) == 0
    said = capsys.readouterr().out.splitlines()[-2]
    named = ", ".join(["commands", "packages", "users", *outside])
    assert said == f"needs a new server or cloud-init, not applied: {named}"
    assert server.tree() == old
    assert server.apply(given=mime(("cloud-config", OLD), ("cloud-config", FOREIGN))) == 0
    assert "not applied: other MIME parts\n" in capsys.readouterr().out


def test_back_and_forth(server: Server, old: Tree, new: Tree) -> None:
    older = bytes(Doc(version="0.0.1"))
    assert server.apply("--back") == 2
    assert server.apply(given=NEW) == 0
    for _ in range(2):
        assert server.apply("--back") == 0
        assert server.tree()[CADDYFILE] == old[CADDYFILE]
        assert server.tree()[f"{paths.PROGRAM}/runtime.tar.bz2"] == (b"packed", 0o644)
        assert server.apply("--back") == 0
        assert server.tree() == new
    # The same again is not one before.
    assert server.apply(given=NEW) == 0
    assert server.kept(paths.BEFORE) == OLD
    assert server.apply("--force", given=older) == 0
    assert server.apply("--back") == 0
    assert server.apply("--back") == 0  # though it is older
    assert server.kept(paths.DOCUMENT) == older


def test_back_to_what_cloud_init_laid(server: Server, old: Tree) -> None:
    Disk(server.system.root).remove(paths.DOCUMENT)
    Disk(server.system.root).write(paths.USER_DATA, gzip.compress(OLD), 0o600)
    assert server.apply(given=NEW) == 0
    assert server.apply("--back") == 0
    assert server.tree()[CADDYFILE] == old[CADDYFILE]


def test_after_the_volumes_went_the_same_document_begins_anew(
    server: Server, old: Tree, capsys: pytest.CaptureFixture[str]
) -> None:
    disk = Disk(server.system.root)
    disk.remove_folder(paths.LIBRARY)
    assert server.apply() == 2
    assert capsys.readouterr().err == BROKEN
    disk.write(paths.USER_DATA, OLD, 0o600)
    assert server.apply() == 0
    assert server.tree()[CADDYFILE] == old[CADDYFILE]


def half_way(server: Server) -> Tree:
    """What `run` makes of it, which comes next after a power cut."""
    journal.finish(server.means.disk)
    return server.tree()


@pytest.fixture
def few(server: Server) -> tuple[Tree, Tree]:
    """The trees of the small documents, of which the new one comes next."""
    shutil.rmtree(server.system.root)
    server.system.root.mkdir()
    trees = []
    for given in (FEW_OLD, FEW_NEW, FEW_OLD):
        assert server.apply(given=given) == 0
        trees.append(server.tree())
        reset(server)
    return trees[0], trees[1]


def reset(server: Server) -> None:
    """The old document once more, and nothing of the new one."""
    (server.system.root / HOME[1:] / "more/file").unlink(missing_ok=True)
    disk = server.means.disk
    *_, files, _ = document.read(FEW_OLD)
    for path, (data, mode) in files.items():
        content = disk.read(path)
        if not content or content.data != data:
            disk.write(path, data, mode)
    disk.write(paths.DOCUMENT, FEW_OLD, 0o600)
    disk.remove(paths.BEFORE)


def test_a_power_cut_leaves_all_or_nothing(server: Server, few: tuple[Tree, Tree]) -> None:
    seen = set()
    for _ in kills(lambda: server.apply(given=FEW_NEW)):
        now = half_way(server)
        assert now in few
        seen.add(now == few[1])
        reset(server)
    assert seen == {False, True}


def test_what_follows_a_power_cut_may_be_cut_off_too(server: Server) -> None:
    disk = server.means.disk
    files = {PurePosixPath(HOME, name): (b"new", 0o600) for name in ("a", "b")}
    seen = set()
    for path in files:
        disk.write(path, b"old", 0o600)
    for _ in kills(lambda: journal.put(disk, files)):
        for _ in kills(lambda: journal.finish(disk)) if disk.read(paths.JOURNAL) else ():
            pass
        seen.add(tuple(server.kept(path) for path in files))
        assert not list(server.system.root.rglob("*.apply.firstlight-new"))
        for path in files:
            disk.write(path, b"old", 0o600)
    assert seen == {(b"old", b"old"), (b"new", b"new")}


@pytest.mark.parametrize("error", [errno.ENOSPC, errno.EIO])
def test_a_full_disk_leaves_all_or_nothing(server: Server, few: tuple[Tree, Tree], error: int) -> None:
    codes = set()
    for raised in faults(lambda: codes.add(server.apply(given=FEW_NEW)), error):
        assert raised is None
        assert half_way(server) in few
        reset(server)
    assert codes == {0, 1}


def test_on_a_full_disk_the_steps_begin_and_say_so(server: Server, capsys: pytest.CaptureFixture[str]) -> None:
    manifest = server.system.root / str(paths.MANIFEST)[1:]
    manifest.unlink()
    manifest.mkdir()  # so that it cannot be written either
    assert server.apply() == 1
    assert str(paths.MANIFEST) in capsys.readouterr().err
    assert server.system.ran("systemctl", "enable", "--now")


def test_only_one_at_a_time(server: Server, old: Tree, capsys: pytest.CaptureFixture[str]) -> None:
    with journal.alone(server.means):
        assert server.apply(given=NEW) == 1
        assert server.apply() == 1
    assert server.tree() == old
    assert "another firstlight apply is at work" in capsys.readouterr().err
    assert server.apply(given=NEW) == 0


def test_what_another_has_left_is_finished_first(server: Server, new: Tree) -> None:
    disk = server.means.disk
    for _ in kills(lambda: journal.put(disk, {PurePosixPath(f"{HOME}/x"): (b"x", 0o600)})):
        if (server.system.root / HOME[1:] / ".x.apply.firstlight-new").exists():
            break
    assert server.apply(given=NEW) == 0
    assert not list(server.system.root.rglob("*.firstlight-new"))


def test_what_stands_in_the_way_is_found_before_anything_changes(
    server: Server, old: Tree, capsys: pytest.CaptureFixture[str]
) -> None:
    (server.system.root / HOME[1:] / "more/file").mkdir(parents=True)
    assert server.apply(given=NEW) == 1
    assert server.tree() == old
    assert f"{HOME}/more/file" in capsys.readouterr().err
