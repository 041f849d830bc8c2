"""Small drawings of where something stands at Visma, in the colours of the page around them.

Schematic on purpose: a person should recognise the place, not the pixels. The number 1 goes with the first field
of the form.
"""

from __future__ import annotations

INK, SOFT, LINE, CARD = "var(--ink)", "var(--soft)", "var(--line)", "var(--card)"
ACCENT, ON_ACCENT, WASH = "var(--accent)", "var(--accent-ink)", "var(--accent-wash)"


def _screen(title: str, body: str) -> str:
    """A browser window of 420 by 210, described by ``title``."""
    return (
        '<svg class="picture" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 420 210" role="img" lang="nl">'
        f'<title>{title}</title><rect width="420" height="34" fill="var(--calm-wash)"/>'
        f'<circle cx="18" cy="17" r="5" fill="{LINE}"/><circle cx="34" cy="17" r="5" fill="{LINE}"/>{body}</svg>'
    )


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


def _ticked(x: int, y: int) -> str:
    """A box that is ticked."""
    return (
        f'<rect x="{x}" y="{y}" width="16" height="16" rx="4" fill="{ACCENT}"/>'
        f'<path d="M{x + 4} {y + 8}l3 4l6 -8" fill="none" stroke="{ON_ACCENT}" stroke-width="2.5"/>'
    )


def _number(x: int, y: int, number: str) -> str:
    return f'<circle cx="{x}" cy="{y}" r="9" fill="{ACCENT}"/>' + _word(x, y + 4, number, fill=ON_ACCENT, middle=True)


LEDGER = _screen(
    "Lijst met grootboekrekeningen in Visma: elke rekening heeft een nummer en een naam",
    _word(14, 62, "Rekeningschema", fill=INK, size=14)
    + _box(14, 76, 392, 120)
    + "".join(
        _word(32, y, number, fill=ACCENT) + _grey((84, y - 8, width))
        for y, number, width in ((98, "1300", 120), (124, "8000", 160), (150, "8010", 130), (176, "8100", 100))
    ),
)

SUBSCRIPTION = _screen(
    "Bladzijde Abonnement in Visma: bij Proefperiode staat een datum die voorbij is",
    _word(14, 62, "Abonnement", fill=INK, size=14)
    + _box(14, 76, 392, 44)
    + _grey((32, 94, 120))
    + _box(14, 132, 392, 52, marked=True)
    + _word(32, 163, "Proefperiode", fill=ACCENT)
    + _word(250, 163, "afgelopen op 1 mei", fill=INK),
)

REFERENCE = _screen(
    "Ons formulier: bij 1 de referentie met je bedrijfsnaam, daaronder de knop om toestemming te geven",
    _word(60, 68, "Referentie (bedrijfsnaam)", fill=INK)
    + _box(60, 78, 300, 34, marked=True)
    + _number(60, 95, "1")
    + _word(82, 100, "SV Voorbeeld")
    + _button(60, 134, 180, "Toestemming geven")
    + _grey((60, 180, 220)),
)

CHOOSER = _screen(
    "Inlogscherm van Visma met een lijst bedrijven; het bedrijf van de club is gemarkeerd",
    _word(110, 62, "Kies een bedrijf", fill=INK, size=14)
    + _box(110, 76, 200, 34)
    + _grey((128, 89, 100))
    + _box(110, 118, 200, 34, marked=True)
    + _word(128, 140, "SV Voorbeeld", fill=ACCENT)
    + _box(110, 160, 200, 34)
    + _grey((128, 173, 120)),
)

OPTIONS = _screen(
    "Toestemmingsscherm van Visma: alle vier de opties zijn aangevinkt, met daaronder de knop Toestaan",
    _word(90, 60, "Toegang geven tot", fill=INK, size=14)
    + _box(90, 70, 240, 96, marked=True)
    + "".join(
        _ticked(106, y) + _grey((134, y + 4, width)) for y, width in ((78, 150), (100, 120), (122, 170), (144, 110))
    )
    + _button(90, 174, 110, "Toestaan")
    + _grey((220, 183, 70)),
)

CODE = _screen(
    "Bladzijde met een code in tekst en de knop Kopiëren ernaast",
    _grey((60, 56, 180))
    + _box(40, 78, 340, 70)
    + _box(60, 98, 210, 30, marked=True)
    + _word(76, 118, "4f1c2e7a90b8…", fill=ACCENT)
    + _button(284, 100, 80, "Kopiëren")
    + _word(60, 176, "Binnen vijf minuten plakken"),
)

RIGHT_ONE = _screen(
    "Ons scherm na de toestemming: de naam van het bedrijf met de vraag of dat klopt",
    _box(60, 60, 300, 120, marked=True)
    + _word(84, 92, "SV Voorbeeld", fill=INK, size=16)
    + _word(84, 118, "Is dit jullie bedrijf?")
    + _button(84, 136, 80, "Ja")
    + _box(176, 136, 80, 26)
    + _word(216, 153, "Nee", fill=INK, middle=True),
)
