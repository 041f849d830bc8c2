"""Emulators of packages: the provider's wire format, made-up clubs, and faults."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from connectors.kit.outcomes import Outcome
from connectors.kit.text import Text

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

    from werkzeug.wrappers import Request, Response

    from connectors.kit.connector import Connector
    from connectors.kit.serving import Server

    Handler = Callable[[Request], Response]

ADDRESSES = "koppelbalie.addresses"
"""Key of a request's environment: the pattern of the addresses that its caller should be told."""


@dataclass(frozen=True, slots=True)
class MadeUpClub:
    """A club of the sandbox.

    ``input`` is what ``--input`` takes; ``expected`` maps every check to its outcome; ``says`` tells what
    the club is for. ``featured`` clubs are offered to people who try the demo.
    """

    name: str
    input: Mapping[str, str]
    expected: Mapping[str, Outcome]
    says: Text
    featured: bool = False


@dataclass(frozen=True, slots=True)
class Sandbox:
    """An emulator: a handler per real host name, its made-up clubs, and host keys that it accepts.

    ``handlers`` map a host name to a function from a werkzeug request, whose ``path`` is the provider's
    own, to a werkzeug response. What an emulator remembers lives in one ``Sandbox``: a new one starts afresh.
    """

    handlers: Mapping[str, Handler]
    clubs: tuple[MadeUpClub, ...]
    host_input: Mapping[str, str] = field(default_factory=dict)

    def club(self, name: str) -> MadeUpClub:
        """The made-up club with this name; KeyError when there is none."""
        for club in self.clubs:
            if club.name == name:
                return club
        raise KeyError(name)


def address_of(request: Request, host: str) -> str:
    """Where the caller of ``request`` finds the emulated ``host``, without a slash at the end.

    Called by a real name the real https address, otherwise our own: so addresses in a WSDL, a cluster
    or a next page are right for both.
    """
    pattern: str = request.environ[ADDRESSES]
    return pattern.format(host=host)


class _Emulators:
    def __init__(self, handlers: Mapping[str, Handler], latency: float) -> None:
        self._handlers = handlers
        self._latency = latency

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        from werkzeug.exceptions import HTTPException
        from werkzeug.wrappers import Request

        host = self._placed(environ)
        if host is None:
            return self._directory()(environ, start_response)
        if self._latency:
            time.sleep(self._latency)
        try:
            response = self._handlers[host](Request(environ))
        except HTTPException as error:
            return error(environ, start_response)
        return response(environ, start_response)

    def _placed(self, environ: WSGIEnvironment) -> str | None:
        """Which host is called: by the first part of the path, else by the ``Host`` header. Sets the addresses."""
        own: str = environ.get("HTTP_HOST", "")
        called = own.partition(":")[0].lower()
        path: str = environ["PATH_INFO"]
        first, _, rest = path.lstrip("/").partition("/")
        prefixed = first.lower() in self._handlers
        if prefixed:
            environ["SCRIPT_NAME"], environ["PATH_INFO"] = f"/{first}", f"/{rest}"
        if called in self._handlers:
            environ["SCRIPT_NAME"], environ["wsgi.url_scheme"] = "", "https"
            environ[ADDRESSES] = "https://{host}"
            return first.lower() if prefixed else called
        environ[ADDRESSES] = f"{environ['wsgi.url_scheme']}://{own}/{{host}}"
        return first.lower() if prefixed else None

    def _directory(self) -> Response:
        from werkzeug.wrappers import Response

        lines = ["Sandboxes, each under its real host name:", *(f"/{host}/" for host in sorted(self._handlers))]
        return Response("\n".join([*lines, ""]), 404, content_type="text/plain; charset=utf-8")


def emulators(connectors: Iterable[Connector], latency: float = 0.0) -> WSGIApplication:
    """One app with the emulators of all ``connectors``, each answering after ``latency`` seconds.

    A host is reached under ``/<real host name>/...``, or at the root by its name in the ``Host`` header.
    """
    handlers = {host.lower(): handler for one in connectors for host, handler in one.sandbox().handlers.items()}
    return _Emulators(handlers, latency)


def at_sandbox(connectors: Iterable[Connector], url: str) -> dict[str, str]:
    """The map of hosts that sends ``connectors`` to the emulators served at ``url``."""
    return {host: f"{url.rstrip('/')}/{host}" for connector in connectors for host in connector.hosts}


def serve(app: WSGIApplication, port: int = 0) -> Server:
    """Serve ``app`` on 127.0.0.1 in the background; port 0 takes a free one. OSError when the port is taken."""
    from connectors.kit import serving  # an emulator's own: loaded where it is used

    return serving.serve(app, port)
