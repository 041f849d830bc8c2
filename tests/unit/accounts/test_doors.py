"""The use cases of people and clubs, behind the pages."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from threading import Thread

import pytest
from flask import Flask
from sqlmodel import select

from onboarding.accounts.links import LinkState
from onboarding.accounts.models import Club, MailedLink, Membership, Purpose, RoleName, UserRole, WrongPasswords
from onboarding.accounts.people import SYSTEM, Actor, actor_of, clubs_of, members
from onboarding.db import session
from onboarding.usecases import clubs, entering, invitations, people, sessions, tidying
from onboarding.usecases.entering import LinkGone, Locked
from onboarding.usecases.refusals import NotAllowed, NotFound, Wrong
from tests.unit.accounts.cast import BROWSER, PASSWORD, Backstage

Later = Callable[[timedelta], None]
ANS, BEN, COR, BRAM = "ans@voorbeeld.example", "ben@voorbeeld.example", "cor@proefstad.example", "bram@desk.example"


@pytest.fixture
def stage(app: Flask) -> Backstage:
    return Backstage(app)


@pytest.fixture
def ans(stage: Backstage) -> Actor:
    return stage.member(ANS)


def club_of(actor: Actor) -> int:
    (club,) = actor.clubs
    return club


# --- actors


def test_an_actor_has_the_roles_and_clubs_of_the_person(stage: Backstage, ans: Actor) -> None:
    carla, dana = stage.staff("carla@desk.example", RoleName.LEAD), stage.staff("dana@desk.example", RoleName.ADMIN)
    bram = stage.staff(BRAM)

    assert (ans.is_staff, ans.is_lead, ans.is_admin, len(ans.clubs)) == (False, False, False, 1)
    assert (bram.is_staff, bram.is_lead, bram.is_admin, len(bram.clubs)) == (True, False, False, 0)
    assert (carla.is_staff, carla.is_lead, carla.is_admin) == (True, True, False)
    assert (dana.is_staff, dana.is_lead, dana.is_admin) == (True, True, True)
    assert (SYSTEM.is_staff, SYSTEM.audit_name, ans.audit_name) == (False, "system", f"user:{ans.user_id}")


def test_somebody_may_belong_to_several_clubs(stage: Backstage, ans: Actor) -> None:
    with stage.app.app_context():
        clubs.add(SYSTEM, "AV Oefenveld", ANS)
        invitations.accept(stage.token(ANS, Purpose.INVITATION), "", "", BROWSER, "nl")
        actor = actor_of(stage.user(ANS))

        assert [club.name for club in clubs_of(actor)] == ["AV Oefenveld", "SV Voorbeeld"]
        assert clubs_of(SYSTEM) == ()


# --- passwords and locks


def test_tries_at_the_same_time_count_too(stage: Backstage, ans: Actor) -> None:
    """Twenty at once get eight looks at the password, not twenty."""
    told: list[str] = []

    def try_one() -> None:
        with stage.app.app_context():
            try:
                entering.sign_in(ANS, "wrong words of a test")
            except Locked:
                told.append("locked")
            except Wrong:
                told.append("wrong")

    threads = [Thread(target=try_one) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(told) == 20
    assert stage.events().count("user:sign_in_refused") == 8


def test_wrong_passwords_of_yesterday_do_not_count(stage: Backstage, ans: Actor, later: Later) -> None:
    with stage.app.app_context():
        for _ in range(4):
            for _ in range(7):
                with pytest.raises(Wrong):
                    entering.sign_in(ANS, "wrong")
            later(timedelta(hours=24, seconds=1))
        assert entering.sign_in(ANS, PASSWORD).email == ANS


def test_a_lock_is_mailed_once_and_not_at_every_lock(stage: Backstage, ans: Actor, later: Later) -> None:
    with stage.app.app_context():
        for _ in range(3):
            for _ in range(9):
                with pytest.raises(Wrong):
                    entering.sign_in(ANS, "wrong")
            later(timedelta(minutes=16))

    assert stage.events().count("user:locked") == 3
    assert len(stage.mails("locked")) == 1


def test_an_address_of_nobody_takes_as_long(stage: Backstage, ans: Actor) -> None:
    """With passwords that cost what they cost for real, so that looking at one is most of the time."""
    from onboarding import create_app

    real = stage.app.extensions["koppelbalie"].model_copy(update={"password_rounds": 3, "password_memory": 65_536})
    dear = create_app(real)
    with dear.app_context():
        people.change_password(ans, PASSWORD, "other words of a test")

    def took(email: str) -> float:
        began = time.perf_counter()
        with dear.app_context(), pytest.raises(Wrong):
            entering.sign_in(email, "wrong words of a test")
        return time.perf_counter() - began

    took(COR)
    known, unknown = zip(*((took(ANS), took(COR)) for _ in range(4)), strict=True)

    assert 0.4 < min(known) / min(unknown) < 2.5


def test_a_closed_account_opens_for_nobody(stage: Backstage, ans: Actor) -> None:
    with stage.app.app_context():
        entering.ask_link(ANS, Purpose.SIGN_IN, "nl")
        token = stage.token(ANS, Purpose.SIGN_IN)
        close(ANS, stage)

        with pytest.raises(Wrong):
            entering.sign_in(ANS, PASSWORD)
        with pytest.raises(LinkGone):
            entering.use_link(token, BROWSER)
        invited = clubs.add(SYSTEM, "AV Oefenveld", ANS)
        assert invited.sent is not None
        token = stage.token(ANS, Purpose.INVITATION)
        with pytest.raises(LinkGone):
            invitations.accept(token, "Ans", "", BROWSER, "nl")


def close(email: str, stage: Backstage) -> None:
    from onboarding.usecases.transaction import change

    with change() as db:
        person = db.merge(stage.user(email))
        person.active = False
        db.add(person)


def test_a_hash_of_another_cost_is_made_anew_when_the_password_comes_by(stage: Backstage, ans: Actor) -> None:
    from onboarding import create_app

    settings = stage.app.extensions["koppelbalie"].model_copy(update={"password_rounds": 2})
    dearer = Backstage(create_app(settings))
    old = stage.user(ANS).password
    with dearer.app.app_context():
        entering.sign_in(ANS, PASSWORD)

    assert old is not None
    assert "t=1," in old
    assert "t=2," in (stage.user(ANS).password or "")


def test_a_person_changes_their_password_by_the_present_one(stage: Backstage, ans: Actor) -> None:
    with stage.app.app_context():
        with pytest.raises(Wrong) as refused:
            people.change_password(ans, "not it", "other words of a test")
        assert list(refused.value.errors) == ["current"]
        with pytest.raises(Wrong) as refused:
            people.change_password(ans, PASSWORD, "kort")
        assert list(refused.value.errors) == ["password"]
        mark = stage.user(ANS).fs_uniquifier

        people.change_password(ans, PASSWORD, "other words of a test")

        assert stage.user(ANS).fs_uniquifier != mark
        assert entering.sign_in(ANS, "other words of a test").email == ANS


def test_who_has_no_password_chooses_one_without(stage: Backstage) -> None:
    ans = stage.member(ANS, password="")
    with stage.app.app_context():
        assert not people.has_password(ans)
        with pytest.raises(Wrong):
            entering.sign_in(ANS, "anything at all")

        people.change_password(ans, "", "other words of a test")

        assert people.has_password(ans)


def test_the_system_has_no_page_of_its_own(in_app: Flask) -> None:
    for act in (
        lambda: people.change_name(SYSTEM, "X"),
        lambda: people.change_language(SYSTEM, "en"),
        lambda: people.change_password(SYSTEM, "", "other words of a test"),
        lambda: sessions.sign_out_everywhere(SYSTEM),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_name_and_language_are_the_persons_own(stage: Backstage, ans: Actor) -> None:
    with stage.app.app_context():
        people.change_name(ans, "  Ans   de Wit ")
        people.change_language(ans, "en")
        for act in (lambda: people.change_name(ans, ""), lambda: people.change_language(ans, "xx")):
            with pytest.raises(Wrong):
                act()

    assert (stage.user(ANS).name, stage.user(ANS).language) == ("Ans de Wit", "en")


def test_signing_out_everywhere_ends_all_sessions(stage: Backstage, ans: Actor) -> None:
    mark = stage.user(ANS).fs_uniquifier
    with stage.app.app_context():
        sessions.sign_out_everywhere(ans)

    assert stage.user(ANS).fs_uniquifier != mark


def test_signing_out_twice_is_signing_out_once(stage: Backstage, ans: Actor, later: Later) -> None:
    with stage.app.app_context():
        for _ in range(2):
            sessions.sign_out(ans, "made-up key")
        assert sessions.has_ended("made-up key")
        later(timedelta(days=31))
        tidying.forget_the_old()

        assert not sessions.has_ended("made-up key"), "it is over anyway, and not kept for ever"
    assert stage.events().count("user:signed_out") == 1


def test_what_is_long_over_is_forgotten_with_its_addresses(stage: Backstage, ans: Actor, later: Later) -> None:
    with stage.app.app_context():
        entering.ask_link(COR, Purpose.SIGN_IN, "nl")
        with pytest.raises(Wrong):
            entering.sign_in(COR, "wrong")
        (mail,) = stage.mails("sign_in_link")
        stage.deliver(mail)
        later(timedelta(days=1))
        tidying.forget_the_old()
        assert len(stage.mails("sign_in_link")) == 1

        later(timedelta(days=31))
        tidying.forget_the_old()

        assert stage.mails("sign_in_link") == []
        assert session().exec(select(MailedLink).where(MailedLink.email == COR)).all() == []
        assert session().exec(select(WrongPasswords)).all() == []
        assert entering.sign_in(ANS, PASSWORD).email == ANS


# --- clubs and invitations


def test_a_club_is_added_once_and_its_treasurer_invited_once(stage: Backstage) -> None:
    with stage.app.app_context():
        first = clubs.add(SYSTEM, " SV  Voorbeeld", ANS)
        second = clubs.add(SYSTEM, "sv voorbeeld", ANS)
        third = clubs.add(SYSTEM, "SV Voorbeeld", ANS, again=True)

        assert (first.is_new, second.is_new) == (True, False)
        assert first.sent is not None
        assert (second.sent, second.is_member) == (None, False)
        assert third.sent is not None
        assert session().exec(select(Club.name)).all() == ["SV Voorbeeld"]
    assert len(stage.mails("invitation")) == 2


def test_adding_a_club_with_a_member_in_it_changes_nothing(stage: Backstage, ans: Actor) -> None:
    with stage.app.app_context():
        added = clubs.add(SYSTEM, "SV Voorbeeld", ANS)

    assert (added.is_new, added.sent, added.is_member) == (False, None, True)


@pytest.mark.parametrize(
    ("name", "email", "field"), [("", ANS, "name"), ("x" * 200, ANS, "name"), ("SV", "ans", "email")]
)
def test_a_club_that_cannot_be_added_says_why(in_app: Flask, name: str, email: str, field: str) -> None:
    with pytest.raises(Wrong) as refused:
        clubs.add(SYSTEM, name, email)

    assert list(refused.value.errors) == [field]
    assert session().exec(select(Club)).all() == []


def test_a_member_invites_another_who_then_can_do_the_same(stage: Backstage, ans: Actor) -> None:
    with stage.app.app_context():
        invitations.invite_member(ans, club_of(ans), BEN, "Ben")
        token = stage.token(BEN, Purpose.INVITATION)
        welcome = invitations.look(token, BROWSER)
        assert (welcome.club, welcome.invited_by, welcome.name) == ("SV Voorbeeld", "Ans", "Ben")
        assert not welcome.is_known

        invitations.accept(token, "Ben", "", BROWSER, "en")

        ben = actor_of(stage.user(BEN))
        assert ben.clubs == ans.clubs
        assert ben.language == "en"
        assert [member.name for member in clubs.people_of(ben, club_of(ben)).members] == ["Ans", "Ben"]
    assert {"user:made", "link:used", "club:membership_began"} <= set(stage.events())


def test_a_newer_invitation_replaces_the_older(stage: Backstage, ans: Actor) -> None:
    with stage.app.app_context():
        invitations.invite_member(ans, club_of(ans), BEN)
        old = stage.token(BEN, Purpose.INVITATION)
        invitations.invite_member(ans, club_of(ans), BEN)

        with pytest.raises(LinkGone) as gone:
            invitations.look(old, BROWSER)
        assert gone.value.state is LinkState.EXPIRED
        assert len(clubs.people_of(ans, club_of(ans)).pending) == 1


def test_a_withdrawn_invitation_opens_nothing(stage: Backstage, ans: Actor) -> None:
    with stage.app.app_context():
        invitations.invite_member(ans, club_of(ans), BEN)
        token = stage.token(BEN, Purpose.INVITATION)
        (pending,) = clubs.people_of(ans, club_of(ans)).pending
        for _ in range(2):
            invitations.withdraw(ans, club_of(ans), pending.link_id)

        with pytest.raises(LinkGone):
            invitations.accept(token, "Ben", "", BROWSER, "nl")
    assert stage.events().count("link:invitation_withdrawn") == 1


def test_a_member_is_not_invited_again_and_invitations_have_an_end(stage: Backstage, ans: Actor) -> None:
    with stage.app.app_context():
        with pytest.raises(Wrong) as refused:
            invitations.invite_member(ans, club_of(ans), ANS)
        assert refused.value.errors == {"email": invitations.ALREADY}
        for n in range(invitations.MOST_OPEN):
            invitations.invite_member(ans, club_of(ans), f"member{n}@voorbeeld.example")
        with pytest.raises(Wrong) as refused:
            invitations.invite_member(ans, club_of(ans), BEN)
        assert refused.value.errors == {"email": invitations.FULL}
        with pytest.raises(Wrong) as refused:
            invitations.invite_member(ans, club_of(ans), BEN, "\u202e")
        assert list(refused.value.errors) == ["name"]


def test_another_clubs_people_are_not_found(stage: Backstage, ans: Actor) -> None:
    cor = stage.member(COR, "VV Proefstad")
    with stage.app.app_context():
        invitations.invite_member(ans, club_of(ans), BEN)
        (pending,) = clubs.people_of(ans, club_of(ans)).pending
        for act in (
            lambda: clubs.people_of(cor, club_of(ans)),
            lambda: clubs.end_membership(cor, club_of(ans), ans.user_id or 0),
            lambda: invitations.invite_member(cor, club_of(ans), "thief@proefstad.example"),
            lambda: invitations.withdraw(cor, club_of(ans), pending.link_id),
            lambda: invitations.withdraw(cor, club_of(cor), pending.link_id),
            lambda: clubs.people_of(cor, 999),
        ):
            with pytest.raises(NotFound):
                act()

        assert len(clubs.people_of(ans, club_of(ans)).pending) == 1


def test_a_wrong_field_leaves_the_invitation_open(stage: Backstage, ans: Actor) -> None:
    with stage.app.app_context():
        invitations.invite_member(ans, club_of(ans), BEN)
        token = stage.token(BEN, Purpose.INVITATION)
        with pytest.raises(Wrong) as refused:
            invitations.accept(token, " ", "kort", BROWSER, "nl")
        assert set(refused.value.errors) == {"name", "password"}

        assert invitations.accept(token, "Ben", "other words of a test", BROWSER, "nl").email == BEN
        assert entering.sign_in(BEN, "other words of a test").name == "Ben"


def test_a_double_click_accepts_once_and_another_browser_not_at_all(stage: Backstage, ans: Actor) -> None:
    with stage.app.app_context():
        invitations.invite_member(ans, club_of(ans), BEN)
        token = stage.token(BEN, Purpose.INVITATION)
        for _ in range(2):
            assert invitations.accept(token, "Ben", PASSWORD, BROWSER, "nl").email == BEN
        with pytest.raises(LinkGone) as gone:
            invitations.accept(token, "Thief", PASSWORD, "another browser", "nl")

        assert gone.value.state is LinkState.USED
        assert session().exec(select(Membership)).all().__len__() == 2
    assert stage.events().count("club:membership_began") == 2


def test_whoever_has_an_account_keeps_name_and_password(stage: Backstage, ans: Actor) -> None:
    with stage.app.app_context():
        clubs.add(SYSTEM, "AV Oefenveld", ANS)
        token = stage.token(ANS, Purpose.INVITATION)
        assert invitations.look(token, BROWSER).is_known

        invitations.accept(token, "Somebody else", "other words of a test", BROWSER, "en")

        assert entering.sign_in(ANS, PASSWORD).name == "Ans"


def test_leaving_is_warned_for_when_nobody_is_left(stage: Backstage, ans: Actor) -> None:
    club = club_of(ans)
    with stage.app.app_context():
        with pytest.raises(Wrong) as refused:
            clubs.end_membership(ans, club, ans.user_id or 0)
        assert list(refused.value.errors) == ["last"]
        assert len(members(session(), club)) == 1

        clubs.end_membership(ans, club, ans.user_id or 0, even_last=True)

        assert members(session(), club) == ()
        assert actor_of(stage.user(ANS)).clubs == frozenset()
    assert stage.events()[-1] == "club:membership_ended"


def test_one_of_two_leaves_without_a_warning_and_only_once(stage: Backstage, ans: Actor) -> None:
    ben = stage.member(BEN)
    with stage.app.app_context():
        for _ in range(2):
            clubs.end_membership(ans, club_of(ans), ben.user_id or 0)

        assert [member.email for member in clubs.people_of(ans, club_of(ans)).members] == [ANS]
    assert stage.events().count("club:membership_ended") == 1


# --- the help desk


def test_an_invitation_to_the_help_desk_gives_the_role_and_ends_older_sessions(stage: Backstage, ans: Actor) -> None:
    mark = stage.user(ANS).fs_uniquifier
    with stage.app.app_context():
        assert invitations.invite_staff(SYSTEM, ANS, RoleName.SUPPORT) is not None
        invitations.accept(stage.token(ANS, Purpose.INVITATION), "", "", BROWSER, "nl")

        assert invitations.invite_staff(SYSTEM, ANS, RoleName.SUPPORT) is None
        assert actor_of(stage.user(ANS)).roles == {RoleName.SUPPORT}
        assert stage.user(ANS).fs_uniquifier != mark
        assert [(one.email, one.roles) for one in people.colleagues()] == [(ANS, (RoleName.SUPPORT,))]


def test_inviting_to_the_help_desk_again_replaces_the_invitation(stage: Backstage) -> None:
    with stage.app.app_context():
        invitations.invite_staff(SYSTEM, BRAM, RoleName.SUPPORT)
        old = stage.token(BRAM, Purpose.INVITATION)
        invitations.invite_staff(SYSTEM, BRAM, RoleName.SUPPORT)
        new = stage.token(BRAM, Purpose.INVITATION)

        with pytest.raises(LinkGone):
            invitations.look(old, BROWSER)
        assert invitations.look(new, BROWSER).role is RoleName.SUPPORT


def test_a_role_is_taken_away_but_never_the_last_admin(stage: Backstage) -> None:
    stage.staff(BRAM)
    stage.staff("dana@desk.example", RoleName.ADMIN)
    mark = stage.user(BRAM).fs_uniquifier
    with stage.app.app_context():
        assert people.take_role(SYSTEM, BRAM, RoleName.SUPPORT)
        assert not people.take_role(SYSTEM, BRAM, RoleName.SUPPORT)
        assert not people.take_role(SYSTEM, BRAM, RoleName.LEAD)
        with pytest.raises(NotFound):
            people.take_role(SYSTEM, "nobody@desk.example", RoleName.SUPPORT)
        with pytest.raises(Wrong) as refused:
            people.take_role(SYSTEM, "dana@desk.example", RoleName.ADMIN)

        assert refused.value.errors == {"role": people.LAST_ADMIN}
        assert len(session().exec(select(UserRole)).all()) == 1
        assert stage.user(BRAM).fs_uniquifier != mark
    assert stage.events()[-1] == "user:role_taken"
