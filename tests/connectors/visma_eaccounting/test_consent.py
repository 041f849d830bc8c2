"""Consent: where the browser goes, tokens for a code, refreshed by who keeps them, refused, and ended."""

from __future__ import annotations

import base64
import json
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from werkzeug.wrappers import Response

from connectors.kit import faults
from connectors.kit.bearer import Held
from connectors.kit.errors import ConsentExpired, Owner, ProviderError, RateLimited, Unavailable, UnexpectedAnswer
from connectors.kit.oauth import consent_address, exchange, refresh, revoke
from connectors.kit.outcomes import Outcome
from connectors.visma_eaccounting import CONNECTOR
from connectors.visma_eaccounting.access import API_HOST
from connectors.visma_eaccounting.bodies import scopes_in
from connectors.visma_eaccounting.consent import IDENTITY_HOST, KEEP_ALIVE, OAUTH, SCOPES
from tests.connectors.visma_eaccounting.package import (
    COMPANY,
    HERE,
    START,
    TOKEN,
    Package,
    answer,
    host,
    login,
    pair,
    problem,
    refused,
    remedy,
    shown,
)

HOUR = timedelta(hours=1)
CLIENT = base64.b64encode(b"koppelbalie-demo:made-up-client-secret-0001").decode()


def sent(package: Package) -> dict[str, list[str]]:
    return parse_qs(package.bodies[-1].decode(), strict_parsing=True)


def test_the_browser_is_sent_to_visma_with_all_that_the_documents_ask() -> None:
    parts = urlsplit(consent_address(CONNECTOR, host(), redirect_uri=HERE, state="made-up-state"))

    assert f"{parts.scheme}://{parts.netloc}{parts.path}" == "https://identity.vismaonline.com/connect/authorize"
    assert parse_qs(parts.query, strict_parsing=True) == {
        "client_id": ["koppelbalie-demo"],
        "redirect_uri": [HERE],
        "response_type": ["code"],
        "scope": ["ea:api offline_access ea:sales ea:accounting"],
        "state": ["made-up-state"],
        "prompt": ["select_account"],
        "acr_values": ["service:44643EB1-3F76-4C1C-A672-402AE8085934"],
    }


def test_what_is_declared_is_what_visma_documents() -> None:
    assert OAUTH.code_lives == timedelta(minutes=5)
    assert OAUTH.lives == HOUR
    assert OAUTH.chooses == ""
    assert (OAUTH.pkce, OAUTH.nonce) == (False, False)


def test_that_the_life_of_a_refresh_token_is_inferred_is_told_to_support() -> None:
    inferred = [fact.fact.nl for fact in CONNECTOR.facts if fact.level == "inferred"]

    assert any(f"na {KEEP_ALIVE.days} dagen" in fact for fact in inferred)
    assert OAUTH.refresh_lives is None


def test_a_code_is_exchanged_as_a_form_with_the_client_in_the_header(package: Package) -> None:
    granted = package.exchanged().tokens

    assert (granted.obtained_at, granted.expires_at) == (START, START + HOUR)
    assert granted.refresh_token
    assert scopes_in(granted.access_token) == frozenset(SCOPES)
    form = sent(package)
    assert set(form) == {"grant_type", "code", "redirect_uri"}
    assert (form["grant_type"], form["redirect_uri"]) == (["authorization_code"], [HERE])
    assert package.headers[0]["Authorization"] == f"Basic {CLIENT}"
    assert package.headers[0]["Content-Type"] == "application/x-www-form-urlencoded"


@pytest.mark.parametrize("club", ["goed", "race"])
def test_a_consent_can_be_used_at_once(package: Package, club: str) -> None:
    lines = package.checks(login(), tokens=package.exchanged(club).tokens)

    assert lines["code_exchanged"].outcome is Outcome.PASSED
    assert lines["token_alive"].outcome is Outcome.PASSED
    assert lines["scopes"].outcome is Outcome.PASSED


def raised(package: Package, code: str, redirect_uri: str = HERE, **changes: str) -> ProviderError:
    with pytest.raises(ProviderError) as caught:
        exchange(OAUTH, host(**changes), package.http(), code=code, redirect_uri=redirect_uri, at=package.clock())
    return caught.value


def test_v1_a_code_is_good_once_for_five_minutes_with_its_own_address(package: Package) -> None:
    used, old, fresh, elsewhere = (package.code() for _ in range(4))
    exchange(OAUTH, host(), package.http(), code=used, redirect_uri=HERE, at=package.clock())
    errors = [raised(package, used), raised(package, elsewhere, f"{HERE}/"), raised(package, "made-up")]
    package.clock.turn(timedelta(minutes=5))
    exchange(OAUTH, host(), package.http(), code=fresh, redirect_uri=HERE, at=package.clock())
    package.clock.turn(timedelta(seconds=1))
    errors.append(raised(package, old))

    for error in errors:
        assert isinstance(error, ConsentExpired)
        assert (error.problem.nl, error.fields) == ("De code is verlopen of al gebruikt.", ("auth_code",))
        assert error.remedy is not None
        assert error.remedy.nl == "Geef opnieuw toestemming."
        assert "invalid_grant" in error.detail
        assert not error.in_doubt


@pytest.mark.parametrize("club", ["code-oud", "code-gebruikt", "geweigerd"])
def test_v1_a_code_that_is_refused_fails_the_first_check_and_leaves_the_rest(package: Package, club: str) -> None:
    lines = package.checks(login(club))

    line = lines["code_exchanged"]
    assert (line.outcome, line.error, line.owner, line.fields) == (
        Outcome.FAILED,
        "ConsentExpired",
        Owner.CLUB,
        ("auth_code",),
    )
    assert {one.outcome for one in lines.values() if one is not line} == {Outcome.UNTESTED}
    assert package.calls == [TOKEN]
    package.emulator.ailments.heal(club)
    assert package.checks(login(club))["company_read"].outcome is Outcome.PASSED


@pytest.mark.parametrize("error", ["invalid_client", "unauthorized_client", "invalid_scope"])
@pytest.mark.parametrize("status", [400, 401])
def test_v3_our_own_client_refused_is_ours(package: Package, error: str, status: int) -> None:
    package.answers(TOKEN, answer({"error": error}, status))

    lines = package.checks(login("clientfout"))

    line = lines["code_exchanged"]
    assert (line.outcome, line.error, line.owner, line.fields) == (Outcome.FAILED, "HostMisconfigured", Owner.US, ())
    assert (problem(line)[0], remedy(line)) == ("Dit ligt aan ons, niet aan jou.", "Hier hoef je niets aan te doen.")
    assert {one.owner for one in lines.values()} == {Owner.US}


def test_v3_a_wrong_secret_of_ours_is_refused(package: Package) -> None:
    assert raised(package, package.code(), client_secret="made-up-and-wrong").blame is Owner.US


def test_v3_a_client_of_the_wrong_kind_may_be_told_at_the_token_endpoint_too(package: Package) -> None:
    package.answers(TOKEN, refused(4034))

    assert type(raised(package, package.code())).__name__ == "HostMisconfigured"


def due(package: Package, club: str = "goed") -> Held:
    """Who keeps the tokens of a club, which are due."""
    tokens = package.exchanged(club).tokens
    package.clock.turn(HOUR)
    package.calls.clear()
    return package.keeper(package.http(), tokens)


def test_a_refresh_brings_a_new_pair_which_is_kept_before_it_is_used(package: Package) -> None:
    held = due(package)
    former = held.given()

    new = held.alive()

    assert package.kept == [new]
    assert new.refresh_token != former.refresh_token
    assert new.expires_at == package.clock() + HOUR
    assert sent(package) == {"grant_type": ["refresh_token"], "refresh_token": [former.refresh_token]}
    assert held.alive() == new
    assert package.calls == [TOKEN]


def test_a_refresh_token_that_stays_can_be_used_again(package: Package) -> None:
    held = due(package, "goed-vast")
    former = held.given()

    first = held.alive()
    package.clock.turn(HOUR)
    second = held.alive()

    assert {former.refresh_token, first.refresh_token, second.refresh_token} == {former.refresh_token}
    assert len({former.access_token, first.access_token, second.access_token}) == 3


def test_a_refresh_that_brings_no_new_refresh_token_keeps_the_old_one(package: Package) -> None:
    def without(reply: Response) -> Response:
        return answer({key: value for key, value in json.loads(reply.get_data()).items() if key != "refresh_token"})

    held = due(package)
    package.answers(TOKEN, without)

    assert held.alive().refresh_token == held.given().refresh_token is not None


def test_a_used_refresh_token_is_good_no_more(package: Package) -> None:
    held = due(package)
    former = held.given()
    held.alive()

    with pytest.raises(ConsentExpired):
        refresh(OAUTH, host(), package.http(), former, package.clock())


@pytest.mark.parametrize("club", ["ingetrokken", "race"])
def test_v2_a_refused_refresh_ends_the_consent_and_is_not_tried_again(package: Package, club: str) -> None:
    soon = pair(club, expires_at=START + timedelta(seconds=30))

    lines = package.checks(login(), tokens=soon)

    line = lines["token_alive"]
    assert (line.outcome, line.error, line.fields) == (Outcome.FAILED, "ConsentExpired", ("authorization",))
    assert problem(line)[0] == "De toestemming werkt niet meer."
    assert line.detail.startswith("V2: token (refresh_token): status 400")
    assert lines["code_exchanged"].outcome is Outcome.PASSED
    assert package.calls == [TOKEN]
    assert package.emulator.consents.received[soon.refresh_token or ""] == 1
    assert package.kept == []


def test_v2_after_a_lost_race_the_newer_pair_goes_on(package: Package) -> None:
    lines = package.checks(login(), tokens=pair("race"))

    assert lines["company_read"].outcome is Outcome.PASSED
    assert TOKEN not in package.calls


def test_v10_a_token_that_is_refused_early_is_renewed_once(package: Package) -> None:
    package.answers(COMPANY, Response("", 401))

    lines = package.checks(login(), tokens=pair("goed"))

    assert lines["company_read"].outcome is Outcome.PASSED
    assert package.calls[:3] == [COMPANY, TOKEN, COMPANY]
    assert len(package.kept) == 1


def test_v10_a_token_that_is_refused_after_a_refresh_is_a_consent_that_is_over(package: Package) -> None:
    package.answers(COMPANY, Response("", 401), refused(4005, status=401))

    line = package.checks(login(), tokens=pair("goed"))["token_alive"]

    assert (line.outcome, line.error) == (Outcome.FAILED, "ConsentExpired")
    assert line.detail.startswith("V10")
    assert package.calls == [COMPANY, TOKEN, COMPANY]


def test_v10_a_consent_that_was_withdrawn_is_found_by_the_refresh(package: Package) -> None:
    line = package.checks(login(), tokens=pair("ingetrokken"))["token_alive"]

    assert (line.error, package.calls) == ("ConsentExpired", [COMPANY, TOKEN])
    assert line.detail.startswith("V2")


@pytest.mark.parametrize("with_expiry", [True, False])
def test_a_refresh_token_is_never_spent_where_nobody_can_keep_the_new_pair(package: Package, with_expiry: bool) -> None:
    body = json.loads(login("ingetrokken").authorization.reveal())
    body |= {"expires_at": START.isoformat()} if with_expiry else {}

    lines = package.checks(login("ingetrokken", authorization=json.dumps(body)))

    assert lines["token_alive"].error == "ConsentExpired"
    assert package.calls == [COMPANY]


@pytest.mark.parametrize(
    ("reply", "kind", "in_doubt"),
    [
        (answer({"error": "invalid_request"}, 400), UnexpectedAnswer, False),
        (answer({"error": "server_error"}, 400), UnexpectedAnswer, False),
        (answer("oeps", 400), UnexpectedAnswer, True),
        (answer({}, 401), UnexpectedAnswer, True),
        (faults.web_page(403), UnexpectedAnswer, True),
        (faults.web_page(), UnexpectedAnswer, True),
        (faults.moved("https://elders.example/"), UnexpectedAnswer, True),
        (answer({"error": "invalid_grant"}, 500), Unavailable, True),
        (faults.broken(), Unavailable, True),
        (faults.outage(502), Unavailable, True),
        (faults.outage(503), Unavailable, False),
        (faults.limited(7), RateLimited, False),
    ],
)
def test_whatever_else_comes_blames_nobody_and_says_whether_the_token_may_be_used_up(
    package: Package, reply: Response, kind: type[ProviderError], in_doubt: bool
) -> None:
    held = due(package)
    package.answers(TOKEN, reply)

    with pytest.raises(ProviderError) as caught:
        held.alive()

    assert type(caught.value) is kind
    assert caught.value.in_doubt is in_doubt
    assert caught.value.blame is not Owner.CLUB
    if isinstance(caught.value, RateLimited):
        assert caught.value.retry_after == 7


def test_a_consent_can_be_ended(package: Package) -> None:
    tokens = package.exchanged().tokens

    assert revoke(OAUTH, host(), package.http(), tokens)

    assert sent(package) == {"token": [tokens.refresh_token], "token_type_hint": ["refresh_token"]}
    assert package.headers[-1]["Authorization"] == f"Basic {CLIENT}"
    with pytest.raises(ConsentExpired):
        refresh(OAUTH, host(), package.http(), tokens, package.clock())


def test_the_one_company_is_listed_with_its_name(package: Package) -> None:
    assert OAUTH.lists is not None
    http = package.http()
    http.bearer = package.keeper(http, package.exchanged("anderbedrijf", http).tokens)

    (option,) = OAUTH.lists(host(), http)

    assert option.label == "VV Elders"
    assert option.value == "00000000-0000-4000-8001-000000000003"
    assert package.calls == [TOKEN, COMPANY]


def test_a_company_that_cannot_be_listed_says_why(package: Package) -> None:
    assert OAUTH.lists is not None
    http = package.http()
    http.bearer = package.keeper(http, pair("startgids"))

    with pytest.raises(ProviderError) as caught:
        OAUTH.lists(host(), http)

    assert caught.value.remedy is not None
    assert caught.value.remedy.nl == "Rond eerst de startgids in Visma af."


def test_neither_code_nor_tokens_nor_secret_show_up(package: Package) -> None:
    def echo(_: Response) -> Response:
        said = json.dumps([package.headers[-1], package.bodies[-1].decode()])
        return answer({"error": "invalid_grant", "error_description": said}, 400)

    package.answers(TOKEN, echo)
    given = login("code-oud")
    everything = shown(package.checks(given))

    for secret in (json.loads(given.authorization.reveal())["code"], host().client_secret.reveal(), CLIENT):
        assert secret not in everything


def walk(package: Package, redirect_uri: str, **form: str) -> str:
    """Consent as a browser gives it; where it is sent back to."""
    at = {IDENTITY_HOST: package.address(IDENTITY_HOST, ""), API_HOST: package.address(API_HOST, "")}
    page = consent_address(CONNECTOR, host(), redirect_uri=redirect_uri, state="made-up-state", at=at)
    assert 'value="goed"' in package.direct.get(page).text
    return package.direct.post(page, data=form).headers["Location"]


def test_a_browser_comes_back_with_a_code_that_can_be_exchanged(package: Package) -> None:
    back = parse_qs(urlsplit(walk(package, HERE, club="goed")).query)

    assert back["state"] == ["made-up-state"]
    assert exchange(
        OAUTH, host(), package.http(), code=back["code"][0], redirect_uri=HERE, at=package.clock()
    ).tokens.refresh_token


def test_who_does_not_tick_everything_gets_a_token_that_says_so(package: Package) -> None:
    code = parse_qs(urlsplit(walk(package, HERE, club="halfvinkje")).query)["code"][0]
    granted = exchange(OAUTH, host(), package.http(), code=code, redirect_uri=HERE, at=package.clock())

    line = package.checks(login(), tokens=granted.tokens, only="scopes")["scopes"]

    assert (line.outcome, line.detail) == (Outcome.FAILED, "V8: missing: ea:accounting")


def test_a_code_that_visma_shows_is_exchanged_with_the_address_of_that_page(package: Package) -> None:
    shows = host().pasted_redirect_uri
    assert shows is not None
    back = walk(package, shows, club="goed")

    page = package.direct.get(back).text
    code = parse_qs(urlsplit(back).query)["code"][0]
    assert code in page
    assert exchange(OAUTH, host(), package.http(), code=code, redirect_uri=shows, at=package.clock()).tokens


@pytest.mark.parametrize("form", [{"refuse": "1"}, {"club": "geweigerd"}, {"club": "niemand"}])
def test_who_gives_no_consent_is_sent_back_without_a_code(package: Package, form: dict[str, str]) -> None:
    assert parse_qs(urlsplit(walk(package, HERE, **form)).query) == {
        "error": ["access_denied"],
        "state": ["made-up-state"],
    }
