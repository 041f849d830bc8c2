"""Small drawings of where something stands and what goes along, in the colours of the page around them.

Schematic on purpose: a person should recognise the place, not the pixels. The number 1 goes with the first field
of the form.
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


def _word(x: int, y: int, word: str, *, fill: str = SOFT, size: int = 12, middle: bool = True) -> str:
    weight = "" if fill == SOFT else ' font-weight="700"'
    anchor = ' text-anchor="middle"' if middle else ""
    return f'<text x="{x}" y="{y}" font-size="{size}" fill="{fill}"{weight}{anchor}>{word}</text>'


def _grey(*bars: tuple[int, int, int]) -> str:
    """Lines of text that don't matter here: x, y and width of each."""
    return "".join(f'<rect x="{x}" y="{y}" width="{w}" height="8" rx="4" fill="{LINE}"/>' for x, y, w in bars)


def _button(x: int, y: int, width: int, word: str) -> str:
    return f'<rect x="{x}" y="{y}" width="{width}" height="26" rx="7" fill="{ACCENT}"/>' + _word(
        x + width // 2, y + 17, word, fill=ON_ACCENT
    )


def _arrow(x: int, y: int, width: int) -> str:
    return (
        f'<path d="M{x} {y}h{width}m-9 -7l9 7l-9 7" fill="none" stroke="{ACCENT}" stroke-width="3" '
        'stroke-linecap="round" stroke-linejoin="round"/>'
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


def _paper(x: int, y: int, word: str) -> str:
    """A sheet of 92 by 110 with a word on it."""
    return _box(x, y, 92, 110) + _word(x + 46, y + 24, word, fill=INK) + _grey(
        (x + 14, y + 42, 64), (x + 14, y + 60, 48), (x + 14, y + 78, 58)
    )  # fmt: skip


PACKAGE = _screen(
    "Scherm van SnelStart met de naam van het pakket: inZicht en inControle zijn gemarkeerd",
    _word(14, 62, "Je pakket", fill=INK, size=14, middle=False)
    + _box(14, 78, 120, 112)
    + _grey((34, 98, 80), (34, 124, 60), (34, 142, 70))
    + "".join(
        _box(x, 78, 120, 112, marked=True) + _word(x + 60, 108, word, fill=ACCENT, size=15) + _tick(x + 60, 150)
        for x, word in ((150, "inZicht"), (286, "inControle"))
    ),
)

TILE = _screen(
    "Koppelingen in SnelStart Web: een rij tegels, waarvan de tegel Maatwerk is gemarkeerd",
    _word(14, 62, "Koppelingen", fill=INK, size=14, middle=False)
    + "".join(
        _box(x, y, 120, 54) + _grey((x + 22, y + 22, 76))
        for x, y in ((14, 76), (150, 76), (286, 76), (14, 142), (286, 142))
    )
    + _box(150, 142, 120, 54, marked=True)
    + _word(210, 174, "Maatwerk", fill=ACCENT, size=15),
)

COPY = _screen(
    "Venster met de koppelsleutel, bij 1, en de knop Kopiëren",
    _grey((14, 50, 180), (14, 186, 120))
    + _box(40, 62, 340, 112)
    + _word(60, 90, "Koppelsleutel Maatwerk", fill=INK, middle=False)
    + _box(72, 106, 196, 30, marked=True)
    + _grey((92, 117, 160))
    + f'<circle cx="72" cy="121" r="9" fill="{ACCENT}"/>'
    + _word(72, 125, "1", fill=ON_ACCENT)
    + _button(280, 108, 84, "Kopiëren"),
)

IMPORT = _drawing(
    "Facturen gaan van Club-assistent naar SnelStart; daar wordt geïncasseerd",
    _paper(30, 50, "Facturen")
    + _word(76, 184, "Club-assistent")
    + _arrow(138, 105, 80)
    + _box(234, 50, 156, 110, marked=True)
    + _word(312, 84, "SnelStart", fill=INK, size=14)
    + _word(312, 112, "importeren", fill=ACCENT)
    + _word(312, 134, "incasseren", fill=ACCENT),
)

DEBTOR = _screen(
    "Debiteurkaart in SnelStart met het tabblad voor machtigingen: die vul je met de hand in",
    _word(14, 62, "Debiteur", fill=INK, size=14, middle=False)
    + _box(14, 76, 92, 26)
    + _grey((32, 85, 56))
    + _box(112, 76, 130, 26, marked=True)
    + _word(177, 94, "Machtigingen", fill=ACCENT)
    + _box(14, 108, 392, 88)
    + _grey((32, 124, 110), (32, 148, 150), (32, 172, 90))
    + _button(276, 154, 114, "Toevoegen"),
)

TOGETHER = _drawing(
    "Twee vinkjes: een machtiging in SnelStart en akkoord van het lid; dan gaat de machtiging met de factuur mee",
    _tick(30, 70)
    + _word(50, 74, "machtiging in SnelStart", fill=INK, middle=False)
    + _tick(30, 128)
    + _word(50, 132, "akkoord van het lid", fill=INK, middle=False)
    + _arrow(212, 100, 64)
    + _paper(298, 44, "Factuur")
    + _word(344, 172, "met machtiging", fill=ACCENT),
)

LEFT_OUT = _drawing(
    "Twee gevallen zonder machtiging: er is er geen in SnelStart, of het akkoord van het lid ontbreekt",
    _cross(30, 70)
    + _word(50, 74, "geen machtiging in SnelStart", fill=INK, middle=False)
    + _cross(30, 128)
    + _word(50, 132, "geen akkoord van het lid", fill=INK, middle=False)
    + _arrow(228, 100, 48)
    + _paper(298, 44, "Factuur")
    + _word(344, 172, "zonder machtiging", fill=AMBER),
)
