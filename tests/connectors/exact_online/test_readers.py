"""What people paste: codes and divisions in every shape, and things that belong elsewhere."""

from __future__ import annotations

from urllib.parse import quote, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.exact_online import CONNECTOR, readers
from connectors.exact_online.login import Host, Login, look_over
from connectors.exact_online.sites import SITES
from connectors.kit.credentials import FieldSpec, read_field

CODE = "stampNL001.xYz-_~.abc!def(1)*"
BACK = "https://desk.example/oauth/exact-online/terug"
FIELDS = {spec.key: spec for spec in (*Login.fields(), *Host.fields())}
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~+*()"
codes = st.builds(
    "stamp{}001.{}!{}".format,
    st.sampled_from(["NL", "BE", "FR"]),
    st.text(LETTERS, min_size=1, max_size=700),
    st.text(LETTERS, max_size=100),
)
divisions = st.integers(1, readers.LARGEST_DIVISION)


def field(key: str) -> FieldSpec:
    return FIELDS[key]


def code_in(raw: str) -> str:
    reading = read_field(field("auth_code"), raw)
    assert reading.error is None, reading
    return reading.value


@pytest.mark.parametrize(
    "pasted",
    [
        CODE,
        f"  {CODE}\n",
        f"“{CODE}”",
        quote(CODE, safe=""),
        f"Code: {CODE}",
        f"Autorisatiecode: {quote(CODE, safe='')}",
        f"Hallo, mijn code is {CODE} groet Ans",
        f"{CODE[:12]}\r\n{CODE[12:]}",
        f"{BACK}?code={quote(CODE, safe='')}&state=abc",
        f"{BACK}?state=abc&code={CODE}",
        f"{BACK}?state=abc&code={quote(CODE)}#",
        f"Dit stond er: {BACK}?code={quote(CODE, safe='')}&state=abc .",
        f"?code={quote(CODE, safe='')}",
    ],
)
def test_a_code_comes_out_the_same_however_it_is_pasted(pasted: str) -> None:
    assert code_in(pasted) == CODE
    assert read_field(field("auth_code"), pasted).hint is None


def test_a_code_is_decoded_once() -> None:
    assert code_in("stampNL001.a%21b%2541") == "stampNL001.a!b%41"
    assert code_in("stampNL001.a!b%41") == "stampNL001.a!b%41", "one that is decoded already stays as it is"
    assert code_in("stampNL001.a%21b+c") == "stampNL001.a!b+c", "a plus is no blank"


@given(code=codes)
def test_any_code_survives_being_pasted_raw_encoded_or_as_an_address(code: str) -> None:
    assert code_in(code) == code
    assert code_in(quote(code, safe="")) == code
    assert code_in(f"{BACK}?{urlencode({'code': code, 'state': 'x'})}") == code
    assert code_in(f"\n Code: {code} \n") == code


@given(raw=st.text(max_size=80), code=codes)
def test_reading_a_code_again_changes_nothing(raw: str, code: str) -> None:
    for pasted in (raw, f"{raw}%21", f"{BACK}?code={raw}", raw + code, quote(quote(code, safe=""), safe="")):
        once = readers.read_code(pasted)
        assert readers.read_code(once.value).value == once.value


def test_a_code_that_we_handed_over_ourselves_is_left_alone() -> None:
    assert code_in(" KB-7F3K-90QX-ABCD ") == "KB-7F3K-90QX-ABCD"


@pytest.mark.parametrize(
    ("pasted", "says"),
    [
        (f"{BACK}?error=access_denied&state=abc", "geen toestemming"),
        (f"{BACK}?state=abc", "geen code"),
        ("https://start.exactonline.nl/docs/MenuPortal.aspx", "geen code"),
        ('{"access_token": "stampNL001.made-up", "token_type": "bearer"}', "toegangstoken"),
        ("Bearer stampNL001.made-up", "toegangstoken"),
        ("eyJhbGciOiJSUzI1NiJ9.e30.made-up", "toegangstoken"),
    ],
)
def test_what_is_no_code_is_said_beside_the_field(pasted: str, says: str) -> None:
    error = read_field(field("auth_code"), pasted).error
    assert error is not None
    assert says in error.nl


@pytest.mark.parametrize("pasted", ["abc", "900001", "stampNL001", "schermafdruk.png", "a b c"])
def test_an_odd_code_gets_a_hint_and_goes_on(pasted: str) -> None:
    reading = read_field(field("auth_code"), pasted)
    assert reading.error is None
    assert reading.hint is not None


@pytest.mark.parametrize(
    "pasted",
    [
        "900001",
        " 900001 ",
        "0900001",
        "Divisienummer: 900001",
        "divisie 900001",
        "900.001",
        "900 001",
        "https://start.exactonline.nl/docs/MenuPortal.aspx?_Division_=900001",
        "https://start.exactonline.nl/docs/MenuPortal.aspx?_Division_=900001&Tab=2024",
        "start.exactonline.nl/docs/FinGLAccounts.aspx?Mode=1&_Division_=900001&x=77",
        "https://start.exactonline.be/docs/MenuPortal.aspx?_Division_%3D900001",
        "https://start.exactonline.nl/docs/MenuPortal.aspx900001",
        "https://start.exactonline.nl/docs/MenuPortal.aspx 900001",
        "https://start.exactonline.nl/api/v1/900001/financial/GLAccounts",
        "/api/v1/900001/crm/Accounts",
        "api/v1/… is https://start.exactonline.nl/api/v1/900001",
    ],
)
def test_a_division_comes_out_of_any_place_where_it_stands(pasted: str) -> None:
    reading = read_field(field("division"), pasted)
    assert (reading.value, reading.error) == ("900001", None)


@given(number=divisions)
def test_any_division_survives_being_pasted_as_a_number_or_an_address(number: int) -> None:
    for shape in (
        "{}",
        "Divisie: {}",
        "https://start.exactonline.nl/docs/X.aspx?a=1&_Division_={}&b=2",
        "/api/v1/{}/x",
    ):
        assert readers.read_division(shape.format(number)).value == str(number)


@given(raw=st.text(max_size=60))
def test_reading_a_division_gives_digits_or_an_error(raw: str) -> None:
    reading = read_field(field("division"), raw)
    if reading.error is None and reading.value:
        assert 0 < int(reading.value) <= readers.LARGEST_DIVISION
        assert reading.value.isascii()


@pytest.mark.parametrize(
    "pasted",
    [
        "SV Voorbeeld", "0", "-", "9" * 40, "2147483648", "٩٠٠٠٠١", "https://start.exactonline.nl/docs/MenuPortal.aspx",
        "https://start.exactonline.nl/api/v1/current/Me", "900001 of 900002",
    ],
)  # fmt: skip
def test_what_is_no_division_is_an_error(pasted: str) -> None:
    assert read_field(field("division"), pasted).error is not None


def test_no_division_is_no_error() -> None:
    assert read_field(field("division"), "  ").error is None


@pytest.mark.parametrize(
    ("pasted", "codes"),
    [
        ("8000", "8000"),
        ("8000 Contributie", "8000"),
        ("8000 8010", "8000\n8010"),
        ("Rekeningen: 8000, 8010; 0800", "8000\n8010\n0800"),
        ("8000 Contributie\n8010 Inschrijfgeld 2026\n", "8000\n8010"),
        ("", ""),
    ],
)
def test_accounts_are_read_line_by_line(pasted: str, codes: str) -> None:
    assert read_field(field("revenue_accounts"), pasted).value == codes


@pytest.mark.parametrize("pasted", ["Contributie", "8000\nContributie", "'8000'", "8000' or Code ne '"])
def test_an_account_without_a_code_is_an_error_or_cleaned_and_never_a_quote(pasted: str) -> None:
    reading = read_field(field("revenue_accounts"), pasted)
    assert reading.error is not None or "'" not in reading.value


@pytest.mark.parametrize(
    ("key", "pasted", "code"),
    [
        ("sales_journal", "70", "70"),
        ("sales_journal", "Dagboek: 70 Verkoop", "70"),
        ("sales_journal", "70 - Verkoop", "70"),
        ("sales_journal", "VK", "VK"),
        ("payment_condition", "IN", "IN"),
        ("payment_condition", "Betaalconditie: IN · Incasso", "IN"),
    ],
)
def test_a_name_pasted_along_is_dropped(key: str, pasted: str, code: str) -> None:
    assert read_field(field(key), pasted).value == code


@pytest.mark.parametrize("key", ["sales_journal", "payment_condition"])
def test_what_is_no_code_of_a_journal_or_condition_is_an_error(key: str) -> None:
    assert read_field(field(key), "'%").error is not None


@pytest.mark.parametrize("site", SITES)
def test_a_site_is_known_by_address_name_or_country(site: str) -> None:
    for pasted in (f"https://{site}", f"https://{site}/docs/", site.upper(), site.removeprefix("start.exactonline.")):
        assert read_field(field("site"), pasted).value == f"https://{site}"


@pytest.mark.parametrize(
    "pasted", ["https://start.exactonline.example", "exact", "https://evil.example/start.exactonline.nl"]
)
def test_another_site_is_an_error(pasted: str) -> None:
    error = read_field(field("site"), pasted).error
    assert error is not None
    assert "start.exactonline.co.uk" in error.nl


def test_without_a_site_it_is_the_dutch_one() -> None:
    host = Host.model_validate({"client_id": "x", "client_secret": "x", "pasted_redirect_uri": None, "site": None})
    assert host.site_name == "start.exactonline.nl"


@pytest.mark.parametrize("pasted", [CODE, f"{BACK}?code=abc", "KB-7F3K-90QX"])
def test_a_code_is_never_taken_for_a_name(pasted: str) -> None:
    assert read_field(field("reference"), pasted).error is not None
    assert read_field(field("reference"), pasted).value == ""


def test_a_reference_is_kept_as_a_name() -> None:
    assert read_field(field("reference"), " Referentie:  SV\tVoorbeeld ").value == "SV Voorbeeld"
    assert read_field(field("reference"), "").error is not None


def test_oddities_across_fields_get_a_hint() -> None:
    found = look_over({"reference": "900001", "payment_condition": "IN", "direct_debit": "no"})
    assert [one.fields for one in found] == [("reference",), ("payment_condition", "direct_debit")]
    assert look_over({"reference": "SV Voorbeeld", "payment_condition": "IN", "direct_debit": "yes"}) == ()


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("900001", "900001"),
        ("start.exactonline.be/900001", "start.exactonline.be/900001"),
        ("https://start.exactonline.com/900001/", "start.exactonline.com/900001"),
        ("https://start.exactonline.co.uk/api/v1/900001/crm/Accounts", "start.exactonline.co.uk/900001"),
        ("https://start.exactonline.nl/docs/MenuPortal.aspx?_Division_=900001", "start.exactonline.nl/900001"),
    ],
)
def test_an_administration_is_named_by_number_or_address(text: str, key: str) -> None:
    identity = CONNECTOR.naming.read(text)
    assert identity is not None
    assert identity.key == key


def test_a_number_alone_is_of_whichever_site_the_host_is_at() -> None:
    fits = CONNECTOR.naming.fits
    assert fits("900001", "start.exactonline.be/900001")
    assert not fits("900001", "start.exactonline.be/1900001")
    assert not fits("start.exactonline.nl/900001", "start.exactonline.be/900001")
    assert CONNECTOR.naming.read("SV Voorbeeld") is None
