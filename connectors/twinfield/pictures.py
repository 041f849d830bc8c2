"""Small drawings of where something stands and who does what, in the colours of the page around them.

Schematic on purpose: a person should recognise the place, not the pixels. A number goes with the field of that number
on the form.
"""

from __future__ import annotations

INK, SOFT, LINE, CARD = "var(--ink)", "var(--soft)", "var(--line)", "var(--card)"
ACCENT, ON_ACCENT, WASH = "var(--accent)", "var(--accent-ink)", "var(--accent-wash)"
AMBER, AMBER_WASH = "var(--wait)", "var(--wait-wash)"


def _drawing(title: str, body: str) -> str:
    """A drawing of 420 by 210, described by ``title``."""
    return (
        '<svg class="picture" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 420 210" role="img" lang="nl">'
        f"<title>{title}</title>{body}</svg>"
    )


def _screen(title: str, body: str) -> str:
    """The same with the bar of a browser window above."""
    bar = (
        '<rect width="420" height="34" fill="var(--calm-wash)"/>'
        f'<circle cx="18" cy="17" r="5" fill="{LINE}"/><circle cx="34" cy="17" r="5" fill="{LINE}"/>'
    )
    return _drawing(title, bar + body)


def _box(x: int, y: int, width: int, height: int, *, marked: bool = False) -> str:
    fill, stroke, thick = (WASH, ACCENT, "2.5") if marked else (CARD, LINE, "1")
    return (
        f'<rect x="{x}" y="{y}" width="{width}" height="{height}" rx="8" fill="{fill}" stroke="{stroke}" '
        f'stroke-width="{thick}"/>'
    )


def _word(x: int, y: int, word: str, *, fill: str = SOFT, size: int = 12, middle: bool = False) -> str:
    weight = "" if fill == SOFT else ' font-weight="700"'
    anchor = ' text-anchor="middle"' if middle else ""
    return f'<text x="{x}" y="{y}" font-size="{size}" fill="{fill}"{weight}{anchor}>{word}</text>'


def _grey(*bars: tuple[int, int, int]) -> str:
    """Lines of text that don't matter here: x, y and width of each."""
    return "".join(f'<rect x="{x}" y="{y}" width="{w}" height="8" rx="4" fill="{LINE}"/>' for x, y, w in bars)


def _button(x: int, y: int, width: int, word: str) -> str:
    return f'<rect x="{x}" y="{y}" width="{width}" height="26" rx="7" fill="{ACCENT}"/>' + _word(
        x + width // 2, y + 17, word, fill=ON_ACCENT, middle=True
    )


def _number(x: int, y: int, number: int) -> str:
    return f'<circle cx="{x}" cy="{y}" r="9" fill="{ACCENT}"/>' + _word(
        x, y + 4, str(number), fill=ON_ACCENT, middle=True
    )


def _tick(x: int, y: int) -> str:
    return (
        f'<circle cx="{x}" cy="{y}" r="11" fill="{ACCENT}"/>'
        f'<path d="M{x - 5} {y}l4 4l7 -8" fill="none" stroke="{ON_ACCENT}" stroke-width="2.5"/>'
    )


def _cross(x: int, y: int) -> str:
    return (
        f'<circle cx="{x}" cy="{y}" r="11" fill="{AMBER_WASH}" stroke="{AMBER}" stroke-width="2"/>'
        f'<path d="M{x - 4} {y - 4}l8 8m0 -8l-8 8" stroke="{AMBER}" stroke-width="2.5"/>'
    )


def _person(x: int, y: int, *, marked: bool = False) -> str:
    fill = ACCENT if marked else SOFT
    return (
        f'<circle cx="{x}" cy="{y}" r="16" fill="{fill}"/>'
        f'<path d="M{x - 30} {y + 56}a30 34 0 0 1 60 0z" fill="{fill}"/>'
    )


LEDGER = _screen(
    "Lijst met grootboekrekeningen in Twinfield: er staan al rekeningen in",
    _word(14, 60, "Grootboekrekeningen", fill=INK, size=14)
    + _box(14, 72, 392, 124)
    + "".join(
        _word(32, y, code, fill=INK) + _grey((92, y - 8, width)) + _tick(380, y - 4)
        for y, code, width in ((100, "1300", 90), (138, "8020", 120), (176, "8030", 70))
    ),
)

USERS = _drawing(
    "Twee gebruikers naast elkaar: jij, en een aparte gebruiker voor de koppeling",
    _box(30, 24, 160, 162)
    + _person(110, 72)
    + _word(110, 164, "jij", fill=INK, size=14, middle=True)
    + _box(230, 24, 160, 162, marked=True)
    + _person(310, 72, marked=True)
    + _word(310, 164, "KOPPELING", fill=ACCENT, size=14, middle=True),
)

PASSWORD = _screen(
    "Scherm om het wachtwoord in te stellen, met de controle per sms uit",
    _box(90, 46, 240, 152)
    + _word(108, 70, "Nieuw wachtwoord")
    + _box(108, 78, 204, 26, marked=True)
    + _word(210, 96, "••••••••", fill=INK, middle=True)
    + _word(108, 134, "Controle per sms", fill=INK)
    + _cross(296, 130)
    + _button(108, 158, 204, "Opslaan"),
)

DETAILS = _screen(
    "Inlogscherm: 1 gebruikersnaam, 2 wachtwoord, 3 omgeving; in de lijst ernaast staat bij 4 je administratienummer",
    _box(14, 46, 200, 152)
    + "".join(
        _word(32, y - 6, label) + _box(32, y, 164, 22, marked=True) + _number(32, y + 11, number)
        for number, (y, label) in enumerate(((72, "Gebruikersnaam"), (116, "Wachtwoord"), (160, "Omgeving")), start=1)
    )
    + _box(228, 46, 178, 152)
    + _word(244, 70, "Administraties", fill=INK)
    + _box(244, 84, 60, 28, marked=True)
    + _number(244, 98, 4)
    + _word(262, 102, "001", fill=ACCENT, size=14)
    + _grey((316, 94, 74), (252, 134, 40), (316, 134, 60), (252, 168, 40), (316, 168, 74)),
)

TICKET = _screen(
    "P&amp;W in Club-assistent: rechtsboven staat de knop Item toevoegen",
    _word(70, 21, "Club-assistent", size=11)
    + f'<rect x="14" y="48" width="58" height="24" rx="6" fill="{WASH}"/>'
    + _word(43, 64, "P&amp;W", fill=ACCENT, middle=True)
    + _button(274, 46, 132, "Item toevoegen")
    + _box(14, 86, 392, 110)
    + _grey((30, 104, 150), (330, 104, 50), (30, 136, 190), (330, 136, 50), (30, 168, 120), (330, 168, 50)),
)

MANUAL = _drawing(
    "Omslag van de handleiding Betalen en Incasseren van Twinfield",
    _box(130, 16, 160, 178)
    + f'<rect x="130" y="16" width="14" height="178" rx="6" fill="{ACCENT}"/>'
    + _word(217, 66, "Betalen", fill=INK, size=16, middle=True)
    + _word(217, 90, "en Incasseren", fill=INK, size=16, middle=True)
    + _grey((172, 116, 90), (182, 134, 70))
    + _word(217, 176, "Twinfield", middle=True),
)

CONSENT = _screen(
    "Scherm van Twinfield dat om toestemming vraagt, met de knop Toestaan",
    _box(90, 46, 240, 152)
    + _word(210, 74, "Toegang tot Twinfield", fill=INK, size=14, middle=True)
    + _tick(118, 100)
    + _grey((140, 96, 150))
    + _tick(118, 130)
    + _grey((140, 126, 120))
    + _box(108, 158, 96, 26)
    + _word(156, 175, "Weigeren", middle=True)
    + _button(216, 158, 96, "Toestaan"),
)
