"""Calls of a run: how many, in which order, closed in any case, and nothing secret to be seen."""

from __future__ import annotations

import dataclasses
import json
import logging
from collections import Counter

import pytest
from lxml import etree

from connectors.e_boekhouden import CONNECTOR
from connectors.e_boekhouden.client import LedgerAccount, Session
from connectors.kit import faults
from connectors.kit.credentials import Option
from connectors.kit.errors import UnexpectedAnswer
from connectors.kit.outcomes import Line, Outcome
from connectors.kit.run import Found, run
from tests.connectors.e_boekhouden.package import Package, login, soap_answer, soap_error

SOAP_RUN = ["OpenSession", "GetGrootboekrekeningen", "GetAdministraties", "CloseSession"]
REST_RUN = ["POST /v1/session", "GET /v1/invoicetemplate", "DELETE /v1/session"]
DAILY_RUN = ["OpenSession", "GetGrootboekrekeningen", "CloseSession"]
CENTRES = "GetKostenplaatsen"


@pytest.mark.parametrize(
    ("changes", "calls"),
    [
        ({}, SOAP_RUN),
        ({"revenue_accounts": "8000"}, SOAP_RUN),
        ({"cost_centre": "12"}, [*SOAP_RUN, CENTRES]),
        ({"rest_token": "tok-goed"}, [*SOAP_RUN, *REST_RUN]),
        ({"rest_token": "tok-goed", "cost_centre": "12"}, [*SOAP_RUN, CENTRES, *REST_RUN]),
    ],
    ids=["4", "4 with accounts", "5", "4 and 3", "5 and 3"],
)
def test_a_whole_run_makes_no_call_too_many(package: Package, changes: dict[str, str], calls: list[str]) -> None:
    package.checks(login(**changes))

    assert Counter(package.calls) == Counter(calls)
    assert (package.calls[0], package.calls[-1]) == ("OpenSession", "CloseSession")


@pytest.mark.parametrize(
    ("changes", "calls"),
    [
        ({}, DAILY_RUN),
        ({"rest_token": "tok-goed"}, [*DAILY_RUN, *REST_RUN]),
        ({"cost_centre": "12"}, [*DAILY_RUN, CENTRES]),
        ({"rest_token": "tok-goed", "cost_centre": "12"}, [*DAILY_RUN, CENTRES, *REST_RUN]),
    ],
    ids=["3", "6", "4", "7"],
)
def test_a_daily_run_makes_fewer(package: Package, changes: dict[str, str], calls: list[str]) -> None:
    package.checks(login(**changes), daily=True)

    assert Counter(package.calls) == Counter(calls)


@pytest.mark.parametrize("only", ["fields_shape", "administration_code", "invoice_template"])
def test_what_needs_no_session_opens_none(package: Package, only: str) -> None:
    package.checks(login(), only=only)

    assert package.calls == []


@pytest.mark.parametrize("stop_after", ["login", "ledger_readable", "invoice_template", "accountant_login"])
def test_the_session_is_closed_when_the_reader_stops(package: Package, stop_after: str) -> None:
    lines = run(CONNECTOR, login(), None, package.http())
    for line in lines:
        if line.check == stop_after:
            lines.close()  # type: ignore[attr-defined]
            break

    assert package.calls[-1] == "CloseSession"
    assert package.emulator.soap.sessions == {}


@pytest.mark.parametrize("club", ["leeg", "geensjabloon", "rekeningweg", "sessieweg", "verlopen", "goed"])
def test_the_session_is_closed_whatever_the_checks_find(package: Package, club: str) -> None:
    package.checks(login(club))

    assert package.emulator.soap.sessions == {}
    assert package.emulator.rest.sessions == {}
    assert package.calls.count("CloseSession") == 1


def test_a_session_is_signed_off_after_an_outage_in_the_middle_too(package: Package) -> None:
    package.answers("GetGrootboekrekeningen", faults.outage())
    lines = package.checks(login())

    assert lines["ledger_readable"].error == "Unavailable"
    assert lines["session_closed"].outcome is Outcome.PASSED
    assert package.calls == ["OpenSession", "GetGrootboekrekeningen", "CloseSession"]
    assert package.emulator.soap.sessions == {}


def test_one_check_alone_closes_its_session_too(package: Package) -> None:
    lines = package.checks(login(), only="ledger_readable")

    assert list(lines) == ["login", "ledger_readable"]
    assert package.calls == DAILY_RUN


def test_a_session_that_was_never_opened_is_not_closed(package: Package) -> None:
    package.checks(login("fout"))

    assert package.calls == ["OpenSession"]


def test_a_lost_session_is_renewed_once(package: Package) -> None:
    lines = package.checks(login("sessieweg"))

    assert lines["ledger_readable"].outcome is Outcome.PASSED
    assert Counter(package.calls) == Counter([*SOAP_RUN, "OpenSession", "GetGrootboekrekeningen"])
    assert package.emulator.soap.sessions == {}


def test_a_session_lost_every_time_is_renewed_once_in_a_run(package: Package) -> None:
    lines = package.checks(login("sessiedood"))

    assert package.calls == [
        "OpenSession",
        "GetGrootboekrekeningen",
        "OpenSession",
        "GetGrootboekrekeningen",
        "GetAdministraties",
        "CloseSession",
    ]
    assert {key for key, line in lines.items() if line.error == "UnexpectedAnswer"} == {
        "ledger_readable",
        "debtor_account",
        "accountant_login",
    }


def test_a_list_that_failed_is_not_asked_again(package: Package) -> None:
    package.answers("GetGrootboekrekeningen", soap_error("GetGrootboekrekeningen", "X1"))

    lines = package.checks(login(revenue_accounts="8000"))

    assert package.calls.count("GetGrootboekrekeningen") == 1
    assert lines["debtor_account"].error == "UnexpectedAnswer"
    assert lines["revenue_accounts"].outcome is Outcome.UNTESTED


def test_the_codes_travel_in_schema_order_with_our_name(package: Package) -> None:
    package.checks(login())

    request = etree.fromstring(package.bodies[0])
    members = [(etree.QName(node).localname, node.text) for node in request.iter() if not len(node)]
    assert members == [
        ("Username", "zondertoken"),
        ("SecurityCode1", login().security_code_1.reveal()),
        ("SecurityCode2", login().security_code_2.reveal()),
        ("Source", "Koppelbalie"),
    ]
    assert package.headers[0]["Soapaction"] == '"http://www.e-boekhouden.nl/soap/OpenSession"'
    assert package.headers[0]["Content-Type"] == "text/xml; charset=utf-8"


def test_rest_takes_ten_characters_of_our_name_and_a_bare_header(package: Package) -> None:
    package.checks(login(rest_token="tok-goed"), only="invoice_template")

    assert json.loads(package.bodies[0]) == {"accessToken": "tok-goed", "source": "Koppel"}
    assert not package.headers[1]["Authorization"].startswith("Bearer")
    assert package.headers[1]["Authorization"] == package.headers[2]["Authorization"]


def test_a_header_that_has_to_say_bearer_is_found_in_a_second_session(package: Package) -> None:
    line = package.checks(login(rest_token="tok-bearer"), only="invoice_template")["invoice_template"]

    assert line.outcome is Outcome.PASSED
    assert package.calls == [*REST_RUN, *REST_RUN]
    assert package.headers[4]["Authorization"].startswith("Bearer ")


def test_one_401_by_accident_is_not_held_against_the_token(package: Package) -> None:
    package.answers("GET /v1/invoicetemplate", faults.outage(401))

    line = package.checks(login(rest_token="tok-goed"), only="invoice_template")["invoice_template"]

    assert line.outcome is Outcome.PASSED
    assert package.emulator.rest.sessions == {}


@pytest.mark.parametrize("answer", [faults.outage(), faults.web_page(), faults.broken()])
def test_a_rest_session_that_cannot_be_deleted_is_no_fault(package: Package, answer: object) -> None:
    package.answers("DELETE /v1/session", answer)  # type: ignore[arg-type]

    line = package.checks(login(rest_token="tok-goed"), only="invoice_template")["invoice_template"]

    assert line.outcome is Outcome.PASSED


def shown(lines: dict[str, Line]) -> str:
    """All that a run shows to anybody."""
    return json.dumps([dataclasses.asdict(line) for line in lines.values()], default=str)


@pytest.mark.parametrize("club", ["goed", "sessieweg", "sessiedood", "geenrecht", "verlopen"])
def test_no_code_token_or_session_is_ever_shown(package: Package, club: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    opened: list[str] = []

    def watch(answer: object) -> object:
        opened.extend(package.emulator.soap.sessions)
        opened.extend(package.emulator.rest.sessions)
        return answer

    for call in ("OpenSession", "POST /v1/session"):
        package.answers(call, watch, watch)  # type: ignore[arg-type]

    given = login(club)
    everything = shown(package.checks(given)) + caplog.text

    assert opened
    for secret in [*given.secrets(), *opened]:
        assert secret not in everything


@pytest.mark.parametrize("change", [faults.halved, faults.foreign])
def test_a_session_in_an_answer_that_cannot_be_read_is_not_shown(package: Package, change: object) -> None:
    session_id = "ABCDEF0123456789ABCDEF0123456789"
    answer = soap_answer("OpenSession", f"<SessionID>{session_id}</SessionID>" + "<Iets>1</Iets>" * 60)
    package.answers("OpenSession", lambda _: change(answer))  # type: ignore[operator]

    lines = package.checks(login())

    assert lines["login"].error == "UnexpectedAnswer"
    assert session_id not in shown(lines)
    assert session_id[:16] not in shown(lines)


def test_an_api_token_in_an_answer_that_cannot_be_read_is_not_shown(package: Package) -> None:
    package.answers("POST /v1/session", _cut_after_token)  # type: ignore[arg-type]

    lines = package.checks(login(rest_token="tok-goed"), only="invoice_template")

    (session,) = package.emulator.rest.sessions
    assert lines["invoice_template"].error == "UnexpectedAnswer"
    assert session not in shown(lines)


def _cut_after_token(answer: object) -> object:
    answer.set_data(answer.get_data().partition(b", ")[0])  # type: ignore[attr-defined]
    return answer


def test_the_lists_of_the_open_session_are_offered_by_name(package: Package) -> None:
    found = Found(list_options=True)
    package.checks(login(), found=found)

    assert Option("8000", "8000 Contributie") in found.options["revenue_accounts"]
    assert "1300" not in {option.value for option in found.options["revenue_accounts"]}
    assert found.options["cost_centre"] == (
        Option("12", "12 Jeugd"),
        Option("13", "13 Kantine"),
        Option("11", "11 Senioren"),
    )
    assert package.calls.count("GetGrootboekrekeningen") == 1


def test_without_categories_every_account_is_offered(package: Package) -> None:
    rows = "".join(f"<cGrootboekrekening><ID>{n}</ID><Code>{n}</Code></cGrootboekrekening>" for n in (2, 1))
    answer = soap_answer("GetGrootboekrekeningen", f"<Rekeningen>{rows}</Rekeningen>")
    package.answers("GetGrootboekrekeningen", answer)
    found = Found(list_options=True)

    package.checks(login(), found=found)

    assert found.options["revenue_accounts"] == (Option("1", "1"), Option("2", "2"))


def test_the_identity_is_user_name_and_administration(package: Package) -> None:
    found = Found()
    package.checks(login(username="zondertoken", administration_code="0042"), found=found)

    assert found.identity is not None
    assert found.identity.key == "zondertoken|0042"
    assert found.identity.label == "zondertoken · 0042"


def test_the_case_of_a_user_name_makes_no_other_identity_but_another_code_does(package: Package) -> None:
    def key(**changes: str) -> str:
        found = CONNECTOR.identity(Session(login(**changes), package.http()))
        assert found is not None
        return found.key

    assert key(username="SVVoorbeeld") == key(username="svvoorbeeld")
    assert key(username="SVVoorbeeld") != key(username="SVVoorbeeld", administration_code="1")


def ledger_of(count: int) -> str:
    row = "<cGrootboekrekening><ID>{n}</ID><Code>{n}</Code><Categorie>VW</Categorie></cGrootboekrekening>"
    return f"<Rekeningen>{''.join(row.format(n=n) for n in range(1, count + 1))}</Rekeningen>"


def centre_row(number: object) -> str:
    members = f"<KostenplaatsId>{number}</KostenplaatsId><KostenplaatsParentId>0</KostenplaatsParentId>"
    return f"<cKostenplaats>{members}</cKostenplaats>"


def test_in_a_list_that_may_be_cut_an_account_is_looked_up(package: Package) -> None:
    package.answers("GetGrootboekrekeningen", soap_answer("GetGrootboekrekeningen", ledger_of(2000)))

    lines = package.checks(login(revenue_accounts="8000"))

    assert lines["revenue_accounts"].outcome is Outcome.PASSED
    assert lines["debtor_account"].outcome is Outcome.PASSED
    assert b"DEB</" in package.bodies[2]
    assert b"8000</" in package.bodies[3]


def test_in_a_list_that_may_be_cut_a_cost_centre_is_looked_up(package: Package) -> None:
    rows = "".join(map(centre_row, range(5000, 7000)))
    package.answers(CENTRES, soap_answer(CENTRES, f"<Kostenplaatsen>{rows}</Kostenplaatsen>"))

    assert package.checks(login(cost_centre="12"))["cost_centre"].outcome is Outcome.PASSED
    assert package.calls.count(CENTRES) == 2


def test_rows_that_say_nothing_are_passed_over(package: Package) -> None:
    nil = '<cGrootboekrekening xmlns:i="http://www.w3.org/2001/XMLSchema-instance" i:nil="true"/>'
    named = (
        "<cGrootboekrekening><ID>1</ID><Code> 8000 </Code><Omschrijving>Contributie</Omschrijving></cGrootboekrekening>"
    )
    answer = soap_answer(
        "GetGrootboekrekeningen",
        f"<Rekeningen>{nil}<cGrootboekrekening><ID>2</ID></cGrootboekrekening>{named}</Rekeningen>",
    )
    package.answers("GetGrootboekrekeningen", answer)

    assert Session(login(), package.http()).ledger() == (LedgerAccount("8000", "Contributie", ""),)


def test_a_cost_centre_without_a_number_is_not_readable(package: Package) -> None:
    package.answers(CENTRES, soap_answer(CENTRES, f"<Kostenplaatsen>{centre_row('x')}</Kostenplaatsen>"))

    with pytest.raises(UnexpectedAnswer):
        Session(login(), package.http()).cost_centres()
