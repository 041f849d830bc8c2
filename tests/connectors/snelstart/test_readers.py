"""What people paste into the form, and what becomes of it."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.kit.credentials import FieldSpec, read_field, read_form
from connectors.kit.readers import Reading
from connectors.snelstart import readers
from connectors.snelstart.login import Host, Login

KEY = base64.b64encode(b"demo-user:made-up-secret-0001").decode()
HEX = "0123456789abcdef0123456789abcdef"
SPECS = {spec.key: spec for spec in Login.fields()}
HOST_SPECS = {spec.key: spec for spec in Host.fields()}


def read(key: str, raw: str) -> Reading:
    return read_field(SPECS[key], raw)


def test_the_fields_are_those_that_a_club_hands_over() -> None:
    assert [(spec.key, spec.kind, spec.secret, spec.required) for spec in SPECS.values()] == [
        ("koppelsleutel", "text", True, True),
        ("revenue_accounts", "many", False, False),
        ("cost_centre", "integer", False, False),
        ("direct_debit", "yes_no", False, False),
    ]
    assert {key for key, spec in SPECS.items() if spec.choices} == {"revenue_accounts", "cost_centre"}


def test_the_fields_of_the_host_are_its_own() -> None:
    assert [(spec.key, spec.kind, spec.secret, spec.required) for spec in HOST_SPECS.values()] == [
        ("subscription_key", "text", True, True),
        ("second_subscription_key", "text", True, False),
        ("product", "text", False, False),
        ("subscription_until", "date", False, False),
    ]


@pytest.mark.parametrize(
    "raw",
    [
        KEY,
        f"  {KEY}\n",
        f"Koppelsleutel: {KEY}",
        f"koppelsleutel\t{KEY}",
        f"Koppelsleutel\n\n{KEY}\n",
        f"Connection key = {KEY}",
        f"Koppelsleutel: Sleutel: {KEY}",
        f'"{KEY}"',
        f"“{KEY}”",
        f"<{KEY}>",
        f"\u00a0{KEY}\u200b",
        f"{KEY[:9]} {KEY[9:20]}\r\n{KEY[20:]}",
        f"{KEY[:9]}\u200b{KEY[9:]}",
        f"\ufeff{KEY}",
        f"Hallo, dit is onze sleutel van Maatwerk: {KEY} Groet, Ans",
        f"sleutel voor SV Voorbeeld\n{KEY}\ngemaakt op 1 mei",
    ],
)
def test_white_space_quotes_and_labels_go_and_the_key_stays(raw: str) -> None:
    assert read("koppelsleutel", raw) == Reading(KEY)


@pytest.mark.parametrize(
    "raw",
    [
        KEY[:-1],
        KEY[:-3],
        KEY[3:],
        "kort",
        base64.b64encode(b"without a colon").decode(),
        base64.b64encode(b"a:b:c").decode(),
        base64.b64encode(b":secret").decode(),
        base64.b64encode(b"user:").decode(),
        base64.b64encode(b"user: ").decode(),
        base64.b64encode(b"user:\xff\xfe").decode(),
        "sleutél",
    ],
)
def test_another_shape_is_a_hint_and_never_a_refusal(raw: str) -> None:
    reading = read("koppelsleutel", raw)

    assert (reading.value, reading.hint, reading.error) == (raw, readers.NOT_WHOLE, None)
    assert reading.hint is not None
    assert reading.hint.nl == "Dit lijkt geen volledige koppelsleutel."


@pytest.mark.parametrize("raw", [HEX, HEX.upper(), f" {HEX}\n", f"Key: {HEX}", f"{HEX[:8]} {HEX[8:]}"])
def test_a_subscription_key_is_recognised(raw: str) -> None:
    reading = read("koppelsleutel", raw)

    assert (reading.value.lower(), reading.error) == (HEX, None)
    assert reading.hint is not None
    assert reading.hint.nl.startswith("Dit lijkt een subscription key; die hebben we niet nodig")


TEXT = st.text(st.characters(exclude_characters=":", exclude_categories=["Cs"]), min_size=1).filter(str.strip)


@given(user=TEXT, secret=TEXT, at=st.lists(st.integers(0, 400), max_size=6))
def test_every_key_of_the_known_shape_is_whole_wherever_it_was_broken(user: str, secret: str, at: list[int]) -> None:
    key = base64.b64encode(f"{user}:{secret}".encode()).decode()
    broken = key
    for place in at:
        broken = f"{broken[: place % (len(key) + 1)]} \n{broken[place % (len(key) + 1) :]}"

    assert readers.halves(key) == (user, secret)
    assert read("koppelsleutel", f"Koppelsleutel: {broken}").value == key


@given(st.text(st.characters(codec="ascii", categories=["Lu", "Ll", "Nd"]), min_size=1, max_size=80))
def test_no_shape_is_refused_and_case_is_kept(key: str) -> None:
    reading = read("koppelsleutel", f" {key}\n")

    assert (reading.value, reading.error) == (key, None)


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("8000, 8010;8100\n8000", "8000\n8010\n8100"),
        ("8000 Contributie\n8010 - Inschrijfgeld", "8000\n8010"),
        ("8000 8010", "8000\n8010"),
        ("Grootboekrekeningen: 8000", "8000"),
        ("0200", "200"),
        ("", ""),
    ],
)
def test_accounts_are_numbers_one_a_line(raw: str, value: str) -> None:
    assert read("revenue_accounts", raw) == Reading(value)


@pytest.mark.parametrize("raw", ["Contributie", "8000\nomzet", "-1", "8.000", "2147483648", "9" * 40, "８０００"])
def test_an_account_that_is_no_number_is_an_error_and_what_was_typed_stays(raw: str) -> None:
    reading = read("revenue_accounts", raw)

    assert reading.error is not None
    assert "is geen rekeningnummer" in reading.error.nl
    assert reading.value == raw


@pytest.mark.parametrize(("raw", "value"), [("10", "10"), ("10 Jeugd", "10"), ("Kostenplaats: 010", "10"), ("", "")])
def test_a_cost_centre_is_a_number(raw: str, value: str) -> None:
    assert read("cost_centre", raw) == Reading(value)


@pytest.mark.parametrize("raw", ["tien", "10 11", "-1", "9" * 20])
def test_a_cost_centre_that_is_none_is_an_error(raw: str) -> None:
    assert read("cost_centre", raw).error == readers.NO_CENTRE


@pytest.mark.parametrize(("raw", "value"), [("ja", "yes"), (" Nee ", "no"), ("YES", "yes"), ("no", "no"), ("", "")])
def test_direct_debit_is_yes_or_no(raw: str, value: str) -> None:
    assert read("direct_debit", raw) == Reading(value)
    assert read("direct_debit", "misschien").error is not None


def test_a_whole_form_becomes_a_login() -> None:
    raw = {"koppelsleutel": KEY, "revenue_accounts": "8000,8010", "cost_centre": "10", "direct_debit": "nee"}

    form = read_form(Login, raw)

    assert isinstance(form.login, Login)
    assert form.login.revenue_accounts == ("8000", "8010")
    assert (form.login.cost_centre, form.login.direct_debit) == (10, False)
    assert set(form.login.secrets()) == {KEY}


@pytest.mark.parametrize(
    ("key", "raw", "value"),
    [
        ("subscription_key", f"Primary key: {HEX[:4]} {HEX[4:]}", HEX),
        ("subscription_key", f"Ocp-Apim-Subscription-Key: {HEX}", HEX),
        ("second_subscription_key", f'"{HEX}"', HEX),
        ("product", " maatwerk", "Maatwerk"),
        ("product", "PRODUCTIE", "Productie"),
        ("product", "", ""),
    ],
)
def test_the_host_may_paste_too(key: str, raw: str, value: str) -> None:
    assert read_field(HOST_SPECS[key], raw) == Reading(value)


def test_what_cannot_stand_in_a_header_is_no_subscription_key() -> None:
    assert read_field(HOST_SPECS["subscription_key"], "sléutel").error == readers.NOT_PRINTABLE
    assert read_field(HOST_SPECS["product"], "Proef").error == readers.NO_PRODUCT


@given(st.sampled_from([*SPECS.values(), *HOST_SPECS.values()]), st.text())
def test_readers_take_any_text(spec: FieldSpec, raw: str) -> None:
    once = read_field(spec, raw)

    assert once.error is None or once.error.nl
    if once.error is None:
        assert read_field(spec, once.value).value == once.value
