"""Everybody opens what is theirs and nothing else: every route, method and role."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from demo.cast import ANS, BRAM, CARLA, COR, DANA
from tests.web.access_table import ROLES, TABLE, Gets, Row
from tests.web.stage import CONSENTING, DATABASE, NOBODYS, Stage, browser, build, open_app, set_back

PEOPLE = dict(zip(ROLES, (None, ANS, COR, BRAM, CARLA, DANA), strict=True))


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory, empty_database: Path) -> Stage:
    folder = tmp_path_factory.mktemp("stage")
    shutil.copy(empty_database, folder)
    return build(folder)


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory, original: Stage) -> Flask:
    folder = tmp_path_factory.mktemp("app")
    shutil.copy(original.original, folder / DATABASE)
    return open_app(folder)


@pytest.fixture
def stage(app: Flask, original: Stage) -> Iterator[Stage]:
    yield original
    set_back(app, original)


def test_every_route_has_its_row(app: Flask) -> None:
    there = {
        (method, rule.rule)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert there == {(row.method, row.path) for row in TABLE}


@pytest.mark.parametrize("row", TABLE, ids=lambda row: f"{row.method} {row.path}")
def test_each_gets_what_the_table_says(app: Flask, stage: Stage, row: Row) -> None:
    got = {}
    for role, person in PEOPLE.items():
        set_back(app, stage)
        got[role] = read(ask(browser(app, person), row, stage))

    assert got == dict(zip(ROLES, row.gets, strict=True))


@pytest.mark.parametrize(
    "row",
    [row for row in TABLE if Gets.HIDDEN in row.gets and "<int:" in row.path],
    ids=lambda row: f"{row.method} {row.path}",
)
def test_what_is_another_clubs_looks_like_what_does_not_exist(app: Flask, stage: Stage, row: Row) -> None:
    cor = browser(app, COR)
    theirs = ask(cor, row, stage)
    nobodys = ask(
        cor,
        row,
        replace(
            stage,
            **dict.fromkeys(("draft", "submitted", "consenting", "club"), NOBODYS),
            **dict.fromkeys(("user", "link", "connection", "consented"), NOBODYS),
        ),
    )

    assert (theirs.status_code, theirs.text) == (nobodys.status_code, nobodys.text)


@pytest.mark.parametrize("row", [row for row in TABLE if row.method == "POST"], ids=lambda row: row.path)
def test_no_form_is_taken_from_another_site(app: Flask, stage: Stage, row: Row) -> None:
    client = browser(app, next(PEOPLE[role] for role in reversed(ROLES) if row.gets[ROLES.index(role)] is Gets.IN))
    app.config["WTF_CSRF_ENABLED"] = True
    try:
        assert ask(client, row, stage).status_code == 400
    finally:
        app.config["WTF_CSRF_ENABLED"] = False


def ask(client: FlaskClient, row: Row, stage: Stage, form: dict[str, object] | None = None) -> TestResponse:
    """The route as the table has it, with Ans's things in the address and, in a form, what it needs at least."""
    is_draft = any(word in row.path for word in ("voorbereiden", "codes", "testen", "keuzes", "versturen", "verder"))
    by_consent = any(word in row.path for word in ("toestemming", "administratie", "boekhouder"))
    number, version = (stage.draft, stage.draft_version) if is_draft else (stage.submitted, stage.submitted_version)
    if by_consent:
        number, version = stage.consenting, stage.consenting_version
    values = {
        "int:number": number,
        "int:club_id": stage.club,
        "int:user_id": stage.user,
        "int:link_id": stage.link,
        "int:connection": stage.consented if by_consent else stage.connection,
        "kind": "refused",
        "int:event": stage.event,
        "token": "no-such-token",
        "path:filename": "koppelbalie.css",
        "package": CONSENTING if row.path.startswith(("/oauth", "/autoriseren")) else "e-boekhouden",
        "check": "invoice_template",
        "int:message": stage.message,
    }
    least = {
        "club": stage.club,
        "version": version,
        "check": "login",
        "text": "Because.",
        "body": "Hello.",
        "once": "one",
        "reference": "SV Voorbeeld",
    }
    path = re.sub(r"<([^>]+)>", lambda found: str(values[found[1]]), row.path)
    return client.open(path, method=row.method, data=(form or least) if row.method == "POST" else None)


def read(answer: TestResponse) -> Gets:
    """What an answer means to whoever asked."""
    answer.get_data()
    answer.close()
    assert answer.status_code < 500, answer.text
    if answer.status_code == 403:
        return Gets.NO
    if answer.status_code == 404:
        return Gets.HIDDEN
    way_back = "?next=" if answer.request.path != "/" else "/account/aanmelden"  # nobody comes back to the front door
    if answer.status_code == 401 or (answer.status_code == 303 and way_back in answer.location):
        return Gets.SIGN_IN
    return Gets.IN
