"""Every error has a calm page with a next step, in both languages, and tells nothing that it should not."""

from __future__ import annotations

from datetime import UTC, datetime

import lxml.html
import pytest
from flask import Flask, abort
from flask.testing import FlaskClient

from connectors.kit.text import Text
from onboarding.usecases import refusals
from onboarding.web.access import public

UNTIL = datetime(2026, 11, 3, 19, 14, tzinfo=UTC)
REFUSALS = {
    "missing": (refusals.NotFound(), 404, "Deze pagina bestaat niet"),
    "forbidden": (refusals.NotAllowed(), 403, "Dit kun jij niet doen"),
    "changed": (refusals.Changed(("Bram deed iets.",)), 409, "Bram deed iets."),
    "not-now": (refusals.NotNow(), 409, "Dit kan nu niet"),
    "wrong": (refusals.Wrong({"x": Text(nl="Vul dit in.", en="Fill this in.")}), 422, "Vul dit in."),
    "too-soon": (refusals.TooSoon(UNTIL), 429, "20.14 uur"),
    "a-code": (refusals.LooksLikeSecret(None, None), 422, "Dit lijkt een code"),
    "closed": (refusals.GateClosed(("Nog één punt.",)), 409, "Nog één punt."),
    "unheard-of": (refusals.Refusal(), 409, "Dit kan nu niet"),
}


@pytest.fixture
def failing(app: Flask) -> FlaskClient:
    """A stranger in an app with a page for every way to fail."""

    @app.get("/fails/<how>")
    @public
    def fails(how: str) -> str:
        if how in REFUSALS:
            raise REFUSALS[how][0]
        if how == "broken":
            raise RuntimeError("planted-detail")
        abort(int(how))

    app.config["PROPAGATE_EXCEPTIONS"] = False
    return app.test_client()


@pytest.mark.parametrize("how", REFUSALS)
def test_a_refusal_says_what_and_what_next(failing: FlaskClient, how: str) -> None:
    _, status, says = REFUSALS[how]

    answer = failing.get(f"/fails/{how}")

    assert answer.status_code == status
    page = lxml.html.fromstring(answer.text)
    assert says in page.text_content()
    assert page.xpath("//main//a[@class='btn']/@href") == ["/"]


@pytest.mark.parametrize("status", [400, 403, 404, 405, 409, 413, 415, 418, 422, 429])
@pytest.mark.parametrize(("language", "home"), [("nl", "Naar het begin"), ("en", "To the start page")])
def test_an_http_error_has_a_page_in_the_readers_language(
    failing: FlaskClient, status: int, language: str, home: str
) -> None:
    answer = failing.get(f"/fails/{status}", headers={"Accept-Language": language})

    assert answer.status_code == status
    page = lxml.html.fromstring(answer.text)
    assert page.get("lang") == language
    assert len(page.xpath("//h1")) == 1
    assert page.xpath("//main//a[@class='btn']/@href") == ["/"]
    assert home in page.text_content() or status == 405


def test_a_fault_of_ours_has_a_page_that_needs_nothing_and_tells_nothing(failing: FlaskClient) -> None:
    answer = failing.get("/fails/broken")

    assert answer.status_code == 500
    assert "Er ging bij ons iets mis" in answer.text
    assert "Something went wrong on our side" in answer.text
    assert "planted-detail" not in answer.text


def test_a_form_that_was_open_too_long_leads_back(client: FlaskClient) -> None:
    answer = client.post("/account/aanmelden", data={"csrf_token": "stale"})

    assert answer.status_code == 400
    assert "Deze pagina stond te lang open" in answer.text
