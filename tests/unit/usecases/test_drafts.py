"""The guided form: everything is kept at once, secrets are sealed at once, and nobody overwrites anybody."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import connectors
from onboarding import vault
from onboarding.connections.models import CredentialVersion
from onboarding.db import session
from onboarding.tickets.lifecycle import State
from onboarding.usecases import drafts, pages, reviewing, running, submitting
from onboarding.usecases.reading_codes import Kept, read_typed
from onboarding.usecases.refusals import Changed, NotAllowed, NotFound, NotNow, Wrong
from tests.unit.usecases.conftest import EB


def version_row(desk, number) -> CredentialVersion:
    return session().get_one(CredentialVersion, desk.ticket(number).version_id)


def test_an_open_draft_is_continued_and_not_doubled(desk):
    first = drafts.start(desk.ans, desk.club_id, EB)

    assert drafts.start(desk.ben, desk.club_id, EB) == first
    assert drafts.start(desk.cor, desk.other_club_id, EB) != first
    assert len(desk.events("ticket:opened")) == 2


def test_a_second_ticket_begins_once_the_first_was_sent(desk):
    assert drafts.start(desk.ans, desk.club_id, EB) < desk.files("goed") + 1
    assert drafts.start(desk.ans, desk.club_id, EB) > 1001


@pytest.mark.parametrize(("club", "package"), [("other", EB), ("own", "no-such-package")])
def test_nobody_begins_for_another_club_or_an_unknown_package(desk, club, package):
    with pytest.raises(NotFound):
        drafts.start(desk.ans, desk.other_club_id if club == "other" else desk.club_id, package)


def test_secrets_are_sealed_at_once_also_when_another_field_is_wrong(desk):
    number = drafts.start(desk.ans, desk.club_id, EB)

    saved = drafts.save_codes(
        desk.ans, number, 1, desk.codes() | {"administration_code": "", "rest_token_until": "gisteren"}
    )

    assert set(saved.errors) == {"administration_code", "rest_token_until"}
    assert not saved.complete
    page = pages.club_page(desk.ans, number)
    assert page.sealed == {"security_code_1", "security_code_2", "rest_token"}
    assert page.shown["rest_token_until"] == "gisteren"
    assert set(page.errors) == {"rest_token_until"}
    assert set(page.lacks) == {"administration_code", "rest_token_until"}


def test_no_secret_is_in_a_row_that_is_no_envelope(desk):
    number = desk.drafts()
    row = version_row(desk, number)

    plain = repr((row, desk.ticket(number), desk.events("ticket:codes_changed"), desk.events("secret:sealed")))
    assert all(desk.codes()[key] not in plain for key in ("security_code_1", "security_code_2", "rest_token"))


def test_only_fields_that_the_form_brought_are_changed(desk):
    number = desk.drafts()
    before = version_row(desk, number)
    shown, revision = dict(before.shown), before.revision

    saved = drafts.save_codes(desk.ans, number, desk.version(number), {"administration_code": "654321"})

    assert saved.complete
    after = version_row(desk, number)
    assert after.shown == shown | {"administration_code": "654321"}
    assert after.revision == revision + 1
    assert vault.unseal(after.id, "test", "test")["security_code_1"] == desk.codes()["security_code_1"]


def test_an_empty_secret_field_keeps_what_is_sealed(desk):
    number = desk.drafts()
    revision = version_row(desk, number).revision

    saved = drafts.save_codes(desk.ans, number, desk.version(number), desk.codes() | {"security_code_1": " "})

    assert saved.complete
    assert vault.unseal(version_row(desk, number).id, "test", "test", ["security_code_1"]) == {
        "security_code_1": desk.codes()["security_code_1"]
    }
    assert version_row(desk, number).revision == revision + 1  # the other two came again and count as new


def test_saving_what_is_there_changes_nothing(desk):
    number = desk.drafts()
    version, revision = desk.version(number), version_row(desk, number).revision
    shown = {key: value for key, value in desk.codes().items() if "code_" not in key and key != "rest_token"}
    unsealed = len(desk.events("secret:unsealed"))

    saved = drafts.save_codes(desk.ans, number, version, {**shown, "security_code_1": ""})

    assert saved.version == version
    assert version_row(desk, number).revision == revision
    assert len(desk.events("secret:unsealed")) == unsealed, "nothing is opened when nothing changed"


def test_a_field_can_be_emptied(desk):
    number = desk.drafts()

    saved = drafts.save_codes(desk.ans, number, desk.version(number), {"cost_centre": "", "username": ""})

    assert "cost_centre" not in version_row(desk, number).shown
    assert set(saved.errors) == {"username"}
    assert not saved.complete


def test_a_flood_or_invisible_characters_are_an_error_and_keep_what_was(desk):
    number = desk.drafts()
    typed = {"username": "x" * 100_000, "security_code_1": "a\x00b", "administration_code": "12\u202e34"}

    saved = drafts.save_codes(desk.ans, number, desk.version(number), typed)

    assert set(saved.errors) == set(typed)
    assert version_row(desk, number).shown["username"] == "goed"
    assert saved.complete, "what is kept is as complete as it was"


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(st.sampled_from(["username", "security_code_1", "cost_centre", "x"]), st.text(max_size=400)))
def test_no_text_breaks_the_reading_of_a_form(raw):
    typed = read_typed(connectors.get(EB), Kept({"username": "goed"}, frozenset({"security_code_1"})), raw)

    assert set(typed.values) <= set(raw)
    assert all("\x00" not in value for value in typed.values.values())


def test_swapped_codes_are_seen_and_exchanged_on_our_side(desk):
    number = desk.drafts("verwisseld")
    page = pages.club_page(desk.ans, number)
    assert page.swap == ("security_code_1", "security_code_2")
    assert page.hints

    saved = drafts.swap(desk.ans, number, desk.version(number), *page.swap)

    assert saved.swap is None
    assert saved.complete
    held = vault.unseal(version_row(desk, number).id, "test", "test")
    assert held["security_code_1"] == desk.codes("verwisseld")["security_code_2"]
    assert {event.data["purpose"] for event in desk.events("secret:unsealed")} >= {"swap"}


def test_what_is_not_there_cannot_be_swapped(desk):
    number = drafts.start(desk.ans, desk.club_id, EB)
    with pytest.raises(Wrong):
        drafts.swap(desk.ans, number, 1, "security_code_1", "security_code_2")


def test_a_kept_secret_can_be_taken_away(desk):
    number = desk.drafts()

    saved = drafts.clear(desk.ans, number, desk.version(number), "rest_token")

    assert saved.complete
    assert "rest_token" not in pages.club_page(desk.ans, number).sealed
    assert desk.events("secret:destroyed")


def test_the_codes_that_were_not_entered_are_looked_over_with_the_new_one(desk):
    number = desk.drafts("verwisseld")
    first = desk.codes("verwisseld")["security_code_1"]

    saved = drafts.save_codes(desk.ans, number, desk.version(number), {"security_code_1": "x" + first})

    assert saved.hints
    assert [event.data["purpose"] for event in desk.events("secret:unsealed")] == ["look_over"]
    assert desk.events("secret:unsealed")[0].actor == desk.ans.audit_name


def test_steps_are_ticked_off_and_the_form_goes_on(desk):
    number = drafts.start(desk.ans, desk.club_id, EB)
    version = drafts.attest(desk.ans, number, 1, ["sign_in"])
    assert desk.ticket(number).step == "prepare"

    version = drafts.attest(desk.ans, number, version, ["sign_in", "template", "unknown"])

    assert desk.ticket(number).step == "codes"
    assert desk.ticket(number).attested == ["sign_in", "template"]
    assert drafts.attest(desk.ans, number, version, ["sign_in", "template"]) == version
    drafts.save_codes(desk.ans, number, version, desk.codes())
    assert desk.ticket(number).step == "test"


def test_the_step_is_remembered_for_another_device(desk):
    number = desk.drafts()
    version = drafts.set_step(desk.ans, number, desk.version(number), "send")

    assert pages.club_page(desk.ben, number).ticket.step == "send"
    assert drafts.set_step(desk.ben, number, version, "send") == version
    with pytest.raises(NotFound):
        drafts.set_step(desk.ans, number, version, "elsewhere")


def test_choices_are_offered_after_the_first_test_and_kept(desk):
    number = desk.drafts("zondertoken")
    running.request(desk.ans, number)
    desk.work()
    page = pages.club_page(desk.ans, number)
    assert ["8000", "8000 Contributie"] in [list(option) for option in page.options["revenue_accounts"]]

    saved = drafts.choose(desk.ans, number, desk.version(number), {"revenue_accounts": "8000", "cost_centre": "12"})

    assert saved.complete
    page = pages.club_page(desk.ans, number)
    assert page.shown["revenue_accounts"] == "8000"
    assert page.options, "a choice does not make the lists go away"
    assert all(item.line is None for item in page.checklist.items), "but results on other values do not count"


def test_other_codes_make_the_lists_go_away(desk):
    number = desk.drafts("zondertoken")
    running.request(desk.ans, number)
    desk.work()

    drafts.save_codes(desk.ans, number, desk.version(number), {"username": "iemandanders"})

    page = pages.club_page(desk.ans, number)
    assert page.options == {}
    assert page.identity is None


def test_two_members_at_once_one_is_told(desk):
    number = desk.drafts()
    version = desk.version(number)
    drafts.save_codes(desk.ben, number, version, {"administration_code": "111111"})

    with pytest.raises(Changed) as refused:
        drafts.save_codes(desk.ans, number, version, {"administration_code": "222222"})

    assert refused.value.moves
    assert version_row(desk, number).shown["administration_code"] == "111111"


def test_somebodys_own_older_form_is_no_conflict(desk):
    number = desk.drafts()
    version = desk.version(number)
    drafts.save_codes(desk.ans, number, version, {"administration_code": "111111"})
    drafts.save_codes(desk.ans, number, version, {"administration_code": "222222"})

    assert version_row(desk, number).shown["administration_code"] == "222222"


@pytest.mark.parametrize("version", [0, -1, 10_000])
def test_a_version_that_never_was_fits_nothing(desk, version):
    number = desk.drafts()
    with pytest.raises(Changed):
        drafts.save_codes(desk.ans, number, version, {"administration_code": "1"})


def test_another_clubs_draft_does_not_exist_for_anybody_else(desk):
    number = desk.drafts()
    for actor in (desk.cor, desk.bram, desk.carla):
        with pytest.raises(NotFound):
            drafts.save_codes(actor, number, 1, {})
        with pytest.raises(NotFound):
            pages.club_page(actor, number)
        with pytest.raises(NotFound):
            pages.workspace(actor, number)


def test_support_sees_a_sent_ticket_but_changes_no_codes(desk):
    number = desk.files()
    with pytest.raises(NotAllowed):
        drafts.save_codes(desk.bram, number, desk.version(number), {})


def test_what_was_sent_can_only_be_changed_once_it_is_asked(desk):
    number = desk.files("fout")
    with pytest.raises(NotNow):
        drafts.save_codes(desk.ans, number, desk.version(number), desk.codes())

    reviewing.ask_club(desk.bram, number, desk.version(number), "Kopieer de codes opnieuw.", "once")
    assert desk.ticket(number).to_fix == ["username", "security_code_1", "security_code_2"]
    saved = drafts.save_codes(desk.ans, number, desk.version(number), desk.codes())

    assert saved.complete
    assert version_row(desk, number).number == 1, "the same candidate, another revision"


def test_a_draft_is_sent_when_all_is_filled_in_and_ticked_off(desk):
    number = drafts.start(desk.ans, desk.club_id, EB)
    with pytest.raises(Wrong) as refused:
        submitting.submit(desk.ans, number, desk.version(number))
    assert set(refused.value.errors) == {"username", "security_code_1", "security_code_2", "administration_code", ""}

    submitting.submit(desk.ans, desk.drafts(), desk.version(number))
    assert desk.ticket(number).state is State.SUBMITTED
    assert len(desk.mails("received")) == 2
