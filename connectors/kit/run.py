"""The checklist: run the claims of a connector against the package, one line as each ends."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from connectors.kit.authorization import handed_in
from connectors.kit.connector import Check, Connector, Identity, WaitsFor
from connectors.kit.credentials import Credentials, Option
from connectors.kit.errors import HostMisconfigured, Owner, ProviderError, RateLimited, UnexpectedAnswer
from connectors.kit.http import OURS, Http
from connectors.kit.outcomes import Line, NeedsPerson, NotApplicable, Outcome, Passed, Verdict, Warned
from connectors.kit.text import Text

log = logging.getLogger(__name__)
T = TypeVar("T")

NEEDS_FIRST = Text(
    nl="Nog niet getest: eerst moet “{title}” in orde zijn.", en="Not tested yet: first “{title}” must be all right."
)
STOPS = frozenset({Outcome.FAILED, Outcome.UNTESTED})


@dataclass
class Found:
    """What a run learnt besides its lines: the identity, and the options of choice fields when asked for."""

    list_options: bool = False
    identity: Identity | None = None
    options: dict[str, tuple[Option, ...]] = field(default_factory=dict)


def run(
    connector: Connector,
    login: Credentials,
    host: Credentials | None,
    http: Http,
    *,
    only: str | None = None,
    daily: bool = False,
    found: Found | None = None,
) -> Iterator[Line]:
    """Yield a line as each check ends; never raises for anything a package answers.

    ``only`` runs one check with what it needs first; ``daily`` the daily subset. ``found`` is filled
    with the identity and, when it asks for them, the options of choice fields. The session is closed
    in any case, also when the caller stops reading. Where nobody keeps the tokens of a consent (``http.bearer``),
    those in the login are used, and never refreshed.
    """
    http.redact.learn(*login.secrets(), *(host.secrets() if host else ()))
    http.bearer = http.bearer or handed_in(connector, login, host, http)
    found = found if found is not None else Found()
    checks = chosen(connector, only=only, daily=daily)
    done: dict[str, Line] = {}
    with _opened(connector.connect, login, host, http) as session:
        if isinstance(session, _NotOpened):
            yield from _untold(connector, checks, session.error, http)
            return
        for check in checks:
            done[check.key] = _tested(check, session, http, done)
            yield done[check.key]
            if check.key == connector.opens and done[check.key].outcome not in STOPS:
                _learn(connector, session, found)


@dataclass(frozen=True, slots=True)
class _NotOpened:
    """What stands for the session when it could not be opened."""

    error: Exception


@contextmanager
def _opened(
    connect: Callable[[Any, Any, Http], AbstractContextManager[Any]],
    login: Credentials,
    host: Credentials | None,
    http: Http,
) -> Iterator[Any]:
    """The session, closed in any case; what goes wrong while closing is logged and is no verdict."""
    with ExitStack() as stack:
        try:
            manager = connect(login, host, http)
            session = manager.__enter__()
            stack.callback(_close, manager)
        except Exception as error:  # noqa: BLE001 - whatever it is, the lines tell it
            session = _NotOpened(error)
        yield session


def _close(manager: AbstractContextManager[Any]) -> None:
    try:
        manager.__exit__(None, None, None)
    except Exception as error:  # noqa: BLE001 - a verdict stands, whatever closing brings
        log.warning("session not closed: %s", type(error).__name__)


def _untold(connector: Connector, checks: tuple[Check, ...], error: Exception, http: Http) -> Iterator[Line]:
    """The lines of a run whose session did not open: one says why, the others wait for it."""
    telling = next((check for check in checks if check.key == connector.opens), checks[0])
    told = replace(_broken(telling, error, http), exchanges=http.take_exchanges())
    for check in checks:
        yield told if check is telling else _waiting(check, told)


def _learn(connector: Connector, session: Any, found: Found) -> None:
    """Identity and options; a failure here is no verdict: typing stays possible, and the checks speak for us."""
    found.identity = _read(connector.identity, session)
    for spec in connector.login.fields() if found.list_options else ():
        options = _read(spec.choices, session) if spec.choices is not None else None
        if options is not None:
            found.options[spec.key] = options


def _read(read: Callable[[Any], T], session: Any) -> T | None:
    try:
        return read(session)
    except ProviderError as error:
        log.info("options not listed: %s", error)
    except Exception as error:  # noqa: BLE001 - its text may hold what the package sent: the kind is all we log
        log.error("options not listed: %s", type(error).__name__)
    return None


def chosen(connector: Connector, *, only: str | None = None, daily: bool = False) -> tuple[Check, ...]:
    """The checks that a run makes, in order. KeyError for an unknown ``only``."""
    if only is not None:
        wanted = _with_needs(connector, connector.check(only))
    elif daily:
        wanted = set().union(*(_with_needs(connector, check) for check in connector.checks if check.daily))
    else:
        return connector.checks
    made = (check for check in connector.checks if check.key in wanted)
    return tuple(replace(check, probe=check.nightly) if daily and check.nightly else check for check in made)


def _with_needs(connector: Connector, check: Check) -> set[str]:
    wanted = {check.key}
    for key in check.needs:
        wanted |= _with_needs(connector, connector.check(key))
    return wanted


def _tested(check: Check, session: Any, http: Http, done: Mapping[str, Line]) -> Line:
    blocker = next((done[key] for key in check.needs if done[key].outcome in STOPS), None)
    if blocker is not None:
        return _waiting(check, blocker)
    started = time.monotonic()
    line = _verdict(check, session, http)
    return replace(line, ms=round((time.monotonic() - started) * 1000), exchanges=http.take_exchanges())


def _waiting(check: Check, blocker: Line) -> Line:
    """Not tested, as another check has to be in order first; it is whose turn the other one says."""
    title = blocker.title
    return Line(
        check=check.key,
        title=check.title,
        outcome=Outcome.UNTESTED,
        owner=blocker.owner,
        mandatory=check.mandatory,
        problem=Text(nl=NEEDS_FIRST.nl.format(title=title.nl), en=NEEDS_FIRST.en.format(title=title.en)),
        retry_after=blocker.retry_after,
    )


def _verdict(check: Check, session: Any, http: Http) -> Line:
    try:
        return _redacted(_spoken(check, check(session)), http)
    except WaitsFor as waits:
        other = waits.other
        return _waiting(check, Line(other.key, other.title, Outcome.FAILED, waits.owner, other.mandatory))
    except Exception as error:  # noqa: BLE001 - a run ends with a line for each check
        return _broken(check, error, http)


def _broken(check: Check, error: Exception, http: Http) -> Line:
    if not isinstance(error, ProviderError):  # a broken parser is ours, and must never read as the club's fault
        log.error("check %s broke: %s", check.key, type(error).__name__)
        error = UnexpectedAnswer(OURS, detail=f"{type(error).__name__} in {_where(error)}")
    return _redacted(_failed(check, error, http), http)


def _redacted(line: Line, http: Http) -> Line:
    """The line without any secret: what is said of a package's answer may repeat what it echoed."""

    def clean(text: Text | None) -> Text | None:
        return text and Text(nl=http.redact(text.nl), en=http.redact(text.en))

    def cleaned(value: str | int | tuple[str, ...]) -> str | int | tuple[str, ...]:
        match value:
            case str():
                return http.redact(value)
            case tuple():
                return tuple(map(http.redact, value))
            case _:
                return value

    return replace(
        line,
        problem=clean(line.problem),
        remedy=clean(line.remedy),
        says=clean(line.says),
        question=clean(line.question),
        asks_club=clean(line.asks_club),
        evidence={key: cleaned(value) for key, value in line.evidence.items()},
    )


def _where(error: Exception) -> str:
    """Module and line of a fault, without its text: that could hold what the package sent."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_globals.get('__name__')}:{trace.tb_lineno}" if trace else "?"


def _spoken(check: Check, verdict: Verdict) -> Line:
    line = Line(check.key, check.title, Outcome.PASSED, check.owner, check.mandatory)
    match verdict:
        case Passed(says, evidence):
            return replace(line, says=says, evidence=evidence)
        case Warned(problem, remedy, fields, path, evidence):
            return replace(
                line,
                outcome=Outcome.WARNING,
                problem=problem,
                remedy=remedy,
                fields=fields,
                path=path,
                evidence=evidence,
            )
        case NeedsPerson(question, says, asks_club, evidence):
            return replace(
                line,
                outcome=Outcome.PERSON,
                owner=Owner.CLUB if asks_club else Owner.SUPPORT,
                question=question,
                says=says,
                asks_club=asks_club,
                evidence=evidence,
            )
        case NotApplicable(reason, evidence):
            return replace(line, outcome=Outcome.NOT_APPLICABLE, says=reason, evidence=evidence)
    raise TypeError("a check gives a verdict")


def _failed(check: Check, error: ProviderError, http: Http) -> Line:
    """A line for an error: failed when the club or a setting of ours is to blame, else untested."""
    fails = error.blame is Owner.CLUB or isinstance(error, HostMisconfigured)
    return Line(
        check=check.key,
        title=check.title,
        outcome=Outcome.FAILED if fails else Outcome.UNTESTED,
        owner=error.blame,
        mandatory=check.mandatory,
        error=type(error).__name__,
        problem=error.problem,
        remedy=error.remedy,
        fields=error.fields,
        path=error.path,
        detail=http.redact(error.detail)[:500],
        retry_after=error.retry_after if isinstance(error, RateLimited) else None,
    )
