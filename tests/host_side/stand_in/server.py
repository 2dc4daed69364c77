"""A real server on loopback, which says exactly the bytes it is told: whole answers, and broken ones."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator

Talk = Callable[[socket.socket, bytes], None]


def say(*pieces: bytes, pause: float = 0.0) -> Talk:
    """Says these pieces, with pauses of so many seconds after each, and hangs up."""

    def talk(client: socket.socket, _asked: bytes) -> None:
        for piece in pieces:
            client.sendall(piece)
            time.sleep(pause)

    return talk


@contextlib.contextmanager
def server(
    talk: Talk, wrap: Callable[[socket.socket], socket.socket] = lambda sock: sock
) -> Iterator[tuple[int, list[bytes]]]:
    """The port it listens at, and the requests it has heard. `wrap` puts TLS around a connection."""
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            while True:
                try:
                    client, _ = listener.accept()
                except OSError:
                    return
                with client, contextlib.suppress(OSError):
                    client.settimeout(10)
                    with wrap(client) as inner:
                        asked = inner.recv(65536)
                        heard.append(asked)
                        talk(inner, asked)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield listener.getsockname()[1], heard
        listener.shutdown(socket.SHUT_RDWR)
        thread.join(10)
