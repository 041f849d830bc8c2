"""Servers that speak bytes of a test's choosing: for what no proper HTTP server would do."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Talk = Callable[[socket.socket], None]


def says(*parts: bytes, pause: float = 0.0, hang: float = 0.0) -> Talk:
    """Read a request, then send the parts with ``pause`` seconds before each, and end after ``hang`` seconds."""

    def talk(connection: socket.socket) -> None:
        connection.recv(65_536)
        for part in parts:
            time.sleep(pause)
            connection.sendall(part)
        time.sleep(hang)

    return talk


def drips(text: bytes, pause: float = 0.05) -> Talk:
    """Send a text byte by byte."""
    return says(*(bytes([one]) for one in text), pause=pause)


def deaf(connection: socket.socket) -> None:
    """Take the connection and read nothing."""
    time.sleep(3)


@contextmanager
def listening(talk: Talk) -> Iterator[str]:
    """A server's address; each connection is talked to in a thread of its own."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)

        def serve() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                threading.Thread(target=attend, args=(connection,), daemon=True).start()

        def attend(connection: socket.socket) -> None:
            with connection, contextlib.suppress(OSError):
                talk(connection)

        threading.Thread(target=serve, daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
        with contextlib.suppress(OSError):
            server.shutdown(socket.SHUT_RDWR)
