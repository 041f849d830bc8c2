"""What emulators of consent share: the page that lists the made-up clubs, and a memory of codes and pairs."""

from __future__ import annotations

import base64
import html
import secrets
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit

from connectors.kit.http import is_loopback
from connectors.kit.oauth import ClientAuth

if TYPE_CHECKING:
    from werkzeug.wrappers import Request, Response

    from connectors.kit.sandbox import MadeUpClub


@dataclass(frozen=True, slots=True)
class Rules:
    """How a package deals with consent. Lives are in seconds."""

    client_id: str
    client_secret: str
    auth: ClientAuth
    code_lives: float
    access_lives: float
    rotates: bool = True
    """Whether each refresh brings a new refresh token, and the former one can be used no more."""


class Trouble(StrEnum):
    """Why a code or a refresh token brings nothing."""

    UNKNOWN = "unknown"
    USED = "used"
    OLD = "old"
    OTHER_ADDRESS = "other address"
    EARLY = "early"


@dataclass(frozen=True, slots=True)
class Pair:
    """Tokens that were given out; ``at`` is when, in seconds of the emulator's clock, None for those made up."""

    club: str
    access: str = field(repr=False)
    refresh: str = field(repr=False)
    at: float | None = None
    scope: str = ""


@dataclass(frozen=True, slots=True)
class Redeemed:
    """What a good code stands for."""

    club: str
    nonce: str
    scope: str


@dataclass(frozen=True, slots=True)
class _Code:
    redeemed: Redeemed
    redirect_uri: str
    at: float
    used: bool = False


def made_up_access(key: str, club: str) -> str:
    """The access token of a made-up club that can be used again and again."""
    return f"made-up-access-{key}-{club}"


def made_up_refresh(key: str, club: str) -> str:
    """The refresh token beside it; used once, as any other one."""
    return f"made-up-refresh-{key}-{club}"


class Consents:
    """Codes and pairs of one emulator. Every club has a made-up pair besides those that are given out.

    ``received`` counts how often each refresh token came in, whatever became of it.
    """

    def __init__(
        self, key: str, clubs: Iterable[str], rules: Rules, clock: Callable[[], float] = time.time, prefix: str = ""
    ) -> None:
        self.rules = rules
        self.clock = clock
        self.received: Counter[str] = Counter()
        self._prefix = prefix
        self._codes: dict[str, _Code] = {}
        pairs = [Pair(club, made_up_access(key, club), made_up_refresh(key, club)) for club in clubs]
        self._by_access = {pair.access: pair for pair in pairs}
        self._by_refresh = {pair.refresh: pair for pair in pairs}
        self._spent: set[str] = set()
        self._guard = threading.Lock()

    def is_client(self, request: Request) -> bool:
        """Whether a call shows id and secret of the host in the way that the package asks for, and in no other."""
        form, header = request.form, request.headers.get("Authorization", "")
        in_form = (form.get("client_id"), form.get("client_secret"))
        ours = (self.rules.client_id, self.rules.client_secret)
        if self.rules.auth is ClientAuth.FORM:
            return in_form == ours and not header
        wanted = base64.b64encode(":".join(ours).encode()).decode()
        return header == f"Basic {wanted}" and in_form[1] is None

    def code_for(self, club: str, redirect_uri: str, *, nonce: str = "", scope: str = "") -> str:
        """A new code: good once, for a while, with this redirect address."""
        code = f"{self._prefix}{secrets.token_urlsafe(32)}"
        with self._guard:
            self._codes[code] = _Code(Redeemed(club, nonce, scope), redirect_uri, self.clock())
        return code

    def redeem(self, code: str, redirect_uri: str) -> Redeemed | Trouble:
        """What a code stands for; it is used up by this."""
        with self._guard:
            known = self._codes.get(code)
            if known is None:
                return Trouble.UNKNOWN
            self._codes[code] = replace(known, used=True)
            if known.used:
                return Trouble.USED
            if self.clock() - known.at > self.rules.code_lives:
                return Trouble.OLD
            return known.redeemed if redirect_uri == known.redirect_uri else Trouble.OTHER_ADDRESS

    def pair_for(self, club: str, scope: str = "") -> Pair:
        """A new pair for a club; what it had before goes on to be good."""
        pair = Pair(club, secrets.token_urlsafe(48), secrets.token_urlsafe(48), self.clock(), scope)
        with self._guard:
            self._by_access[pair.access] = self._by_refresh[pair.refresh] = pair
        return pair

    def pair_of(self, refresh: str) -> Pair | None:
        """The pair that a refresh token was given out with; None for an unknown one."""
        return self._by_refresh.get(refresh)

    def renew(self, refresh: str, earliest: float = 0, *, rotates: bool | None = None) -> Pair | Trouble:
        """A new pair for a refresh token. One that is younger than ``earliest`` seconds is refused and not used up.

        ``rotates`` says of this refresh what the rules say of all.
        """
        with self._guard:
            self.received[refresh] += 1
            former = self._by_refresh.get(refresh)
            if former is None:
                return Trouble.UNKNOWN
            if refresh in self._spent:
                return Trouble.USED
            if former.at is not None and self.clock() - former.at < earliest:
                return Trouble.EARLY
            renewing = refresh
            if self.rules.rotates if rotates is None else rotates:
                self._spent.add(refresh)
                renewing = secrets.token_urlsafe(48)
            pair = replace(former, access=secrets.token_urlsafe(48), refresh=renewing, at=self.clock())
            self._by_access[pair.access] = self._by_refresh[pair.refresh] = pair
            return pair

    def revoke(self, refresh: str) -> None:
        """Forget a refresh token."""
        with self._guard:
            self._spent.add(refresh)

    def bearer_of(self, request: Request) -> Pair | None:
        """The pair whose access token a call bears, while it lives; None otherwise."""
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        return self.alive(token) if scheme == "Bearer" else None

    def alive(self, access: str) -> Pair | None:
        """The pair of an access token, while it lives; a made-up one lives on."""
        pair = self._by_access.get(access)
        if pair is None or (pair.at is not None and self.clock() - pair.at > self.rules.access_lives):
            return None
        return pair


def is_address(redirect_uri: str) -> bool:
    """Whether a registration would take this redirect address: https, or plain http on this machine."""
    parts = urlsplit(redirect_uri)
    if parts.fragment or not parts.hostname:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname))


PAGE = """<!doctype html>
<html lang="nl"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{title}</title>
<style>body{{font:16px/1.5 system-ui,sans-serif;max-width:40rem;margin:2rem auto;padding:0 1rem}}
button{{font:inherit;display:block;width:100%;text-align:left;padding:.6rem .8rem;margin:.4rem 0}}
p.note{{background:#fff3cd;color:#333;padding:.6rem .8rem}}</style></head>
<body><p class="note">{note}</p><h1>{title}</h1>{lead}<form method="post">{clubs}
<button name="refuse" value="1">Nee, geen toestemming</button></form></body></html>"""
NOTE = "Dit is een nagebouwde pagina om te proberen: er is geen echt pakket en geen echte club bij betrokken."


def consent_page(request: Request, title: str, clubs: Iterable[MadeUpClub], lead: str = "") -> Response:
    """The page that asks for consent: a button for each made-up club to consent as, and one to refuse."""
    from werkzeug.wrappers import Response  # an emulator's own: loaded where it is used

    buttons = [
        f'<button name="club" value="{html.escape(club.name)}"><b>{html.escape(club.name)}</b> – '
        f"{html.escape(club.says.nl)}</button>"
        for club in sorted(clubs, key=lambda club: not club.featured)
    ]
    lead = f"<p>{html.escape(lead)}</p>" if lead else ""
    page = PAGE.format(title=html.escape(title), note=NOTE, lead=lead, clubs="\n".join(buttons))
    return Response(page, content_type="text/html; charset=utf-8")


def sent_back(request: Request, **answer: str) -> Response:
    """The browser goes back to the redirect address of the question, with its ``state``."""
    return back_to(request.args["redirect_uri"], {**answer, "state": request.args.get("state", "")})


def back_to(redirect_uri: str, answer: Mapping[str, str]) -> Response:
    """The browser goes to an address, with ``answer`` behind it."""
    from werkzeug.utils import redirect

    joint = "&" if urlsplit(redirect_uri).query else "?"
    return redirect(f"{redirect_uri}{joint}{urlencode({key: value for key, value in answer.items() if value})}")
