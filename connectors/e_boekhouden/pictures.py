"""Small drawings that show where on the screen something stands, in the colours of the page around them.

Schematic on purpose: a person should recognise the place, not the pixels. A number goes with the field of
that number on the form.
"""

from __future__ import annotations

INK, SOFT, LINE, CARD = "var(--ink)", "var(--soft)", "var(--line)", "var(--card)"
ACCENT, ON_ACCENT, WASH = "var(--accent)", "var(--accent-ink)", "var(--accent-wash)"
AMBER, AMBER_WASH = "var(--wait)", "var(--wait-wash)"


def _screen(title: str, body: str) -> str:
    """A browser window of 420 by 210, described by ``title``."""
    bar = (
        '<rect width="420" height="34" fill="var(--calm-wash)"/>'
        f'<circle cx="18" cy="17" r="5" fill="{LINE}"/><circle cx="34" cy="17" r="5" fill="{LINE}"/>'
    )
    return (
        '<svg class="picture" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 420 210" role="img" lang="nl">'
        f"<title>{title}</title>{bar}{body}</svg>"
    )


def _panel(x: int, y: int, width: int, height: int) -> str:
    return f'<rect x="{x}" y="{y}" width="{width}" height="{height}" rx="8" fill="{CARD}" stroke="{LINE}"/>'


def _word(x: int, y: int, word: str, *, fill: str = SOFT, size: int = 12, middle: bool = False) -> str:
    weight = "" if fill == SOFT else ' font-weight="700"'
    anchor = ' text-anchor="middle"' if middle else ""
    return f'<text x="{x}" y="{y}" font-size="{size}" fill="{fill}"{weight}{anchor}>{word}</text>'


def _grey(*bars: tuple[int, int, int]) -> str:
    """Lines of text that don't matter here: x, y and width of each."""
    return "".join(f'<rect x="{x}" y="{y}" width="{w}" height="8" rx="4" fill="{LINE}"/>' for x, y, w in bars)


def _box(x: int, y: int, width: int, *, stroke: str = ACCENT, fill: str = "none") -> str:
    return (
        f'<rect x="{x}" y="{y}" width="{width}" height="26" rx="7" fill="{fill}" stroke="{stroke}" stroke-width="2.5"/>'
    )


def _button(x: int, y: int, width: int, word: str) -> str:
    return (
        f'<rect x="{x}" y="{y}" width="{width}" height="26" rx="7" fill="{ACCENT}"/>'
        f"{_word(x + width // 2, y + 17, word, fill=ON_ACCENT, middle=True)}"
    )


def _number(x: int, y: int, number: int) -> str:
    return (
        f'<circle cx="{x}" cy="{y}" r="9" fill="{ACCENT}"/>{_word(x, y + 4, str(number), fill=ON_ACCENT, middle=True)}'
    )


def _menu(chosen: str) -> str:
    """The menu at the left with one chosen entry."""
    return (
        _panel(14, 50, 124, 146)
        + _grey((26, 66, 60), (26, 86, 52), (26, 138, 64), (26, 158, 48))
        + f'<rect x="18" y="102" width="116" height="22" rx="6" fill="{WASH}"/>'
        + _word(76, 117, chosen, fill=ACCENT, size=11, middle=True)
    )


def _code(*, ringed: bool) -> str:
    """The administration code at the top right."""
    if not ringed:
        return _grey((320, 13, 84))
    return (
        f'<rect x="280" y="6" width="124" height="22" rx="11" fill="{CARD}" stroke="{ACCENT}" stroke-width="2.5"/>'
        + _word(348, 21, "123456", fill=INK, middle=True)
        + _number(282, 17, 4)
    )


SIGN_IN = _screen(
    "Inlogscherm van e-Boekhouden.nl: gebruikersnaam, wachtwoord en de knop Inloggen",
    _panel(110, 50, 200, 146)
    + _word(128, 76, "Gebruikersnaam")
    + _box(128, 82, 164, stroke=LINE)
    + _word(128, 126, "Wachtwoord")
    + _box(128, 132, 164, stroke=LINE)
    + _button(128, 164, 164, "Inloggen"),
)

TEMPLATE = _screen(
    "Lijst met factuursjablonen: de regel met de naam Factuursjabloon is gemarkeerd",
    _menu("Factuursjablonen")
    + _panel(148, 50, 258, 146)
    + _word(164, 74, "Naam", size=11)
    + _grey((164, 90, 110), (330, 90, 40), (164, 164, 92), (330, 164, 40))
    + f'<rect x="154" y="110" width="244" height="36" rx="7" fill="{WASH}" stroke="{ACCENT}" stroke-width="2.5"/>'
    + _word(164, 133, "Factuursjabloon", fill=INK, size=14)
    + _word(330, 133, "actief", fill=ACCENT),
)

CODES = _screen(
    "Scherm API/SOAP: 1 gebruikersnaam, 2 beveiligingscode 1 en 3 beveiligingscode 2 onder elkaar",
    _code(ringed=False)
    + _menu("API/SOAP")
    + _panel(148, 50, 258, 146)
    + "".join(
        _word(160, y + 17, label) + _box(294, y, 102) + _number(294, y + 13, number)
        for number, (y, label) in enumerate(
            ((66, "Gebruikersnaam"), (104, "Beveiligingscode 1"), (142, "Beveiligingscode 2")), start=1
        )
    ),
)

CODE = _screen(
    "Bovenkant van het scherm na het inloggen: rechtsboven, bij 4, staat je administratiecode",
    _code(ringed=True)
    + _panel(14, 50, 392, 146)
    + _grey((30, 70, 120), (30, 92, 220), (30, 110, 180), (30, 146, 90), (150, 146, 90), (270, 146, 90)),
)

TOKEN = _screen(
    "Venster met het nieuwe API-token, bij 5, en de knop Kopiëren: je ziet het token maar één keer",
    _grey((14, 50, 180), (14, 70, 120), (14, 180, 200))
    + _panel(70, 58, 280, 124)
    + _word(88, 84, "Nieuw API-token", fill=INK)
    + _box(96, 98, 150)
    + _number(96, 111, 5)
    + _grey((112, 107, 112))
    + _button(258, 98, 76, "Kopiëren")
    + f'<rect x="88" y="140" width="246" height="26" rx="7" fill="{AMBER_WASH}"/>'
    + _word(211, 157, "Je ziet dit maar één keer", fill=AMBER, middle=True),
)

TICKET = _screen(
    "P&amp;W in Club-assistent: rechtsboven staat de knop Item toevoegen",
    _word(70, 21, "Club-assistent", size=11)
    + f'<rect x="14" y="48" width="58" height="24" rx="6" fill="{WASH}"/>'
    + _word(43, 64, "P&amp;W", fill=ACCENT, middle=True)
    + _button(274, 46, 132, "Item toevoegen")
    + _panel(14, 86, 392, 110)
    + _grey((30, 104, 150), (330, 104, 50), (30, 136, 190), (330, 136, 50), (30, 168, 120), (330, 168, 50)),
)

SETTINGS = _screen(
    "Clubinstellingen in Club-assistent: onder Boekhouding staat de knop Codes opnieuw instellen",
    _word(70, 21, "Club-assistent", size=11)
    + _menu("Boekhouding")
    + _panel(148, 50, 258, 146)
    + _word(164, 78, "e-Boekhouden.nl", fill=INK, size=14)
    + _grey((164, 94, 150), (164, 112, 110))
    + _button(164, 146, 190, "Codes opnieuw instellen"),
)
