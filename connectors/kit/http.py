"""The one way out: every call to a package passes these guards."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from connectors.kit.errors import ProviderError, RateLimited, Unavailable, UnexpectedAnswer
from connectors.kit.outcomes import Exchange
from connectors.kit.redaction import Redactor
from connectors.kit.text import Text
from connectors.kit.trace import KEPT, Trace, start_of

if TYPE_CHECKING:
    import httpx

    from connectors.kit.bearer import Bearer

DEADLINE = 30.0
"""Seconds that a whole call may take, from connecting to the last byte."""
PARTING = 5.0
"""Seconds that signing off may take."""
LARGEST = 5_000_000
"""Bytes that an answer may have."""

UNREACHABLE = Text(
    nl="{name} is nu niet bereikbaar. Je gegevens zijn bewaard; we proberen het opnieuw.",
    en="{name} cannot be reached at the moment. Your details are kept; we will try again.",
)
BUSY = Text(
    nl="{name} vraagt ons even te wachten. We proberen het straks opnieuw.",
    en="{name} asks us to wait a little. We will try again later.",
)
OURS = Text(
    nl="Er ging bij ons iets mis. Je hoeft niets te doen.",
    en="Something went wrong on our side. You need do nothing.",
)


def open_client(connections: int = 100) -> httpx.Client:
    """The process's client, for at most ``connections`` calls at once; share one, it is thread-safe.

    TLS is verified, redirects are not followed, cookies are not kept, proxies of the system are not used.
    """
    from connectors.kit.wire import client  # httpx is heavy: loaded where it is used

    return client(connections)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: status, headers with lower-case names, the whole body, and the words beside the status."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    reason: str = ""

    @property
    def text(self) -> str:
        """The body as text; bytes that are no UTF-8 are replaced."""
        return self.body.decode("utf-8", "replace")

    @property
    def is_html(self) -> bool:
        """Whether this is a web page where data was expected."""
        kind = self.headers.get("content-type", "")
        start = self.body[:200].removeprefix(b"\xef\xbb\xbf").lstrip()
        return "html" in kind.lower() or start.lower().startswith((b"<!doctype html", b"<html"))


class Outside(ValueError):
    """A connector tried to reach a host that it did not declare, or without TLS: a fault of ours."""


def parse_at(entries: Iterable[str]) -> dict[str, str]:
    """``host=url`` entries as a map; plain http is allowed to loopback alone. ValueError says what is wrong."""
    at = {}
    for entry in entries:
        host, _, url = entry.partition("=")
        parts = urlsplit(url)
        if not host or parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(f"{entry!r} is not HOST=URL")
        if parts.username or parts.query or parts.fragment or parts.port == 0:
            raise ValueError(f"{host}: the address may have a path, but no user name, query or fragment")
        if parts.scheme == "http" and not is_loopback(parts.hostname):
            raise ValueError(f"{url!r}: plain http goes to loopback addresses alone")
        at[host.lower()] = url.rstrip("/")
    return at


def is_loopback(host: str) -> bool:
    """Whether ``host`` is this machine."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def is_below(host: str, family: str) -> bool:
    """Whether ``host`` is a plain name below the domain ``family``; nothing is below an empty one."""
    return bool(family) and re.fullmatch(rf"(?:[a-z0-9-]+\.)+{re.escape(family)}", host) is not None


class Http:
    """The way out of one run: its hosts, its secrets, its exchanges.

    ``hosts`` are the only reachable names, and those below ``family``, a domain of the package's own where it
    tells on the way which of its servers to call; ``at`` sends one of them to another address, after all
    guards, with its path as prefix and the real ``Host`` kept. After a host failed once with blame
    *provider*, later calls to it fail at once with the same error, so that an outage costs one deadline.
    ``bearer`` hands out the tokens of the consent that goes along, at packages that give consent.
    """

    def __init__(
        self,
        name: str,
        hosts: Iterable[str],
        *,
        client: httpx.Client,
        at: Mapping[str, str] | None = None,
        deadline: float = DEADLINE,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        bearer: Bearer | None = None,
        family: str = "",
    ) -> None:
        self.name = name
        self.bearer = bearer
        self.redact = Redactor()
        self._trace = Trace(self.redact)
        self._hosts = frozenset(host.lower() for host in hosts)
        self._family = family
        self._client = client
        self._at = {host.lower(): address.rstrip("/") for host, address in (at or {}).items()}
        self._deadline = deadline
        self._clock = clock
        self._down: dict[str, ProviderError] = {}

    def call(
        self,
        method: str,
        url: str,
        *,
        operation: str,
        shown: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
        content: bytes | None = None,
        params: Mapping[str, str] | None = None,
        deadline: float | None = None,
        parting: bool = False,
    ) -> Answer:
        """One call, of any status, within the deadline; a redirect is an answer like any other.

        ``operation`` and ``shown`` (names and values) are what evidence keeps of the request. Raises
        ``Unavailable`` when no whole answer came in time or the server said 502, 503 or 504,
        ``UnexpectedAnswer`` when the answer is too large, compressed or not HTTP, and
        ``Outside`` for an address that was not declared. A ``parting`` call signs off: it goes out once,
        with a short deadline, also to a host that was out of reach before (not to one that asked to wait).
        """
        target = self._guarded(url, params)
        host = target.host
        down = self._down.get(host)
        if down is not None and not (parting and isinstance(down, Unavailable)):
            raise down.with_traceback(None)
        if parting:
            deadline = min(PARTING, self._deadline)
        started = time.monotonic()
        came: Answer | str = "not sent"
        try:
            came = answer = self._send(method, target, headers or {}, content, deadline or self._deadline)
        except ProviderError as error:
            came = error.detail
            raise
        finally:
            self._note(method, target, operation, shown or {}, came, round((time.monotonic() - started) * 1000))
        self._refuse(host, answer)
        return answer

    def _guarded(self, url: str, params: Mapping[str, str] | None) -> httpx.URL:
        """The address as the client itself reads it, so that guard and call agree; ``Outside`` when not declared."""
        import httpx

        try:
            target = httpx.URL(url)
            if params:
                target = target.copy_merge_params(params)
        except httpx.InvalidURL:
            raise Outside("not a readable address") from None
        known = target.host in self._hosts or is_below(target.host, self._family)
        if target.scheme != "https" or not known or target.userinfo or target.port is not None:
            raise Outside(f"{target.scheme}://{target.host} is not among the declared hosts")
        return target

    def _send(
        self, method: str, target: httpx.URL, headers: Mapping[str, str], content: bytes | None, seconds: float
    ) -> Answer:
        import httpx

        from connectors.kit.wire import deadline

        address: httpx.URL | str = target
        extra = {"Accept-Encoding": "identity"}
        if target.host in self._at:
            address = self._at[target.host] + target.raw_path.decode("ascii")
            extra["Host"] = target.host
        request = self._client.build_request(
            method,
            address,
            content=content,
            headers={"User-Agent": "Koppelbalie", **headers, **extra},
            timeout=seconds,
        )
        try:
            with deadline(seconds):
                response = self._client.send(request, stream=True)
                return _whole(response)
        except httpx.TransportError as error:
            raise self._fallen(target.host, error) from None

    def _fallen(self, host: str, error: httpx.TransportError) -> ProviderError:
        import httpx

        if isinstance(error, httpx.ProtocolError) and not _hung_up(error):
            return UnexpectedAnswer(OURS, detail=f"{type(error).__name__}: no readable HTTP", in_doubt=True)
        never_sent = isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout)
        detail = f"{type(error).__name__} at {host}"
        return self._remember(
            host, Unavailable(UNREACHABLE.format(name=self.name), detail=detail, in_doubt=not never_sent)
        )

    def _refuse(self, host: str, answer: Answer) -> None:
        if answer.status in (502, 503, 504):
            detail = f"status {answer.status} from {host}"
            in_doubt = answer.status != 503  # 502 and 504 are of something in between: what stood behind may have acted
            raise self._remember(
                host, Unavailable(UNREACHABLE.format(name=self.name), detail=detail, in_doubt=in_doubt)
            )

    def _remember(self, host: str, error: ProviderError) -> ProviderError:
        self._down[host] = error
        return error

    def hold(self, host: str, error: RateLimited) -> RateLimited:
        """Make later calls of this run to ``host`` fail with ``error`` too; gives it back to raise."""
        self._down[host.lower()] = error
        return error

    def _note(
        self, method: str, target: httpx.URL, operation: str, shown: Mapping[str, object], answer: Answer | str, ms: int
    ) -> None:
        """Keep what was asked and answered; an ``answer`` in words says why there was none."""
        exchange = Exchange(
            method=method,
            host=target.host,
            path=target.path,
            operation=operation,
            request="  ".join(f"{key} {value}" for key, value in shown.items()),
            status=answer.status if isinstance(answer, Answer) else None,
            answer="" if isinstance(answer, Answer) else answer,
            ms=ms,
            at=self._clock(),
        )
        self._trace.note(exchange, answer.body if isinstance(answer, Answer) else None)

    def excerpt(self, answer: Answer, most: int = 200) -> str:
        """The redacted start of an answer, for the ``detail`` of an error; at most ``most`` characters."""
        return self.redact.excerpt(start_of(answer.body), most, cut=len(answer.body) > KEPT)

    def take_exchanges(self) -> tuple[Exchange, ...]:
        """The exchanges since the last time, redacted with every secret known by now, session ids included."""
        return self._trace.take()


def _whole(response: httpx.Response) -> Answer:
    """Status, headers and the whole body, as sent; refuses what is too large or was compressed unasked."""
    try:
        if response.headers.get("content-encoding", "identity").lower() != "identity":
            raise UnexpectedAnswer(OURS, detail="compressed answer that was not asked for", in_doubt=True)
        body = bytearray()
        for chunk in response.iter_raw():
            body += chunk
            if len(body) > LARGEST:
                raise UnexpectedAnswer(OURS, detail=f"answer of more than {LARGEST} bytes", in_doubt=True)
    finally:
        response.close()
    return Answer(response.status_code, dict(response.headers), bytes(body), response.reason_phrase)


def _hung_up(error: Exception) -> bool:
    """Whether the other side ended the connection, as against speaking something that is no HTTP."""
    return "disconnected" in str(error) or "closed" in str(error)


def retry_after(answer: Answer, *, otherwise: float) -> float:
    """Seconds that a ``Retry-After`` header asks for (delta form), else ``otherwise``; at least 1, at most a day."""
    try:
        seconds = float(answer.headers.get("retry-after", ""))
    except ValueError:
        return otherwise
    return min(max(seconds, 1.0), 86_400.0) if seconds == seconds else otherwise
