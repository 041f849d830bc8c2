"""The checklist: what each claim proves, asks and says, and what stands in its evidence."""

from __future__ import annotations

import pytest
from werkzeug.wrappers import Response

from connectors.kit.errors import Owner
from connectors.kit.outcomes import Line, Outcome
from connectors.kit.run import Found
from connectors.twinfield import CONNECTOR
from connectors.twinfield.login import identity, look_over
from connectors.twinfield.sandbox_cluster import told
from tests.connectors.twinfield.package import Package, consented, login, processed, searched, soap

KEYS = [
    "fields_shape", "login", "no_extra_step", "cluster_known", "offices_listed", "office_accessible",
    "office_confirmed", "ledger_accounts", "debtors_readable", "vat_codes", "sales_daybook", "direct_debit_code",
    "user_level", "separate_user", "logout",
]  # fmt: skip


def rows(*codes: str, total: int | None = None) -> Response:
    """An answer of the finder with these codes."""
    items = "".join(f"<ArrayOfString><string>{code}</string></ArrayOfString>" for code in codes)
    number = len(codes) if total is None else total
    return searched(f"<SearchResult/><data><TotalRows>{number}</TotalRows><Items>{items}</Items></data>")


def role(said: str) -> Response:
    inside = f"<GetRoleResult>{said}</GetRoleResult>"
    return soap(f'<GetRoleResponse xmlns="http://www.twinfield.com/">{inside}</GetRoleResponse>')


def says(line: Line) -> str:
    assert line.says is not None
    return line.says.nl


def test_the_claims_are_those_of_the_table() -> None:
    assert [check.key for check in CONNECTOR.checks] == KEYS
    assert [check.key for check in CONNECTOR.checks if not check.mandatory] == [
        "direct_debit_code", "user_level", "separate_user", "logout",
    ]  # fmt: skip
    assert {check.key for check in CONNECTOR.checks if check.daily} == {
        "login", "no_extra_step", "cluster_known", "offices_listed", "office_accessible", "ledger_accounts", "logout",
    }  # fmt: skip
    assert all("login" in check.needs for check in CONNECTOR.checks[2:])
    assert all("office_accessible" in CONNECTOR.check(key).needs for key in KEYS[7:12])


@pytest.mark.parametrize(("club", "counts"), [("fout", True), ("blok", True), ("oauth", False), ("storing", False)])
def test_a_refused_logon_is_tried_twice_at_most(club: str, counts: bool, package: Package) -> None:
    halt = CONNECTOR.budget.halt
    assert halt is not None
    assert halt.times == 2
    line = package.checks(login(club))[halt.check]
    assert (line.error in halt.errors) is counts
    assert not counts or line.fields


class TestShape:
    """Before any call."""

    @pytest.mark.parametrize(
        ("values", "fields", "swap"),
        [
            ({"organisation": "001", "office": "TWF-SPORT"}, ("organisation", "office"), ("organisation", "office")),
            ({"organisation": "Twf-Sport", "office": "TWF-SPORT"}, ("organisation", "office"), None),
            ({"organisation": "TWF-SPORT", "office": "001"}, (), None),
            ({"organisation": "2024", "office": "KB0001"}, (), None),
            ({"organisation": "", "office": ""}, (), None),
        ],
    )
    def test_what_is_odd_across_fields(
        self, values: dict[str, str], fields: tuple[str, ...], swap: tuple[str, str] | None
    ) -> None:
        found = look_over(values)
        assert tuple(field for one in found for field in one.fields) == fields
        assert [one.swap for one in found] == ([swap] if fields else [])

    def test_swapped_fields_are_a_warning_and_nobody_waits_for_it(self, package: Package) -> None:
        lines = package.checks(login(organisation="001", office="SPORT"))
        assert lines["fields_shape"].outcome is Outcome.WARNING
        assert lines["login"].outcome is Outcome.FAILED

    def test_digits_for_an_environment_are_a_warning(self, package: Package) -> None:
        line = package.checks(login(organisation="2024", office="2025"))["fields_shape"]
        assert (line.outcome, line.fields) == (Outcome.WARNING, ("organisation",))

    @pytest.mark.parametrize("field", ["user", "password", "organisation"])
    def test_an_empty_field_fails(self, field: str, package: Package) -> None:
        line = package.checks(login().model_copy(update={field: None}), only="fields_shape")["fields_shape"]
        assert (line.outcome, line.fields) == (Outcome.FAILED, (field,))

    def test_with_a_consent_none_of_them_is_needed(self, package: Package) -> None:
        assert package.checks(consented(), only="fields_shape")["fields_shape"].outcome is Outcome.PASSED


class TestIdentity:
    """What makes an administration the same one."""

    def of(self, given: object, package: Package) -> str:
        found = Found()
        package.checks(given, found=found)  # type: ignore[arg-type]
        assert found.identity is not None
        return found.identity.key

    def test_environment_and_administration_whichever_way_in(self, package: Package) -> None:
        assert self.of(login("goed"), package) == "twf-sport|001"
        assert self.of(login("nieuw", organisation="twf-sport"), package) == "twf-sport|001"
        assert self.of(consented("overstap"), package) == "twf-sport|001"

    def test_another_administration_is_another_one(self, package: Package) -> None:
        assert self.of(login("goed", office="KB0001"), package) == "twf-sport|kb0001"
        assert self.of(login("tweede"), package) == "twf-tweede|kb0001"

    def test_one_that_is_not_seen_has_none(self, package: Package) -> None:
        found = Found(list_options=True)
        package.checks(login("anderadm"), found=found)
        assert found.identity is None
        assert [option.value for option in found.options["office"]] == ["001", "KB0001"]

    @pytest.mark.parametrize("text", ["TWF-SPORT|001", "twf-sport | 001", "TWF-SPORT · 001", "TWF-SPORT/001"])
    def test_people_name_it_by_both(self, text: str) -> None:
        named = CONNECTOR.naming.read(text)
        assert named is not None
        assert named.key == "twf-sport|001"

    @pytest.mark.parametrize("text", ["", "001", "TWF-SPORT", "|001", "TWF-SPORT|", "a|b|c"])
    def test_and_not_by_one(self, text: str) -> None:
        assert CONNECTOR.naming.read(text) is None

    def test_its_name_is_in_what_people_read(self, package: Package) -> None:
        found = Found()
        package.checks(login("goed"), found=found)
        assert found.identity is not None
        assert found.identity.label == "SV Goed · 001 · TWF-SPORT"
        assert identity is CONNECTOR.identity


def test_support_compares_the_name(package: Package) -> None:
    line = package.checks(login("goed"))["office_confirmed"]
    assert (line.outcome, line.owner) == (Outcome.PERSON, Owner.SUPPORT)
    assert line.evidence == {"administration": "001 SV Goed", "organisation": "TWF-SPORT"}
    assert says(line).startswith("Is 001 SV Goed jullie administratie?")


class TestLedger:
    """Where invoices are booked."""

    def test_an_empty_ledger_fails(self, package: Package) -> None:
        line = package.checks(login("geengrootboek"))["ledger_accounts"]
        assert (line.error, line.owner) == ("SetupMissing", Owner.CLUB)

    def test_without_a_choice_it_says_how_many_there_are(self, package: Package) -> None:
        assert says(package.checks(login())["ledger_accounts"]).startswith("11 rekeningen gevonden.")

    def test_every_missing_account_of_a_field_is_named(self, package: Package) -> None:
        given = login(revenue_accounts="8020\n9998\n9999", debtor_account="1300")
        line = package.checks(given)["ledger_accounts"]
        assert line.problem is not None
        assert line.problem.nl == "Rekening 9998, 9999 bestaat niet of is niet actief."
        assert line.fields == ("revenue_accounts",)

    def test_a_missing_debtors_account_is_told_beside_its_own_field(self, package: Package) -> None:
        assert package.checks(login(debtor_account="9999"))["ledger_accounts"].fields == ("debtor_account",)

    @pytest.mark.parametrize("daily", [True, False])
    def test_an_account_of_the_other_type_is_found_too(self, daily: bool, package: Package) -> None:
        line = package.checks(login(revenue_accounts="1600"), daily=daily)["ledger_accounts"]
        assert (line.outcome, line.evidence) == (Outcome.PASSED, {"accounts": ("1600 Crediteuren",)})
        assert package.calls.count("ProcessXmlString") == (3 if daily else 4)

    def test_an_account_that_is_switched_off_is_not_looked_for_elsewhere(self, package: Package) -> None:
        line = package.checks(login("rekeningdicht"), daily=True)["ledger_accounts"]
        assert line.outcome is Outcome.FAILED
        assert "status deleted" in line.detail
        assert package.calls.count("ProcessXmlString") == 2

    def test_a_refused_list_is_not_the_clubs_fault(self, package: Package) -> None:
        package.answers("ProcessXmlString", None, processed('<list result="0" msg="Nee"/>'))
        line = package.checks(login())["ledger_accounts"]
        assert (line.outcome, line.error) == (Outcome.UNTESTED, "UnexpectedAnswer")


class TestLists:
    """VAT code, daybook and direct debit code."""

    def test_no_debtors_yet_is_all_right(self, package: Package) -> None:
        line = package.checks(login("geengrootboek"))["debtors_readable"]
        assert (line.outcome, line.evidence) == (Outcome.PASSED, {"debtors": 0})

    @pytest.mark.parametrize(
        ("field", "check", "calls"),
        [("vat_code", "vat_codes", 1), ("sales_daybook", "sales_daybook", 1), ("paycode", "direct_debit_code", 1)],
    )
    def test_a_code_that_is_not_there(self, field: str, check: str, calls: int, package: Package) -> None:
        line = package.checks(login(**{field: "XX"}), only=check)[check]
        assert (line.outcome, line.error, line.fields) == (Outcome.FAILED, "SetupMissing", (field,))
        assert package.calls.count("Search") == calls

    def test_capitals_count(self, package: Package) -> None:
        assert package.checks(login(vat_code="vh"), only="vat_codes")["vat_codes"].outcome is Outcome.FAILED

    def test_a_code_beyond_the_rows_that_came_is_looked_for_by_itself(self, package: Package) -> None:
        package.answers("Search", rows("A", "B", total=900), rows("VH"))
        line = package.checks(login(vat_code="VH"), only="vat_codes")["vat_codes"]
        assert line.outcome is Outcome.PASSED
        assert [asked.split("|")[2] for asked in package.asked("Search")] == ["*", "VH"]

    def test_rows_without_a_code_are_passed_over(self, package: Package) -> None:
        package.answers("Search", searched(
            '<SearchResult/><data><TotalRows>2</TotalRows><Items><ArrayOfString xmlns:i="http://www.w3.org/2001/'
            'XMLSchema-instance" i:nil="true"/><ArrayOfString/><ArrayOfString><string>VH</string></ArrayOfString>'
            "</Items></data>"
        ))  # fmt: skip
        line = package.checks(login(vat_code="VH"), only="vat_codes")["vat_codes"]
        assert line.evidence == {"VAT code": "VH"}

    def test_no_daybook_at_all_fails_and_none_chosen_does_not(self, package: Package) -> None:
        assert package.checks(login(), only="sales_daybook")["sales_daybook"].outcome is Outcome.NOT_APPLICABLE
        package.answers("Search", rows())
        assert package.checks(login(), only="sales_daybook")["sales_daybook"].error == "SetupMissing"

    def test_direct_debit_that_is_not_set_up_points_at_the_manual(self, package: Package) -> None:
        line = package.checks(login("geenincasso"))["direct_debit_code"]
        assert (line.outcome, line.mandatory) == (Outcome.WARNING, False)
        assert line.remedy is not None
        assert "handleiding Betalen en Incasseren" in line.remedy.nl


class TestUser:
    """Level, and whether the user is the connection's own."""

    @pytest.mark.parametrize(
        ("said", "outcome"),
        [
            ("LVL1", Outcome.WARNING), ("Level 1", Outcome.WARNING), ("1", Outcome.WARNING), ("LVL4", Outcome.PASSED),
            ("Niveau 3", Outcome.PASSED), ("Beheerder", Outcome.PASSED), ("LVL10", Outcome.PASSED),
            ("", Outcome.UNTESTED),
        ],
    )  # fmt: skip
    def test_the_level_is_shown_and_the_first_is_too_low(self, said: str, outcome: Outcome, package: Package) -> None:
        package.answers("GetRole", role(said))
        line = package.checks(login(), only="user_level")["user_level"]
        assert line.outcome is outcome
        assert not said or line.evidence == {"role": said}

    def test_a_level_that_may_not_be_asked_stays_untested(self, package: Package) -> None:
        for given in (login(), consented()):
            package.answers("GetRole", told("102"))
            line = package.checks(given, only="user_level")["user_level"]
            assert (line.outcome, line.mandatory) == (Outcome.UNTESTED, False)

    def test_the_club_says_whether_it_is_its_own(self, package: Package) -> None:
        line = package.checks(login())["separate_user"]
        assert (line.outcome, line.owner) == (Outcome.PERSON, Owner.CLUB)
        assert line.asks_club is not None
        assert line.question is not None
        assert "nieuw" in line.question.nl


def test_what_can_be_chosen_comes_with_names(package: Package) -> None:
    found = Found(list_options=True)
    package.checks(login(), found=found)
    labels = {key: [option.label for option in options] for key, options in found.options.items()}
    assert labels["office"] == ["001 SV Goed", "KB0001 Stichting Kantine"]
    assert labels["revenue_accounts"][2:] == ["8020 Contributie", "8030 Kantine", "8040 Sponsoring"]
    assert "1300 Debiteuren" in labels["debtor_account"]
    assert labels["vat_code"][0] == "VH Btw hoog"
    assert labels["sales_daybook"][-1] == "VRK Verkoop"
    assert labels["paycode"][-1] == "SEPANLDD Incasseren"
