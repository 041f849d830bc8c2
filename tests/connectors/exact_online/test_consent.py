"""Tokens over time: refreshed when due and only where they can be kept, and what a refused refresh means."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from connectors.exact_online import CONNECTOR
from connectors.exact_online.login import Host
from connectors.kit.bearer import Held, exchanged
from connectors.kit.errors import ConsentExpired, Owner
from connectors.kit.http import Http
from connectors.kit.oauth import Grant, declared, exchange, refresh
from connectors.kit.oauth_sandbox import made_up_refresh
from connectors.kit.outcomes import Line, Outcome
from connectors.kit.tokens import Tokens
from tests.connectors.exact_online.package import (
    BACK,
    DIVISIONS,
    ME,
    NOW,
    TOKEN,
    Package,
    answer,
    host,
    login,
    pair,
    refusal,
)

OAUTH = declared(CONNECTOR)
LONG_AGO = NOW - timedelta(days=3)
OLD = {"obtained": LONG_AGO, "expires": LONG_AGO + timedelta(seconds=600)}


def held(
    package: Package, tokens: Tokens, keep: Callable[[Tokens], None] | None, now: datetime = NOW
) -> tuple[Held, Http]:
    http = package.http()
    return Held(OAUTH, host(), http, tokens, lambda: now, keep), http


def checked(
    package: Package, tokens: Tokens, keep: Callable[[Tokens], None] | None, club: str = "goed"
) -> dict[str, Line]:
    bearer, _ = held(package, tokens, keep)
    return package.checks(login(club), bearer=bearer)


def test_the_terms_are_those_of_exact() -> None:
    assert OAUTH.code_lives == timedelta(minutes=3)
    assert (OAUTH.lives, OAUTH.earliest, OAUTH.margin) == (
        timedelta(seconds=600), timedelta(seconds=570), timedelta(seconds=30),
    )  # fmt: skip
    assert OAUTH.lives - OAUTH.margin >= OAUTH.earliest, "what is due may be refreshed"
    assert OAUTH.keep_alive is not None
    assert OAUTH.refresh_lives is not None
    assert OAUTH.keep_alive < OAUTH.refresh_lives == timedelta(days=30)
    assert OAUTH.scope == ""


@pytest.mark.parametrize("country", ["nl", "be", "co.uk"])
def test_endpoints_follow_the_site_where_the_app_is_registered(country: str) -> None:
    site = f"https://start.exactonline.{country}"
    endpoints = OAUTH.endpoints(host(site=country))
    assert (endpoints.authorize, endpoints.token) == (f"{site}/api/oauth2/auth", f"{site}/api/oauth2/token")


def test_a_code_becomes_a_pair_that_lives_ten_minutes(package: Package) -> None:
    granted = exchange(OAUTH, host(), package.http(), code=package.code(), redirect_uri=BACK, at=NOW)

    assert granted.tokens.expires_at == NOW + timedelta(seconds=600)
    form = package.requests[0].form
    assert form["grant_type"] == Grant.CODE.value
    assert "Authorization" not in package.requests[0].headers
    assert set(form) == {"grant_type", "code", "redirect_uri", "client_id", "client_secret"}


def test_a_code_is_sent_as_it_is_and_the_address_is_the_same(package: Package) -> None:
    code = package.code()
    assert "!" in code

    exchange(OAUTH, host(), package.http(), code=code, redirect_uri=BACK, at=NOW)

    assert (package.requests[0].form["code"], package.requests[0].form["redirect_uri"]) == (code, BACK)


def test_a_whole_checklist_runs_on_a_code(package: Package) -> None:
    kept: list[Tokens] = []
    http = package.http()
    bearer = exchanged(OAUTH, host(), http, package.code(), BACK, lambda: NOW, kept.append)

    lines = package.checks(login("goed"), bearer=bearer)

    assert lines["code_exchanged"].outcome is lines["ledger_accounts"].outcome is Outcome.PASSED
    assert package.calls.count(TOKEN) == 1
    assert len(kept) == 1


def test_tokens_that_are_over_are_refreshed_once_and_kept_before_they_are_used(package: Package) -> None:
    kept: list[tuple[Tokens, list[str]]] = []

    lines = checked(package, pair(**OLD), lambda tokens: kept.append((tokens, list(package.calls))))

    assert lines["token_alive"].outcome is lines["ledger_accounts"].outcome is Outcome.PASSED
    assert package.calls.count(TOKEN) == 1
    [(tokens, calls_before)] = kept
    assert calls_before == [TOKEN]
    assert tokens.refresh_token != pair().refresh_token
    used = {request.headers["Authorization"] for request in package.requests[1:]}
    assert used == {f"Bearer {tokens.access_token}"}


def test_what_cannot_be_kept_is_never_refreshed(package: Package) -> None:
    lines = checked(package, pair(**OLD), None)

    assert lines["token_alive"].outcome is Outcome.PASSED, "by our clock it is over, but Exact still takes it"
    assert TOKEN not in package.calls
    assert package.calls.count(ME) == 1


def test_a_young_token_is_used_as_it_is(package: Package) -> None:
    young = pair(obtained=NOW - timedelta(seconds=569), expires=NOW + timedelta(seconds=31))

    checked(package, young, lambda _: pytest.fail("refreshed too early"))

    assert TOKEN not in package.calls


def test_a_token_is_refreshed_from_570_seconds_on(package: Package) -> None:
    kept: list[Tokens] = []
    first = exchange(OAUTH, host(), package.http(), code=package.code(), redirect_uri=BACK, at=NOW).tokens
    package.at[0] += 570
    bearer, _ = held(package, first, kept.append, NOW + timedelta(seconds=570))

    assert bearer.alive().access_token != first.access_token
    assert len(kept) == 1


def test_x3_a_refresh_that_came_too_early_leaves_the_tokens_in_use(package: Package) -> None:
    lines = checked(package, pair("tevroeg", **OLD), lambda _: pytest.fail("there was no new pair"), club="tevroeg")

    assert lines["token_alive"].outcome is lines["division_listed"].outcome is Outcome.PASSED
    assert package.calls.count(TOKEN) == 1


@pytest.mark.parametrize(
    ("club", "says"),
    [("oudtoken", "De toestemming is verbroken."), ("dertigdagen", "De toestemming is na 30 dagen verlopen.")],
)
def test_x4_x5_a_refused_refresh_asks_for_consent_and_is_not_sent_again(package: Package, club: str, says: str) -> None:
    lines = checked(package, pair(club, **OLD), lambda _: pytest.fail("there was no new pair"), club=club)

    line = lines["token_alive"]
    assert (line.outcome, line.error, line.owner) == (Outcome.FAILED, "ConsentExpired", Owner.CLUB)
    assert line.problem is not None
    assert line.problem.nl == says
    assert line.fields == ("authorization",)
    assert package.calls == [TOKEN]
    assert lines["code_exchanged"].outcome is Outcome.PASSED
    assert {lines[key].outcome for key in ("user_identified", "division_listed")} == {Outcome.UNTESTED}


def test_x14_a_refused_token_is_renewed_once_in_a_run(package: Package) -> None:
    kept: list[Tokens] = []
    package.answers(DIVISIONS, refusal("Unauthorized", 401))

    lines = checked(package, pair(obtained=LONG_AGO), kept.append)

    assert lines["division_listed"].outcome is Outcome.PASSED
    assert len(kept) == 1
    assert package.calls.count(TOKEN) == 1
    assert package.calls.count(DIVISIONS) == 2


def test_x14_refused_again_after_a_refresh_the_consent_is_over(package: Package) -> None:
    kept: list[Tokens] = []
    package.answers(ME, refusal("Unauthorized", 401), refusal("Unauthorized", 401))

    lines = checked(package, pair(obtained=LONG_AGO), kept.append)

    assert (lines["user_identified"].outcome, lines["user_identified"].error) == (Outcome.FAILED, "ConsentExpired")
    assert package.calls == [ME, TOKEN, ME]
    assert len(kept) == 1, "the new pair is kept all the same"


@pytest.mark.parametrize("made", [answer("", 503), answer("oeps", 500), answer("{", 200)])
def test_an_outage_while_refreshing_is_nobodys_fault(package: Package, made: object) -> None:
    package.answers(TOKEN, made)  # type: ignore[arg-type]

    line = checked(package, pair(**OLD), lambda _: pytest.fail("there was no new pair"))["token_alive"]

    assert line.outcome is Outcome.UNTESTED
    assert line.owner in (Owner.PROVIDER, Owner.US)


def test_a_lost_race_is_told_as_a_consent_that_broke(package: Package) -> None:
    refresh(OAUTH, host(), package.http(), pair(), NOW)

    with pytest.raises(ConsentExpired):
        refresh(OAUTH, host(), package.http(), pair(), NOW)
    assert package.emulator.consent.consents.received[made_up_refresh("exact-online", "goed")] == 2


def test_a_refresh_keeps_the_old_token_where_the_answer_brings_none(package: Package) -> None:
    package.answers(TOKEN, answer({"access_token": "made-up-new", "expires_in": "600"}))

    new = refresh(OAUTH, host(), package.http(), pair(), NOW)

    assert (new.access_token, new.refresh_token) == ("made-up-new", pair().refresh_token)


def test_a_wrong_secret_of_the_host_is_ours(package: Package) -> None:
    wrong: Host = host(client_secret="made-up-and-wrong")
    bearer = Held(OAUTH, wrong, package.http(), replace(pair(**OLD)), lambda: NOW, lambda _: None)

    line = package.checks(login("goed"), with_host=wrong, bearer=bearer)["token_alive"]

    assert (line.outcome, line.error, line.owner) == (Outcome.FAILED, "HostMisconfigured", Owner.US)
    assert "made-up-and-wrong" not in repr(line)
