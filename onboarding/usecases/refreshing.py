"""The tokens of a consent for whoever calls its package: opened with a reason, refreshed by one for all."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property, partial
from typing import TypeVar, cast

import structlog
from flask import Flask, current_app
from sqlmodel import select

import connectors
from connectors.kit import oauth as protocol
from connectors.kit.authorization import CONSENT
from connectors.kit.connector import Connector
from connectors.kit.errors import (
    ConsentExpired,
    HostMisconfigured,
    Owner,
    ProviderError,
    RateLimited,
    Unavailable,
    UnexpectedAnswer,
)
from connectors.kit.http import OURS, UNREACHABLE
from connectors.kit.oauth import Client, OAuth, StillYoung
from connectors.kit.text import Text
from connectors.kit.tokens import Tokens, read_tokens
from onboarding import vault
from onboarding.accounts.people import SYSTEM
from onboarding.audit.events import ConsentShared
from onboarding.audit.log import record
from onboarding.checks.provider import way_out
from onboarding.clock import now
from onboarding.connections.models import CredentialVersion
from onboarding.db import session
from onboarding.hosts import host_of
from onboarding.oauth.models import Consent, ConsentState
from onboarding.usecases import attention, leases
from onboarding.usecases.flights import Flights
from onboarding.usecases.leases import Busy, Dead, Later, Lease, Newer
from onboarding.usecases.transaction import change, end_reading

log = structlog.get_logger(__name__)
T = TypeVar("T")

PATIENCE = 240.0
"""Seconds that somebody waits for a refresh by another: longer than two of the slowest."""
LOOKS = 0.1
"""Seconds between two looks at a lease that another process holds."""
A_WHILE = timedelta(seconds=30)
"""How long a package that could not be reached is left alone."""
DOUBT = timedelta(minutes=2)
"""How long after a refresh without an answer the same token is tried again."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Tokens with the number of their generation."""

    generation: int
    tokens: Tokens


@dataclass(frozen=True, slots=True)
class NotDue:
    """The pair that is kept can be used: each opens it for themselves."""


Brought = Pair | ProviderError | NotDue
_flights: Flights[Brought] = Flights()


def bearer_of(version_id: int, actor: str, purpose: str) -> Kept | None:
    """The consent of a version, for ``actor`` ("user:7") and ``purpose``; None when it has none."""
    consent_id = session().get_one(CredentialVersion, version_id).consent_id
    end_reading()
    return None if consent_id is None else Kept(consent_id, actor, purpose)


class Kept:
    """Hands out the tokens of one consent to one run: a ``connectors.kit.bearer.Bearer``.

    It works in a context of its own: whoever calls may be in any thread, with anything open.
    """

    def __init__(self, consent_id: int, actor: str, purpose: str) -> None:
        self._app = cast("Flask", current_app._get_current_object())  # type: ignore[attr-defined]  # noqa: SLF001  (it outlives this context)
        self._consent_id, self._actor, self._purpose = consent_id, actor, purpose
        self._pair: Pair | None = None

    def given(self) -> Tokens:
        """The pair that is kept, however old."""
        return self._known().tokens

    def alive(self) -> Tokens:
        """A pair that can be used now."""
        if self._pair is not None and not self._is_due(self._pair.tokens.expires_at):
            return self._pair.tokens
        brought = self._fly_with_others(self._look)
        if isinstance(brought, NotDue):
            self._pair = self._in_app(self._read)
            return self._pair.tokens
        return self._landed(brought)

    def renewed(self, refused: Tokens) -> Tokens:
        """A newer pair than ``refused``, or the same one when no newer is to be had."""
        self._pair = self._in_app(self._read)
        if self._pair.tokens.access_token != refused.access_token:
            return self._pair.tokens
        return self._renew(self._pair.generation)

    def newer_than(self, generation: int) -> Tokens:
        """A pair that came after this generation, refreshed now if need be; the same one when none is to be had."""
        return self._renew(generation)

    def _known(self) -> Pair:
        if self._pair is None:
            self._pair = self._in_app(self._read)
        return self._pair

    def _renew(self, generation: int) -> Tokens:
        brought: Brought = NotDue()
        while isinstance(brought, NotDue):  # somebody was just looking whether it is due
            brought = self._fly_with_others(partial(self._fly, generation))
        return self._landed(brought)

    def _fly_with_others(self, work: Callable[[], Brought]) -> Brought:
        """One in this process does it for all who want it of this consent."""
        key, who = (self._app, self._consent_id), f"{self._actor} {self._purpose}"
        brought = _flights.join(key, who, work, self._share, PATIENCE)
        if brought is None:
            return Unavailable(UNREACHABLE.format(name=self._connector.name), detail="no refresh in time")
        return brought

    def _landed(self, brought: Pair | ProviderError) -> Tokens:
        if isinstance(brought, ProviderError):
            raise brought.with_traceback(None)
        self._pair = brought
        return brought.tokens

    def _look(self) -> Brought:
        """A new pair when the one that is kept is due: looking is done by one for all, too."""
        generation = self._in_app(self._due)
        return NotDue() if generation is None else self._fly(generation)

    def _fly(self, generation: int) -> Pair | ProviderError:
        try:
            return self._in_app(lambda: _Refresh(self._consent_id, self._connector, self._read).bring(generation))
        except ProviderError as error:
            return error

    def _share(self, brought: Brought, with_whom: tuple[str, ...]) -> None:
        """Tell the log who gets what one of them opened, before they do."""
        if isinstance(brought, Pair):
            self._in_app(lambda: _tell_shared(self._consent_id, brought.generation, with_whom))

    @cached_property
    def _connector(self) -> Connector:
        return self._in_app(lambda: connectors.get(session().get_one(Consent, self._consent_id).package))

    def _due(self) -> int | None:
        """The generation of the kept pair when that is to be refreshed, without opening it; one short query."""
        query = select(Consent.package, Consent.generation, Consent.state, Consent.expires_at)
        package, generation, state, expires_at = session().exec(query.where(Consent.id == self._consent_id)).one()
        self._connector = connectors.get(package)
        return generation if state is ConsentState.ALIVE and self._is_due(expires_at) else None

    def _is_due(self, expires_at: datetime | None) -> bool:
        return expires_at is not None and expires_at - now() <= protocol.declared(self._connector).margin

    def _read(self) -> Pair:
        return read_pair(self._consent_id, self._actor, self._purpose)

    def _in_app(self, work: Callable[[], T]) -> T:
        with self._app.app_context():
            return work()


def read_pair(consent_id: int, actor: str, purpose: str) -> Pair:
    """Open the kept pair; the log says so first. Raises ``ConsentExpired`` for one that cannot be used."""
    for _ in range(3):  # its tokens move to another version when that is put in force
        row = session().get_one(Consent, consent_id)
        version_id, generation, state, problem = row.version_id, row.generation, row.state, leases.problem_of(row)
        end_reading()
        session().expire_all()
        if state is ConsentState.UNVERIFIED:
            raise UnexpectedAnswer(OURS, detail="the identity token of this consent was not verified yet")
        if state is not ConsentState.ALIVE:
            raise ConsentExpired(problem, fields=(CONSENT,), detail=f"consent {state}")
        try:
            opened = vault.unseal(version_id, actor, purpose, [CONSENT])
            if CONSENT in opened:
                return Pair(generation, read_tokens(opened[CONSENT], now()))
        except (vault.Tampered, ValueError):
            raise ConsentExpired(leases.DAMAGED, fields=(CONSENT,), detail="damaged") from None
    raise ConsentExpired(leases.DAMAGED, fields=(CONSENT,), detail="nothing is sealed")


def _tell_shared(consent_id: int, generation: int, with_whom: tuple[str, ...]) -> None:
    with change() as db:
        record(db, SYSTEM.audit_name, ConsentShared(consent_id, generation=generation, readers=with_whom))


class _Refresh:
    """One refresh, from the lease to the new pair; or what somebody else brought meanwhile."""

    def __init__(self, consent_id: int, connector: Connector, read: Callable[[], Pair]) -> None:
        self._consent_id = consent_id
        self._connector = connector
        self._read = read

    def bring(self, generation: int) -> Pair:
        """A newer pair than that of ``generation``, or the same where none is to be had and it can still be used."""
        end = time.monotonic() + PATIENCE
        while True:
            match self._take(generation, end):
                case Lease() as lease:
                    pair = self._refresh(lease)
                    if pair is not None:
                        return pair
                case Newer():
                    return self._read()
                case Later():
                    return self._usable(self._read())
                case Dead() as dead:
                    raise self._dead(dead)
                case Busy():
                    raise self._away("another process took too long")

    def _take(self, generation: int, end: float) -> Lease | Newer | Busy | Later | Dead:
        """The lease, once it is free; looked at by reading alone."""
        while True:
            row = session().get_one(Consent, self._consent_id)
            is_free = row.lease_until is None or row.lease_until <= now() or row.generation != generation
            end_reading()
            session().expire_all()
            taken = leases.take(self._consent_id, generation) if is_free else Busy()
            if not isinstance(taken, Busy) or time.monotonic() > end:
                return taken
            time.sleep(LOOKS)

    def _refresh(self, lease: Lease) -> Pair | None:
        """The new pair; the old one where it is still too young; None to look again at how things stand."""
        oauth = protocol.declared(self._connector)
        tokens = self._opened(lease)
        if tokens.refresh_token is None:
            raise self._bury(lease, leases.GIVE_AGAIN, "no refresh token")
        if not oauth.may_refresh(tokens, now()):
            leases.put_back(lease, oauth.not_before(tokens))
            return self._usable(Pair(lease.generation, tokens))
        host = host_of(self._connector)
        if host is None:
            leases.put_back(lease, now() + A_WHILE)
            raise HostMisconfigured(OURS, detail="the host's own keys are not set")
        if not leases.journal(lease):
            return None
        try:
            new = _asked(oauth, cast("Client", host), self._connector, tokens)
        except ProviderError as error:
            return self._failed(lease, tokens, error)
        leases.keep(lease, new)
        return Pair(lease.generation + 1, new)

    def _opened(self, lease: Lease) -> Tokens:
        try:
            return read_pair(self._consent_id, SYSTEM.audit_name, "refresh").tokens
        except ConsentExpired as error:
            raise self._bury(lease, error.problem, "damaged") from None
        except BaseException:
            leases.put_back(lease, None)
            raise

    def _failed(self, lease: Lease, tokens: Tokens, error: ProviderError) -> Pair | None:
        pair, kind = Pair(lease.generation, tokens), type(error).__name__
        if isinstance(error, StillYoung):
            leases.put_back(lease, now() + A_WHILE, kind)
            return self._usable(pair)
        if error.in_doubt:
            leases.doubt(lease, now() + DOUBT)
            return self._usable(pair, error)
        if error.blame is Owner.CLUB:
            dead = leases.bury(lease, error.problem)
            if dead is None:
                return None
            attention.needs_consent(self._consent_id)
            raise error.with_traceback(None)
        leases.put_back(lease, now() + _pause(error), kind)
        return self._usable(pair, error)

    def _usable(self, pair: Pair, error: ProviderError | None = None) -> Pair:
        """The pair, as long as the package may take it; what went wrong otherwise."""
        expires = pair.tokens.expires_at
        if expires is None or expires > now():
            return pair
        raise error.with_traceback(None) if error is not None else self._away("a refresh failed a moment ago")

    def _bury(self, lease: Lease, problem: Text, reason: str) -> ProviderError:
        return self._dead(leases.bury(lease, problem, reason) or Dead(problem))

    def _dead(self, dead: Dead) -> ConsentExpired:
        if dead.is_news:
            attention.needs_consent(self._consent_id)
        return ConsentExpired(dead.problem, fields=(CONSENT,), detail="consent has to be given anew")

    def _away(self, detail: str) -> Unavailable:
        return Unavailable(UNREACHABLE.format(name=self._connector.name), detail=detail)


def _asked(oauth: OAuth, host: Client, connector: Connector, tokens: Tokens) -> Tokens:
    """The call itself. A fault in how the answer is read leaves us in doubt, and is ours."""
    try:
        return protocol.refresh(oauth, host, way_out(connector), tokens, now())
    except ProviderError:
        raise
    except Exception as error:  # noqa: BLE001 - its text may hold what the package sent
        log.error("a refresh cannot be read", package=connector.key, kind=type(error).__name__)
        raise UnexpectedAnswer(OURS, detail=type(error).__name__, in_doubt=True) from None


def _pause(error: ProviderError) -> timedelta:
    asked = timedelta(seconds=error.retry_after) if isinstance(error, RateLimited) else timedelta()
    return max(asked, A_WHILE)
