"""The way in by consent: looked up, renewed once, kept before it is used, listed with names, and verified."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from werkzeug.wrappers import Response

from connectors.kit import faults
from connectors.kit.bearer import Held
from connectors.kit.description import tell
from connectors.kit.errors import (
    ConsentExpired,
    HostMisconfigured,
    ProviderError,
    RateLimited,
    Unavailable,
    UnexpectedAnswer,
)
from connectors.kit.http import Http
from connectors.kit.identity_token import Expected, verified
from connectors.kit.oauth import consent_address, declared, exchange, refresh
from connectors.kit.oauth_sandbox import made_up_access, made_up_refresh
from connectors.kit.outcomes import Outcome
from connectors.kit.run import Found, run
from connectors.kit.sandbox import emulators, serve
from connectors.kit.tokens import Tokens
from connectors.twinfield import CONNECTOR
from connectors.twinfield.cluster import CLUSTER_HOSTS, LOGIN_HOST
from connectors.twinfield.consent import SCOPE, offices
from connectors.twinfield.made_up import CLIENT_ID, KEY, REFRESH_WITHDRAWN
from connectors.twinfield.sandbox_cluster import told
from tests.connectors.everyone import Providers
from tests.connectors.saboteur import FAULTS, Saboteur
from tests.connectors.twinfield.package import BACK, Package, answer, consented, host, login

NOW = datetime.now(UTC)
OAUTH = declared(CONNECTOR)
VALIDATION = "accesstokenvalidation"
NOBODYS_FAULT = {None, "Unavailable", "UnexpectedAnswer", "RateLimited"}


def tokens(club: str = "toestemming", *, minutes: float | None = 60, renewing: str | None = None) -> Tokens:
    """The made-up pair of a club, with so many minutes to go."""
    expires = None if minutes is None else NOW + timedelta(minutes=minutes)
    return Tokens(made_up_access(KEY, club), renewing or made_up_refresh(KEY, club), NOW - timedelta(hours=1), expires)


def held(package: Package, mine: Tokens, kept: list[Tokens] | None = None) -> Http:
    """A way out whose consent is kept by somebody, who stores new pairs in ``kept``."""
    http = package.http()
    http.bearer = Held(OAUTH, host(), http, mine, lambda: NOW, None if kept is None else kept.append)
    return http


def outcome_of(package: Package, http: Http, check: str = "offices_listed") -> tuple[Outcome, str | None]:
    line = package.checks(consented(), http=http, only=check)[check]
    return line.outcome, line.error


class TestBudget:
    """How many calls a run takes."""

    def test_a_whole_run_takes_nine_calls_and_one_for_each_account(self, package: Package) -> None:
        package.checks(consented(revenue_accounts="8020", vat_code="VH", paycode="SEPANLDD"))
        assert package.calls == [VALIDATION, *["ProcessXmlString"] * 4, *["Search"] * 4, "GetRole"]
        assert package.hosts == [LOGIN_HOST] + [CLUSTER_HOSTS[1]] * 9

    def test_at_night_it_takes_two_calls_and_one_for_each_account(self, package: Package) -> None:
        package.checks(consented(revenue_accounts="8020"), daily=True)
        assert package.calls == [VALIDATION, "ProcessXmlString", "ProcessXmlString"]

    def test_every_call_names_the_administration_but_the_one_that_lists_them(self, package: Package) -> None:
        package.checks(consented())
        named = [b"<ns0:CompanyCode>001</ns0:CompanyCode>" in body for body in package.bodies[1:]]
        assert named == [False] + [True] * (len(named) - 1)
        assert not any(b"SessionID" in body for body in package.bodies)


class TestWhichWay:
    """A consent goes before a password; without either way it is said whose turn it is."""

    def test_the_consent_goes_first(self, package: Package) -> None:
        lines = package.checks(login("fout", authorization=json.dumps({"access_token": made_up_access(KEY, "goed")})))
        assert lines["login"].outcome is Outcome.PASSED
        assert "Logon" not in package.calls

    def test_one_that_somebody_keeps_needs_no_tokens_in_the_login(self, package: Package) -> None:
        lines = package.checks(consented(authorization="KB-mark"), http=held(package, tokens("goed")))
        assert lines["login"].outcome is Outcome.PASSED

    def test_without_keys_of_the_host_a_consent_is_ours_to_mend(self, package: Package) -> None:
        lines = package.checks(consented(), keyless=True)
        assert (lines["login"].error, lines["login"].outcome, lines["login"].owner) == (
            "HostMisconfigured",
            Outcome.FAILED,
            "us",
        )
        assert package.calls == []

    def test_without_keys_a_closed_password_way_leaves_the_club_nothing_to_do(self, package: Package) -> None:
        line = package.checks(login("oauth"), keyless=True)["login"]
        assert (line.error, line.owner, line.fields) == ("HostMisconfigured", "us", ())

    def test_after_it_the_same_club_gets_in_by_consent(self, package: Package) -> None:
        assert package.checks(login("oauth"))["login"].error == "MethodClosed"
        lines = package.checks(consented("oauth"))
        assert Outcome.FAILED not in {line.outcome for line in lines.values()}

    def test_a_mark_without_anybody_who_keeps_tokens_asks_for_consent(self, package: Package) -> None:
        line = package.checks(consented(authorization="made-up-mark"))["login"]
        assert (line.error, line.fields) == ("ConsentExpired", ("authorization",))


class TestLookedUp:
    """What a token stands for."""

    def test_our_own_keys_go_along_as_documented(self, package: Package) -> None:
        package.checks(consented(), only="login")
        assert package.headers[0]["Authorization"].startswith("Basic ")

    @pytest.mark.parametrize(
        ("said", "error"),
        [
            (answer({"Message": "invalid_token"}, 400), "ConsentExpired"),
            (answer({"error": "invalid_token"}, 401), "ConsentExpired"),
            (answer({"Message": "expired_token"}, 400), "ConsentExpired"),
            (Response("", 400), "ConsentExpired"),
            (Response("", 400, content_type="text/html"), "UnexpectedAnswer"),
            (Response("Bad Request", 400), "UnexpectedAnswer"),
            (answer({"error": "invalid_client"}, 400), "HostMisconfigured"),
            (answer({"error": "unauthorized_client"}, 401), "HostMisconfigured"),
            (answer({"Message": "An error has occurred."}, 400), "UnexpectedAnswer"),
            (answer("", 401), "UnexpectedAnswer"),
            (answer("[]", 403), "UnexpectedAnswer"),
            (answer("[]"), "UnexpectedAnswer"),
            (answer("{}"), "UnexpectedAnswer"),
            (answer("[" * 5000), "UnexpectedAnswer"),
            (answer({"scope": ["openid"], "exp": 1}), "HostMisconfigured"),
            (answer({"scope": "openid twf.user"}), "HostMisconfigured"),
            (answer({"scope": ["openid", "twf.organisation"]}), "UnexpectedAnswer"),
            (answer({"twf.organisationCode": 7, "scope": 8}), "UnexpectedAnswer"),
            (faults.limited(20), "RateLimited"),
            (faults.broken(), "Unavailable"),
            (faults.outage(), "Unavailable"),
            (faults.moved("https://elsewhere.example/"), "UnexpectedAnswer"),
        ],
    )
    def test_each_answer_to_looking_it_up(self, said: Response, error: str, package: Package) -> None:
        package.answers(VALIDATION, said, said)
        assert package.checks(consented(), only="login")["login"].error == error

    def test_without_a_cluster_nobody_is_to_blame(self, package: Package) -> None:
        package.answers(VALIDATION, answer({"twf.organisationCode": "TWF-SPORT"}))
        lines = package.checks(consented())
        assert lines["login"].outcome is Outcome.PASSED
        assert (lines["cluster_known"].outcome, lines["cluster_known"].error) == (Outcome.UNTESTED, "UnexpectedAnswer")
        assert package.calls == [VALIDATION]

    def test_one_of_somebody_else_is_never_called(self, package: Package) -> None:
        body = {"twf.organisationCode": "TWF-SPORT", "twf.clusterUrl": "https://evil.example"}
        package.answers(VALIDATION, answer(body))
        assert package.checks(consented())["cluster_known"].outcome is Outcome.UNTESTED
        assert package.calls == [VALIDATION]

    def test_a_wrong_cluster_is_asked_for_once_more(self, package: Package) -> None:
        package.answers("ProcessXmlString", told("108"))
        assert outcome_of(package, held(package, tokens()))[0] is Outcome.PASSED
        assert package.calls == [VALIDATION, "ProcessXmlString", VALIDATION, "ProcessXmlString"]


class TestRefresh:
    """Only by whoever can store the new pair, before it is used, and once."""

    def test_a_pair_that_runs_out_is_renewed_before_its_first_use(self, package: Package) -> None:
        kept: list[Tokens] = []
        assert outcome_of(package, held(package, tokens(minutes=4), kept)) == (Outcome.PASSED, None)
        assert package.calls[0] == "token"
        assert len(kept) == 1
        assert kept[0].access_token.encode() in package.bodies[-1]

    def test_one_with_more_than_five_minutes_is_used_as_it_is(self, package: Package) -> None:
        kept: list[Tokens] = []
        outcome_of(package, held(package, tokens(minutes=6), kept))
        assert (package.calls, kept) == ([VALIDATION, "ProcessXmlString"], [])

    def test_nothing_is_spent_that_cannot_be_stored(self, package: Package) -> None:
        outcome_of(package, held(package, tokens(minutes=4)))
        assert "token" not in package.calls

    @pytest.mark.parametrize(
        "refusal", [told("354"), told("103"), Response("", "401 354 : Access denied")], ids=["354", "103", "bare"]
    )
    def test_a_token_that_is_refused_on_the_way_is_renewed_once(self, refusal: Response, package: Package) -> None:
        kept: list[Tokens] = []
        package.answers("ProcessXmlString", refusal)
        assert outcome_of(package, held(package, tokens(), kept)) == (Outcome.PASSED, None)
        assert package.calls == [VALIDATION, "ProcessXmlString", "token", "ProcessXmlString"]
        assert len(kept) == 1

    def test_refused_again_the_consent_is_over(self, package: Package) -> None:
        kept: list[Tokens] = []
        package.answers("ProcessXmlString", told("354"), told("354"))
        assert outcome_of(package, held(package, tokens(), kept)) == (Outcome.FAILED, "ConsentExpired")
        assert package.calls.count("token") == 1

    def test_a_refused_refresh_asks_for_consent_and_is_never_sent_again(self, package: Package) -> None:
        kept: list[Tokens] = []
        http = held(package, tokens(minutes=0, renewing=REFRESH_WITHDRAWN), kept)
        lines = package.checks(consented(), http=http)
        assert (lines["login"].error, lines["login"].fields) == ("ConsentExpired", ("authorization",))
        assert package.calls == ["token"]
        assert (kept, package.emulator.consents.received[REFRESH_WITHDRAWN]) == ([], 1)

    @pytest.mark.parametrize("brings", [True, False])
    def test_a_new_refresh_token_is_kept_if_there_is_one(self, brings: bool, package: Package) -> None:
        body = {"access_token": "made-up-new-access", "token_type": "Bearer", "expires_in": 3600}
        package.answers("token", answer(body | ({"refresh_token": "made-up-new-refresh"} if brings else {})))
        new = refresh(OAUTH, host(), package.http(), tokens(), NOW)
        assert new.refresh_token == ("made-up-new-refresh" if brings else made_up_refresh(KEY, "toestemming"))
        assert new.expires_at == NOW + timedelta(hours=1)

    @pytest.mark.parametrize(
        ("said", "error"),
        [
            (answer({"error": "invalid_grant"}, 400), ConsentExpired),
            (answer({"error": "invalid_client"}, 400), HostMisconfigured),
            (answer({"error": "invalid_client"}, 401), HostMisconfigured),
            (answer({"error": "invalid_scope"}, 400), HostMisconfigured),
            (answer({"error": "invalid_request"}, 400), UnexpectedAnswer),
            (answer("", 400), UnexpectedAnswer),
            (faults.web_page(403), UnexpectedAnswer),
            (faults.limited(), RateLimited),
            (faults.broken(), Unavailable),
            (answer({"error": "invalid_grant"}, 500), Unavailable),
        ],
    )
    def test_each_refusal_of_the_token_endpoint(
        self, said: Response, error: type[ProviderError], package: Package
    ) -> None:
        package.answers("token", said)
        with pytest.raises(error):
            refresh(OAUTH, host(), package.http(), tokens(), NOW)


class TestFromTheStart:
    """A browser, a code, tokens, an identity, the administrations."""

    def test_the_address_of_the_question_is_the_documented_one(self) -> None:
        address = consent_address(CONNECTOR, host(), redirect_uri=BACK, state="made-up-state", nonce="made-up-nonce")
        assert address.startswith("https://login.twinfield.com/auth/authentication/connect/authorize?")
        for part in (f"client_id={CLIENT_ID}", "response_type=code", "nonce=made-up-nonce", "state=made-up-state"):
            assert part in address
        assert "scope=openid+offline_access+twf.organisation+twf.organisationUser+twf.user" in address

    def test_a_code_brings_tokens_and_a_signed_identity(self, package: Package) -> None:
        http = package.http()
        granted = exchange(OAUTH, host(), http, code=package.code(), redirect_uri=BACK, at=NOW)
        assert granted.tokens.refresh_token
        expected = Expected(CLIENT_ID, lambda nonce: nonce == "made-up-nonce", OAUTH.endpoints(host()))
        claims = verified(granted.id_token, expected, http, datetime.now(UTC))
        assert claims["iss"] == "https://login.twinfield.com/auth/authentication"

    def test_an_identity_with_another_nonce_is_refused(self, package: Package) -> None:
        http = package.http()
        code = package.code(nonce="another-nonce")
        granted = exchange(OAUTH, host(), http, code=code, redirect_uri=BACK, at=NOW)
        expected = Expected(CLIENT_ID, "made-up-nonce".__eq__, OAUTH.endpoints(host()))
        with pytest.raises(UnexpectedAnswer) as raised:
            verified(granted.id_token, expected, http, datetime.now(UTC))
        assert "nonce" in raised.value.detail

    def test_the_administrations_come_with_names(self, package: Package) -> None:
        http = held(package, tokens("goed"))
        assert [(one.value, one.label) for one in offices(host(), http)] == [
            ("001", "001 SV Goed"),
            ("KB0001", "KB0001 Stichting Kantine"),
        ]
        assert package.calls == [VALIDATION, "ProcessXmlString"]
        assert OAUTH.lists is offices
        assert OAUTH.chooses == "office"

    def test_listing_them_says_what_went_wrong(self, package: Package) -> None:
        with pytest.raises(HostMisconfigured):
            offices(host(), held(package, tokens("scope")))
        with pytest.raises(ConsentExpired):
            offices(host(), package.http())

    @pytest.mark.parametrize("club", ["codeoud", "codegebruikt"])
    def test_a_code_that_is_refused_is_sent_once(self, club: str, package: Package) -> None:
        line = package.checks(login(club), found=Found(list_options=True))["login"]
        assert (line.error, line.fields) == ("ConsentExpired", ("authorization",))
        assert package.calls == ["token"]

    def test_a_scope_that_lacks_something_is_ours(self, package: Package) -> None:
        code = package.code(scope=SCOPE.replace(" twf.user", ""))
        given = consented(authorization=json.dumps({"code": code, "redirect_uri": BACK}))
        assert package.checks(given)["offices_listed"].error == "HostMisconfigured"


@pytest.fixture(scope="module")
def saboteur() -> Saboteur:
    return Saboteur(emulators([CONNECTOR]))


@pytest.fixture(scope="module")
def spoilt(saboteur: Saboteur, way_out: httpx.Client) -> Iterator[Providers]:
    server = serve(saboteur)
    yield Providers(server.url, way_out)
    server.shutdown()


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_at_any_call_blames_nobody_and_shows_no_token(
    fault: str, spoilt: Providers, saboteur: Saboteur
) -> None:
    for at in range(1, 12):
        http = spoilt.http(CONNECTOR)
        saboteur.plan(at, FAULTS[fault])
        lines = list(run(CONNECTOR, consented(revenue_accounts="8020", vat_code="VH"), host(), http))
        for line in lines:
            assert line.outcome is not Outcome.FAILED, (at, line.check, line.error)
            assert line.error in NOBODYS_FAULT, (at, line.check, line.error)
        shown = repr(lines) + json.dumps([tell(line, "nl") for line in lines])
        assert http.redact(shown) == shown
        assert made_up_access(KEY, "toestemming") not in shown
