"""The pooled client under the one way out: each step of a call ends at one deadline, and calls share no memory."""

from __future__ import annotations

import logging
import socket
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from http.cookiejar import CookieJar, DefaultCookiePolicy
from ipaddress import ip_address
from ssl import SSLContext
from typing import Any

import httpcore
import httpx

from connectors.kit.pool import Pool

TALKATIVE = ("httpx", "httpcore.connection", "httpcore.http11", "httpcore.http2", "httpcore.proxy", "httpcore.socks")
"""Loggers that write whole addresses and headers, secrets included: silenced whatever their level."""

MOST_WAITING = 65_536
"""Bytes of a request that wait to leave together."""

_until: ContextVar[float] = ContextVar("until")


@contextmanager
def deadline(seconds: float) -> Iterator[None]:
    """Let every read, write and connection of the calls within end ``seconds`` from now."""
    token = _until.set(time.monotonic() + seconds)
    try:
        yield
    finally:
        _until.reset(token)


def _left(timeout: float | None) -> float:
    """Seconds until the deadline of the call under way, at most ``timeout``; raises when it has passed."""
    left = _until.get() - time.monotonic()
    if left <= 0:
        raise httpcore.ReadTimeout("deadline of the whole call")
    return left if timeout is None else min(left, timeout)


class _Stream(httpcore.NetworkStream):
    """A stream whose every step ends at the deadline of the whole call: httpx's own limits are per read.

    What is written waits for the next read, so that headers and body of a request leave together.
    """

    def __init__(self, inner: httpcore.NetworkStream) -> None:
        self._inner = inner
        self._socket: socket.socket = inner.get_extra_info("socket")
        self._waiting = bytearray()

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        if self._waiting:
            with suppress(httpcore.WriteError):  # it may have answered before it had read everything
                self._flush(timeout)
        return self._inner.read(max_bytes, _left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._waiting += buffer
        if len(self._waiting) > MOST_WAITING:
            self._flush(timeout)

    def _flush(self, timeout: float | None) -> None:
        """Sent here, as a limit for each part would let a slow reader stretch the whole."""
        rest, self._waiting = memoryview(self._waiting), bytearray()
        while rest:
            self._socket.settimeout(_left(timeout))
            try:
                rest = rest[self._socket.send(rest) :]
            except TimeoutError:
                raise httpcore.WriteTimeout from None
            except OSError as error:
                raise httpcore.WriteError(type(error).__name__) from None

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return _Stream(self._inner.start_tls(ssl_context, server_hostname, _left(timeout)))

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


class _Backend(httpcore.NetworkBackend):
    def __init__(self) -> None:
        self._inner = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        addresses = addresses_of(host, port, _left(timeout))
        for waiting in range(len(addresses), 0, -1):
            share = _left(timeout) / waiting  # an address that swallows packets leaves time for the next
            try:
                stream = self._inner.connect_tcp(addresses[-waiting], port, share, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                if waiting == 1:
                    raise
            else:
                return _Stream(stream)
        raise httpcore.ConnectError("no address")


def addresses_of(host: str, port: int, seconds: float) -> list[str]:
    """The IP addresses of ``host`` within ``seconds``, else an httpcore error.

    The system's resolver knows no limit: it gets a thread, which is left behind when it is late.
    """
    if _is_address(host):
        return [host]
    found: list[str] = []

    def look_up() -> None:
        try:
            entries = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            return
        found.extend(dict.fromkeys(str(entry[4][0]) for entry in entries))

    thread = threading.Thread(target=look_up, name="look-up", daemon=True)
    thread.start()
    thread.join(seconds)
    if found:
        return list(found)
    if thread.is_alive():
        raise httpcore.ConnectTimeout("name not found in time")
    raise httpcore.ConnectError("no such name")


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def client(connections: int) -> httpx.Client:
    """A client of at most ``connections`` calls at once: TLS verified, no redirects, cookies or system proxies."""
    for name in TALKATIVE:
        logging.getLogger(name).disabled = True
    tls = httpx.create_ssl_context(trust_env=False)
    transport = httpx.HTTPTransport(verify=tls, trust_env=False)
    transport._pool = Pool(connections, tls, _Backend())  # noqa: SLF001 - httpx offers no way to hand one in
    no_cookies = CookieJar(DefaultCookiePolicy(allowed_domains=[]))  # or one club's session rides along with another's
    return httpx.Client(transport=transport, cookies=no_cookies, follow_redirects=False, trust_env=False)
