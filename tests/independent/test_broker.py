"""The app against somebody else's authorization server: the browser leg, what is kept, refresh, and the end of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
from joserfc.jwk import RSAKey
from sqlmodel import select

import connectors
from connectors.kit.errors import ConsentExpired, HostMisconfigured
from connectors.kit.oauth import declared
from connectors.kit.tokens import Tokens
from onboarding import clock, vault
from onboarding.connections.models import ConnectionState, CredentialVersion
from onboarding.db import session
from onboarding.oauth.models import Authorisation, Consent, ConsentState, Outcome
from onboarding.settings import Settings
from onboarding.tickets.lifecycle import Kind as TicketKind
from onboarding.tickets.models import Ticket
from onboarding.usecases import authorising, disconnecting, drafts, pages, reviewing, submitting, tending
from onboarding.usecases.authorising import CameBack, Kind
from onboarding.usecases.refreshing import Kept
from tests.conftest import settings_in
from tests.independent.issuer import KEY, MADE_UP_CLUBS, Issuer
from tests.independent.remembered import CLIENT_ID, CLIENT_SECRET
from tests.independent.shapes import SHAPES
from tests.unit.usecases.conftest import Desk
from tests.unit.usecases.connected import row, standing, state

BROWSER = "made-up-value-of-this-browser"
Later = Callable[[float], None]


@pytest.fixture
def settings(tmp_path: Any, database_url: str, issuer: Issuer, monkeypatch: pytest.MonkeyPatch) -> Settings:
    of = f"KOPPELBALIE_{issuer.key}".upper().replace("-", "_")
    monkeypatch.setenv(f"{of}_CLIENT_ID", CLIENT_ID)
    monkeypatch.setenv(f"{of}_CLIENT_SECRET", CLIENT_SECRET)
    at = " ".join(f"{host}={url}" for host, url in issuer.at.items())
    found = settings_in(tmp_path, database_url=database_url, at=at)
    issuer.client.redirects.add(f"{found.base_url}/oauth/{issuer.key}/terug")
    return found


class Story:
    """Ans's item for the package, and a browser that goes there and back."""

    def __init__(self, desk: Desk, issuer: Issuer) -> None:
        self.desk, self.issuer = desk, issuer
        self.number = drafts.start(desk.ans, desk.club_id, issuer.key)

    def leaves(self) -> str:
        return authorising.begin(self.desk.ans, self.number, self.desk.version(self.number), BROWSER, {})

    def answers(self, address: str, *, yes: bool = True) -> dict[str, str]:
        """What the browser brings back after the page of consent, which is seen first."""
        with httpx.Client(trust_env=False) as browser:
            assert browser.get(address).status_code == 200
            answer = browser.post(address, data={"yes": "1"} if yes else {})
        assert answer.status_code == 302, answer.text
        return dict(parse_qsl(urlsplit(answer.headers["location"]).query))

    def comes_back(self, brought: dict[str, str]) -> CameBack:
        return authorising.come_back(self.desk.ans, self.issuer.key, BROWSER, brought)

    def consents(self) -> CameBack:
        return self.comes_back(self.answers(self.leaves()))

    @property
    def consent(self) -> Consent:
        session().rollback()
        session().expire_all()
        version = session().get_one(CredentialVersion, self.desk.ticket(self.number).version_id)
        assert version.consent_id is not None
        return session().get_one(Consent, version.consent_id)

    def kept(self) -> Kept:
        consent_id = self.consent.id
        assert consent_id is not None
        session().rollback()
        return Kept(consent_id, "user:1", "test")

    def connects(self) -> int:
        """The whole way from consent to a connection in force; its id."""
        desk, key = self.desk, self.issuer.key
        assert self.consents().kind is None
        club = dict(connectors.get(key).sandbox().club(MADE_UP_CLUBS[key]).input)
        del club["authorization"]
        steps = [step.key for step in connectors.get(key).guide.steps if step.attest is not None]
        drafts.attest(desk.ans, self.number, desk.version(self.number), steps)
        assert drafts.save_codes(desk.ans, self.number, desk.version(self.number), club).complete
        submitting.submit(desk.ans, self.number, desk.version(self.number))
        desk.work()
        for item in pages.club_page(desk.ans, self.number).checklist.items:
            if standing(desk, self.number, item.key) == "asks_club":
                state(desk, self.number, item.key)
            if standing(desk, self.number, item.key) == "asks_support":
                reviewing.confirm(desk.bram, self.number, desk.version(self.number), item.key, "Vergeleken, klopt.")
        reviewing.activate(desk.bram, self.number, desk.version(self.number))
        return desk.ticket(self.number).connection_id


@pytest.fixture
def story(desk: Desk, issuer: Issuer) -> Story:
    return Story(desk, issuer)


def margin(issuer: Issuer) -> float:
    return declared(connectors.get(issuer.key)).margin.total_seconds()


def test_consent_is_kept_as_it_was_given_and_the_administrations_are_listed(story: Story, issuer: Issuer) -> None:
    brought = story.answers(story.leaves())
    assert brought["iss"] == issuer.own_name, "newer servers name themselves (RFC 9207)"

    came = story.comes_back(brought)

    assert (came.kind, came.number) == (None, story.number)
    assert issuer.asked == ["authorization_code"]
    tokens = story.kept().alive()
    pair = issuer.pairs[0].token
    assert (tokens.access_token, tokens.refresh_token) == (pair["access_token"], pair["refresh_token"])
    assert story.consent.state is ConsentState.ALIVE
    view = authorising.consent_of(story.desk.ticket(story.number))
    assert view is not None
    assert view.administrations


def test_a_connection_comes_into_force_lives_by_refresh_and_asks_the_club_when_it_ends(
    story: Story, issuer: Issuer, later: Later
) -> None:
    connection_id = story.connects()
    assert row(connection_id).state is ConnectionState.ACTIVE
    former = story.kept().given()

    later(issuer.expires_in - margin(issuer))
    renewed = story.kept().alive()

    assert renewed.refresh_token == issuer.pairs[-1].token["refresh_token"] != former.refresh_token
    assert (story.consent.generation, issuer.refreshes()) == (2, 1)
    assert story.kept().alive() == renewed
    assert issuer.refreshes() == 1, "a token whose answer we had is never sent again"

    issuer.withdraw()
    later(2 * issuer.expires_in)
    with pytest.raises(ConsentExpired):
        story.kept().alive()

    assert story.consent.state is ConsentState.DEAD
    assert row(connection_id).state is ConnectionState.ATTENTION
    session().rollback()
    asked = session().exec(select(Ticket).where(Ticket.kind == TicketKind.RE_ENTER)).one()
    assert asked.connection_id == connection_id
    with pytest.raises(ConsentExpired):
        story.kept().alive()
    assert issuer.refreshes() == 2, "what was refused is not sent again"


def test_an_access_token_that_is_withdrawn_early_is_renewed_in_a_test(
    story: Story, issuer: Issuer, later: Later
) -> None:
    story.consents()
    later(declared(connectors.get(issuer.key)).earliest.total_seconds())
    issuer.pairs[0].at -= issuer.expires_in  # it has run out there, and we do not know

    listed = story.consent.id
    authorising.list_again(story.desk.ans, story.number, story.desk.version(story.number))

    assert (story.consent.id, story.consent.generation, issuer.refreshes()) == (listed, 2, 1)


def test_a_server_that_does_not_rotate_goes_on_with_the_same_refresh_token(
    story: Story, issuer: Issuer, later: Later
) -> None:
    issuer.rotates = False
    story.consents()
    former = story.kept().given()

    for passed in (1, 2):
        later(passed * 2 * issuer.expires_in)
        tokens = story.kept().alive()
        assert tokens.refresh_token == former.refresh_token
        assert tokens.access_token == issuer.pairs[-1].token["access_token"] != former.access_token
    assert story.consent.generation == 3


@pytest.mark.parametrize("seconds", [1, 45, 120])
def test_lives_of_any_length_are_lived_by(story: Story, issuer: Issuer, later: Later, seconds: int) -> None:
    issuer.expires_in = seconds
    story.consents()
    given = story.kept().given()

    for passed in (1, 2, 3):
        later(passed * (seconds + 5))
        tokens = story.kept().alive()
        assert tokens.expires_at is not None
        assert tokens.expires_at > clock.now()
        assert tokens.refresh_token != given.refresh_token


def test_without_a_refresh_token_a_consent_ends_with_its_access_token(
    story: Story, issuer: Issuer, later: Later
) -> None:
    issuer.with_refresh = False
    assert story.consents().kind is None
    later(issuer.expires_in - margin(issuer) - 10)
    assert story.kept().alive().refresh_token is None

    later(issuer.expires_in)
    with pytest.raises(ConsentExpired):
        story.kept().alive()
    assert (story.consent.state, issuer.refreshes()) == (ConsentState.DEAD, 0)


@pytest.mark.parametrize("shape", sorted(SHAPES))
def test_members_of_an_answer_that_may_differ_lose_nothing(
    story: Story, issuer: Issuer, later: Later, shape: str
) -> None:
    issuer.shape = SHAPES[shape]

    came = story.consents()

    assert came.kind in (None, Kind.UNTICKED)
    tokens: Tokens = story.kept().given()
    assert tokens.access_token == issuer.pairs[0].token["access_token"]
    assert story.consent.scope.isprintable()
    if tokens.refresh_token is None:
        return
    later(2 * 3600)
    assert story.kept().alive().access_token == issuer.pairs[1].token["access_token"]


def test_whoever_says_no_is_told_so(story: Story, issuer: Issuer) -> None:
    came = story.comes_back(story.answers(story.leaves(), yes=False))

    assert (came.kind, came.number) == (Kind.REFUSED, story.number)
    assert issuer.asked == []


def test_what_the_server_refuses_of_our_question_is_not_the_clubs(story: Story, issuer: Issuer) -> None:
    issuer.server.scopes_supported, issuer.client.scope = ["of_nobody"], "of_nobody"
    address = story.leaves()
    answer = httpx.get(address, trust_env=False)
    if not issuer.scope:
        assert answer.status_code == 200, "it asks for none"
        return

    brought = dict(parse_qsl(urlsplit(answer.headers["location"]).query))

    assert brought["error"] == "invalid_scope"
    assert story.comes_back(brought).kind is Kind.PROVIDER_ERROR


def test_a_code_that_brings_nothing_is_told_and_the_next_one_is_taken(story: Story, issuer: Issuer) -> None:
    brought = story.answers(story.leaves())
    came = story.comes_back(brought | {"code": "made-up-unknown"})
    assert (came.kind, came.number) == (Kind.CODE_REFUSED, story.number)

    brought = story.answers(story.leaves())
    issuer.codes.clear()
    assert story.comes_back(brought).kind is Kind.CODE_REFUSED

    assert story.consents().kind is None


def test_a_wrong_secret_of_the_host_is_ours_at_exchange_and_kills_nothing_at_refresh(
    story: Story, issuer: Issuer, later: Later
) -> None:
    issuer.client.secret = "made-up-and-changed"
    came = story.consents()
    assert (came.kind, CLIENT_SECRET in repr(came)) == (Kind.PROVIDER_ERROR, False)
    assert session().exec(select(Authorisation.outcome)).all() == [Outcome.FAILED]

    issuer.client.secret = CLIENT_SECRET
    assert story.consents().kind is None
    issuer.client.secret = "made-up-and-changed"
    later(2 * issuer.expires_in)
    with pytest.raises(HostMisconfigured):
        story.kept().alive()
    assert story.consent.state is ConsentState.ALIVE

    issuer.client.secret = CLIENT_SECRET
    later(2 * issuer.expires_in + 60)
    assert story.kept().alive().access_token == issuer.pairs[-1].token["access_token"]


def test_an_end_here_is_told_there_where_the_package_can_be_told(story: Story, issuer: Issuer) -> None:
    connection_id = story.connects()
    consent_id = story.consent.id
    assert consent_id is not None
    disconnecting.disconnect(story.desk.ans, connection_id, story.desk.club.name)
    tending.tend(consent_id)

    session().rollback()
    session().expire_all()
    found = session().get_one(Consent, consent_id)
    assert found.state is ConsentState.ENDED
    assert not vault.sealed_fields(session(), found.version_id)
    assert bool(issuer.alive()) is not bool(issuer.endpoints.revoke)


@pytest.mark.parametrize("issuer", ["twinfield"], indirect=True)
class TestIdentity:
    """What Authlib signs is verified with the keys that it serves."""

    def test_it_may_give_the_real_name_or_its_own(self, story: Story, issuer: Issuer) -> None:
        assert story.consents().kind is None
        issuer.own_name = issuer.endpoints.issuer
        assert story.consents().kind is None

    @pytest.mark.parametrize(
        "claims",
        [
            {"iss": "https://other.example"}, {"aud": ["another"]}, {"aud": "another"}, {"exp": 1},
            {"iat": 4_000_000_000},
        ],
    )  # fmt: skip
    def test_with_any_other_claim_nothing_is_kept(self, story: Story, issuer: Issuer, claims: dict[str, Any]) -> None:
        issuer.claims = claims

        assert story.consents().kind is Kind.UNPROVEN

        version = session().get_one(CredentialVersion, story.desk.ticket(story.number).version_id)
        assert version.consent_id is None

    def test_one_for_another_question_proves_nothing(self, story: Story, issuer: Issuer) -> None:
        brought = story.answers(story.leaves())
        issuer.codes[brought["code"]].asked["nonce"] = "made-up-other"

        assert story.comes_back(brought).kind is Kind.UNPROVEN

    def test_other_keys_beside_the_right_one_are_passed_over(self, story: Story, issuer: Issuer) -> None:
        public = KEY.as_dict(private=False)
        odd = [
            {"kty": "AKP", "kid": "a"},
            {"kty": "EC", "crv": "brainpoolP256r1", "x": "AA", "y": "AA"},
            {"kty": "RSA"},
        ]
        issuer.keys = [*odd, {**public, "use": "enc", "kid": "made-up-other"}, public]
        assert story.consents().kind is None

    def test_without_the_right_key_nothing_is_kept(self, story: Story, issuer: Issuer) -> None:
        issuer.keys = [RSAKey.generate_key(2048, {"kid": "made-up-other"}).as_dict(private=False)]
        assert story.consents().kind is Kind.UNPROVEN

    def test_while_there_is_no_key_at_all_it_waits(self, story: Story, issuer: Issuer) -> None:
        issuer.keys = [{"kty": "RSA"}, {**KEY.as_dict(private=False), "use": "enc"}]
        assert story.consents().kind is None
        assert story.consent.state is ConsentState.UNVERIFIED

    def test_without_an_identity_nothing_is_kept(self, story: Story, issuer: Issuer) -> None:
        issuer.shape = lambda body: {name: value for name, value in body.items() if name != "id_token"}
        assert story.consents().kind is Kind.UNPROVEN


def test_time_is_counted_from_the_answer(story: Story, issuer: Issuer, later: Later) -> None:
    story.consents()

    tokens = story.kept().given()

    assert tokens.expires_at is not None
    assert tokens.expires_at - tokens.obtained_at == timedelta(seconds=issuer.expires_in)
