"""Small drawings of where something stands at Exact and what happens next, in the colours of the page around them.

Schematic on purpose: a person should recognise the place, not the pixels.
"""

from __future__ import annotations

INK, SOFT, LINE, CARD = "var(--ink)", "var(--soft)", "var(--line)", "var(--card)"
ACCENT, ON_ACCENT, WASH = "var(--accent)", "var(--accent-ink)", "var(--accent-wash)"


def _drawing(title: str, body: str) -> str:
    """A drawing of 420 by 210, described by ``title``."""
    return (
        '<svg class="picture" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 420 210" role="img" lang="nl">'
        f"<title>{title}</title>{body}</svg>"
    )


def _screen(title: str, body: str, address: str = "") -> str:
    """The same with the bar of a browser window above, and an address in it."""
    bar = (
        '<rect width="420" height="34" fill="var(--calm-wash)"/>'
        f'<circle cx="18" cy="17" r="5" fill="{LINE}"/><circle cx="34" cy="17" r="5" fill="{LINE}"/>'
    )
    shown = f'<rect x="52" y="7" width="354" height="20" rx="10" fill="{CARD}"/>' + address if address else ""
    return _drawing(title, bar + shown + body)


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
    """A box of 16 by 16 that is ticked."""
    return (
        f'<rect x="{x}" y="{y}" width="16" height="16" rx="3" fill="{ACCENT}"/>'
        f'<path d="M{x + 4} {y + 8}l3 4l6 -8" fill="none" stroke="{ON_ACCENT}" stroke-width="2.5"/>'
    )


def _paper(x: int, y: int, word: str) -> str:
    """A sheet of 92 by 110 with a word on it."""
    return _box(x, y, 92, 110) + _word(x + 46, y + 24, word, fill=INK) + _grey(
        (x + 14, y + 42, 64), (x + 14, y + 60, 48), (x + 14, y + 78, 58)
    )  # fmt: skip


LEDGER = _screen(
    "Lijst van grootboekrekeningen in Exact: de omzetrekeningen 8000 en 8100 zijn gemarkeerd",
    _word(14, 60, "Grootboekrekeningen", fill=INK, size=14, middle=False)
    + _grey((30, 82, 40), (90, 82, 150), (30, 104, 40), (90, 104, 120))
    + _box(14, 122, 392, 72, marked=True)
    + _word(32, 150, "8000", fill=ACCENT, middle=False)
    + _word(90, 150, "Contributie", middle=False)
    + _word(32, 178, "8100", fill=ACCENT, middle=False)
    + _word(90, 178, "Sponsoring", middle=False),
)

VAT_CODE = _screen(
    "Kaart van een grootboekrekening in Exact: het veld btw-code is gemarkeerd, met een code inclusief btw",
    _word(14, 60, "8000 Contributie", fill=INK, size=14, middle=False)
    + _box(14, 76, 392, 118)
    + _grey((32, 98, 90), (170, 98, 160), (32, 174, 90), (170, 174, 120))
    + _word(32, 140, "Btw-code", fill=INK, middle=False)
    + _box(160, 120, 226, 32, marked=True)
    + _word(176, 140, "4  hoog, inclusief btw", fill=ACCENT, middle=False),
)

BATCH = _screen(
    "Kaart van een bankrekening in Exact: batchbetaling gebruiken is aangevinkt",
    _word(14, 60, "Bankrekening", fill=INK, size=14, middle=False)
    + _box(14, 76, 392, 118)
    + _grey((32, 98, 90), (170, 98, 160), (32, 174, 110))
    + _box(24, 118, 240, 36, marked=True)
    + _tick(38, 128)
    + _word(64, 141, "Batchbetaling gebruiken", fill=ACCENT, middle=False),
)

BUTTON = _drawing(
    "Een formulier met één veld, de referentie, en de knop Toestemming geven",
    _word(40, 46, "Referentie (bedrijfsnaam)", fill=INK, middle=False)
    + _box(40, 58, 340, 36)
    + _word(56, 81, "SV Voorbeeld", middle=False)
    + _box(32, 116, 196, 46, marked=True)
    + _button(42, 126, 176, "Toestemming geven"),
)

CONSENT = _screen(
    "Toestemming geven bij Exact: je administratie is aangevinkt, met daaronder de knop Toestaan",
    _word(210, 62, "Toegang tot je administraties", fill=INK, size=14)
    + _box(60, 76, 300, 36, marked=True)
    + _tick(76, 86)
    + _word(104, 99, "SV Voorbeeld", fill=ACCENT, middle=False)
    + _box(60, 118, 300, 30)
    + f'<rect x="76" y="125" width="16" height="16" rx="3" fill="none" stroke="{LINE}"/>'
    + _grey((104, 129, 120))
    + _button(250, 162, 110, "Toestaan"),
)

CODE = _screen(
    "Een pagina met een code van Exact en de knop Kopiëren",
    _grey((40, 56, 180), (40, 74, 220))
    + _box(40, 94, 340, 66)
    + _word(60, 132, "stampNL001.x…", fill=INK, middle=False)
    + _box(268, 106, 102, 42, marked=True)
    + _button(276, 114, 86, "Kopiëren")
    + _grey((40, 182, 140)),
)

ADDRESS = _screen(
    "De adresbalk van Exact: het divisienummer achter MenuPortal.aspx is gemarkeerd",
    _word(14, 62, "Exact Online", fill=INK, size=14, middle=False)
    + _box(14, 76, 120, 118)
    + _grey((30, 94, 80), (30, 114, 60), (30, 134, 72), (30, 154, 54))
    + _box(150, 76, 256, 118)
    + _grey((170, 96, 180), (170, 120, 140), (170, 144, 200)),
    _word(66, 21, "…/docs/MenuPortal.aspx?_Division_=", size=10, middle=False)
    + f'<rect x="256" y="8" width="60" height="18" rx="9" fill="{WASH}" stroke="{ACCENT}" stroke-width="2"/>'
    + _word(286, 21, "900001", fill=ACCENT, size=11),
)

TICKET = _screen(
    "Club-assistent: het bord P&amp;W met rechtsboven de knop Item toevoegen",
    _word(14, 62, "P&amp;W", fill=INK, size=14, middle=False)
    + _box(268, 42, 142, 38, marked=True)
    + _button(276, 48, 126, "Item toevoegen")
    + _box(14, 92, 392, 44)
    + _grey((32, 110, 150), (300, 110, 80))
    + _box(14, 146, 392, 44)
    + _grey((32, 164, 190), (300, 164, 60)),
)

IMPORT = _drawing(
    "Facturen gaan van Club-assistent naar Exact; daar wordt geïncasseerd en het SEPA-bestand gemaakt",
    _paper(30, 50, "Facturen")
    + _word(76, 184, "Club-assistent")
    + _arrow(138, 105, 80)
    + _box(234, 40, 156, 130, marked=True)
    + _word(312, 72, "Exact Online", fill=INK, size=14)
    + _word(312, 100, "importeren", fill=ACCENT)
    + _word(312, 124, "incasseren", fill=ACCENT)
    + _word(312, 148, "SEPA-bestand", fill=ACCENT),
)
