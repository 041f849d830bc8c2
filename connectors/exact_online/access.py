"""The way into Exact Online: how consent is given, and calls with one, page by page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from connectors.exact_online import bodies
from connectors.exact_online.answers import Refusal, no_consent, raised, unreadable
from connectors.exact_online.bodies import Record
from connectors.exact_online.refusals import refusal_of, refused, row_of
from connectors.kit.bearer import Bearing
from connectors.kit.errors import ConsentExpired, ProviderError, RateLimited
from connectors.kit.http import Answer, Http
from connectors.kit.oauth import ClientAuth, Endpoints, OAuth
from connectors.kit.tokens import Tokens

if TYPE_CHECKING:
    from collections.abc import Callable

    from connectors.exact_online.login import Host
    from connectors.kit.credentials import Option

MOST_PAGES = 100
"""Pages of 60 rows after which a list can't be right."""
COUNTED = frozenset({400, 403, 404})
"""Answers that Exact counts as errors of ours, besides 401."""


@dataclass(frozen=True, slots=True)
class Call:
    """A question to the interface: where, which fields, which rows, and the right that it takes."""

    path: str
    select: str
    scope: str = ""
    where: str = ""
    top: int = 0

    def query(self) -> Mapping[str, str]:
        """What goes behind the address; without ``$select`` nothing is answered."""
        asked = {"$select": self.select}
        asked |= {"$filter": self.where} if self.where else {}
        return asked | ({"$top": str(self.top)} if self.top else {})


class Api:
    """Calls with one consent, one after the other.

    What was refused is not asked again in the same run: neither with a consent that is over, nor at the same place,
    as Exact counts errors by place and blocks who makes more than ten of them in an hour.
    """

    def __init__(self, host: Host, http: Http) -> None:
        self._site = host.site_name
        self._http = http
        self._bearing = Bearing(http, no_consent)
        self._over: ProviderError | None = None
        self._refused: dict[str, ProviderError] = {}
        self.given = self._bearing.given
        self.alive = self._bearing.alive

    def rows(self, call: Call) -> tuple[Record, ...]:
        """All rows that a call asks for. Raises the ``ProviderError`` that a refusal means."""
        query = urlencode(call.query(), quote_via=quote, safe="$,'")
        address = f"https://{self._site}/api/v1/{call.path}?{query}"
        rows: list[Record] = []
        for _ in range(MOST_PAGES):
            page = bodies.page(_named(call), self._get(call, address))
            rows += page.rows
            if not page.following:
                return tuple(rows)
            following = self._following(call, page.following)
            if following == address:
                break
            address = following
        raise unreadable(_named(call), "pages without an end")

    def _following(self, call: Call, given: str) -> str:
        """The next page as it is given, on the same site and no other."""
        try:
            parts = urlsplit(given)
            if parts.hostname == self._site:
                return f"https://{self._site}{parts.path}?{parts.query}"
        except ValueError:
            pass
        raise unreadable(_named(call), "a next page on another host")

    def _get(self, call: Call, address: str) -> Answer:
        before = self._over or self._refused.get(call.path)
        if before is not None:
            raise before.with_traceback(None)

        def send(tokens: Tokens) -> Answer:
            headers = {"Authorization": f"Bearer {tokens.access_token}", "Accept": "application/json"}
            shown = dict(parse_qsl(urlsplit(address).query))
            return self._http.call("GET", address, operation=call.path, shown=shown, headers=headers)

        def is_refused(answer: Answer) -> bool:
            is_odd = answer.status != 200 or answer.is_html
            return is_odd and row_of(self._refusal(call, answer)) == "X14"

        answer = self._bearing.call(send, is_refused)
        if answer.status == 200 and not answer.is_html:
            return answer
        raise self._held(call, self._refusal(call, answer))

    def _refusal(self, call: Call, answer: Answer) -> Refusal:
        return refusal_of(self._http, _named(call), answer)

    def _held(self, call: Call, refusal: Refusal) -> ProviderError:
        """The error of a refusal; one that asks us to wait makes later calls of this run wait too."""
        error = raised(row_of(refusal), refusal)
        match error:
            case RateLimited():
                return self._http.hold(self._site, error)
            case ConsentExpired():
                self._over = error
            case _ if refusal.status in COUNTED:
                self._refused[call.path] = error
        return error


def oauth(lists: Callable[[Host, Http], tuple[Option, ...]]) -> OAuth:
    """How consent is given: a code of three minutes, a token of ten, a refresh token of thirty days for one use."""
    return OAuth(
        endpoints=endpoints,
        client=ClientAuth.FORM,
        code_lives=timedelta(minutes=3),
        refused=refused,
        extra={"force_login": "1"},
        lives=timedelta(seconds=600),
        margin=timedelta(seconds=30),
        earliest=timedelta(seconds=570),
        keep_alive=timedelta(days=20),
        refresh_lives=timedelta(days=30),
        lists=lists,
        chooses="division",
    )


def endpoints(host: Host) -> Endpoints:
    """The addresses of consent, at the site where the host's app is registered."""
    site = f"https://{host.site_name}/api/oauth2"
    return Endpoints(authorize=f"{site}/auth", token=f"{site}/token")


def _named(call: Call) -> str:
    return f"{call.path} ({call.scope})" if call.scope else call.path
