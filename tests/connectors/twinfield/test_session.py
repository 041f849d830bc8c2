"""A session by password: what goes over the wire, one logon, what is renewed, and that it is always signed off."""

from __future__ import annotations

import pytest
from werkzeug.wrappers import Response

from connectors.kit import faults
from connectors.kit.errors import ActionRequired, InvalidCredentials, ProviderError, UnexpectedAnswer
from connectors.kit.outcomes import Outcome
from connectors.kit.run import Found
from connectors.twinfield import CONNECTOR
from connectors.twinfield.client import Session, connect
from connectors.twinfield.cluster import CLUSTER_HOSTS, LOGIN_HOST, cluster_host
from connectors.twinfield.login import Login
from connectors.twinfield.sandbox_cluster import told
from tests.connectors.twinfield.package import Package, login, logon

WHOLE = [
    "Logon", "ProcessXmlString", "SelectCompany", "ProcessXmlString", "ProcessXmlString", "ProcessXmlString",
    "ProcessXmlString", "Search", "Search", "Search", "Search", "GetRole", "Abandon",
]  # fmt: skip
"""The calls of a whole run with two ledger accounts and everything else chosen: 11, and 1 for each account."""


def opened(package: Package, given: Login | None = None) -> Session:
    """A session that is never closed: for looking at single calls."""
    return connect(given or login(), None, package.http()).__enter__()


class TestBudget:
    """How many calls a run takes."""

    def test_a_whole_run_takes_eleven_calls_and_one_for_each_account(self, package: Package) -> None:
        package.checks(login("goed"))
        assert package.calls == WHOLE
        assert package.hosts == [LOGIN_HOST] + [CLUSTER_HOSTS[0]] * 12

    def test_listing_what_can_be_chosen_takes_no_more(self, package: Package) -> None:
        package.checks(login("goed"), found=Found(list_options=True))
        assert sorted(package.calls) == sorted(WHOLE)

    def test_at_night_it_takes_four_calls_and_one_for_each_account(self, package: Package) -> None:
        package.checks(login("goed"), daily=True)
        assert package.calls == ["Logon", *["ProcessXmlString"], "SelectCompany", *["ProcessXmlString"] * 2, "Abandon"]
        assert not any("|list|" in asked and "dimtype" in asked for asked in package.asked("ProcessXmlString"))

    def test_at_night_without_a_choice_no_list_is_asked(self, package: Package) -> None:
        lines = package.checks(login(), daily=True)
        assert package.calls == ["Logon", "ProcessXmlString", "SelectCompany", "Abandon"]
        assert lines["ledger_accounts"].outcome is Outcome.NOT_APPLICABLE

    def test_a_refused_logon_is_one_call(self, package: Package) -> None:
        package.checks(login("fout"), found=Found(list_options=True))
        assert package.calls == ["Logon"]


class TestLogon:
    """What is sent, and what makes it good."""

    def test_the_password_goes_as_it_is(self, package: Package) -> None:
        with pytest.raises(InvalidCredentials):
            opened(package, login(password="  made-up <&> é ")).entry()
        assert package.asked("Logon") == ["nieuw|  made-up <&> é |TWF-SPORT"]
        assert package.headers[0]["Soapaction"].strip('"') == "http://www.twinfield.com/Logon"

    def test_neither_password_nor_session_shows_up_in_the_evidence(self, package: Package) -> None:
        package.answers("Logon", logon(cluster="https://accounting.twinfield.com", session_id="made-up-session-77"))
        lines = package.checks(login(password="ab"))
        (exchange,) = lines["login"].exchanges
        assert (exchange.operation, exchange.request) == ("Logon", "user nieuw  organisation TWF-SPORT")
        assert "made-up-session-77" not in repr(lines)

    @pytest.mark.parametrize("refused", ["Invalid", "Blocked", "Disabled", "OAuth2AuthenticationRequired", "Failed"])
    def test_a_refusal_is_never_sent_again(self, refused: str, package: Package) -> None:
        package.answers("Logon", logon(refused))
        session = opened(package)
        for _ in range(3):
            with pytest.raises(ProviderError):
                session.offices()
            with pytest.raises(ProviderError):
                session.entry()
        assert package.calls == ["Logon"]

    def test_ok_without_a_session_is_no_logon(self, package: Package) -> None:
        package.answers("Logon", logon(cluster="https://accounting.twinfield.com"))
        lines = package.checks(login())
        assert (lines["login"].outcome, lines["login"].error) == (Outcome.UNTESTED, "UnexpectedAnswer")
        assert package.calls == ["Logon"]

    @pytest.mark.parametrize("answer", [logon("Perhaps"), logon("Ok", "Dance", session_id="x" * 8)])
    def test_a_value_that_nobody_knows_is_nobodys_fault(self, answer: Response, package: Package) -> None:
        package.answers("Logon", answer)
        lines = package.checks(login())
        assert Outcome.FAILED not in {line.outcome for line in lines.values()}
        assert "T17" in "".join(line.detail for line in lines.values())


class TestCluster:
    """Which server comes next."""

    @pytest.mark.parametrize(
        ("told", "host"),
        [
            ("https://accounting.twinfield.com", "accounting.twinfield.com"),
            ("https://c4.twinfield.com/", "c4.twinfield.com"),
            ("https://API.Accounting2.Twinfield.com", "api.accounting2.twinfield.com"),
        ],
    )
    def test_a_server_below_the_domain_is_taken(self, told: str, host: str) -> None:
        assert cluster_host(told) == host

    @pytest.mark.parametrize(
        "told",
        [
            "", "https://evil.example", "http://accounting.twinfield.com", "https://twinfield.com.evil.example",
            "https://eviltwinfield.com", "https://twinfield.com", "https://accounting.twinfield.com:8443",
            "https://me@accounting.twinfield.com", "https://accounting.twinfield.com/elsewhere", "accounting",
            "https://accounting.twinfield.com?x=1", "https://accounting.twinfield.com#x", "https://[::1",
            "//x.twinfield.com",
            "https://evil.example\\.twinfield.com", "https://evil.example/.twinfield.com", "javascript://x.twinfield.com",
        ],
    )  # fmt: skip
    def test_anything_else_is_refused_before_any_call(self, told: str, package: Package) -> None:
        with pytest.raises(UnexpectedAnswer):
            cluster_host(told)
        package.answers("Logon", logon(cluster=told, session_id="made-up-session"))
        lines = package.checks(login())
        assert (lines["cluster_known"].outcome, lines["cluster_known"].owner) == (Outcome.UNTESTED, "us")
        assert package.calls == ["Logon"]

    def test_calls_go_to_the_server_that_was_named(self, package: Package) -> None:
        package.elsewhere = {"c4.twinfield.com": f"{package.url}/accounting.twinfield.com"}
        opened(package)

        def renamed(answer: Response) -> Response:
            answer.set_data(answer.get_data().replace(b"https://accounting.", b"https://c4."))
            return answer

        package.answers("Logon", renamed)
        lines = package.checks(login())
        assert Outcome.FAILED not in {line.outcome for line in lines.values()}
        assert set(package.hosts[1:]) == {"c4.twinfield.com"}


class TestSessions:
    """Lost, thrown out, signed off."""

    def test_a_lost_session_is_opened_once_more_with_the_same_administration(self, package: Package) -> None:
        package.answers("Search", told("103"))
        lines = package.checks(login())
        assert Outcome.FAILED not in {line.outcome for line in lines.values()}
        assert package.calls.count("Logon") == 2
        assert package.calls.count("SelectCompany") == 2

    @pytest.mark.parametrize("code", ["103", "108"])
    def test_but_not_twice_in_a_run(self, code: str, package: Package) -> None:
        lines = package.checks(login(f"f{code}"))
        assert package.calls == ["Logon", "ProcessXmlString", "Logon", "ProcessXmlString", "GetRole", "Abandon"]
        assert lines["offices_listed"].error == "UnexpectedAnswer"
        assert lines["offices_listed"].outcome is Outcome.UNTESTED

    def test_a_second_logon_of_the_same_user_ends_the_first_session(self, package: Package) -> None:
        first, second = opened(package, login("dubbel")), opened(package, login("dubbel"))
        assert first.offices()
        assert second.offices()
        with pytest.raises(ActionRequired) as caught:
            first.office()
        assert caught.value.fields == ("user",)
        assert second.office()

    def test_whoever_was_thrown_out_does_not_throw_the_other_out(self, package: Package) -> None:
        package.answers("SelectCompany", told("168"))
        lines = package.checks(login())
        assert (lines["office_accessible"].outcome, lines["office_accessible"].fields) == (Outcome.FAILED, ("user",))
        assert lines["separate_user"].outcome is Outcome.WARNING
        assert package.calls == ["Logon", "ProcessXmlString", "SelectCompany", "Abandon"]

    def test_others_may_sign_in_at_the_same_time(self, package: Package) -> None:
        first, second = opened(package), opened(package)
        second.offices()
        assert first.offices()

    def test_it_is_signed_off_in_any_case(self, package: Package) -> None:
        def breaks() -> None:
            with connect(login(), None, package.http()) as session:
                session.offices()
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            breaks()
        assert package.calls[-1] == "Abandon"
        assert not package.emulator.sessions.opened

    @pytest.mark.parametrize("club", ["sms", "nieuwww"])
    def test_also_when_one_more_step_is_asked(self, club: str, package: Package) -> None:
        package.checks(login(club))
        assert package.calls == ["Logon", "Abandon"]
        assert not package.emulator.sessions.opened

    @pytest.mark.parametrize("answer", [faults.outage(), told("103"), faults.web_page(), faults.limited(5)])
    def test_whatever_signing_off_brings_is_no_verdict(self, answer: Response, package: Package) -> None:
        package.answers("Abandon", answer)
        lines = package.checks(login())
        assert lines["logout"].outcome is Outcome.PASSED
        assert package.calls.count("Abandon") == 1

    def test_it_is_signed_off_also_when_the_server_failed_before(self, package: Package) -> None:
        package.answers("Search", faults.outage())
        package.checks(login())
        assert package.calls[-1] == "Abandon"
        assert not package.emulator.sessions.opened

    def test_a_session_that_was_never_used_makes_no_call(self, package: Package) -> None:
        with connect(login(), None, package.http()):
            pass
        assert package.calls == []

    def test_every_call_carries_the_session_and_no_token(self, package: Package) -> None:
        package.checks(login("goed"))
        for body in package.bodies[1:]:
            assert body.count(b"SessionID>") == 2
            assert b"AccessToken" not in body
            assert b"CompanyId" not in body


def test_it_needs_no_keys_of_the_host(package: Package) -> None:
    lines = package.checks(login("goed"), keyless=True)
    assert {key: line.outcome for key, line in lines.items()} == dict(CONNECTOR.sandbox().club("goed").expected)


def test_the_xml_inside_has_no_blank_between_its_elements(package: Package) -> None:
    package.checks(login("goed"))
    asked = package.asked("ProcessXmlString")
    assert asked[0].endswith("<list><type>offices</type></list>")
    assert asked[-1].endswith(
        "<read><type>dimensions</type><office>001</office><dimtype>BAS</dimtype><code>1300</code></read>"
    )


def test_a_code_with_odd_characters_stays_a_text(package: Package) -> None:
    package.checks(login("tweede", revenue_accounts="<&>"))
    assert package.asked("ProcessXmlString")[-1].endswith("<code>&lt;&amp;&gt;</code></read>")
