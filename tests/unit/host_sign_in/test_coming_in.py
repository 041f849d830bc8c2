"""Who signs in at the host comes in here, with the clubs and the role that it says, each time anew."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlmodel import select

from onboarding import clock
from onboarding.accounts.models import Club, HostIdentity, Membership, RoleName
from onboarding.accounts.people import SYSTEM
from onboarding.db import session
from onboarding.notify.models import OutgoingMail
from onboarding.usecases import clubs, invitations, people
from onboarding.usecases.refusals import NotFound, Wrong
from onboarding.usecases.transaction import change
from tests.unit.accounts.phone import code_of, key_on
from tests.unit.host_sign_in.conftest import VOORBEELD, Host, Visitor, add_club, log, query, user, words

New = Callable[[], Visitor]
REQUIRED = pytest.mark.parametrize("extra", [{"second_factor": "required"}])
WAY = "u-bram"


def clubs_of(email: str = "nina@voorbeeld.example") -> list[str]:
    found = user(email)
    assert found is not None
    query = select(Club.name).join(Membership).where(Membership.user_id == found.id).order_by(Club.name)
    return list(session().exec(query).all())


def roles_of(email: str) -> set[str]:
    found = user(email)
    assert found is not None
    return {str(role.name) for role in found.roles}


def test_the_page_offers_it_and_the_question_is_whole(nina: Visitor, host: Host) -> None:
    page = nina.gets("/account/aanmelden")
    assert "Inloggen via Club-assistent" in words(page)
    assert f"form-action 'self' {host.issuer.address}" in page.headers["Content-Security-Policy"]

    address = nina.leaves()
    asked = query(address)
    assert address.startswith(f"{host.issuer.address}/authorize?")
    assert (asked["response_type"], asked["scope"]) == ("code", "openid email profile")
    assert asked["code_challenge_method"] == "S256"
    assert asked["redirect_uri"] == "http://127.0.0.1:5000/account/oidc/terug"
    assert len({asked["state"], asked["nonce"], asked["code_challenge"]}) == 3


def test_a_new_member_comes_in_with_an_account_and_a_club(nina: Visitor, host: Host) -> None:
    answer = nina.comes_in(target="/p-w/")

    assert (answer.status_code, answer.location) == (303, "/p-w/")
    assert "SV Voorbeeld" in nina.sees("/p-w/")
    made = user()
    assert made is not None
    assert (made.name, made.password, made.language) == ("Nina de Boer", None, "nl")
    assert [(one.event, one.actor) for one in log()] == [
        ("user:made", f"user:{made.id}"),
        ("user:linked_to_host", f"user:{made.id}"),
        ("club:added", "host"),
        ("club:known_to_host", "host"),
        ("club:membership_began", "host"),
        ("user:signed_in", f"user:{made.id}"),
    ]
    assert log("user:signed_in")[0].data == {"way": "host"}
    assert session().exec(select(OutgoingMail.id)).all() == []


def test_a_known_member_comes_in_by_subject_whatever_the_address(nina: Visitor, somebody: New, host: Host) -> None:
    nina.comes_in()
    host.says(email="nina@elders.example", email_verified=False)
    again = somebody()

    assert again.comes_in().location == "/"
    assert again.is_in()
    assert user("nina@elders.example") is None
    assert len(session().exec(select(HostIdentity)).all()) == 1


def test_the_club_is_the_one_that_the_host_means(nina: Visitor, host: Host) -> None:
    add_club("Onze naam voor SV Voorbeeld")
    nina.comes_in()

    assert clubs_of() == ["Onze naam voor SV Voorbeeld"]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("club-0042", ["SV Voorbeeld"]),
        (["club-0042", 7], ["SV Voorbeeld", "VV Zeven"]),
        ({"id": 7, "name": "elders"}, ["VV Zeven"]),
        ([{"id": "club-0042"}, {"id": "nieuw", "name": "HC  Nieuw"}], ["HC Nieuw", "SV Voorbeeld"]),
        ([VOORBEELD, VOORBEELD, True, None, {"name": "x"}, "", "x" * 999, ["club-0042"]], ["SV Voorbeeld"]),
        ([{"id": "a", "name": "Tweeling"}, {"id": "b", "name": "Tweeling"}], ["Tweeling", "Tweeling (b)"]),
    ],
)
def test_clubs_are_read_in_every_form(nina: Visitor, host: Host, said: object, expected: list[str]) -> None:
    add_club()
    add_club("VV Zeven", "7")
    host.says(clubs=said)
    nina.comes_in()

    assert clubs_of() == expected


def test_membership_follows_the_host_and_what_was_given_here_stays(nina: Visitor, somebody: New, host: Host) -> None:
    host.says(clubs=[VOORBEELD, {"id": "club-7", "name": "VV Zeven"}])
    nina.comes_in()
    here = add_club("Hier gekregen", None)
    with change() as db:
        found = user()
        assert found is not None
        db.add(Membership(user_id=found.id, club_id=here, created_at=clock.now()))
    assert nina.is_in()
    host.says(clubs=["club-7"])
    again = somebody()
    again.comes_in()

    assert clubs_of() == ["Hier gekregen", "VV Zeven"]
    assert not nina.is_in(), "sessions begun with it end"
    assert again.is_in()
    assert [one.actor for one in log("club:membership_ended")] == ["host"]

    host.says(clubs=None)
    again.comes_in()
    assert clubs_of() == ["Hier gekregen"]


def test_a_club_that_is_not_known_is_told_and_the_others_count(nina: Visitor, host: Host) -> None:
    add_club("Zonder kenmerk", None)
    host.says(clubs=[VOORBEELD, "club-999", {"id": "x", "name": "Zonder kenmerk"}])
    nina.comes_in()

    assert "Hier nog niet bekend: club-999, Zonder kenmerk." in nina.sees("/p-w/")
    assert clubs_of() == ["SV Voorbeeld"]


def test_a_club_cannot_be_had_by_taking_its_name(nina: Visitor, host: Host) -> None:
    add_club("SV Voorbeeld", None)
    host.says(clubs=[{"id": "evil", "name": "SV Voorbeeld"}])
    answer = nina.comes_in()

    assert (answer.status_code, "Je club is hier nog niet bekend" in words(answer)) == (422, True)
    assert user() is None

    assert clubs.know(SYSTEM, "sv voorbeeld", "evil")
    assert not clubs.know(SYSTEM, "SV Voorbeeld", " evil ")
    nina.comes_in()
    assert clubs_of() == ["SV Voorbeeld"]


def test_what_the_host_knows_a_club_by_is_of_one_club(in_app: object) -> None:
    add_club()
    add_club("VV Zeven", None)
    with pytest.raises(Wrong):
        clubs.know(SYSTEM, "VV Zeven", "club-0042")
    with pytest.raises(Wrong):
        clubs.know(SYSTEM, "VV Zeven", "x" * 121)
    with pytest.raises(NotFound):
        clubs.know(SYSTEM, "Nergens", "x")
    assert clubs.know(SYSTEM, "SV Voorbeeld", "")
    assert clubs.know(SYSTEM, "VV Zeven", "club-0042")
    assert [one.data["host_id"] for one in log("club:known_to_host")] == [None, "club-0042"]


def test_an_account_with_the_same_verified_address_is_theirs_and_they_are_told(nina: Visitor, host: Host) -> None:
    with change() as db:
        before = invitations.new_person(db, "nina@voorbeeld.example", "Nina", "nl")
    nina.comes_in()

    assert nina.is_in()
    found = user()
    assert found is not None
    assert (found.id, found.name) == (before.id, "Nina")
    (mail,) = session().exec(select(OutgoingMail)).all()
    assert (mail.template, mail.to, mail.context["host"]) == ("host_sign_in", found.email, "Club-assistent")
    assert log("user:linked_to_host")[0].data["way"] == "address"


# --- the help desk


def sets_up_code(visitor: Visitor) -> str:
    """The key of an app of codes that was set up through the pages."""
    shown = visitor.sends("/account/extra-code/begin").text
    hidden = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', shown.partition("<main")[2]))
    key = key_on(shown)
    done = visitor.sends("/account/extra-code/klaar", **hidden, code=code_of(key, clock.now()))
    assert done.status_code == 200
    return key


@REQUIRED
def test_support_comes_in_with_the_code_of_an_app_too(
    somebody: New, host: Host, later: Callable[[timedelta], None]
) -> None:
    host.says(WAY, email="bram@desk.example", name="Bram", clubs=None, role=["support", "iets anders"])
    first = somebody()
    first.comes_in(WAY)
    assert first.gets("/support/").location == "/account/extra-code"
    key = sets_up_code(first)
    assert first.gets("/support/").status_code == 200

    later(timedelta(minutes=2))
    second = somebody()
    assert second.comes_in(WAY, target="/support/").location == "/account/code"
    assert not second.is_in()
    answer = second.sends("/account/code", code=code_of(key, clock.now()))
    assert (answer.status_code, answer.location) == (303, "/support/")
    assert second.gets("/support/").status_code == 200
    assert log("user:signed_in")[-1].data["way"] == "host and app"


def test_roles_follow_the_host_and_what_was_given_here_stays(somebody: New, host: Host) -> None:
    host.says(WAY, email="bram@desk.example", clubs=None, role="lead")
    bram = somebody()
    bram.comes_in(WAY)
    with change() as db:
        found = user("bram@desk.example")
        assert found is not None
        invitations.give_role(db, db.merge(found), RoleName.SUPPORT, "command")
    host.says(WAY, email="bram@desk.example", clubs=None, role=["admin"])
    again = somebody()
    again.comes_in(WAY)

    assert roles_of("bram@desk.example") == {"admin", "support"}
    assert not bram.is_in()
    host.says(WAY, email="bram@desk.example", clubs=None)
    last = somebody()
    last.comes_in(WAY)
    assert roles_of("bram@desk.example") == {"support"}
    assert not again.is_in()
    assert [(one.event, one.actor, one.data["role"]) for one in log("user:role_given", "user:role_taken")] == [
        ("user:role_given", "host", "lead"),
        ("user:role_given", "command", "support"),
        ("user:role_given", "host", "admin"),
        ("user:role_taken", "host", "lead"),
        ("user:role_taken", "host", "admin"),
    ]
    assert people.take_role(SYSTEM, "bram@desk.example", RoleName.SUPPORT)


@pytest.mark.parametrize(
    "extra", [{"oidc_roles": "helpdesk=support a=b=lead", "oidc_role_claim": "urn:roles", "oidc_club_claim": "teams"}]
)
def test_the_hosts_own_words_are_translated(somebody: New, host: Host) -> None:
    theirs = {"urn:roles": ["helpdesk", "a=b", "support"], "teams": [VOORBEELD]}
    host.says(WAY, email="bram@desk.example", clubs=None, **theirs)
    somebody().comes_in(WAY)

    assert roles_of("bram@desk.example") == {"support", "lead"}
    assert clubs_of("bram@desk.example") == ["SV Voorbeeld"]


# --- what hosts do differently


@pytest.mark.parametrize("methods", [["client_secret_basic"], ["client_secret_post"], ["private_key_jwt"]])
def test_the_secret_goes_where_the_host_wants_it(nina: Visitor, host: Host, methods: list[str]) -> None:
    host.issuer.methods = methods
    nina.comes_in()

    assert nina.is_in()


def test_claims_may_stand_beside_the_identity_token(nina: Visitor, host: Host) -> None:
    host.issuer.in_token = frozenset({"name"})
    nina.comes_in()

    assert clubs_of() == ["SV Voorbeeld"]


@pytest.mark.parametrize("extra", [{"oidc_verifies_email": True}])
def test_a_host_that_verifies_every_address_need_not_say_so(nina: Visitor, host: Host) -> None:
    host.says(email_verified=None)
    nina.comes_in()

    assert nina.is_in()


def test_a_page_that_stands_elsewhere_is_reached_by_a_link(nina: Visitor, host: Host) -> None:
    host.issuer.authorize = host.issuer.authorize.replace("127.0.0.1", "localhost")
    page = nina.sends("/account/oidc")
    (found,) = re.findall(r'href="(http://localhost[^"]+)"', page.text)

    assert page.status_code == 200
    nina.comes_back(nina.signs_in_there(found.replace("&amp;", "&")))
    assert nina.is_in()


def test_the_language_of_the_host_is_spoken(nina: Visitor, host: Host) -> None:
    host.says(locale="en-GB", name=None, given_name="Nina", family_name="")
    nina.comes_in()

    found = user()
    assert found is not None
    assert (found.language, found.name) == ("en", "Nina")
