"""Every package's checklist says what the scenario says, and nothing that it should not."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest

from connectors.kit.connector import Connector
from connectors.kit.credentials import Consent, Credentials, Secret, read_field
from connectors.kit.description import tell
from connectors.kit.errors import Owner
from connectors.kit.http import Http
from connectors.kit.outcomes import Line, Outcome
from connectors.kit.redaction import spellings
from connectors.kit.run import Found, run
from connectors.kit.sandbox import MadeUpClub
from tests.connectors.everyone import (
    STOPPED,
    Providers,
    every_connector,
    every_made_up_club,
    host_of,
    login_of,
    patience,
    texts_of,
    well_club,
)

CLUBS = [pytest.param(*pair, id=f"{pair[0].key}-{pair[1].name}") for pair in every_made_up_club()]
every_club = pytest.mark.parametrize(("connector", "club"), CLUBS)
each_connector = pytest.mark.parametrize("connector", every_connector(), ids=lambda connector: connector.key)


def checked(connector: Connector, club: MadeUpClub, http: Http, **how: Any) -> list[Line]:
    return list(run(connector, login_of(connector, club), host_of(connector), http, **how))


def outcomes(lines: list[Line]) -> dict[str, Outcome]:
    return {line.check: line.outcome for line in lines}


@each_connector
def test_an_administration_is_known_by_the_name_that_its_key_is(connector: Connector, providers: Providers) -> None:
    found = Found()
    list(
        run(
            connector,
            login_of(connector, well_club(connector)),
            host_of(connector),
            providers.http(connector),
            found=found,
        )
    )
    assert found.identity is not None

    named = connector.naming.read(found.identity.key)
    assert named is not None
    assert connector.naming.fits(named.key, found.identity.key)
    assert not connector.naming.fits(named.key, f"other-{found.identity.key}")
    assert connector.naming.read("") is None
    assert connector.naming.form.nl
    assert connector.naming.form.en


@every_club
def test_says_exactly_what_the_scenario_says_and_recovers(
    connector: Connector, club: MadeUpClub, providers: Providers
) -> None:
    lines = checked(connector, club, providers.http(connector, patience(club)))

    assert outcomes(lines) == dict(club.expected)
    assert [line.check for line in lines] == [check.key for check in connector.checks]

    after = well_club(connector)
    assert outcomes(checked(connector, after, providers.http(connector))) == dict(after.expected)


@every_club
def test_says_whose_turn_it_is_and_what_to_do(connector: Connector, club: MadeUpClub, providers: Providers) -> None:
    fields = {spec.key for spec in connector.login.fields()}

    for line in checked(connector, club, providers.http(connector, patience(club))):
        assert set(line.fields) <= fields
        assert all(text.nl.strip() and text.en.strip() for text in texts_of(line))
        match line.outcome:
            case Outcome.FAILED:
                assert line.problem is not None
                assert line.error is not None
                assert line.owner in {Owner.CLUB, Owner.US}
            case Outcome.UNTESTED | Outcome.WARNING:
                assert line.problem is not None
            case Outcome.PERSON:
                assert line.question is not None
                assert line.owner in {Owner.CLUB, Owner.SUPPORT}
            case Outcome.NOT_APPLICABLE:
                assert line.says is not None
            case Outcome.PASSED:
                assert line.error is None


@every_club
def test_shows_no_secret_in_any_spelling(
    connector: Connector, club: MadeUpClub, providers: Providers, caplog: pytest.LogCaptureFixture
) -> None:
    for name in (None, "zeep", "zeep.transports", "zeep.wsdl", "zeep.xsd", "httpx", "httpcore", "httpcore.http11"):
        caplog.set_level(logging.DEBUG, logger=name)
    http = providers.http(connector, patience(club))
    login, host = login_of(connector, club), host_of(connector)
    found = Found(list_options=True)

    lines = list(run(connector, login, host, http, found=found))

    told = json.dumps([tell(line, language) for line in lines for language in ("nl", "en")])
    shown = "\n".join([repr(lines), told, json.dumps(told), repr(login), repr(found), caplog.text])
    for secret in (*login.secrets(), *(host.secrets() if host else ())):
        assert not [form for form in spellings(secret) if form in shown]
    assert http.redact(shown) == shown, "a session's own secret shows up"


@each_connector
def test_calls_no_host_but_its_own(connector: Connector, providers: Providers) -> None:
    lines = checked(connector, well_club(connector), providers.http(connector))

    called = {exchange.host for line in lines for exchange in line.exchanges}
    assert called
    assert called <= set(connector.hosts)


@each_connector
def test_tells_who_it_is_and_lists_what_can_be_chosen(connector: Connector, providers: Providers) -> None:
    found = Found(list_options=True)
    checked(connector, well_club(connector), providers.http(connector), found=found)

    assert found.identity is not None
    assert found.identity.key.strip()
    assert found.identity.label.strip()
    for spec in connector.login.fields():
        options = found.options.get(spec.key, ())
        assert bool(options) == (spec.choices is not None)
        for option in options:
            assert read_field(spec, option.value).error is None
            assert option.label.strip()


@each_connector
def test_runs_one_check_with_what_it_needs_first(connector: Connector, providers: Providers) -> None:
    well = well_club(connector)
    for check in connector.checks:
        lines = checked(connector, well, providers.http(connector), only=check.key)
        assert lines[-1].check == check.key
        assert set(check.needs) <= {line.check for line in lines}
        assert outcomes(lines)[check.key] == well.expected[check.key]


@each_connector
def test_runs_the_daily_checks(connector: Connector, providers: Providers) -> None:
    lines = checked(connector, well_club(connector), providers.http(connector), daily=True)

    assert {check.key for check in connector.checks if check.daily} <= {line.check for line in lines}
    assert lines
    assert not STOPPED & set(outcomes(lines).values())


@each_connector
def test_closes_its_session_in_any_case(connector: Connector, providers: Providers) -> None:
    seen: list[str] = []

    @contextmanager
    def watched(login: Credentials, host: Credentials | None, http: Http) -> Iterator[Any]:
        with connector.connect(login, host, http) as session:
            seen.append("open")
            try:
                yield session
            finally:
                seen.append("closing")
        seen.append("closed")

    spied = replace(connector, connect=watched)
    for club in connector.sandbox().clubs:
        checked(spied, club, providers.http(connector, patience(club)))
        assert seen == ["open", "closing", "closed"], club.name
        seen.clear()

    reading = run(spied, login_of(connector, well_club(connector)), host_of(connector), providers.http(connector))
    next(reading)
    assert seen == ["open"]
    reading.close()
    assert seen == ["open", "closing", "closed"]


def spoilt(value: Secret) -> Secret:
    """A value that is not right; of a consent the token."""
    if not isinstance(value, Consent):
        return Secret(f"{value.reveal()}x")
    tokens = json.loads(value.reveal())
    return Consent(json.dumps({**tokens, "access_token": f"{tokens['access_token']}x"}))


@each_connector
def test_a_wrong_code_is_not_taken_for_an_outage(connector: Connector, providers: Providers) -> None:
    well = well_club(connector)
    login = login_of(connector, well)
    wrong = {key: spoilt(value) for key in type(login).model_fields if isinstance(value := getattr(login, key), Secret)}

    http = providers.http(connector)
    lines = list(run(connector, login.model_copy(update=wrong), host_of(connector), http, only=connector.opens))

    failed = [line for line in lines if line.outcome is Outcome.FAILED]
    assert [line.owner for line in failed] == [Owner.CLUB]
    assert set(failed[0].fields) & set(wrong)
