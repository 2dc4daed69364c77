"""The launcher, by the shells it may meet, with its paths below a test's folder."""

import hashlib
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

import firstlight
from strip import archive

SCRIPT = Path(firstlight.__file__).parents[3] / "sbin/firstlight"
COMMANDS = ("readlink", "flock", "sha256sum", "rm", "mkdir", "tar", "sync", "mv", "ln")
"""Every program that it runs before ours."""

# Says which program it is, what it was given, and which modules it has.
MAIN = "import sys\nfrom part import NAME\nprint(NAME, *sys.argv[1:])\n"


@dataclass
class Server:
    shell: str
    root: Path

    @property
    def lib(self) -> Path:
        return self.root / "usr/local/lib/firstlight"

    def bring(self, name: str) -> str:
        """Lays a program as a document does; hands back its digest."""
        packed = archive({"__main__.py": MAIN, "part.py": f"NAME = {name!r}\n", "more/x.py": "#" * 9999})
        digest = hashlib.sha256(packed).hexdigest()
        self.lib.mkdir(parents=True, exist_ok=True)
        (self.lib / "runtime.tgz").write_bytes(packed)
        (self.lib / "runtime.sha256").write_text(f"{digest}  runtime.tgz\n")
        return digest

    def run(self, *words: str, path: str = "", **env: str) -> subprocess.CompletedProcess[str]:
        script = self.root / "launcher"
        script.write_text(
            SCRIPT.read_text().replace("/usr/local/lib", str(self.lib.parent)).replace("/var/lib", f"{self.root}/var")
        )
        paths = [path, str(Path(sys.executable).parent), "/usr/sbin:/usr/bin:/sbin:/bin"]
        return subprocess.run(
            [self.shell, str(script), *words],
            env={"PATH": ":".join(filter(None, paths)), **env},
            capture_output=True,
            text=True,
            check=False,
            start_new_session=True,
            timeout=60,
        )

    def link(self) -> str:
        return str((self.lib / "current").readlink())

    def half_laid(self) -> Path:
        journal = self.root / "var/firstlight/apply.json"
        journal.parent.mkdir(parents=True, exist_ok=True)
        journal.write_text("{}")
        return journal


@pytest.fixture(params=["dash", "bash"])
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Server:
    shell = shutil.which(request.param)
    if shell is None:
        pytest.skip(f"there is no {request.param}")
    return Server(shell, tmp_path)


def test_it_is_short() -> None:
    assert len(SCRIPT.read_text().splitlines()) <= 25
    assert SCRIPT.stat().st_mode & 0o777 == 0o755


def test_it_unpacks_once_and_hands_over_what_it_was_given(server: Server) -> None:
    digest = server.bring("one")
    done = server.run("status", "--wait", "5 5", "")
    assert (done.stdout, done.stderr, done.returncode) == ("one status --wait 5 5 \n", "", 0)
    assert server.link() == digest
    assert sorted(path.name for path in server.lib.iterdir()) == sorted(
        [digest, "current", "lock", "runtime.sha256", "runtime.tgz"]
    )
    assert (server.lib / "lock").stat().st_mode & 0o777 == 0o600
    before = [(path, path.stat().st_ctime_ns) for path in sorted(server.lib.rglob("*"))]
    assert server.run("x").stdout == "one x\n"
    assert [(path, path.stat().st_ctime_ns) for path in sorted(server.lib.rglob("*"))] == before


def test_a_newer_program_and_back(server: Server) -> None:
    one = server.bring("one")
    server.run()
    two = server.bring("two")
    assert (server.run().stdout, server.link()) == ("two\n", two)
    server.bring("one")
    assert (server.run().stdout, server.link()) == ("one\n", one)


def test_what_runs_keeps_its_modules(server: Server) -> None:
    """Its folder is the one of its digest, not the link, which may lead elsewhere by the time a module is needed."""
    digest = server.bring("one")
    (server.lib / digest).mkdir()
    (server.lib / digest / "__main__.py").write_text("import sys; print(sys.path[0])")
    assert server.run().stdout == f"{server.lib}/{digest}\n"


@pytest.mark.parametrize(
    ("file", "content", "said"),
    [
        ("runtime.tgz", b"", "runtime.tgz: FAILED"),
        ("runtime.tgz", None, "runtime.tgz"),
        ("runtime.sha256", b"", "runtime.sha256"),
        ("runtime.sha256", bytes(9), "runtime.sha256"),
        ("runtime.sha256", None, "runtime.sha256"),
    ],
)
def test_what_does_not_fit_is_said_and_changes_nothing(
    server: Server, file: str, content: bytes | None, said: str
) -> None:
    one = server.bring("one")
    server.run()
    server.bring("two")
    (server.lib / file).unlink()
    if content is not None:
        (server.lib / file).write_bytes(content)
    done = server.run("status")
    assert (done.returncode, done.stdout) == (1, "")
    assert said in done.stderr
    assert f"firstlight: {server.lib}/runtime." in done.stderr
    assert "cannot be used: bring the document to this server again" in done.stderr
    assert server.link() == one
    assert not list(server.lib.glob("*.new"))


def test_an_archive_that_cannot_be_unpacked(server: Server) -> None:
    server.bring("one")
    (server.lib / "runtime.tgz").write_bytes(b"no archive")
    digest = hashlib.sha256(b"no archive").hexdigest()
    (server.lib / "runtime.sha256").write_text(f"{digest}  runtime.tgz\n")
    for _ in range(2):
        done = server.run()
        assert (done.returncode, done.stdout) == (1, "")
        assert "runtime.tgz cannot be used" in done.stderr
    assert not (server.lib / digest).exists()


def test_half_a_document_is_left_to_the_program_that_began_with_it(server: Server) -> None:
    one = server.bring("one")
    server.run()
    two = server.bring("two")
    (server.lib / "runtime.tgz").write_bytes(b"not yet there")
    journal = server.half_laid()
    assert (server.run("run").stdout, server.link()) == ("one run\n", one)
    journal.unlink()
    server.bring("two")
    assert (server.run("run").stdout, server.link()) == ("two run\n", two)


def test_a_document_without_a_packed_program(server: Server) -> None:
    """`--encoding plain` lays the folder itself; there is nothing to unpack."""
    plain = server.lib / "d1"
    plain.mkdir(parents=True)
    (plain / "__main__.py").write_text("print('plain')")
    (server.lib / "runtime.sha256").write_text("d1\n")
    assert (server.run().stdout, server.link()) == ("plain\n", "d1")


def kills(server: Server, tools: Path) -> Iterator[str]:
    """Runs it again and again, each time killed at another place; yields after each."""
    tools.mkdir()
    for name in COMMANDS:
        real = shutil.which(name, path="/usr/bin:/bin:/usr/sbin:/sbin")
        half = f'[ "$WHEN" = after ] || "{real}" "$@" part.py' if name == "tar" else ""
        (tools / name).write_text(
            f"""#!/bin/sh
echo {name} >>"$COUNT"
now=$(wc -l <"$COUNT")
[ "$now-$WHEN" != "$AT-before" ] || {{ {half or ":"}; kill -KILL 0; }}
"{real}" "$@"
code=$?
[ "$now-$WHEN" != "$AT-after" ] || kill -KILL 0
exit $code
"""
        )
        (tools / name).chmod(0o755)
    for when in ("before", "after"):
        at = 0
        while True:
            at += 1
            count = server.root / "count"
            count.write_text("")
            done = server.run("x", path=str(tools), COUNT=str(count), AT=str(at), WHEN=when)
            if done.returncode == 0:
                break
            assert done.returncode == -9, done.stderr
            yield f"{when} {count.read_text().split()[-1]}"


def test_wherever_it_is_killed_the_next_run_goes_on(server: Server, tmp_path: Path) -> None:
    places = []
    one = server.bring("one")
    server.run()
    two = server.bring("two")
    for place in kills(server, tmp_path / "tools"):
        places.append(place)
        assert server.link() in (one, two)
        done = server.run("y")
        assert (done.stdout, server.link()) == ("two y\n", two), place
        assert (server.lib / two / "more/x.py").stat().st_size == 9999
        # Once more from the beginning.
        shutil.rmtree(server.lib / two)
        (server.lib / "current").unlink()
        (server.lib / "current").symlink_to(one)
    used = {place.split()[1] for place in places}
    assert used == set(COMMANDS) - {"readlink"}


def test_many_at_once(server: Server) -> None:
    digest = server.bring("one")
    script = server.root / "launcher"
    server.run()
    for _ in range(3):
        shutil.rmtree(server.lib / digest)
        (server.lib / "current").unlink()
        env = {"PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin"}
        many = [
            subprocess.Popen([server.shell, script, str(n)], env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            for n in range(6)
        ]
        assert [one.communicate() for one in many] == [(f"one {n}\n".encode(), b"") for n in range(6)]
