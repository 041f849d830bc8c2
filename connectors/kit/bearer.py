"""The consent of one run: whoever keeps the tokens hands them out, refreshed where that is due."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Protocol, TypeVar

from connectors.kit.errors import ProviderError
from connectors.kit.http import Http
from connectors.kit.oauth import Client, OAuth, StillYoung, exchange, refresh
from connectors.kit.tokens import Tokens

Clock = Callable[[], datetime]
T = TypeVar("T")


class Bearer(Protocol):
    """Hands out the tokens of one consent. Every method raises the ``ProviderError`` of what went wrong."""

    def given(self) -> Tokens:
        """The pair that is kept, however old; no refresh."""
        ...

    def alive(self) -> Tokens:
        """A pair that can be used now, refreshed when that was due."""
        ...

    def renewed(self, refused: Tokens) -> Tokens:
        """After the package refused ``refused``: a newer pair, or the same one when no newer is to be had."""
        ...


class Bearing:
    """Calls with a consent: an access token that the package refuses is renewed once in a session.

    ``missing`` is raised when there is no consent at all.
    """

    def __init__(self, http: Http, missing: Callable[[], ProviderError]) -> None:
        self._http = http
        self._missing = missing
        self._renewed = False

    def given(self) -> Tokens:
        """The pair that is kept."""
        return self._known(self._bearer().given())

    def alive(self) -> Tokens:
        """A pair that can be used now."""
        return self._known(self._bearer().alive())

    def call(self, send: Callable[[Tokens], T], is_refused: Callable[[T], bool]) -> T:
        """What ``send`` brings; after a refusal of the token once more with a renewed one, if there is one."""
        tokens = self.alive()
        answer = send(tokens)
        if self._renewed or not is_refused(answer):
            return answer
        self._renewed = True
        newer = self._known(self._bearer().renewed(tokens))
        return answer if newer.access_token == tokens.access_token else send(newer)

    def _bearer(self) -> Bearer:
        if self._http.bearer is None:
            raise self._missing()
        return self._http.bearer

    def _known(self, tokens: Tokens) -> Tokens:
        self._http.redact.learn(*tokens.secrets())
        return tokens


class Held:
    """Tokens that came from outside. They are refreshed only when ``keep`` can store the new pair first.

    Without it a refresh token is never spent: what the package then says of the access token stands.
    """

    def __init__(
        self,
        oauth: OAuth,
        host: Client,
        http: Http,
        tokens: Tokens,
        now: Clock,
        keep: Callable[[Tokens], None] | None = None,
    ) -> None:
        self._oauth = oauth
        self._host = host
        self._http = http
        self._tokens = tokens
        self._now = now
        self._keep = keep
        self._error: ProviderError | None = None
        self._is_young = False

    def given(self) -> Tokens:
        """The pair that is kept."""
        return self._tokens

    def alive(self) -> Tokens:
        """The pair, refreshed when that is due and allowed."""
        return self._refresh() if self._oauth.is_due(self._tokens, self._now()) else self._tokens

    def renewed(self, refused: Tokens) -> Tokens:
        """A newer pair than ``refused`` when one is to be had."""
        return self._refresh() if refused.access_token == self._tokens.access_token else self._tokens

    def _refresh(self) -> Tokens:
        """A refresh token that was refused, or came too early, is not sent again in this run."""
        if self._error is not None:
            raise self._error.with_traceback(None)
        if self._keep is None or self._is_young or not self._oauth.may_refresh(self._tokens, self._now()):
            return self._tokens
        try:
            new = refresh(self._oauth, self._host, self._http, self._tokens, self._now())
        except StillYoung:
            self._is_young = True
            return self._tokens
        except ProviderError as error:
            self._error = error
            raise
        self._keep(new)
        self._tokens = new
        return new


class Exchanged:
    """A code that came from outside, exchanged at the first question and never again."""

    def __init__(self, ask: Callable[[], Held]) -> None:
        self._ask = ask
        self._held: Held | None = None
        self._error: ProviderError | None = None

    def given(self) -> Tokens:
        """The pair that the code brought."""
        return self._bearer().given()

    def alive(self) -> Tokens:
        """The pair, refreshed when that is due."""
        return self._bearer().alive()

    def renewed(self, refused: Tokens) -> Tokens:
        """A newer pair than ``refused`` when one is to be had."""
        return self._bearer().renewed(refused)

    def _bearer(self) -> Held:
        if self._error is not None:
            raise self._error.with_traceback(None)
        if self._held is None:
            try:
                self._held = self._ask()
            except ProviderError as error:
                self._error = error
                raise
        return self._held


def exchanged(
    oauth: OAuth,
    host: Client,
    http: Http,
    code: str,
    redirect_uri: str,
    now: Clock,
    keep: Callable[[Tokens], None] | None = None,
) -> Exchanged:
    """The consent that a code stands for; its pair goes to ``keep`` before anything else."""
    http.redact.learn(code)

    def ask() -> Held:
        tokens = exchange(oauth, host, http, code=code, redirect_uri=redirect_uri, at=now()).tokens
        if keep is not None:
            keep(tokens)
        return Held(oauth, host, http, tokens, now, keep)

    return Exchanged(ask)
