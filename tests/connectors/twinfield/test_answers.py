"""Every row of the table: what each answer means, for whom, and beside which fields."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from werkzeug.wrappers import Response

from connectors.kit import faults
from connectors.kit.errors import RateLimited, UnexpectedAnswer
from connectors.kit.outcomes import Line, Outcome
from connectors.kit.soap import Fault
from connectors.twinfield import answers, inner
from connectors.twinfield.client import meant
from connectors.twinfield.inner import Listed
from connectors.twinfield.sandbox_cluster import told
from tests.connectors.twinfield.package import Package, consented, login, logon, processed, searched, soap

CODES = ("user", "password", "organisation")
ERROR = "<MessageOfErrorCodes><Type>{type}</Type><Text>Mag niet.</Text><Code>{code}</Code></MessageOfErrorCodes>"


def shape(line: Line) -> tuple[str | None, str, tuple[str, ...]]:
    return line.error, line.owner.value, line.fields


@pytest.mark.parametrize(
    ("result", "error", "owner", "fields", "says"),
    [
        ("Invalid", "InvalidCredentials", "club", CODES, "Welke van de drie zegt Twinfield er niet bij."),
        ("Blocked", "ActionRequired", "club", ("user",), "geblokkeerd"),
        ("Disabled", "ActionRequired", "club", ("user",), "staat uit of bestaat niet meer"),
        ("Deleted", "ActionRequired", "club", ("user",), "staat uit of bestaat niet meer"),
        ("OrganisationInactive", "ActionRequired", "club", ("organisation",), "omgeving is niet actief"),
        ("OAuth2AuthenticationRequired", "MethodClosed", "club", ("authorization",), "mag niet meer in jouw omgeving"),
        ("NoAvailableCompanies", "MissingRight", "club", ("user",), "mag niet bij de administratie"),
        ("Untrusted", "HostMisconfigured", "us", (), "ligt aan ons"),
        ("ClientInvalid", "HostMisconfigured", "us", (), "ligt aan ons"),
        ("TokenInvalid", "ConsentExpired", "club", ("authorization",), "verlopen of ingetrokken"),
        ("Failed", "UnexpectedAnswer", "us", (), "ging bij ons iets mis"),
        ("", "UnexpectedAnswer", "us", (), "ging bij ons iets mis"),
    ],
)
def test_each_result_of_a_logon(
    result: str, error: str, owner: str, fields: tuple[str, ...], says: str, package: Package
) -> None:
    package.answers("Logon", logon(result))
    line = package.checks(login())["login"]

    assert shape(line) == (error, owner, fields)
    assert line.outcome is (Outcome.UNTESTED if error == "UnexpectedAnswer" else Outcome.FAILED)
    assert line.problem is not None
    assert says in line.problem.nl


def test_where_the_host_cannot_be_given_consent_a_closed_password_is_the_hosts_to_mend(package: Package) -> None:
    package.answers("Logon", logon("OAuth2AuthenticationRequired"))
    line = package.checks(login(), keyless=True)["login"]

    assert line.outcome is Outcome.FAILED
    assert shape(line) == ("HostMisconfigured", "us", ())
    assert line.problem is not None
    assert "mag niet meer in jouw omgeving" in line.problem.nl
    assert line.remedy is not None
    assert "knop" not in line.remedy.nl
    assert "niets te doen" in line.remedy.nl


@pytest.mark.parametrize(
    ("action", "fields", "says"),
    [("SMSLogon", ("user",), "sms-code"), ("ChangePassword", ("password",), "wachtwoord wijzigt")],
)
def test_each_further_step(action: str, fields: tuple[str, ...], says: str, package: Package) -> None:
    package.answers("Logon", logon(action=action, cluster="https://accounting.twinfield.com", session_id="x" * 12))
    lines = package.checks(login())

    assert lines["login"].outcome is Outcome.PASSED
    assert shape(lines["no_extra_step"]) == ("ActionRequired", "club", fields)
    assert says in lines["no_extra_step"].problem.nl  # type: ignore[union-attr]
    assert lines["offices_listed"].outcome is Outcome.UNTESTED
    assert lines["offices_listed"].error is None


@pytest.mark.parametrize(
    ("code", "error", "by_password", "by_consent"),
    [
        ("104", "ActionRequired", ("user",), ("authorization",)),
        ("105", "ActionRequired", ("user",), ("authorization",)),
        ("106", "ActionRequired", ("organisation",), ("authorization",)),
        ("107", "ActionRequired", ("user",), ("authorization",)),
        ("102", "MissingRight", ("user",), ("authorization",)),
        ("109", "MissingRight", ("user",), ("authorization",)),
        ("110", "HostMisconfigured", (), ()),
        ("122", "HostMisconfigured", (), ()),
        ("351", "HostMisconfigured", (), ()),
        ("352", "HostMisconfigured", (), ()),
        ("353", "HostMisconfigured", (), ()),
        ("354", "ConsentExpired", ("authorization",), ("authorization",)),
        ("168", "ActionRequired", ("user",), ("authorization",)),
        ("103", "UnexpectedAnswer", (), ()),
        ("108", "UnexpectedAnswer", (), ()),
        ("100", "UnexpectedAnswer", (), ()),
        ("101", "UnexpectedAnswer", (), ()),
        ("187", "UnexpectedAnswer", (), ()),
        ("359", "UnexpectedAnswer", (), ()),
        ("999", "UnexpectedAnswer", (), ()),
        ("", "UnexpectedAnswer", (), ()),
        ("358", "Unavailable", (), ()),
    ],
)
def test_each_code_of_a_fault(
    code: str, error: str, by_password: tuple[str, ...], by_consent: tuple[str, ...], package: Package
) -> None:
    for given_login, fields in ((login(), by_password), (consented(), by_consent)):
        package.answers("ProcessXmlString", *[told(code)] * 3)
        line = package.checks(given_login)["offices_listed"]
        assert (line.error, line.fields) == (error, fields)


@pytest.mark.parametrize("status", ["401 354 : Access denied. Token.", "403 354 : Access denied. Token."])
def test_a_bare_refusal_is_read_from_the_words_beside_its_status(status: str, package: Package) -> None:
    package.answers("ProcessXmlString", *[Response("", status)] * 2)
    assert package.checks(consented())["offices_listed"].error == "ConsentExpired"


@pytest.mark.parametrize("status", ["401 Unauthorized", "403 Forbidden", "401 35 : x", "403 "])
def test_a_bare_refusal_without_a_code_blames_nobody(status: str, package: Package) -> None:
    package.answers("ProcessXmlString", *[Response("", status)] * 2)
    line = package.checks(consented())["offices_listed"]
    assert (line.outcome, line.error) == (Outcome.UNTESTED, "UnexpectedAnswer")


@pytest.mark.parametrize(
    "detail",
    [
        "<detail><message>Nee</message><code>106</code><source>S</source></detail>",
        '<detail xmlns="http://www.twinfield.com/"><code> 106 </code></detail>',
        "<detail><fout><code>106</code></fout></detail>",
    ],
)
def test_the_code_of_a_fault_is_found_wherever_it_stands(detail: str) -> None:
    assert answers.code_of(Fault("soap:Client", "Nee", etree.fromstring(detail))) == "106"


@pytest.mark.parametrize(
    ("code", "kind", "error"),
    [
        ("NoAccessToOffice", "Error", "MissingRight"),
        ("AccessDenied", "Error", "MissingRight"),
        ("OptionMandatory", "Error", "UnexpectedAnswer"),
        ("InvalidFinderType", "Error", "UnexpectedAnswer"),
        ("AccessDenied", "Warning", None),
    ],
)
def test_each_message_of_the_finder(code: str, kind: str, error: str | None, package: Package) -> None:
    told = f"<SearchResult>{ERROR.format(type=kind, code=code)}</SearchResult><data><TotalRows>0</TotalRows></data>"
    package.answers("Search", searched(told))
    assert package.checks(login(), only="debtors_readable")["debtors_readable"].error == error


def test_a_finder_without_data_blames_nobody(package: Package) -> None:
    package.answers("Search", searched("<SearchResult/>"))
    assert package.checks(login(), only="debtors_readable")["debtors_readable"].outcome is Outcome.UNTESTED


@pytest.mark.parametrize(("pause", "waits"), [(20, 20.0), (None, 60.0)])
@pytest.mark.parametrize("call", ["Logon", "ProcessXmlString"])
def test_asked_to_wait(call: str, pause: int | None, waits: float, package: Package) -> None:
    package.answers(call, faults.limited(pause))
    lines = package.checks(login())
    limited = next(line for line in lines.values() if line.error == "RateLimited")
    assert (limited.retry_after, limited.outcome, limited.owner) == (waits, Outcome.UNTESTED, "provider")
    assert package.calls.count(call) == 1


@pytest.mark.parametrize("fault", [faults.outage(), faults.broken("text/xml"), faults.outage(504)])
def test_an_outage_never_reads_as_wrong_codes(fault: Response, package: Package) -> None:
    package.answers("Logon", fault)
    line = package.checks(login())["login"]
    assert (line.error, line.owner, line.outcome) == ("Unavailable", "provider", Outcome.UNTESTED)


class TestInside:
    """The XML inside of ProcessXmlString."""

    @pytest.mark.parametrize(
        "inside",
        [
            "", "  ", "geen xml", "<offices result='1'>", "<html><body/></html>", "<dimensions result='1'/>",
            '<!DOCTYPE x [<!ENTITY a "b">]><offices result="1"><office>&a;</office></offices>',
            '<!DOCTYPE x SYSTEM "file:///etc/hostname"><offices result="1"><office>001</office></offices>',
        ],
    )  # fmt: skip
    def test_what_cannot_be_read_blames_nobody(self, inside: str, package: Package) -> None:
        package.answers("ProcessXmlString", processed(inside))
        line = package.checks(login())["offices_listed"]
        assert (line.outcome, line.error, line.owner) == (Outcome.UNTESTED, "UnexpectedAnswer", "us")

    @pytest.mark.parametrize(
        "inside",
        [
            '<offices result="0" msgtype="error" msg="Mag niet."/>',
            '<list result="0"><type msgtype="error" msg="Mag niet.">offices</type></list>',
            '<list><type result="0" msg="Mag niet.">offices</type></list>',
            '<offices result="1"/>',
            "<offices/>",
        ],
    )
    def test_no_administration_is_a_missing_right(self, inside: str, package: Package) -> None:
        package.answers("ProcessXmlString", processed(inside))
        line = package.checks(login())["offices_listed"]
        assert (line.outcome, line.error) == (Outcome.FAILED, "MissingRight")

    @pytest.mark.parametrize(
        "inside",
        [
            '<?xml version="1.0" encoding="utf-16"?><offices result="1"><office name="SV">001</office></offices>',
            '<offices><office name="SV" result="1">001</office></offices>',
            '\n<offices>\n <office name="SV">\n001</office></offices>',
            '<offices result="1" msgtype="warning" msg="Let op"><office name="SV">001</office><office/></offices>',
        ],
    )
    def test_a_list_is_read_in_every_shape_that_it_has(self, inside: str, package: Package) -> None:
        package.answers("ProcessXmlString", processed(inside))
        line = package.checks(login(), only="office_accessible")["office_accessible"]
        assert (line.outcome, line.evidence) == (Outcome.PASSED, {"administration": "001 SV"})

    @pytest.mark.parametrize(
        ("inside", "outcome"),
        [
            ('<dimension result="1" status="active"><name>X</name></dimension>', Outcome.PASSED),
            ('<dimension result="1"><name>X</name></dimension>', Outcome.PASSED),
            ('<dimension status="active"><name>X</name></dimension>', Outcome.PASSED),
            ('<dimension result="1" status="deleted"><name>X</name></dimension>', Outcome.FAILED),
            ('<dimension result="1" status="hide"><name>X</name></dimension>', Outcome.FAILED),
            ('<dimension result="0" msg="Nee" status="active"/>', Outcome.FAILED),
            ('<dimension><code result="0" msg="Nee">8020</code></dimension>', Outcome.FAILED),
            ('<read result="0"><code msg="Nee">8020</code></read>', Outcome.FAILED),
            ("<dimensions/>", Outcome.UNTESTED),
        ],
    )
    def test_an_account_is_there_and_active_or_not(self, inside: str, outcome: Outcome, package: Package) -> None:
        package.answers("ProcessXmlString", None, None, None, processed(inside))
        line = package.checks(login(revenue_accounts="8020"), only="ledger_accounts")["ledger_accounts"]
        assert line.outcome is outcome
        if outcome is Outcome.FAILED:
            assert (line.error, line.fields) == ("SetupMissing", ("revenue_accounts",))
            assert line.problem is not None
            assert line.problem.nl == "Rekening 8020 bestaat niet of is niet actief."

    @settings(max_examples=100, deadline=None)
    @given(text=st.one_of(st.text(max_size=80), st.from_regex(r"<[a-z]{1,9}( [a-z]='[01]')?/?>.{0,9}", fullmatch=True)))
    def test_whatever_comes_is_read_or_refused(self, text: str) -> None:
        with suppress(UnexpectedAnswer):
            inner.failure(inner.parsed("list", text))


class TestOffice:
    """An administration that is not in the list (T9)."""

    LISTED = (Listed("001", "SV Voorbeeld"), Listed("KB0001", "Kantine"), Listed("0", "Nul"))

    @pytest.mark.parametrize(
        ("typed", "hint"),
        [
            ("1", "001"), ("0001", "001"), ("kb0001", "KB0001"), ("KB 0001", "KB0001"), ("sv voorbeeld", "001"),
            ("KB-0001", "KB0001"), ("2", ""), ("KB1", ""), ("", ""), ("000", ""), ("-", ""),
        ],
    )  # fmt: skip
    def test_the_one_that_was_probably_meant_is_named(self, typed: str, hint: str) -> None:
        assert meant(typed, self.LISTED) == hint

    def test_both_are_in_what_the_club_reads(self, package: Package) -> None:
        line = package.checks(login("anderadm"))["office_accessible"]
        assert shape(line) == ("SetupMissing", "club", ("office",))
        assert line.problem is not None
        assert line.problem.nl == "Administratie 1 zien we niet. Bedoel je 001?"

    def test_one_that_is_listed_but_cannot_be_selected_is_not_there_either(self, package: Package) -> None:
        said = '<SelectCompanyResponse xmlns="http://www.twinfield.com/"><SelectCompanyResult>Invalid'
        said += "</SelectCompanyResult></SelectCompanyResponse>"
        package.answers("SelectCompany", soap(said))
        line = package.checks(login())["office_accessible"]
        assert shape(line) == ("SetupMissing", "club", ("office",))
        assert line.problem is not None
        assert line.problem.nl == "Administratie 001 zien we niet."


def test_every_row_has_its_number_in_the_detail() -> None:
    for row in answers.TABLE:
        error = answers.raised(row, "Logon: x", wait=5)
        assert error.detail == f"{row}: Logon: x"
        assert not isinstance(error, RateLimited) or error.retry_after == 5
