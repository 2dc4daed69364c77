import os
import socket
import sys
import tempfile
import threading
import time
from pathlib import Path

import pytest

from firstlight import system
from firstlight.system import NOT_FOUND, OUTPUT, TIMED_OUT, Done, System

HOST = System()


def python(code: str, timeout: float = 30, given: bytes | None = None) -> Done:
    return HOST.run([sys.executable, "-c", code], timeout=timeout, input=given)


def test_a_program_is_run_to_its_end() -> None:
    done = python("import sys; print(sys.stdin.read()[::-1]); print('oh', file=sys.stderr); sys.exit(3)", given=b"abc")
    assert done == Done(3, b"cba\n", b"oh\n")
    assert not done.ok
    assert python("").ok


def test_without_input_it_reads_nothing() -> None:
    assert python("import sys; print(repr(sys.stdin.read()))").out == b"''\n"


def test_its_environment_is_not_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOMETHING", "else")
    done = HOST.run(["env"], timeout=30, env={"ADDED": "1"})
    names = {line.split(b"=")[0] for line in done.out.splitlines()}
    assert names == {b"PATH", b"LC_ALL", b"HOME", b"ADDED"}


def test_a_program_that_is_not_there() -> None:
    done = HOST.run(["/no/such/program"], timeout=1)
    assert done == Done(NOT_FOUND, err=b"/no/such/program: No such file or directory")


def test_much_output_and_much_input_block_nothing_and_the_end_is_kept() -> None:
    code = (
        "import sys; d = sys.stdin.buffer.read(); sys.stderr.write('e' * 3000000); sys.stdout.buffer.write(d + b'end')"
    )
    done = python(code, given=b"x" * 3_000_000)
    assert len(done.out) == len(done.err) == OUTPUT
    assert done.out.endswith(b"xend")


def test_a_program_that_does_not_read_its_input() -> None:
    assert python("import os, sys; os.close(0); print('fine')", given=b"x" * 1_000_000) == Done(0, b"fine\n")


def lives(pid: int) -> bool:
    """Whether it runs: one that has died may wait long for somebody to notice."""
    state = Path(f"/proc/{pid}/stat")
    return state.exists() and ") Z " not in state.read_text()


def test_a_whole_group_is_ended_when_time_is_up() -> None:
    done = HOST.run(["sh", "-c", "sleep 60 & echo $!; sleep 60"], timeout=2)
    assert (done.code, done.err) == (TIMED_OUT, b"\nsh did not end within 2 s")
    for _ in range(100):
        if not lives(int(done.out)):
            return
        time.sleep(0.1)
    pytest.fail("what it started lives on")


def test_one_that_ignores_the_question_is_ended_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(system, "_GRACE", 0.3)
    code = "trap '' TERM; exec >&- 2>&-; while :; do sleep 0.1; done"
    assert HOST.run(["sh", "-c", code], timeout=1).code == TIMED_OUT


def test_one_that_closes_its_outputs_runs_on() -> None:
    assert python("import os, time; os.close(1); os.close(2); time.sleep(0.2); os._exit(5)").code == 5


def test_what_it_leaves_behind_does_not_hold_us(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(system, "_REST", 0.2)
    code = "import subprocess, sys; p = subprocess.Popen(['sleep', '20']); print(p.pid)"
    done = python(code)
    assert done.ok
    os.kill(int(done.out), 9)


def test_the_clock() -> None:
    before = HOST.monotonic()
    HOST.sleep(0.01)
    assert HOST.monotonic() >= before + 0.01
    assert HOST.now() > 1_500_000_000
    assert HOST.root == Path("/")


@pytest.mark.parametrize(
    ("answer", "wanted"),
    [
        (b"HTTP/1.0 200 OK\r\nServer: Docker\r\n\r\n[1]\n", Done(0, b"[1]\n")),
        (
            b'HTTP/1.0 404 Not Found\r\n\r\n{"message":"No such container: x"}\n',
            Done(1, b"", b'{"message":"No such container: x"}\n'),
        ),
        (b"", Done(1)),
        (b"\xff\r\n\r\nx", Done(1, b"", b"x")),
    ],
)
def test_docker_is_asked_by_its_socket(answer: bytes, wanted: Done) -> None:
    asked = []

    def serve(server: socket.socket) -> None:
        connection, _ = server.accept()
        with connection:
            asked.append(connection.recv(4096))
            connection.sendall(answer)

    # The name of a socket has at most 107 bytes.
    with tempfile.TemporaryDirectory(dir="/tmp") as root, socket.socket(socket.AF_UNIX) as server:
        path = Path(root, "run/docker.sock")
        path.parent.mkdir()
        server.bind(str(path))
        server.listen()
        thread = threading.Thread(target=serve, args=(server,))
        thread.start()
        here = System()
        here.root = Path(root)
        assert here.docker("/containers/json?all=1") == wanted
        thread.join()
        path.unlink()
        assert here.docker("/x").err == b"Docker does not answer: [Errno 2] No such file or directory"
    assert asked == [b"GET /containers/json?all=1 HTTP/1.0\r\nHost: docker\r\n\r\n"]
