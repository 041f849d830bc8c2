"""The ways in which a package lets us down, for its emulator to play."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

HUGE = 10_000_000
"""Bytes of an answer that is far too large."""
PAGE = """<!DOCTYPE html>
<html lang="nl"><head><title>Onderhoud</title></head>
<body><h1>Even geduld</h1><p>Wij zijn bezig met onderhoud.</p></body></html>
"""
LAUGHS = """<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE lach [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>
<lach>&c;</lach>
"""
OUTSIDE = """<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE lees [<!ENTITY bestand SYSTEM "file:///etc/hostname">]>
<lees>&bestand;</lees>
"""


def _response(body: str | bytes, status: int = 200, kind: str = "text/plain; charset=utf-8") -> Response:
    from werkzeug.wrappers import Response  # an emulator's own: loaded where it is used

    return Response(body, status, content_type=kind)


def outage(status: int = 503) -> Response:
    """The package is down; 502, 503 or 504."""
    return _response("Service Unavailable", status)


def broken(kind: str = "text/plain; charset=utf-8") -> Response:
    """500 without a word that a client could read."""
    return _response("Internal Server Error", 500, kind)


def limited(retry_after: int | None = None) -> Response:
    """429, with ``Retry-After`` in seconds when given."""
    response = _response("Too Many Requests", 429)
    if retry_after is not None:
        response.headers["Retry-After"] = str(retry_after)
    return response


def slow(answer: Response, seconds: float = 40.0) -> Response:
    """The answer, after ``seconds``: longer than a caller waits."""
    time.sleep(seconds)
    return answer


def drip(answer: Response, pause: float = 0.05) -> Response:
    """The answer byte by byte with ``pause`` seconds between: every single read is in time, the whole is not."""
    body = answer.get_data()

    def drops() -> Iterator[bytes]:
        for at in range(len(body)):
            time.sleep(pause)
            yield body[at : at + 1]

    answer.response = drops()
    answer.headers["Content-Length"] = str(len(body))
    return answer


def cut(answer: Response) -> Response:
    """Half of the answer under the length of the whole, then the connection ends."""
    body = answer.get_data()
    answer.response = [body[: len(body) // 2]]
    answer.headers["Content-Length"] = str(max(len(body), 1))
    return answer


def halved(answer: Response) -> Response:
    """Half of the answer, well delivered: the package itself stopped in the middle."""
    body = answer.get_data()
    answer.set_data(body[: len(body) // 2])
    return answer


def web_page(status: int = 200) -> Response:
    """A web page where data was expected."""
    return _response(PAGE, status, "text/html; charset=utf-8")


def empty(answer: Response) -> Response:
    """The status and headers of the answer, without its body."""
    answer.set_data(b"")
    return answer


def huge(answer: Response) -> Response:
    """Ten megabytes in the content type of the answer."""
    answer.set_data(b" " * HUGE)
    return answer


def foreign(answer: Response) -> Response:
    """The answer with all its namespaces and member names in another spelling."""
    body = answer.get_data()
    answer.set_data(body.replace(b"http://", b"urn:other:").replace(b'":', b'_":'))
    return answer


def entities() -> Response:
    """XML that grows when it is read."""
    return _response(LAUGHS, kind="text/xml; charset=utf-8")


def outside() -> Response:
    """XML that asks its reader for a file."""
    return _response(OUTSIDE, kind="text/xml; charset=utf-8")


def moved(to: str) -> Response:
    """A redirect to another host."""
    response = _response("", 302)
    response.headers["Location"] = to
    return response


def drop() -> Response:
    """No answer at all: the connection ends."""
    raise ConnectionAbortedError
