"""What goes around every page: headers, a request id, refusal of what cannot be read, the pages for operations."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from onboarding import create_app
from onboarding.db import db
from onboarding.keys import KeyRing
from onboarding.settings import Settings
from onboarding.web.access import public
from tests.conftest import settings_in

PAGES = ("/account/aanmelden", "/nowhere", "/p-w/", "/healthz")


@pytest.fixture
def form(client: FlaskClient) -> dict[str, str]:
    """A form's hidden fields, as a browser would send them."""
    page = client.get("/account/aanmelden").get_data(as_text=True)
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert found is not None
    return {"csrf_token": found.group(1)}


@pytest.mark.parametrize("page", PAGES)
def test_every_answer_has_its_headers(client: FlaskClient, page: str) -> None:
    headers = client.get(page).headers

    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "form-action 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cache-Control"] == "no-store"
    assert re.fullmatch(r"[0-9a-f]{16}", headers["X-Request-ID"])
    assert "Strict-Transport-Security" not in headers


def test_over_https_browsers_are_told_to_stay_there(settings: Settings, tmp_path: Path) -> None:
    secure = settings_in(tmp_path, base_url="https://koppelbalie.example")
    answer = create_app(secure).test_client().get("/account/aanmelden", base_url="https://koppelbalie.example")

    assert "max-age" in answer.headers["Strict-Transport-Security"]
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-koppelbalie=")
    assert all(word in cookie for word in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"))


def test_files_may_be_kept_by_the_browser(client: FlaskClient) -> None:
    with client.get("/static/koppelbalie.css") as answer:
        assert answer.headers.get("Cache-Control") != "no-store"


def test_a_request_keeps_the_id_that_a_proxy_gave(client: FlaskClient) -> None:
    for given, kept in (("proxy-12345678", True), ("<script>", False)):
        answer = client.get("/healthz", headers={"X-Request-ID": given})
        assert (answer.headers["X-Request-ID"] == given) is kept


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("email=a%00b", 400),
        ("email=%ff%fe", 400),
        ("em%00ail=a", 400),
        ("email=%ed%a0%80", 400),
        ("&".join(f"f{n}=x" for n in range(401)), 413),
        ("email=" + "x" * 600_000, 413),
    ],
    ids=["NUL", "no UTF-8", "NUL in a name", "half a character", "too many fields", "too large"],
)
def test_a_form_that_cannot_be_read_gets_a_clear_no(
    client: FlaskClient, form: dict[str, str], body: str, status: int
) -> None:
    answer = client.post(
        "/account/aanmelden",
        data=f"csrf_token={form['csrf_token']}&{body}",
        content_type="application/x-www-form-urlencoded",
    )

    assert answer.status_code == status
    assert "<h1" in answer.get_data(as_text=True)
    assert "Traceback" not in answer.get_data(as_text=True)


@pytest.mark.parametrize("path", ["/p-w/%00", "/%ff%fe", "/account/link/a%00b", "/account/aanmelden?next=%00"])
def test_an_address_that_cannot_be_read_gets_a_clear_no(client: FlaskClient, path: str) -> None:
    answer = client.get(path)

    assert answer.status_code == 400
    assert "<h1" in answer.get_data(as_text=True)


def test_the_access_log_holds_no_address(client: FlaskClient, caplog: pytest.LogCaptureFixture) -> None:
    client.get("/account/link/made-up-token?state=made-up-state")

    said = " ".join(str(record.msg) for record in caplog.records)
    assert "/account/link/<token>" in said
    assert "made-up" not in said


def test_an_error_of_ours_is_a_calm_page_and_a_log_line_without_the_address(
    app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    def breaks(token: str) -> str:
        raise ValueError(f"made-up-secret {token}")

    app.view_functions["account.link"] = public(breaks)

    answer = app.test_client().get("/account/link/made-up-token")

    assert answer.status_code == 500
    assert "<h1" in answer.get_data(as_text=True)
    said = json.dumps([str(record.msg) for record in caplog.records])
    assert "a request failed" in said
    assert "made-up-token" not in said


def test_the_process_says_that_it_is_up(client: FlaskClient) -> None:
    assert client.get("/healthz").json == {"status": "ok"}


def test_the_app_says_that_it_can_work(client: FlaskClient) -> None:
    answer = client.get("/readyz")

    assert (answer.status_code, answer.json) == (200, {"status": "ready", "problems": []})


def test_an_old_database_is_named(app: Flask, client: FlaskClient) -> None:
    with app.app_context(), db.engine.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '0000'"))

    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert "flask --app wsgi db upgrade" in answer.get_data(as_text=True)


def test_a_database_that_is_gone_is_named_without_its_address(tmp_path: Path) -> None:
    (tmp_path / "database").mkdir()
    app = create_app(settings_in(tmp_path, database_url=f"sqlite:///{tmp_path / 'database'}"))

    answer = app.test_client().get("/readyz")

    assert answer.status_code == 503
    assert answer.json == {
        "status": "not ready",
        "problems": ["the database cannot be reached: OperationalError"],
    }


def test_a_wrong_key_ring_is_named(app: Flask, client: FlaskClient) -> None:
    from onboarding.audit.events import SignedIn
    from onboarding.audit.log import record
    from onboarding.usecases.transaction import change

    with app.app_context(), change() as writing:
        record(writing, "user:1", SignedIn(user_id=1, way="link"))
    app.extensions["koppelbalie_keys"] = KeyRing(sealing="k1", keys={"k1": b"x" * 32})

    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert "put the right one back" in answer.get_data(as_text=True)
