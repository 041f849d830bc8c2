"""Whatever is typed or sent, the answer is a clear message: never an error of ours, and nothing odd is kept."""

from __future__ import annotations

import io
import shutil
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from demo.cast import ANS, BRAM
from tests.web.access_table import ROLES, TABLE, Gets, Row
from tests.web.stage import NOBODYS, Stage, browser, build, open_app, set_back
from tests.web.test_access import ask

ODD = {
    "100 kB": "x" * 100_000,
    "NUL": "a\x00b",
    "control characters": "a\x01\x02\x1b[31m\x7fb",
    "marks that turn the reading direction": "abc\u202edef\u2066\u200f",
    "a lone surrogate, as bytes": b"a\xed\xa0\x80b",
    "broken UTF-8": b"\xff\xfe\xfa",
    "markup": "<script>alert(1)</script>{{ 7*7 }}'\";--",
    "a megabyte": "y" * 1_000_000,
    "line ends": "a\r\nSubject: b\r\n\r\nc",
    "far beyond an integer": "9" * 400,
}
FIELDS = (
    *("username", "security_code_1", "administration_code", "rest_token_until", "cost_centre", "revenue_accounts"),
    *("body", "text", "name", "date", "email", "password", "version", "once", "do", "step", "check", "note", "reason"),
    *("language", "next", "search", "ticked", "club", "code", "proof", "wrapped", "noodcode"),
)
POSTS = [row for row in TABLE if row.method == "POST"]


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory, empty_database: Path) -> Stage:
    folder = tmp_path_factory.mktemp("stage")
    shutil.copy(empty_database, folder)
    return build(folder)


@pytest.fixture(scope="module")
def app(stage: Stage) -> Flask:
    return open_app(stage.original.parent)


@pytest.fixture(autouse=True)
def _as_it_was(app: Flask, stage: Stage) -> None:
    """Before anybody signs in, so that they find themselves as they were."""
    set_back(app, stage)


@pytest.fixture
def ans(app: Flask, _as_it_was: None) -> FlaskClient:
    """Signed in anew for each test: some forms end the session that sent them."""
    return browser(app, ANS)


@pytest.fixture
def bram(app: Flask, _as_it_was: None) -> FlaskClient:
    return browser(app, BRAM)


@pytest.mark.parametrize("kind", ODD)
@pytest.mark.parametrize("row", POSTS, ids=lambda row: row.path)
def test_a_form_full_of_it_is_answered(
    app: Flask, ans: FlaskClient, bram: FlaskClient, stage: Stage, row: Row, kind: str
) -> None:
    client = ans if row.gets[ROLES.index("own club")] is Gets.IN else bram
    if "afmelden" in row.path:
        client = app.test_client()
    answer = ask(client, row, stage, form=dict.fromkeys(FIELDS, ODD[kind]))

    assert answer.status_code < 500
    assert "<script>alert" not in answer.text


@pytest.mark.parametrize(
    "path", ["/p-w/%00", "/p-w/%ff", "/p-w/" + "9" * 400, "/%2e%2e/%2e%2e/etc/passwd", "/p-w/1?x=%ff%00"]
)
def test_an_odd_address_is_answered(ans: FlaskClient, path: str) -> None:
    assert ans.get(path).status_code in {400, 404}


def test_a_form_with_ten_thousand_fields_is_refused_kindly(ans: FlaskClient, stage: Stage) -> None:
    answer = ans.post(f"/p-w/{stage.draft}/codes", data={f"field{number}": "x" for number in range(10_000)})

    assert answer.status_code < 500
    assert "<h1>" in answer.text


def test_a_form_of_files_is_answered(ans: FlaskClient, stage: Stage) -> None:
    answer = ans.post(f"/p-w/{stage.draft}/codes", data={"username": (io.BytesIO(b"\x89PNG"), "codes.png")})

    assert answer.status_code < 500


def test_cookies_full_of_it_are_a_stranger(app: Flask) -> None:
    stranger = app.test_client()
    for name in ("session", "koppelbalie", "remember_token"):
        stranger.set_cookie(name, "%00\u202e" + "z" * 3000)

    assert stranger.get("/p-w/").status_code in {303, 400}


def test_another_number_of_an_item_is_not_found(ans: FlaskClient) -> None:
    assert ans.get(f"/p-w/{NOBODYS}").status_code == 404
