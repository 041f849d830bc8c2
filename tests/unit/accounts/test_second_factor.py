"""The second step of signing in, behind the pages: the app, recovery codes, custody, and showing again who one is."""

from __future__ import annotations

import base64
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from onboarding import clock, vault
from onboarding.accounts import authenticator, recovery
from onboarding.accounts.models import Purpose, RecoveryCode, RoleName, SecondFactor
from onboarding.accounts.people import SYSTEM, Actor, actor_of
from onboarding.db import db, session
from onboarding.i18n import in_language
from onboarding.keys import KeyRing, KeyRingProblem
from onboarding.usecases import clubs, custody, entering, invitations, people, proving, second_factor
from onboarding.usecases.proving import HalfGone, Proof
from onboarding.usecases.refusals import NotAllowed, NotFound, NotNow, ProveAgain, Wrong
from onboarding.usecases.second_factor import SetUpGone
from onboarding.usecases.transaction import change
from onboarding.vault.factors import open_factor, seal_factor
from onboarding.vault.models import SealedFactor
from tests.conftest import BOTH, KEYS
from tests.unit.accounts.cast import PASSWORD, Backstage
from tests.unit.accounts.phone import code_of, wrong_code

Later = Callable[[timedelta], None]
ANS, BRAM, CARLA, DANA = "ans@voorbeeld.example", "bram@desk.example", "carla@desk.example", "dana@desk.example"
MINUTE = timedelta(minutes=1)
ON_BOTH = pytest.mark.parametrize("database_url", BOTH, indirect=True)
KEY = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
"""Made up."""


@pytest.fixture
def stage(app: Flask) -> Iterator[Backstage]:
    with app.app_context():
        yield Backstage(app)


def fresh(actor: Actor) -> Actor:
    return replace(actor, proven_at=clock.now())


class Owner:
    """Somebody who has set up an app of codes."""

    def __init__(self, stage: Backstage, actor: Actor) -> None:
        self.stage, self.email = stage, actor.email
        shown = second_factor.begin(fresh(actor))
        self.key = shown.key
        self.codes = second_factor.confirm(actor, shown.wrapped, code_of(self.key, clock.now())).codes

    @property
    def actor(self) -> Actor:
        return fresh(actor_of(self.stage.user(self.email)))

    @property
    def mark(self) -> str:
        return self.stage.user(self.email).fs_uniquifier

    def code(self, later: int = 0) -> str:
        return code_of(self.key, clock.now(), later=later)

    def passes(self, typed: str) -> proving.Passed:
        return proving.pass_second(self.mark, "password", typed)


@pytest.fixture
def ans(stage: Backstage, later: Later) -> Owner:
    """Ans set it up two minutes ago."""
    owner = Owner(stage, stage.member(ANS))
    later(2 * MINUTE)
    return owner


def refused(act: Callable[[], object], at: str = "code") -> str:
    """What is said beside the field."""
    with in_language("en"):
        with pytest.raises(Wrong) as caught:
            act()
        assert set(caught.value.errors) == {at}
        return str(caught.value.errors[at])


# --- the app


@pytest.mark.parametrize(
    ("at", "code"), [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130")]
)
def test_codes_are_those_of_the_standard(at: int, code: str) -> None:
    """The vectors of RFC 6238, appendix B, for SHA-1, of which an app of 6 digits shows the last six."""
    secret = base64.b32encode(b"12345678901234567890").decode()
    moment = datetime.fromtimestamp(at, UTC)

    assert authenticator.counter_of(secret, code, moment, 0) == at // 30
    assert code_of(secret, moment) == code


def test_every_secret_is_another_of_160_bits() -> None:
    secrets = {authenticator.new_secret() for _ in range(20)}

    assert len(secrets) == 20
    assert {len(base64.b32decode(secret)) for secret in secrets} == {20}


def test_the_picture_says_who_and_where() -> None:
    said = authenticator.address(KEY, ANS)

    assert said.startswith("otpauth://totp/Koppelbalie:ans")
    assert f"secret={KEY}" in said
    assert "issuer=Koppelbalie" in said


def test_the_picture_has_every_dark_square_once() -> None:
    from qrcode import QRCode
    from qrcode.constants import ERROR_CORRECT_M

    shown = authenticator.picture(authenticator.address(KEY, ANS))
    code = QRCode(error_correction=ERROR_CORRECT_M, border=4)
    code.add_data(authenticator.address(KEY, ANS))

    dark = [
        (int(x) + step, int(y))
        for x, y, width in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\d+z", shown.path)
        for step in range(int(width))
    ]
    rows = code.get_matrix()
    assert sorted(dark) == sorted((x, y) for y, row in enumerate(rows) for x, square in enumerate(row) if square)
    assert shown.size == len(rows)


@pytest.mark.parametrize("typed", ["123456", " 123 456 ", "123-456"])
def test_a_code_is_read_as_people_type_it(typed: str) -> None:
    assert authenticator.digits_in(typed) == "123456"


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "12345a", "１２３４５６", "²²²²²²"])
def test_what_is_no_code_is_none(typed: str) -> None:
    assert authenticator.digits_in(typed) is None


@given(st.text(max_size=60))
def test_whatever_is_typed_is_read_or_refused(typed: str) -> None:
    code, paper = authenticator.digits_in(typed), recovery.tidy(typed)

    assert code is None or (len(code) == 6 and code.isdecimal())
    assert paper is None or len(paper) == recovery.LENGTH


# --- setting it up


def test_nothing_is_kept_before_a_code_shows_that_the_app_has_it(stage: Backstage) -> None:
    ans = fresh(stage.member(ANS))
    shown = second_factor.begin(ans)

    assert refused(lambda: second_factor.confirm(ans, shown.wrapped, wrong_code(shown.key, clock.now()))) != ""
    assert refused(lambda: second_factor.confirm(ans, shown.wrapped, "abc")) != ""
    assert second_factor.status(ans).set_at is None
    assert session().get(SealedFactor, ans.user_id) is None
    assert not proving.has_factor(stage.user(ANS))


def test_the_same_picture_is_shown_again_after_a_wrong_code(stage: Backstage) -> None:
    ans = fresh(stage.member(ANS))
    shown = second_factor.begin(ans)

    again = second_factor.shown_again(ans, shown.wrapped)

    assert (again.key, again.picture) == (shown.key, shown.picture)


@ON_BOTH
def test_once_set_up_older_sessions_end_and_ten_codes_are_there(stage: Backstage, later: Later) -> None:
    actor = stage.member(ANS)
    before = stage.user(ANS).fs_uniquifier

    ans = Owner(stage, actor)

    assert stage.user(ANS).fs_uniquifier != before
    assert len(set(ans.codes)) == second_factor.status(ans.actor).left == 10
    assert "user:factor_set" in stage.events()
    assert [mail.context["what"] for mail in stage.mails("second_factor")] == ["set"]


def test_the_code_that_set_it_up_signs_nobody_in(stage: Backstage, later: Later) -> None:
    ans = Owner(stage, stage.member(ANS))

    assert "used already" in refused(lambda: ans.passes(ans.code()))
    assert ans.passes(ans.code(later=1)).user.email == ANS


@pytest.mark.parametrize(
    "wrapped", ["", "k1:", "k1:AAAA", "k9:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "é:é", "x" * 900]
)
def test_a_form_that_somebody_made_up_sets_up_nothing(stage: Backstage, wrapped: str) -> None:
    ans = stage.member(ANS)

    with pytest.raises(SetUpGone):
        second_factor.confirm(ans, wrapped, "123456")


def test_the_form_of_another_or_of_long_ago_sets_up_nothing(stage: Backstage, later: Later) -> None:
    ans, bram = fresh(stage.member(ANS)), fresh(stage.staff(BRAM))
    shown = second_factor.begin(ans)

    with pytest.raises(SetUpGone):
        second_factor.confirm(bram, shown.wrapped, code_of(shown.key, clock.now()))
    later(timedelta(minutes=31))
    with pytest.raises(SetUpGone):
        second_factor.confirm(ans, shown.wrapped, code_of(shown.key, clock.now()))


@ON_BOTH
def test_another_phone_replaces_the_first_and_its_recovery_codes(ans: Owner, later: Later) -> None:
    first_key, first_codes = ans.key, ans.codes
    second = Owner(ans.stage, ans.actor)
    later(2 * MINUTE)

    refused(lambda: second.passes(code_of(first_key, clock.now())))
    refused(lambda: second.passes(first_codes[0]))
    assert second.passes(second.code()).user.email == ANS


# --- the second step


@pytest.mark.parametrize("around", [-1, 0, 1])
def test_the_code_of_now_and_those_beside_it_are_taken(ans: Owner, around: int) -> None:
    assert ans.passes(ans.code(later=around)).left is None
    assert ans.stage.events()[-2:] == ["user:factor_tried", "user:signed_in"]


@pytest.mark.parametrize("around", [-3, -2, 2, 3])
def test_codes_further_away_are_not(ans: Owner, around: int) -> None:
    refused(lambda: ans.passes(ans.code(later=around)))
    assert ans.stage.events()[-2:] == ["user:factor_tried", "user:factor_refused"]


@ON_BOTH
def test_a_code_works_once(ans: Owner) -> None:
    ans.passes(ans.code())

    assert "used already" in refused(lambda: ans.passes(ans.code()))
    refused(lambda: ans.passes(ans.code(later=-1)))
    assert ans.passes(ans.code(later=1)).user.email == ANS


@ON_BOTH
def test_a_code_that_arrives_many_times_at_once_lets_in_once(ans: Owner) -> None:
    code, mark, told = ans.code(), ans.mark, []
    session().rollback()

    def arrive() -> None:
        with ans.stage.app.app_context():
            try:
                proving.pass_second(mark, "password", code)
                told.append("in")
            except Wrong:
                told.append("refused")

    threads = [Thread(target=arrive) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(told) == ["in", *["refused"] * 5]


@ON_BOTH
def test_eight_wrong_codes_lock_the_second_step_and_not_the_first(ans: Owner, later: Later) -> None:
    said = [refused(lambda: ans.passes(wrong_code(ans.key, clock.now()))) for _ in range(8)]

    assert "Too many wrong codes" not in "".join(said[:7])
    assert "Too many wrong codes" in said[7]
    assert "Too many wrong codes" in refused(lambda: ans.passes(ans.code()))
    assert "Too many wrong codes" in refused(lambda: ans.passes(ans.codes[0]))
    assert entering.sign_in(ANS, PASSWORD).email == ANS
    assert "user:factor_locked" in ans.stage.events()

    later(16 * MINUTE)
    for _ in range(8):
        refused(lambda: ans.passes(wrong_code(ans.key, clock.now())))
    later(16 * MINUTE)
    assert ans.passes(ans.code()).user.email == ANS
    assert ans.stage.events().count("user:factor_locked") == 2
    assert [mail.context["what"] for mail in ans.stage.mails("second_factor")] == ["set", "locked"]


def test_what_is_no_code_costs_no_try(ans: Owner) -> None:
    for typed in ("", "hello", "12", PASSWORD) * 5:
        assert "6 digits" in refused(lambda typed=typed: ans.passes(typed))

    assert ans.passes(ans.code()).user.email == ANS


def test_the_first_step_ends_with_a_new_password(ans: Owner) -> None:
    mark = ans.mark
    people.change_password(ans.actor, PASSWORD, "other words of a test")

    for gone in (mark, "", "made up"):
        with pytest.raises(HalfGone):
            proving.pass_second(gone, "password", ans.code())


def test_signing_in_is_in_the_log_after_the_second_step_alone(ans: Owner) -> None:
    entering.sign_in(ANS, PASSWORD)
    entering.ask_link(ANS, Purpose.SIGN_IN, "nl")
    entering.use_link(ans.stage.token(ANS, Purpose.SIGN_IN), "")

    assert ans.stage.events().count("user:first_step_passed") == 2
    before = ans.stage.events().count("user:signed_in")
    ans.passes(ans.code())
    assert ans.stage.events().count("user:signed_in") == before + 1


# --- recovery codes


@pytest.mark.parametrize(
    "spell", [str, str.upper, lambda code: code.replace("-", " "), lambda code: code.replace("0", "O")]
)
def test_a_recovery_code_stands_in_once_however_it_is_typed(ans: Owner, spell: Callable[[str], str]) -> None:
    assert ans.passes(spell(ans.codes[3])).left == 9

    refused(lambda: ans.passes(ans.codes[3]))
    assert ans.passes(ans.codes[4]).left == 8
    assert second_factor.status(ans.actor).left == 8
    assert ans.stage.events().count("user:recovery_code_used") == 2
    assert [mail.context["what"] for mail in ans.stage.mails("second_factor")] == ["set", "recovery", "recovery"]


def test_a_recovery_code_of_somebody_else_opens_nothing(ans: Owner) -> None:
    bram = Owner(ans.stage, ans.stage.staff(BRAM))

    refused(lambda: ans.passes(bram.codes[0]))
    assert bram.passes(bram.codes[0]).left == 9


@ON_BOTH
def test_new_recovery_codes_end_the_older_ones(ans: Owner) -> None:
    new = second_factor.renew_codes(ans.actor)

    refused(lambda: ans.passes(ans.codes[0]))
    assert ans.passes(new[0]).left == 9
    assert "user:recovery_codes_made" in ans.stage.events()


def test_recovery_codes_are_for_who_has_an_app(stage: Backstage) -> None:
    with pytest.raises(NotNow):
        second_factor.renew_codes(fresh(stage.member(ANS)))


# --- its end


@ON_BOTH
def test_a_member_turns_it_off_and_nothing_of_it_is_left(ans: Owner) -> None:
    before = ans.mark
    second_factor.remove(ans.actor)

    assert not proving.has_factor(ans.stage.user(ANS))
    assert ans.mark != before
    for table in (SecondFactor, SealedFactor, RecoveryCode):
        assert session().scalar(sa.select(sa.func.count()).select_from(table)) == 0
    second_factor.remove(ans.actor)
    assert ans.stage.events().count("user:factor_removed") == 1


@pytest.mark.parametrize("role", list(RoleName))
def test_the_help_desk_may_not_do_without_when_it_is_required(app: Flask, stage: Backstage, role: RoleName) -> None:
    bram = Owner(stage, stage.staff(BRAM, role))
    app.extensions["koppelbalie"] = app.extensions["koppelbalie"].model_copy(update={"second_factor": "required"})

    with pytest.raises(NotAllowed):
        second_factor.remove(bram.actor)
    assert second_factor.status(bram.actor).is_required
    assert not second_factor.is_required(stage.member(ANS))


@ON_BOTH
def test_operations_reset_it_for_who_lost_everything(ans: Owner) -> None:
    before = ans.mark

    assert second_factor.reset(SYSTEM, ANS)
    assert not second_factor.reset(SYSTEM, ANS)

    assert ans.mark != before
    assert not proving.has_factor(ans.stage.user(ANS))
    assert ans.stage.mails("second_factor")[-1].context["what"] == "reset"
    with pytest.raises(HalfGone):
        proving.pass_second(before, "password", ans.code())
    with pytest.raises(NotFound):
        second_factor.reset(SYSTEM, "nobody@voorbeeld.example")


def test_only_an_admin_resets_it_for_somebody(ans: Owner) -> None:
    carla, dana = ans.stage.staff(CARLA, RoleName.LEAD), ans.stage.staff(DANA, RoleName.ADMIN)

    for who in (ans.actor, fresh(carla)):
        with pytest.raises(NotAllowed):
            second_factor.reset(who, ANS)
    with pytest.raises(ProveAgain):
        second_factor.reset(dana, ANS)
    assert second_factor.reset(fresh(dana), ANS)


# --- showing again who one is


def test_a_moment_ago_is_fresh_and_a_quarter_ago_is_not(stage: Backstage, later: Later) -> None:
    ans = fresh(stage.member(ANS))
    later(timedelta(minutes=15))
    assert proving.is_fresh(ans)
    later(timedelta(seconds=1))
    assert not proving.is_fresh(ans)
    assert not proving.is_fresh(replace(ans, proven_at=None))
    assert not proving.is_fresh(replace(ans, proven_at=clock.now() + MINUTE))
    assert proving.is_fresh(SYSTEM)


def test_what_is_weighty_asks_for_it(stage: Backstage) -> None:
    dana = stage.staff(DANA, RoleName.ADMIN)
    weighty: list[Callable[[], object]] = [
        lambda: invitations.invite_staff(dana, BRAM, RoleName.SUPPORT),
        lambda: people.take_role(dana, DANA, RoleName.ADMIN),
        lambda: second_factor.begin(dana),
        lambda: second_factor.renew_codes(dana),
        lambda: second_factor.remove(dana),
        lambda: second_factor.reset(dana, DANA),
    ]
    before = stage.events()

    for act in weighty:
        with pytest.raises(ProveAgain):
            act()
    assert stage.events() == before


@ON_BOTH
def test_who_has_an_app_shows_it_by_a_code(ans: Owner) -> None:
    assert proving.proof_of(ans.actor) is Proof.CODE
    assert "6 digits" in refused(lambda: proving.prove(ans.actor, PASSWORD), at="proof")
    refused(lambda: proving.prove(ans.actor, wrong_code(ans.key, clock.now())), at="proof")

    assert proving.prove(ans.actor, ans.code()) is None
    assert proving.prove(ans.actor, ans.codes[0]) == 9
    assert ans.stage.events()[-1] == "user:proven_again"


def test_who_has_none_shows_it_by_password(stage: Backstage) -> None:
    ans = stage.member(ANS)

    assert proving.proof_of(ans) is Proof.PASSWORD
    assert "Fill in" in refused(lambda: proving.prove(ans, ""), at="proof")
    for _ in range(7):
        assert "not your present" in refused(lambda: proving.prove(ans, "wrong"), at="proof")
    assert proving.prove(ans, PASSWORD) is None
    assert stage.events()[-1] == "user:proven_again"
    said = [refused(lambda: proving.prove(ans, "wrong"), at="proof") for _ in range(8)]
    assert "Too many wrong passwords" in said[-1]


def test_who_has_neither_signs_in_by_a_link(stage: Backstage) -> None:
    ans = stage.member(ANS, password="")

    assert proving.proof_of(ans) is Proof.LINK
    assert "link" in refused(lambda: proving.prove(ans, "anything"), at="proof")


# --- sessions


@ON_BOTH
def test_sessions_end_when_a_role_comes_or_goes_and_when_somebody_leaves(stage: Backstage) -> None:
    ans, ben = stage.member(ANS), stage.member("ben@voorbeeld.example", "AV Oefenveld")
    stage.staff(DANA, RoleName.ADMIN)
    (club,) = ans.clubs

    def changed(email: str, act: Callable[[], object]) -> bool:
        before = stage.user(email).fs_uniquifier
        act()
        return stage.user(email).fs_uniquifier != before

    assert changed(ANS, lambda: stage.staff(ANS))
    assert changed(ANS, lambda: people.take_role(SYSTEM, ANS, RoleName.SUPPORT))
    assert changed(ANS, lambda: clubs.end_membership(ans, club, ans.user_id or 0, even_last=True))
    assert not changed("ben@voorbeeld.example", lambda: clubs.people_of(ben, next(iter(ben.clubs))))


# --- custody


def test_neither_secret_nor_codes_lie_anywhere(ans: Owner, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    ans.passes(ans.code())
    ans.passes(ans.codes[0])
    session().rollback()
    with closing(sqlite3.connect(tmp_path / "koppelbalie.sqlite")) as database:
        told = "\n".join(database.iterdump()).encode()
    kept = told + b"".join(file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()) + caplog.text.encode()

    raw = base64.b32decode(ans.key.replace(" ", ""))
    spelt = [raw, raw.hex().encode(), base64.b64encode(raw), ans.key.encode(), ans.key.replace(" ", "").encode()]
    spelt += [form.encode() for code in ans.codes for form in (code, code.replace("-", ""))]
    assert ANS.encode() in kept
    assert [secret for secret in spelt if secret in kept] == []
    assert [secret for secret in spelt if secret.upper() in kept.upper()] == []


def test_the_log_says_why_before_the_secret_is_opened(ans: Owner, monkeypatch: pytest.MonkeyPatch) -> None:
    before = len(ans.stage.events())
    seen: list[list[str]] = []

    def look(db_: object, user_id: int) -> None:
        with closing(sqlite3.connect(str(db.engine.url.database))) as outside:
            rows = outside.execute("SELECT event FROM audit_record ORDER BY id").fetchall()
        seen.append([row[0] for row in rows[before:]])

    monkeypatch.setattr(proving, "open_factor", look)
    refused(lambda: ans.passes(ans.code()))

    assert seen == [["user:factor_tried"]]


def test_when_the_log_cannot_be_written_nothing_is_opened(ans: Owner, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[int] = []
    monkeypatch.setattr(proving, "open_factor", lambda _, user_id: opened.append(user_id))
    mark = ans.mark
    session().rollback()
    with db.engine.begin() as connection:
        connection.execute(
            sa.text("CREATE TRIGGER full BEFORE INSERT ON audit_record BEGIN SELECT RAISE(ABORT, 'full'); END")
        )

    with pytest.raises(sa.exc.DBAPIError):
        proving.pass_second(mark, "password", ans.code())
    assert opened == []


@pytest.mark.parametrize("harm", ["sealed = x'00'", "key_id = 'k9'", "key_id = CAST(x'ff' AS TEXT)"])
def test_a_row_that_was_tampered_with_is_refused_and_recovery_codes_still_help(ans: Owner, harm: str) -> None:
    with db.engine.begin() as connection:
        connection.execute(sa.text(f"UPDATE sealed_factor SET {harm}"))
    session().expire_all()

    assert "damaged" in refused(lambda: ans.passes(ans.code()))
    assert ans.passes(ans.codes[0]).left == 9


def test_a_key_id_that_is_no_text_stops_neither_the_start_nor_a_rotation(ans: Owner) -> None:
    with db.engine.begin() as connection:
        connection.execute(sa.text("UPDATE sealed_factor SET key_id = CAST(x'ff' AS TEXT)"))
    session().expire_all()

    vault.check_ring(session(), ans.stage.app.extensions["koppelbalie_keys"])
    assert custody.rotate().done == 0


def test_the_secret_of_one_is_not_that_of_another(ans: Owner) -> None:
    bram = Owner(ans.stage, ans.stage.staff(BRAM))
    rows = {row.user_id: row.sealed for row in session().scalars(sa.select(SealedFactor))}
    one, other = rows
    with db.engine.begin() as connection:
        statement = sa.text("UPDATE sealed_factor SET sealed = :sealed WHERE user_id = :user")
        connection.execute(statement, [{"sealed": rows[one], "user": other}, {"sealed": rows[other], "user": one}])
    session().expire_all()

    for who in (ans, bram):
        assert "damaged" in refused(lambda who=who: who.passes(code_of(ans.key, clock.now())))


@ON_BOTH
def test_keys_rotate_under_the_secrets_of_apps_too(ans: Owner) -> None:
    app = ans.stage.app
    both = KeyRing.parse(f"k2:{base64.b64encode(b'2' * 32).decode()},{KEYS}")
    app.extensions["koppelbalie_keys"] = both

    done = custody.rotate()

    assert (done.done, done.total, done.refused) == (1, 1, ())
    assert custody.rotate().total == 0
    app.extensions["koppelbalie_keys"] = KeyRing("k2", {"k2": both.keys["k2"]})
    vault.check_ring(session(), app.extensions["koppelbalie_keys"])
    assert ans.passes(ans.code()).user.email == ANS


def test_rotation_leaves_what_was_tampered_with(ans: Owner) -> None:
    with change() as writing:
        seal_factor(writing, 1, KEY)
    with db.engine.begin() as connection:
        connection.execute(sa.text("UPDATE sealed_factor SET sealed = x'00'"))
    session().expire_all()
    ring = KeyRing.parse(f"k2:{base64.b64encode(b'2' * 32).decode()},{KEYS}")
    ans.stage.app.extensions["koppelbalie_keys"] = ring

    assert custody.rotate().done == 0
    assert session().scalars(sa.select(SealedFactor.key_id)).all() == ["k1"]


@pytest.mark.parametrize("keys", [{"k2": b"2" * 32}, {"k1": b"1" * 32}], ids=["missing", "wrong"])
def test_a_key_that_is_missing_or_wrong_stops_the_start(ans: Owner, keys: dict[str, bytes]) -> None:
    with pytest.raises(KeyRingProblem, match=r"key k1|of the audit log"):
        vault.check_ring(session(), KeyRing(next(iter(keys)), keys))


def test_who_has_no_secret_opens_none(stage: Backstage) -> None:
    assert open_factor(session(), 12345) is None
