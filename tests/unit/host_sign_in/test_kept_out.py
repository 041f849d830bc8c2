"""What proves nothing lets nobody in, each with its own page, and the host being away is nobody's fault."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import quote_plus

import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey
from sqlmodel import select

from onboarding import calls
from onboarding.accounts.models import Club, HostIdentity, User
from onboarding.db import session
from onboarding.usecases import invitations
from onboarding.usecases.transaction import change
from tests.unit.host_sign_in.conftest import Host, Visitor, log, query, user, words

New = Callable[[], Visitor]
Claims = dict[str, Any]


def nobody_came() -> bool:
    session().rollback()
    return not any(session().exec(select(table)).all() for table in (User, HostIdentity, Club))


def part(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def unsigned(_host: Host, claims: Claims) -> str:
    return f"{part({'alg': 'none'})}.{part(claims)}."


def with_public_key_as_secret(host: Host, claims: Claims) -> str:
    pem = host.issuer.key.as_pem(private=False)
    signed = f"{part({'alg': 'HS256', 'kid': host.issuer.key.kid})}.{part(claims)}"
    digest = hmac.digest(pem, signed.encode(), hashlib.sha256)
    return f"{signed}.{base64.urlsafe_b64encode(digest).rstrip(b'=').decode()}"


def with_another_key(host: Host, claims: Claims) -> str:
    key = RSAKey.generate_key(2048)
    return jwt.encode({"alg": "RS256", "kid": host.issuer.key.kid or ""}, claims, key)


def changed(**claims: Any) -> Callable[[Host, Claims], str]:
    def forge(host: Host, said: Claims) -> str:
        return host.issuer.signed({name: value for name, value in (said | claims).items() if value is not None})

    return forge


def later_by(seconds: int, *names: str) -> Callable[[Host, Claims], str]:
    def forge(host: Host, said: Claims) -> str:
        return host.issuer.signed(said | {name: said[name] + seconds for name in names})

    return forge


FORGERIES: dict[str, Callable[[Host, Claims], str]] = {
    "unsigned": unsigned,
    "the public key as a secret": with_public_key_as_secret,
    "another key": with_another_key,
    "another nonce": changed(nonce="another"),
    "no nonce": changed(nonce=None),
    "another audience": changed(aud="another-client"),
    "another audience, asked by us": changed(aud="another-client", azp="koppelbalie-demo"),
    "among others, for another": changed(aud=["koppelbalie-demo", "b"], azp="b"),
    "another issuer": changed(iss="https://elsewhere.example"),
    "expired": later_by(-3600, "exp", "iat"),
    "of the future": later_by(3600, "exp", "iat"),
    "without end": changed(exp=None),
    "of nobody": changed(sub=""),
    "of a number": changed(sub=7),
    "too long a name": changed(sub="x" * 256),
    "of another access token": changed(at_hash="AAAAAAAAAAAAAAAAAAAAAA"),
    "no token": lambda _host, _claims: "no.token",
    "an empty one": lambda _host, _claims: "",
}


@pytest.mark.parametrize("forge", FORGERIES.values(), ids=FORGERIES)
def test_an_identity_that_is_not_proven_lets_nobody_in(
    nina: Visitor, host: Host, forge: Callable[[Host, Claims], str]
) -> None:
    host.issuer.forge = lambda claims: forge(host, claims)
    answer = nina.comes_in()

    assert (answer.status_code, "We weten niet zeker dat jij het bent" in words(answer)) == (422, True)
    assert not nina.is_in()
    assert nobody_came()
    assert [one.data["reason"] for one in log("user:sign_in_refused")] == ["host: not_proven"]

    host.issuer.forge = host.issuer.signed
    nina.comes_in()
    assert nina.is_in(), "it is put right in the same browser"


def test_what_is_said_beside_it_has_to_be_about_the_same_person(nina: Visitor, host: Host) -> None:
    host.issuer.in_token = frozenset()
    said = host.issuer.told_of
    host.issuer.told_of = lambda access: (said(access) or {}) | {"sub": "u-other"}  # type: ignore[method-assign]

    assert "We weten niet zeker" in words(nina.comes_in())
    assert nobody_came()


# --- states


def stale(visitor: Visitor, address: str) -> bool:
    answer = visitor.comes_back(address)
    return answer.status_code == 400 and "Dit duurde te lang, of begon in een andere browser" in words(answer)


def test_another_browser_cannot_take_it_over(nina: Visitor, somebody: New) -> None:
    back, other = nina.signs_in_there(nina.leaves()), somebody()
    other.gets("/account/aanmelden")

    assert stale(other, back)
    other.leaves()
    assert stale(other, back), "nor with a question of its own"
    assert nobody_came()


def test_another_state_is_not_taken(nina: Visitor) -> None:
    back = nina.signs_in_there(nina.leaves())

    assert stale(nina, back.replace("state=", "state=x"))
    assert stale(nina, back), "a question is asked once"
    assert stale(nina, "/account/oidc/terug")
    assert nobody_came()


def test_what_came_back_once_does_not_come_back_again(nina: Visitor) -> None:
    back = nina.signs_in_there(nina.leaves())
    assert nina.comes_back(back).status_code == 303
    assert stale(nina, back)


def test_after_ten_minutes_it_begins_anew(nina: Visitor, host: Host, later: Callable[[timedelta], None]) -> None:
    back = nina.signs_in_there(nina.leaves())
    later(timedelta(minutes=11))

    assert stale(nina, back)


def test_a_code_of_another_question_is_refused(nina: Visitor, somebody: New) -> None:
    other = somebody()
    theirs = query(other.signs_in_there(other.leaves()))["code"]
    back = nina.signs_in_there(nina.leaves())
    mine = query(back)["code"]
    answer = nina.comes_back(back.replace(mine, theirs))

    assert "We weten niet zeker" in words(answer), "its verifier does not fit"
    assert nobody_came()


def test_an_answer_of_another_issuer_is_refused(nina: Visitor, host: Host) -> None:
    back = nina.signs_in_there(nina.leaves())
    there = back.replace(f"iss={quote_plus(host.issuer.address)}", "iss=https%3A%2F%2Felsewhere.example")
    assert there != back

    assert "We weten niet zeker" in words(nina.comes_back(there))
    assert nobody_came()


def test_who_breaks_it_off_reads_so_and_nothing_of_what_was_sent(nina: Visitor) -> None:
    state = query(nina.leaves())["state"]
    answer = nina.comes_back(f"/account/oidc/terug?error=access_denied&error_description=<b>planted</b>&state={state}")

    assert (answer.status_code, "Je bent niet ingelogd via Club-assistent" in words(answer)) == (422, True)
    assert "planted" not in answer.text
    assert state not in answer.text


# --- people


@pytest.mark.parametrize(
    "claims", [{"email_verified": False}, {"email_verified": None}, {"email": None}, {"email": "geen adres"}]
)
def test_without_a_verified_address_no_account_is_made_or_taken(nina: Visitor, host: Host, claims: Claims) -> None:
    host.says(**claims)
    answer = nina.comes_in()

    assert (answer.status_code, "nog niet bevestigd" in words(answer)) == (422, True)
    assert nobody_came()


def test_an_account_of_another_person_with_that_address_is_not_taken(nina: Visitor, somebody: New, host: Host) -> None:
    nina.comes_in()
    host.says("u-other")
    other = somebody()

    assert "Iemand anders komt binnen met jouw e-mailadres" in words(other.comes_in("u-other"))
    assert not other.is_in()


def test_an_unverified_address_of_somebody_here_is_not_linked(nina: Visitor, host: Host) -> None:
    with change() as db:
        invitations.new_person(db, "nina@voorbeeld.example", "Nina", "nl")
    host.says(email_verified=False)
    answer = nina.comes_in()

    assert "nog niet bevestigd" in words(answer)
    assert session().exec(select(HostIdentity)).all() == []


def test_who_has_no_club_and_no_role_gets_no_account(nina: Visitor, host: Host) -> None:
    host.says(clubs=[])
    assert "Je zit daar in geen club" in words(nina.comes_in())
    host.says(clubs=["unheard-of"])
    assert "Je club is hier nog niet bekend" in words(nina.comes_in())

    assert nobody_came()
    assert [one.data["reason"] for one in log("user:sign_in_refused")] == ["host: no_club", "host: club_unknown"]


def test_a_closed_account_stays_closed(nina: Visitor, somebody: New) -> None:
    nina.comes_in()
    with change() as db:
        found = user()
        assert found is not None
        db.merge(found).active = False
    again = somebody()

    assert "Je account is gesloten" in words(again.comes_in())
    assert not again.is_in()
    assert not nina.is_in()


# --- the host is away


def away(answer: Any) -> bool:
    return answer.status_code == 503 and "Inloggen via Club-assistent kan nu niet" in words(answer)


def test_while_the_host_is_away_the_page_says_so_and_other_ways_stay(nina: Visitor, host: Host) -> None:
    host.stop()
    answer = nina.sends("/account/oidc")

    assert away(answer)
    assert "/account/aanmelden" in answer.text
    assert "Stuur mij een link" in nina.sees("/account/aanmelden")


def test_a_host_that_goes_away_halfway_is_nobodys_fault(nina: Visitor, host: Host) -> None:
    back = nina.signs_in_there(nina.leaves())
    host.stop()

    assert away(nina.comes_back(back))
    assert nobody_came()
    assert log("user:sign_in_refused") == []


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"issuer": "https://elsewhere.example"},
        {"token_endpoint": "http://elsewhere.example/token"},
        {"jwks_uri": None},
        {"authorization_endpoint": "javascript:alert(1)"},
    ],
)
def test_a_discovery_document_that_cannot_be_used_reads_as_away(nina: Visitor, host: Host, document: Claims) -> None:
    whole = host.issuer.document()
    host.issuer.document = lambda: whole | document if document else {}  # type: ignore[method-assign]

    assert away(nina.sends("/account/oidc"))
    host.issuer.document = lambda: whole  # type: ignore[method-assign]
    nina.comes_in()
    assert nina.is_in()


def test_an_answer_that_never_ends_is_not_read(nina: Visitor, host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calls, "LARGEST", 100)

    assert away(nina.sends("/account/oidc"))


def test_no_secret_of_it_is_logged(nina: Visitor, host: Host, caplog: pytest.LogCaptureFixture) -> None:
    address = nina.leaves()
    back = nina.signs_in_there(address)
    host.issuer.forge = lambda claims: FORGERIES["expired"](host, claims)
    nina.comes_back(back)

    secrets = [query(back)["code"], query(back)["state"], query(address)["nonce"], "made-up-client-secret"]
    assert [secret for secret in secrets if secret in caplog.text] == []
    assert "proves nothing" in caplog.text


@pytest.mark.parametrize("extra", [{"oidc_issuer": "", "oidc_client_id": "", "oidc_client_secret": None}])
def test_where_it_is_not_set_up_nothing_offers_it(nina: Visitor) -> None:
    assert "Inloggen via" not in nina.sees("/account/aanmelden")
    for answer in (nina.sends("/account/oidc"), nina.gets("/account/oidc/terug?code=x&state=y")):
        assert (answer.status_code, answer.location) == (303, "/account/aanmelden")
