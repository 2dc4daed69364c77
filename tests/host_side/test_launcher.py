"""The launcher, by the shells it may meet, with its paths below a test's folder."""

import bz2
import hashlib
import io
import itertools
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

import firstlight
from strip import archive

SCRIPT = Path(firstlight.__file__).parents[3] / "sbin/firstlight"
COMMANDS = ("readlink", "flock", "find", "sort", "xargs", "sha256sum", "rm", "python3", "sync", "mv", "ln")
"""Every program that it runs before ours."""

PYTHON = Path(sys.base_prefix, "bin")
"""Where the system's own Python is: the environment's looks for packages each time, which no server has."""

# Says which program it is, what it was given, and which modules it has.
MAIN = "import sys\nfrom part import NAME\nprint(NAME, *sys.argv[1:])\n"


def digest_of(modules: dict[str, str]) -> str:
    """As the compiler computes it: of what `sha256sum` prints for the modules in the order of their paths."""
    lines = [f"{hashlib.sha256(text.encode()).hexdigest()}  {name}\n" for name, text in sorted(modules.items())]
    return hashlib.sha256("".join(lines).encode()).hexdigest()


@dataclass
class Server:
    shell: str
    root: Path

    @property
    def lib(self) -> Path:
        return self.root / "usr/local/lib/firstlight"

    def bring(self, name: str, main: str = MAIN) -> str:
        """Lays a program as a document does; hands back its digest."""
        modules = {"__main__.py": main, "part.py": f"NAME = {name!r}\n", "more/x.py": "#" * 9999}
        self.lib.mkdir(parents=True, exist_ok=True)
        (self.lib / "runtime.tar.bz2").write_bytes(archive(modules))
        digest = digest_of(modules)
        (self.lib / "digest").write_text(f"{digest}\n")
        return digest

    def run(self, *words: str, path: str = "", **env: str) -> subprocess.CompletedProcess[str]:
        script = self.root / "launcher"
        script.write_text(
            SCRIPT.read_text().replace("/usr/local/lib", str(self.lib.parent)).replace("/var/lib", f"{self.root}/var")
        )
        paths = [path, str(PYTHON), "/usr/sbin:/usr/bin:/sbin:/bin"]
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
    code = [line for line in SCRIPT.read_text().splitlines() if not line.startswith("#")]
    assert len(code) <= 25
    assert SCRIPT.stat().st_mode & 0o777 == 0o755


def test_it_unpacks_once_and_hands_over_what_it_was_given(server: Server) -> None:
    digest = server.bring("one")
    done = server.run("status", "--wait", "5 5", "")
    assert (done.stdout, done.stderr, done.returncode) == ("one status --wait 5 5 \n", "", 0)
    assert server.link() == digest
    assert sorted(path.name for path in server.lib.iterdir()) == sorted(
        [digest, "current", "digest", "lock", "runtime.tar.bz2"]
    )
    assert (server.lib / "lock").stat().st_mode & 0o777 == 0o600
    before = [(path, path.stat().st_ctime_ns) for path in sorted(server.lib.rglob("*"))]
    assert server.run("x").stdout == "one x\n"
    assert [(path, path.stat().st_ctime_ns) for path in sorted(server.lib.rglob("*"))] == before


def test_its_modules_are_compiled_once(server: Server) -> None:
    """Afterwards nothing is written any more, and what somebody mends takes effect."""
    digest = server.bring("one")
    server.run()
    compiled = list((server.lib / digest).rglob("*.pyc"))
    assert {path.name.split(".")[0] for path in compiled} == {"__main__", "part", "x"}
    (server.lib / digest / "part.py").write_text("NAME = 'mended'\n")
    before = [path.stat() for path in compiled]
    assert server.run().stdout == "mended\n"
    assert [path.stat() for path in compiled] == before


def test_a_newer_program_and_back(server: Server) -> None:
    one = server.bring("one")
    server.run()
    two = server.bring("two")
    assert (server.run().stdout, server.link()) == ("two\n", two)
    server.bring("one")
    assert (server.run().stdout, server.link()) == ("one\n", one)


def test_a_program_from_an_address(server: Server, tmp_path: Path) -> None:
    """The network, and what is at the address, may come later. What is not the one that was meant is not run."""
    digest = server.bring("one")
    there = tmp_path / "there.tar.bz2"
    (server.lib / "runtime.tar.bz2").rename(tmp_path / "later")
    (server.lib / "digest").write_text(f"{digest} file://{there}\n")
    tools = tmp_path / "tools"
    tools.mkdir()
    count = tmp_path / "count"
    (tools / "sleep").write_text(
        f'#!/bin/sh\necho "$1" >>{count}\n[ "$(wc -l <{count})" != 3 ] || cp {tmp_path}/later {there}\n'
    )
    (tools / "sleep").chmod(0o755)
    done = server.run("x", path=str(tools))
    assert (done.stdout, count.read_text()) == ("one x\n", "10\n" * 3)
    assert done.stderr.startswith(f"firstlight: file://{there} <urlopen error [Errno 2] No such file or directory")
    assert "Traceback" not in done.stderr
    server.bring("two")
    (server.lib / "digest").write_text(f"{'0' * 64} file://{there}\n")
    assert (server.run("x", path=str(tools)).returncode, server.link()) == (1, digest)
    there.unlink()
    count.write_text("\n" * 9)
    done = server.run("x", path=str(tools))
    assert (done.returncode, count.read_text()) == (1, "\n" * 9 + "10\n" * 59)


def test_nothing_of_an_archive_but_its_modules_comes_to_the_disk(server: Server, tmp_path: Path) -> None:
    """Its digest is that of its modules, and looked at only when they are unpacked; its address may be another's."""
    digest = server.bring("one")
    path = server.lib / "runtime.tar.bz2"
    with tarfile.open(path, "r:bz2") as tar:
        members = [(one, tar.extractfile(one)) for one in tar]
        data = io.BytesIO()
        with tarfile.open(fileobj=data, mode="w", format=tarfile.PAX_FORMAT) as evil:
            for name, kind, target in [
                ("part.cpython-311-x86_64-linux-gnu.so", tarfile.REGTYPE, ""),
                ("__pycache__/part.cpython-311.pyc", tarfile.REGTYPE, ""),
                ("../../outside.py", tarfile.REGTYPE, ""),
                (f"{tmp_path}/outside.py", tarfile.REGTYPE, ""),
                ("out", tarfile.SYMTYPE, str(tmp_path)),
                ("more/link.py", tarfile.SYMTYPE, "/etc/passwd"),
                ("more/hard.py", tarfile.LNKTYPE, "part.py"),
                ("more/pipe.py", tarfile.FIFOTYPE, ""),
                ("folder.py", tarfile.DIRTYPE, ""),
            ]:
                entry = tarfile.TarInfo(name)
                entry.type, entry.linkname = kind, target
                evil.addfile(entry)
            for entry, content in members:
                entry.mode, entry.uid, entry.gid = 0o6777, 12345, 12345
                evil.addfile(entry, content)
    path.write_bytes(bz2.compress(data.getvalue()))
    done = server.run()
    assert (done.stdout, done.returncode) == ("one\n", 0)
    top = server.lib / digest
    found = {path.relative_to(top) for path in top.rglob("*") if "__pycache__" not in path.parts}
    assert {str(path) for path in found} == {"__main__.py", "part.py", "more", "more/x.py"}
    assert {(top / path).stat().st_mode & 0o7777 for path in found} == {0o644, 0o755}
    assert not list(tmp_path.rglob("outside.py"))


def test_what_runs_keeps_its_modules(server: Server) -> None:
    """Its folder is the one of its digest, not the link, which may lead elsewhere by the time a module is needed."""
    digest = server.bring("one", "import sys; print(sys.path[0])")
    assert server.run().stdout == f"{server.lib}/{digest}\n"


@pytest.mark.parametrize(
    ("file", "content", "said"),
    [
        ("runtime.tar.bz2", b"", "file could not be opened successfully"),
        ("runtime.tar.bz2", None, "runtime.tar.bz2"),
        ("runtime.tar.bz2", archive({"__main__.py": "print('another')"}), ""),
        ("digest", b"", ""),
        ("digest", bytes(9), ""),
        ("digest", b"../../etc", ""),
        ("digest", None, "digest"),
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
    assert f"firstlight: the program in {server.lib} is missing or damaged: bring the document" in done.stderr
    assert server.link() == one
    assert not list(server.lib.glob("*.new"))


def test_a_changed_program_that_is_brought_again_is_replaced(server: Server) -> None:
    """What somebody mended at night keeps running, and goes when its document is brought once more after another."""
    one = server.bring("one")
    server.run()
    (server.lib / one / "part.py").write_text("NAME = 'mended'\n")
    assert server.run().stdout == "mended\n"
    server.bring("two")
    server.run()
    server.bring("one")
    assert (server.run().stdout, server.link()) == ("one\n", one)


def test_half_a_document_is_left_to_the_program_that_began_with_it(server: Server) -> None:
    one = server.bring("one")
    server.run()
    two = server.bring("two")
    (server.lib / "runtime.tar.bz2").write_bytes(b"not yet there")
    journal = server.half_laid()
    assert (server.run("run").stdout, server.link()) == ("one run\n", one)
    journal.unlink()
    server.bring("two")
    assert (server.run("run").stdout, server.link()) == ("two run\n", two)


def test_a_document_without_a_packed_program(server: Server) -> None:
    """With `--encoding plain`, the document contains the folder; there is nothing to unpack."""
    modules = {"__main__.py": "print('plain')", "more/x.py": ""}
    digest = digest_of(modules)
    for name, text in modules.items():
        (server.lib / digest / name).parent.mkdir(parents=True, exist_ok=True)
        (server.lib / digest / name).write_text(text)
    (server.lib / "digest").write_text(f"{digest}\n")
    assert (server.run().stdout, server.link()) == ("plain\n", digest)
    # What is only half there is not run.
    (server.lib / "current").unlink()
    (server.lib / digest / "more/x.py").unlink()
    assert server.run().returncode == 1
    assert not (server.lib / "current").is_symlink()


def wrapped(tools: Path) -> None:
    """Every program, by one that counts its calls and kills all that runs before or after one of them."""
    tools.mkdir()
    flock = shutil.which("flock", path="/usr/bin:/bin")
    for name in COMMANDS:
        real = shutil.which(name, path=f"{PYTHON}:/usr/bin:/bin:/usr/sbin:/sbin")
        half = f'[ "$WHEN$2" != before-W ] || {{ "{real}" "$@"; rm -f "$7/part.py"; }}' if name == "python3" else ""
        (tools / name).write_text(
            f"""#!/bin/sh
now=
# Two of a pipe may come at the same time.
add='echo >>"$0"; wc -l <"$0"'
case $NAME in {name} | every) now=$({flock} "$COUNT-lock" sh -c "$add" "$COUNT.{name}") ;; esac
[ "$now-$WHEN" != "$AT-before" ] || {{ {half or ":"}; kill -KILL 0; }}
"{real}" "$@"
code=$?
[ "$now-$WHEN" != "$AT-after" ] || kill -KILL 0
exit $code
"""
        )
        (tools / name).chmod(0o755)


def kills(server: Server, tools: Path, old: str, new: str) -> Iterator[str]:
    """Runs it again and again, each time killed at another place; yields after each."""
    wrapped(tools)

    def run(name: str, at: int, when: str) -> int:
        # From the beginning, also after a run that came to its end.
        shutil.rmtree(server.lib / new, ignore_errors=True)
        (server.lib / "current").unlink()
        (server.lib / "current").symlink_to(old)
        for count in server.root.glob("count.*"):
            count.unlink()
        env = {"COUNT": f"{server.root}/count", "AT": str(at), "WHEN": when, "NAME": name}
        return server.run("x", path=str(tools), **env).returncode

    assert run("every", 0, "never") == 0
    # Each program's own calls are counted, because those of a pipe run at the same time.
    counts = {path.suffix[1:]: path.read_text().count("\n") for path in server.root.glob("count.*")}
    for name, calls in counts.items():
        for at, when in itertools.product(range(1, calls + 1), ("before", "after")):
            assert run(name, at, when) == -9
            yield f"{when} {name} {at}"


def state(lib: Path) -> str:
    """Everything that a run can find there; of what Python compiled, only that it is there, for it has times in it."""
    found = []
    for path in sorted(lib.rglob("*")):
        what = (
            str(path.readlink())
            if path.is_symlink()
            else path.is_file() and path.suffix != ".pyc" and path.read_bytes()
        )
        found.append((str(path.relative_to(lib)), what))
    return repr(found)


def test_wherever_it_is_killed_the_next_run_goes_on(server: Server, tmp_path: Path) -> None:
    places, states = [], set()
    one = server.bring("one")
    server.run()
    two = server.bring("two")
    for place in kills(server, tmp_path / "tools", one, two):
        places.append(place)
        assert server.link() in (one, two)
        # Many places leave the same behind, and the next run knows nothing else.
        left = state(server.lib)
        if left not in states:
            states.add(left)
            done = server.run("y")
            assert (done.stdout, server.link()) == ("two y\n", two), place
            assert (server.lib / two / "more/x.py").stat().st_size == 9999
    used = {place.split()[1] for place in places}
    assert used == set(COMMANDS)
    assert len(places) >= 30
    assert len(states) >= 7


def test_many_at_once(server: Server) -> None:
    digest = server.bring("one")
    script = server.root / "launcher"
    server.run()
    for _ in range(3):
        shutil.rmtree(server.lib / digest)
        (server.lib / "current").unlink()
        env = {"PATH": f"{PYTHON}:/usr/bin:/bin"}
        many = [
            subprocess.Popen([server.shell, script, str(n)], env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            for n in range(6)
        ]
        assert [one.communicate() for one in many] == [(f"one {n}\n".encode(), b"") for n in range(6)]
