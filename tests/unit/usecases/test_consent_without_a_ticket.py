"""Consent by a link, without a ticket, and by a pasted code: each ends in the ticket, and every wrong code says why."""

from __future__ import annotations

import re
import string
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import select
from werkzeug.wrappers import Response

from onboarding.clock import now
from onboarding.db import session
from onboarding.oauth import states
from onboarding.oauth.models import Authorisation, ConsentState, HandOver, Way
from onboarding.settings import Settings
from onboarding.usecases import authorising, consent_links, custody, drafts, pages, submitting, tidying
from onboarding.usecases.authorising import Kind
from onboarding.usecases.consent_links import LinkGone, LinkState
from onboarding.usecases.refusals import NotFound, Wrong
from onboarding.usecases.transaction import change
from onboarding.vault.models import SealedHandOver
from tests.conftest import settings_in
from tests.unit.custody.conftest import K1, K2, use_ring
from tests.unit.usecases.consenting import BROWSER, KEY, PASTED, asks, consent, consents, goes, package, start

__all__ = ["package"]
THEIRS = "made-up-value-of-the-bookkeepers-browser"
A_DAY = 24 * 3600.0


@pytest.fixture
def settings(tmp_path, database_url, package, extra) -> Settings:
    return settings_in(tmp_path, database_url=database_url, at=package.at, **extra)


def link_for(desk, number) -> str:
    return consent_links.make(desk.ans, number, desk.version(number))


def comes_back(answer):
    """Somebody without an account, in their own browser."""
    return authorising.come_back(None, KEY, THEIRS, answer)


def handed(reference: str = "SV Voorbeeld", club: str = "goed") -> str:
    """A hand-over code of a consent that was given without a ticket."""
    came = comes_back(goes(authorising.begin_public(KEY, reference, THEIRS), club))
    assert came.hand_over is not None
    return came.hand_over


def claims(desk, number, text, by=None):
    return authorising.claim(by or desk.ans, number, desk.version(number), text)


def said(wrong) -> str:
    return str(wrong.value.errors["auth_code"])


# --- by a link


def test_a_bookkeeper_gives_consent_by_a_link(desk, package):
    number = start(desk)
    token = link_for(desk, number)
    page = consent_links.look(token)
    assert (page.package_name, page.club, page.state) == ("Grootboek Online", "SV Voorbeeld", LinkState.FRESH)

    came = comes_back(goes(authorising.begin_by_link(token, THEIRS)))

    assert (came.kind, came.number, came.way) == (None, None, Way.LINK)
    view = authorising.consent_of(desk.ticket(number))
    assert (view.alive, view.by, view.way, view.link.state) == (True, "", Way.LINK, LinkState.USED)
    assert len(view.administrations) == 2
    assert [entry.kind for entry in pages.club_page(desk.ans, number).thread] == ["event"]
    with pytest.raises(LinkGone) as gone:
        authorising.begin_by_link(token, THEIRS)
    assert gone.value.state is LinkState.USED


def test_the_treasurer_goes_on_with_the_form_meanwhile(desk, package):
    number = start(desk)
    version = desk.version(number)
    token = link_for(desk, number)
    comes_back(goes(authorising.begin_by_link(token, THEIRS)))

    saved = drafts.save_codes(desk.ans, number, version, {"division": "1"})

    assert saved.complete


def test_a_link_that_is_revoked_replaced_old_or_nobodys_opens_nothing(desk, package, later):
    number = start(desk)
    first = link_for(desk, number)
    second = link_for(desk, number)
    assert consent_links.look(first).state is LinkState.REVOKED
    on_the_way = goes(authorising.begin_by_link(second, THEIRS))
    consent_links.revoke(desk.ans, number, desk.version(number))
    assert comes_back(on_the_way).kind is Kind.LINK_GONE
    third = link_for(desk, number)
    later(7 * A_DAY + 1)
    for token, state in ((second, LinkState.REVOKED), (third, LinkState.EXPIRED), ("", LinkState.UNKNOWN)):
        with pytest.raises(LinkGone) as gone:
            authorising.begin_by_link(token, THEIRS)
        assert gone.value.state is state
    assert package.knobs.tokens == []


def test_a_link_of_an_item_that_was_closed_says_so(desk, package):
    number = start(desk)
    token = link_for(desk, number)
    submitting.withdraw(desk.ans, number, desk.version(number))

    assert consent_links.look(token).state is LinkState.CLOSED


def test_a_bookkeeper_who_says_no_can_try_again_and_the_club_sees_why(desk, package):
    number = start(desk)
    token = link_for(desk, number)
    assert comes_back(goes(authorising.begin_by_link(token, THEIRS), None, refuse="access_denied")).kind is Kind.REFUSED
    assert authorising.consent_of(desk.ticket(number)).link.problem is not None

    assert comes_back(goes(authorising.begin_by_link(token, THEIRS))).kind is None


def test_a_link_is_made_by_the_club_alone_and_its_token_kept_nowhere(desk, package):
    number = start(desk)
    with pytest.raises(NotFound):
        consent_links.make(desk.cor, number, desk.version(number))
    token = link_for(desk, number)

    link = consent_links.newest(session(), number)
    assert token not in repr(link)
    assert link.token_hash == states.digest(token)


# --- without a ticket


def test_a_code_to_hand_over_brings_the_consent_to_the_ticket(desk, package):
    code = handed()
    number = start(desk)

    saved = claims(desk, number, code)

    assert not saved.errors
    view = authorising.consent_of(desk.ticket(number))
    assert (view.alive, view.way, view.by, len(view.administrations)) == (True, Way.PUBLIC, "Ans", 2)
    assert session().exec(select(SealedHandOver)).all() == []
    assert package.knobs.tokens == ["authorization_code"]


def test_whoever_comes_back_in_the_same_browser_sees_the_same_code(desk, package):
    answer = goes(authorising.begin_public(KEY, "", THEIRS))
    first = comes_back(answer).hand_over

    assert comes_back(answer).hand_over == first
    assert authorising.come_back(None, KEY, "another", answer).kind is Kind.OTHER_BROWSER
    assert re.fullmatch(r"KB(-[0-9A-Z]{4}){5}", first)


def test_a_code_works_once_and_twice_in_the_same_ticket_is_once(desk, package):
    code = handed()
    number = start(desk)
    claims(desk, number, code)
    claims(desk, number, code)
    other = start(desk, desk.cor)

    with pytest.raises(Wrong) as wrong:
        claims(desk, other, code, desk.cor)

    assert "al gebruikt" in said(wrong)
    assert [event.data["why"] for event in desk.events("hand_over:refused")] == ["used"]


def test_a_code_that_nobody_knows_says_so(desk, package):
    number = start(desk)

    for text in ("KB-0000-0000-0000-0000-0000", "kb 0000 0000 0000 0000 0000"):
        with pytest.raises(Wrong) as wrong:
            claims(desk, number, text)
        assert "kennen we niet" in said(wrong)
    assert len(desk.events("hand_over:refused")) == 2


def test_a_code_that_waited_too_long_is_destroyed_with_a_tombstone(desk, package, later):
    code = handed()
    number = start(desk)
    later(7 * A_DAY + 1)
    with pytest.raises(Wrong) as wrong:
        claims(desk, number, code)
    assert "ouder dan 7 dagen" in said(wrong)

    tidying.forget_the_old()

    assert session().exec(select(SealedHandOver)).all() == []
    assert [event.data["why"] for event in desk.events("hand_over:destroyed")] == ["unclaimed"]
    with pytest.raises(Wrong) as wrong:
        claims(desk, number, code)
    assert "ouder dan 7 dagen" in said(wrong)
    later(31 * A_DAY)
    tidying.forget_the_old()
    assert session().exec(select(HandOver)).all() == []


def test_a_code_of_another_package_says_so(desk, package):
    code = handed()
    with change() as db:
        row = db.exec(select(HandOver)).one()
        row.package = "another"
        db.add(row)
    number = start(desk)

    with pytest.raises(Wrong) as wrong:
        claims(desk, number, code)

    assert "ander boekhoudpakket" in said(wrong)


def test_a_consent_that_cannot_be_proven_yet_is_proven_when_it_is_claimed(desk, package):
    package.knobs.keys_away = True
    code = handed()
    number = start(desk)
    with pytest.raises(Wrong) as wrong:
        claims(desk, number, code)
    assert "nog gecontroleerd" in said(wrong)

    package.knobs.keys_away = False
    claims(desk, number, code)
    assert consent(desk, number).state is ConsentState.ALIVE


def test_a_consent_that_proves_itself_badly_gives_no_code(desk, package):
    package.knobs.claims = {"nonce": "another"}

    came = comes_back(goes(authorising.begin_public(KEY, "", THEIRS)))

    assert (came.kind, came.hand_over) == (Kind.UNPROVEN, None)
    assert session().exec(select(SealedHandOver)).all() == []


def test_what_waits_is_sealed_for_its_row_and_rotated_with_the_rest(desk, package, app):
    code = handed()
    row = session().exec(select(SealedHandOver)).one()
    assert b"access_token" not in row.sealed
    session().rollback()
    use_ring(app, K2, K1)
    custody.rotate()
    use_ring(app, K2)
    assert session().exec(select(SealedHandOver.key_id)).one() == "k2"
    number = start(desk)

    claims(desk, number, code)

    assert authorising.consent_of(desk.ticket(number)).alive


def test_what_waits_and_was_tampered_with_is_refused(desk, package):
    handed()
    second = handed(club="tweede")
    one, two = session().exec(select(SealedHandOver).order_by("hand_over_id")).all()
    with change() as db:
        db.merge(SealedHandOver(hand_over_id=two.hand_over_id, key_id=one.key_id, sealed=one.sealed, sealed_at=now()))
    number = start(desk)

    with pytest.raises(Wrong) as wrong:
        claims(desk, number, second)

    assert "niet meer openen" in said(wrong)
    assert desk.events("hand_over:tampered")
    assert authorising.consent_of(desk.ticket(number)).given_at is None


# --- pasted


def pasted_code(package, club: str = "goed") -> str:
    """A code that the host's own page showed."""
    return package.server.consents.code_for(club, PASTED, nonce="of the host's own page")


def test_a_raw_code_is_exchanged_at_once_and_not_kept(desk, package):
    number = start(desk)
    code = pasted_code(package)

    claims(desk, number, f"  {code}\n")

    view = authorising.consent_of(desk.ticket(number))
    assert (view.alive, view.way, len(view.administrations)) == (True, Way.PASTED, 2)
    assert code not in repr(session().exec(select(Authorisation)).all())


def test_a_raw_code_twice_is_sent_once(desk, package):
    number = start(desk)
    code = pasted_code(package)
    claims(desk, number, code)

    with pytest.raises(Wrong) as wrong:
        claims(desk, number, code)

    assert "al gebruikt" in said(wrong)
    assert package.knobs.tokens == ["authorization_code"]


def test_what_is_no_code_says_so_beside_the_field(desk, package):
    number = start(desk)
    for text, words in (("", "Vul dit in"), ("zomaar", "begint met gb_"), ("gb_verlopen", "Geef opnieuw toestemming")):
        with pytest.raises(Wrong) as wrong:
            claims(desk, number, text)
        assert words in said(wrong)


def test_an_outage_leaves_a_pasted_code_good_and_says_so(desk, package):
    number = start(desk)
    code = pasted_code(package)
    package.knobs.faults["authorization_code"] = lambda: Response("", 503)
    with pytest.raises(Wrong) as wrong:
        claims(desk, number, code)
    assert "De code kan nog goed zijn" in said(wrong)

    package.knobs.faults.clear()
    claims(desk, number, code)
    assert authorising.consent_of(desk.ticket(number)).alive


def test_a_pasted_code_whose_answer_was_lost_is_not_sent_again(desk, package):
    number = start(desk)
    code = pasted_code(package)
    package.knobs.faults["authorization_code"] = lambda: Response("", 502)
    for _ in range(2):
        with pytest.raises(Wrong):
            claims(desk, number, code)

    assert package.knobs.tokens == ["authorization_code"]


def test_without_such_a_page_only_our_own_codes_are_taken(desk, package, app):
    host = app.extensions["koppelbalie_hosts"][KEY]
    app.extensions["koppelbalie_hosts"] = {KEY: host.model_copy(update={"pasted_redirect_uri": None})}
    number = start(desk)

    with pytest.raises(Wrong) as wrong:
        claims(desk, number, "gb_made_up")

    assert "begint met KB-" in said(wrong)
    assert package.knobs.tokens == []


# --- what people paste

CODES = st.text(alphabet="0123456789ABCDEFGHJKMNPQRSTVWXYZ", min_size=20, max_size=20)
AROUND = st.text(alphabet=string.whitespace + ".,:;\"'()", max_size=6)


@given(CODES, AROUND, AROUND, st.sampled_from(["-", " ", "\u2013", "\u2011", "\n", ""]), st.booleans())
def test_a_code_is_read_however_it_was_copied(letters, before, after, joint, lower):
    groups = [letters[at : at + 4] for at in range(0, 20, 4)]
    text = joint.join(["KB", *groups])

    read = states.read_hand_over_code(f"Code{before or ' '}{text.lower() if lower else text}{after}")

    assert read == "KB-" + "-".join(groups)


@given(st.text(max_size=300))
def test_any_other_text_is_no_code_and_no_error(text):
    read = states.read_hand_over_code(text)

    assert read is None or re.fullmatch(r"KB(-[0-9A-HJKMNP-TV-Z]{4}){5}", read)


def test_states_are_of_their_browser_and_never_alike(desk, package):
    number = start(desk)
    addresses = {asks(desk, number, browser=BROWSER) for _ in range(5)}

    states_sent = {dict(parse_qsl(urlsplit(address).query))["state"] for address in addresses}
    assert len(states_sent) == 5
    assert not [state for state in states_sent if BROWSER in state]


def test_a_new_consent_by_hand_over_takes_the_place_of_one_that_was_there(desk, package):
    number = start(desk)
    consents(desk, number)
    first = consent(desk, number)

    claims(desk, number, handed(club="tweede"))

    session().rollback()
    session().expire_all()
    assert session().get_one(type(first), first.id).state is ConsentState.ENDED
    assert authorising.consent_of(desk.ticket(number)).administrations[0] == ("1", "SV Tweede")
