"""``flask people`` and ``flask clubs``: the first people of an installation."""

from __future__ import annotations

import pytest
from click.testing import Result
from flask import Flask

from onboarding import clock
from onboarding.accounts.models import RoleName, SecondFactor
from onboarding.usecases.transaction import change
from tests.unit.accounts.cast import Backstage


def run(app: Flask, *arguments: str) -> Result:
    return app.test_cli_runner().invoke(args=list(arguments))


def test_the_first_admin_is_invited_by_mail_and_told_where_it_went(app: Flask) -> None:
    done = run(app, "people", "invite", "Dana@desk.example", "--role", "admin")

    assert done.exit_code == 0
    assert "Invited dana@desk.example as admin." in done.stdout
    assert str(app.extensions["koppelbalie"].mail_folder) in done.stdout
    assert "/account/uitnodiging/" not in done.stdout
    assert [mail.to for mail in Backstage(app).mails("invitation")] == ["dana@desk.example"]


def test_with_a_mail_server_it_names_that(app: Flask) -> None:
    app.extensions["koppelbalie"] = app.extensions["koppelbalie"].model_copy(
        update={"mail_backend": "smtp", "mail_host": "mail.desk.example"}
    )

    assert "leaves by mail.desk.example" in run(app, "people", "invite", "dana@desk.example", "--role", "lead").stdout


def test_inviting_who_has_the_role_does_nothing(app: Flask) -> None:
    stage = Backstage(app)
    stage.staff("bram@desk.example")

    done = run(app, "people", "invite", "bram@desk.example", "--role", "support")

    assert done.exit_code == 0
    assert "nothing to do" in done.stdout
    assert len(stage.mails("invitation")) == 1


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["people", "invite", "dana", "--role", "admin"], 1, "not an e-mail address"),
        (["people", "invite", "dana@desk.example", "--role", "boss"], 2, "'boss' is not one of"),
        (["people", "invite", "dana@desk.example"], 2, "Missing option '--role'"),
        (["people", "take-role", "dana@desk.example", "--role", "lead"], 1, "nobody has the address"),
        (["people", "take-role", "dana", "--role", "lead"], 1, "not an e-mail address"),
        (["clubs", "add", "SV Voorbeeld"], 2, "Missing option '--treasurer'"),
        (["clubs", "add", "", "--treasurer", "ans@voorbeeld.example"], 1, "Fill in a name"),
        (["clubs", "add", "SV Voorbeeld", "--treasurer", "ans"], 1, "not an e-mail address"),
    ],
)
def test_what_cannot_be_done_is_said(app: Flask, arguments: list[str], code: int, told: str) -> None:
    done = run(app, *arguments)

    assert done.exit_code == code
    assert told in done.stderr


def test_people_are_listed_and_lose_roles(app: Flask) -> None:
    assert "Nobody yet" in run(app, "people", "list").stdout
    Backstage(app).staff("carla@desk.example", RoleName.LEAD)
    assert "carla@desk.example  Carla  lead" in run(app, "people", "list").stdout

    first, again = (run(app, "people", "take-role", "carla@desk.example", "--role", "lead") for _ in range(2))

    assert "no longer has" in first.stdout
    assert "did not have" in again.stdout
    assert "Nobody yet" in run(app, "people", "list").stdout


def test_who_lost_phone_and_recovery_codes_may_set_it_up_anew(app: Flask) -> None:
    Backstage(app).staff("carla@desk.example", RoleName.LEAD)
    with app.app_context(), change() as writing:
        writing.add(SecondFactor(user_id=1, set_at=clock.now()))

    assert "no extra code" not in run(app, "people", "list").stdout
    first, again = (run(app, "people", "reset-second-factor", "carla@desk.example") for _ in range(2))
    assert "(no extra code yet)" in run(app, "people", "list").stdout
    nobody, nonsense = (run(app, "people", "reset-second-factor", who) for who in ("x@desk.example", "x"))

    assert "until they set it up anew" in first.stdout
    assert "nothing to do" in again.stdout
    assert "nobody has the address" in nobody.stderr
    assert "not an e-mail address" in nonsense.stderr
    assert [done.exit_code for done in (first, again, nobody, nonsense)] == [0, 0, 1, 1]
    assert Backstage(app).events().count("user:factor_removed") == 1


def test_a_club_is_added_with_its_treasurer_and_not_twice(app: Flask) -> None:
    stage = Backstage(app)
    arguments = ("clubs", "add", "SV Voorbeeld", "--treasurer", "ans@voorbeeld.example")

    first, second, third = run(app, *arguments), run(app, *arguments), run(app, *arguments, "--again")

    assert "Added the club SV Voorbeeld." in first.stdout
    assert "Invited ans@voorbeeld.example." in first.stdout
    assert "was invited and did not come in yet" in second.stdout
    assert "Invited ans@voorbeeld.example." in third.stdout
    assert {first.exit_code, second.exit_code, third.exit_code} == {0}
    assert len(stage.mails("invitation")) == 2
    stage.member("ans@voorbeeld.example")
    assert "is a member of it" in run(app, *arguments).stdout


def test_what_the_host_knows_a_club_by_is_kept(app: Flask) -> None:
    run(app, "clubs", "add", "SV Voorbeeld", "--treasurer", "ans@voorbeeld.example")
    run(app, "clubs", "add", "VV Zeven", "--treasurer", "ans@voorbeeld.example")

    assert "is known by that id now" in run(app, "clubs", "know", "SV Voorbeeld", "club-0042").stdout
    assert "nothing to do" in run(app, "clubs", "know", "SV Voorbeeld", "club-0042").stdout
    another = run(app, "clubs", "know", "VV Zeven", "club-0042")
    assert (another.exit_code, "another club" in another.stderr) == (1, True)
    nowhere = run(app, "clubs", "know", "Nergens", "x")
    assert (nowhere.exit_code, "there is no club Nergens" in nowhere.stderr) == (1, True)
