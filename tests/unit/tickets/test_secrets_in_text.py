"""What looks like a code in a message, and what does not. Every code here is made up."""

from __future__ import annotations

import base64
import random
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

import connectors
from onboarding.tickets.secrets_in_text import find_secret

EB = connectors.get("e-boekhouden")
PROSE = """Dag Bram, bijna klaar. Ik heb alles overgenomen zoals het er stond: eerst de gebruikersnaam, daarna
beveiligingscode één en beveiligingscode twee. Wat betekent "sjabloon ontbreekt"? Onze penningmeester is met vakantie
tot 3 augustus 2026. De aansprakelijkheidsverzekeringsmaatschappij vroeg er ook al om."""


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("{00000000-0000-4000-8000-000000000001}", "security_code_2"),
        ("Code twee is 00000000-0000-4000-8000-000000000001.", "security_code_2"),
        ("code: A1B2C3D4-0000-4000-8000-0123456789AB, klopt dat?", "security_code_2"),
        ("Ik heb demo0000000000000000000000000001 ingevuld", "security_code_1"),
        ("demo0000000000000000\u200b000000000001", "security_code_1"),
        ("Beveiligingscode 1: abc123xy", "security_code_1"),
        ("beveiligingscode 2 = x9!kLm", "security_code_2"),
        ("Security code 2\nabc1defg", "security_code_2"),
        ("API-token: tok123abc", "rest_token"),
        ("mijn wachtwoord is Welkom123!", None),
        ("wachtwoord: 'hond&kat'", None),
        ("password = 12345678", None),
        ("sleutel: kb_9f8e7d6c5b4a", None),
        ("https://voorbeeld.example/terug?code=Ab12Cd34Ef&state=1", None),
        ("https://voorbeeld.example/#access_token=abcdef123", None),
        ("AB12-CD34-EF56-GH78", None),
        ("kb1a2b3c4d5e6f7a8b9c0d", None),
    ],
)
def test_a_code_is_found_with_the_field_that_it_fits(text, field):
    suspect = find_secret(text, EB)

    assert suspect is not None
    if field is not None:
        assert suspect.field is not None
        assert suspect.field.key == field


@pytest.mark.parametrize(
    "text",
    [
        PROSE,
        "",
        "beveiligingscode 1: staat niet op het scherm",
        "beveiligingscode 1 is onbekend.",
        "Waar vind ik beveiligingscode 2?",
        "Wachtwoord: weet ik niet meer",
        "het wachtwoord is zoek",
        "sleutel: zie https://www.voorbeeld.example/hulp/2026-sleutel-maken-voor-penningmeesters-stap-3",
        "Ons IBAN is NL91ABNA0417164300, of NL91 ABNA 0417 1643 00.",
        "Malta: MT84MALT011000012345MTLCAST001S",
        "Factuur 2026-000123, F20260001234 en 20260001234567890123",
        "Kenmerk 1234 5678 9012 3456, betalingskenmerk 7000000000012345",
        "Bel 06-12345678, +31 6 12345678 of 0031612345678",
        "Mail naar penningmeester.sv-voorbeeld2026@vereniging-voorbeeld.example",
        "Kijk op https://www.voorbeeld.example/p-w/1042?pagina=2&utm_source=nieuwsbrief2026voorjaar",
        "www.voorbeeld.example/00000000-0000-4000-8000-000000000001",
        "Grootboek 8000 Contributie, 8010 Kantine, 1300 Debiteuren",
        "contributie-najaar-2026-senioren-en-junioren.xlsx",
        "donderdagavondvergadering van de kascontrolecommissie",
        "Administratiecode 123456 en gebruikersnaam svvoorbeeld",
        "Op 31-12-2026 om 20.14 uur stond er 'geen toegang'.",
    ],
)
def test_ordinary_text_is_left_alone(text):
    assert find_secret(text, EB) is None


@given(st.uuids(), st.sampled_from(["{%s}", "%s", "code %s.", "(%s)", '"%s"']))
def test_every_guid_is_caught(code: uuid.UUID, around: str):
    assert find_secret(around % code, EB) is not None


@given(st.binary(min_size=24, max_size=64))
def test_every_long_hex_token_is_caught(code: bytes):
    text = code.hex()
    if any(map(str.isalpha, text)):
        assert find_secret(f"Hij is {text} volgens mij", EB) is not None


def test_nearly_every_base64_token_is_caught():
    chance = random.Random(7)
    tokens = [base64.b64encode(chance.randbytes(32)).decode() for _ in range(500)]
    missed = [token for token in tokens if find_secret(f"de sleutel {token} werkt niet", EB) is None]

    assert len(missed) <= 10


@given(st.lists(st.sampled_from(PROSE.replace('"', "").split()), max_size=60))
def test_words_in_any_order_are_left_alone(words):
    assert find_secret(" ".join(words), EB) is None


@given(st.text(max_size=300))
def test_no_text_breaks_it(text):
    find_secret(text, EB)
