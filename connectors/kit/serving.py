"""A small threaded HTTP/1.1 server for emulators: kept-alive connections, each answer in one write."""

from __future__ import annotations

import io
import logging
import socket
import threading
from collections.abc import Iterable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication, WSGIEnvironment

log = logging.getLogger(__name__)

LARGEST_REQUEST = 10_000_000
"""Bytes that a request's body may have."""


class Server(ThreadingHTTPServer):
    """Serves ``app`` on a loopback port until ``shutdown()``; ``url`` is where it stands."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 256

    def __init__(self, app: WSGIApplication, port: int) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.app = app
        self.port: int = self.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._open: set[socket.socket] = set()
        self._guard = threading.Lock()
        self._thread = threading.Thread(target=self.serve_forever, args=(0.05,), name="emulators", daemon=True)
        self._thread.start()

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._guard:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        with self._guard:
            self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Quiet: a caller that hangs up is part of the game."""

    def shutdown(self) -> None:
        """Stop, and end the connections that are still open."""
        super().shutdown()
        self._thread.join()
        self.server_close()
        with self._guard:
            still_open = list(self._open)
        for one in still_open:
            try:
                one.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue


def serve(app: WSGIApplication, port: int = 0) -> Server:
    """Serve ``app`` on 127.0.0.1 in the background; port 0 takes a free one. OSError when the port is taken."""
    return Server(app, port)


class _Handler(BaseHTTPRequestHandler):
    """Speaks WSGI. An app that raises ``ConnectionError`` hangs up on its caller."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    timeout = 120
    server: Server

    def handle(self) -> None:
        try:
            super().handle()
        except OSError:
            self.close_connection = True

    def __getattr__(self, name: str) -> Any:
        if name.startswith("do_"):  # every method is the app's own business
            return self._answer
        raise AttributeError(name)

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet."""

    def _answer(self) -> None:
        length = self.headers.get("Content-Length", "0")
        if "Transfer-Encoding" in self.headers or not length.isdigit() or int(length) > LARGEST_REQUEST:
            self.send_error(411)
            return
        body = self.rfile.read(int(length))
        try:
            _Exchange(self, self._environ(body)).run(self.server.app)
        except ConnectionError:
            self.close_connection = True
        except Exception:
            log.exception("the emulator broke")
            self.close_connection = True

    def _environ(self, body: bytes) -> WSGIEnvironment:
        path, _, query = self.path.partition("?")
        environ: WSGIEnvironment = {
            "REQUEST_METHOD": self.command,
            "SCRIPT_NAME": "",
            "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
            "QUERY_STRING": query,
            "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            "CONTENT_LENGTH": str(len(body)),
            "REMOTE_ADDR": self.client_address[0],
            "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": str(self.server.port),
            "SERVER_PROTOCOL": self.request_version,
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(body),
            "wsgi.errors": io.StringIO(),
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }
        for name, value in self.headers.items():
            environ[f"HTTP_{name.upper().replace('-', '_')}"] = value
        return environ


class _Exchange:
    """One answer on its way: headers leave with the first part of the body, as apart they cost 40 ms."""

    def __init__(self, handler: _Handler, environ: WSGIEnvironment) -> None:
        self._handler = handler
        self._environ = environ
        self._head = b""
        self._promised: int | None = None
        self._sent = 0

    def run(self, app: WSGIApplication) -> None:
        parts: Iterable[bytes] = app(self._environ, self._start)
        try:
            for part in parts:
                self._write(part)
            self._write(b"")
        finally:
            if hasattr(parts, "close"):
                parts.close()
        if self._promised != self._sent:  # cut short on purpose, or of unknown length: only hanging up ends it
            self._handler.close_connection = True

    def _start(self, status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
        lengths = [value for name, value in headers if name.lower() == "content-length"]
        bodyless = self._environ["REQUEST_METHOD"] == "HEAD" or status[:3] in ("204", "304")
        self._promised = 0 if bodyless else int(lengths[0]) if lengths else None
        lines = [f"HTTP/1.1 {status}", *(f"{name}: {value}" for name, value in headers)]
        if self._promised is None:
            lines.append("Connection: close")
        self._head = "\r\n".join([*lines, "", ""]).encode("latin-1")
        return self._write

    def _write(self, part: bytes) -> None:
        if self._environ["REQUEST_METHOD"] == "HEAD":
            part = b""
        out, self._head = self._head + part, b""
        if out:
            self._handler.connection.sendall(out)
        self._sent += len(part)
