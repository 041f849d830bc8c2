"""Kept connections: a call looks at one of them, where httpcore's own pool looks at all with everybody waiting."""

from __future__ import annotations

import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from ssl import SSLContext
from typing import Any, cast

import httpcore

KEPT = 30.0
"""Seconds that a connection is kept without use."""

Place = tuple[bytes, bytes, int]


class Pool(httpcore.ConnectionPool):
    """At most ``connections`` calls at once; the connection that was used last is used next.

    Raises ``httpcore.PoolTimeout`` when no call ends within the pool's timeout of a request.
    """

    def __init__(self, connections: int, tls: SSLContext, backend: httpcore.NetworkBackend) -> None:
        super().__init__(ssl_context=tls, keepalive_expiry=KEPT, network_backend=backend)
        self._room = threading.BoundedSemaphore(connections)
        self._idle: defaultdict[Place, deque[_Kept]] = defaultdict(deque)
        self._guard = threading.Lock()

    def handle_request(self, request: httpcore.Request) -> httpcore.Response:
        """Send a request over a kept or a new connection, which is given back when its answer is closed."""
        if not self._room.acquire(timeout=request.extensions.get("timeout", {}).get("pool")):
            raise httpcore.PoolTimeout("every connection is in use")
        connection = None
        try:
            connection = self._connection(request.url.origin)
            response = connection.handle_request(request)
        except BaseException:
            if connection is not None:
                connection.close()
            self._room.release()
            raise
        parts = cast("Iterable[bytes]", response.stream)
        return httpcore.Response(
            status=response.status,
            headers=response.headers,
            content=_Content(parts, lambda: self._give_back(request.url.origin, connection)),
            extensions=response.extensions,
        )

    def _connection(self, origin: httpcore.Origin) -> httpcore.ConnectionInterface:
        while (kept := self._take(origin)) is not None:
            if not kept.has_expired():
                return kept
            kept.close()
        return self.create_connection(origin)

    def _take(self, origin: httpcore.Origin) -> httpcore.ConnectionInterface | None:
        with self._guard:
            idle = self._idle[_place(origin)]
            return idle.pop().connection if idle else None

    def _give_back(self, origin: httpcore.Origin, connection: httpcore.ConnectionInterface) -> None:
        """Keep the connection if it can be used again, and end one that nobody used for long."""
        now = time.monotonic()
        ended = [] if connection.is_idle() else [connection]
        with self._guard:
            idle = self._idle[_place(origin)]
            if not ended:
                idle.append(_Kept(connection, now))
            if idle and now - idle[0].since > KEPT:
                ended.append(idle.popleft().connection)
        for one in ended:
            one.close()
        self._room.release()

    def close(self) -> None:
        """Close the connections that are not in use."""
        with self._guard:
            kept = [one.connection for idle in self._idle.values() for one in idle]
            self._idle.clear()
        for connection in kept:
            connection.close()


@dataclass(frozen=True, slots=True)
class _Kept:
    """A connection that nobody uses, and since when on the monotonic clock."""

    connection: httpcore.ConnectionInterface
    since: float


def _place(origin: httpcore.Origin) -> Place:
    return origin.scheme, origin.host, origin.port


class _Content:
    """The body of an answer, which gives its connection back once it is closed."""

    def __init__(self, parts: Iterable[bytes], done: Callable[[], None]) -> None:
        self._parts: Any = parts
        self._done = done
        self._closed = False

    def __iter__(self) -> Iterator[bytes]:
        yield from self._parts

    def close(self) -> None:
        if not self._closed:
            self._closed = True
            try:
                self._parts.close()
            finally:
                self._done()
