import gc
import re
import socket
import ssl
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from firstlight import http
from firstlight.errors import Final, Later
from firstlight.http import Http, Request
from stand_in.server import say, server

SAMPLE = "-".join(["a", "sample", "value"])
NETWORK = Http()
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


def test_a_request_and_its_answer() -> None:
    answer = b"HTTP/1.1 201 Made\r\nX-One: a\r\nx-one: b\r\nContent-Length: 2\r\n\r\nok"
    with server(say(answer)) as (port, heard):
        response = NETWORK.send(Request("PUT", f"http://127.0.0.1:{port}/a?b=c", {"X-Key": SAMPLE}, b"body"))
    assert (response.status, response.body, response.headers["x-one"]) == (201, b"ok", "a, b")
    assert heard[0].startswith(b"PUT /a?b=c HTTP/1.1\r\n")
    assert f"X-Key: {SAMPLE}\r\n".encode() in heard[0]
    assert SAMPLE not in repr(Request("GET", "http://x/", {"X-Key": SAMPLE}, SAMPLE.encode()))
    assert "ok" not in repr(response)


def test_no_redirection_and_no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    with server(say(b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:9/\r\nContent-Length: 0\r\n\r\n")) as (
        port,
        heard,
    ):
        response = NETWORK.send(Request("GET", f"http://127.0.0.1:{port}"))
    assert response.status == 302
    assert heard[0].startswith(b"GET / HTTP/1.1\r\n")


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * (http.BODY + 1),
        b"HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n" + b"x" * (http.BODY + 1),
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n200000\r\n" + b"x" * 0x200000,
    ],
)
def test_a_body_has_a_bound(answer: bytes) -> None:
    with server(say(answer)) as (port, _), pytest.raises(Final, match="more than 1048576 bytes"):
        NETWORK.send(Request("GET", f"http://127.0.0.1:{port}/"))


def test_who_says_too_much_is_hung_up_on() -> None:
    ended: list[type[BaseException]] = []

    def talk(client: socket.socket, _asked: bytes) -> None:
        try:
            client.sendall(b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * (50 * http.BODY))
        except OSError as error:
            ended.append(type(error))

    gc.disable()
    try:
        # The error's traceback, which is held here, holds whatever was not closed.
        with server(talk) as (port, _), pytest.raises(Final) as error:
            NETWORK.send(Request("GET", f"http://127.0.0.1:{port}/"))
    finally:
        gc.enable()
    assert "more than" in str(error.value)
    # Not a TimeoutError: nobody was left waiting.
    assert [issubclass(one, ConnectionError) for one in ended] == [True]


def test_the_largest_body_is_taken() -> None:
    with server(say(b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * http.BODY)) as (port, _):
        assert len(NETWORK.send(Request("GET", f"http://127.0.0.1:{port}/")).body) == http.BODY


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"hello\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n10\r\nhalf",
        b"HTTP/1.1 200 OK\r\nX: " + b"x" * 100_000 + b"\r\n\r\n",
        b"HTTP/1.1 \x1b[31m OK\r\n\r\n",
    ],
)
def test_a_broken_answer_may_be_better_next_time(answer: bytes) -> None:
    with (
        server(say(answer)) as (port, _),
        pytest.raises(Later, match=rf"^no answer from http://127.0.0.1:{port}/: [\x20-\x7e]+$"),
    ):
        NETWORK.send(Request("GET", f"http://127.0.0.1:{port}/"))


@pytest.mark.parametrize(
    "pieces",
    [
        [b"H"] * 20,
        [b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n", *[b"x"] * 20],
        [b"HTTP/1.1 200 OK\r\n\r\n", *[b"x"] * 20],
    ],
)
def test_time_is_bounded_in_total(pieces: list[bytes]) -> None:
    with server(say(*pieces, pause=0.1)) as (port, _), pytest.raises(Later, match="TimeoutError"):
        NETWORK.send(Request("GET", f"http://127.0.0.1:{port}/", timeout=0.5001))


def test_what_cannot_be_reached() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(Later, match="Connection refused"):
        NETWORK.send(Request("GET", f"http://127.0.0.1:{port}/"))
    with pytest.raises(Later, match="Name or service|name resolution"):
        NETWORK.send(Request("GET", "http://no-such-name.invalid/"))


def test_every_address_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    kind = (socket.AF_INET, socket.SOCK_STREAM, 6, "")
    with server(say(OK)) as (port, _):
        found = [(*kind, (address, port)) for address in ("127.0.0.99", "127.0.0.1")]
        real = socket.getaddrinfo
        monkeypatch.setattr(
            socket, "getaddrinfo", lambda host, *rest, **more: found if host == "several" else real(host, *rest, **more)
        )
        assert NETWORK.send(Request("GET", f"http://several:{port}/")).body == b"ok"


@pytest.mark.parametrize(
    "url",
    [
        "ftp://x/",
        "http:///x",
        "http://x/a b",
        "http://x/\r\nHost: y",
        "http://u:p@x/",
        "http://[x/",
        "http://x:99999999/",
    ],
)
def test_an_address_that_cannot_be_asked(url: str) -> None:
    with pytest.raises(Final, match="cannot be sent"):
        NETWORK.send(Request("GET", url))


@pytest.mark.parametrize(
    ("name", "value"),
    [("A", f"{SAMPLE}\r\nB: c"), ("A", f"{SAMPLE}\u2028"), ("A\n", SAMPLE), ("A", f"{SAMPLE}\udc00")],
)
def test_what_cannot_be_sent_is_said_without_its_secret(name: str, value: str) -> None:
    with server(say(OK)) as (port, heard), pytest.raises(Final, match="cannot be sent") as error:
        NETWORK.send(Request("GET", f"http://127.0.0.1:{port}/", {name: value}))
    assert SAMPLE not in str(error.value)
    assert heard in ([], [b""])


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Callable[[socket.socket], socket.socket]]:
    folder = tmp_path_factory.mktemp("tls")
    pem = folder / "pem"
    make = (
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30 -subj /CN=site.example.com"
    )
    extra = ["-addext", "subjectAltName=DNS:site.example.com", "-keyout", str(folder / "key"), "-out", str(pem)]
    subprocess.run([*make.split(), *extra], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem, folder / "key")
    return pem, lambda sock: context.wrap_socket(sock, server_side=True)


def test_certificates(
    certificate: tuple[Path, Callable[[socket.socket], socket.socket]], monkeypatch: pytest.MonkeyPatch
) -> None:
    pem, wrap = certificate
    with server(say(OK), wrap) as (port, _):
        url = f"https://site.example.com:{port}/"
        assert NETWORK.send(Request("GET", url, any_certificate=True, address="127.0.0.1")).body == b"ok"
        with pytest.raises(Later, match="certificate verify failed: self"):
            NETWORK.send(Request("GET", url, address="127.0.0.1"))
        monkeypatch.setenv("SSL_CERT_FILE", str(pem))
        assert NETWORK.send(Request("GET", url, address="127.0.0.1")).body == b"ok"
        with pytest.raises(Later, match="certificate verify failed: .*mismatch"):
            NETWORK.send(Request("GET", f"https://other.example.com:{port}/", address="127.0.0.1"))


@pytest.mark.parametrize(("code", "is_said"), [(9, True), (10, True), (18, False)])
def test_a_certificate_of_another_time_or_a_wrong_clock(
    code: int, is_said: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    error = ssl.SSLCertVerificationError(1, "certificate verify failed: its reason")
    error.verify_code = code

    def refuse(_request: Request) -> None:
        raise error

    monkeypatch.setattr(http, "_exchange", refuse)
    with pytest.raises(Later, match="certificate verify failed: its reason") as raised:
        NETWORK.send(Request("GET", "https://site.example.com/"))
    assert bool(re.search("; this server's clock says [-0-9]{10} [0-9:]{5} UTC$", str(raised.value))) == is_said


def test_an_authority_as_old_as_docker_and_curl_take_it(
    certificate: tuple[Path, Callable[[socket.socket], socket.socket]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its certificate does not say what its key may be used for; Python has asked for that since 3.13."""
    pem, wrap = certificate
    usual = ssl.create_default_context

    def strict() -> ssl.SSLContext:
        context = usual()
        context.verify_flags |= ssl.VERIFY_X509_STRICT
        return context

    monkeypatch.setattr(ssl, "create_default_context", strict)
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    with server(say(OK), wrap) as (port, _):
        url = f"https://site.example.com:{port}/"
        assert NETWORK.send(Request("GET", url, address="127.0.0.1")).body == b"ok"


def test_a_handshake_that_never_ends_is_cut() -> None:
    with server(say(*[b"\x16"] * 30, pause=0.1)) as (port, _), pytest.raises(Later, match="no answer from"):
        NETWORK.send(Request("GET", f"https://localhost:{port}/", timeout=0.5, address="127.0.0.1"))
