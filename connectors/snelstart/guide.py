"""How a club gets connected: seven steps, from the package that allows it to what goes along with an invoice."""

from __future__ import annotations

from connectors.kit.guide import Guide, Step
from connectors.kit.text import Text
from connectors.snelstart import pictures
from connectors.snelstart.answers import MAATWERK

CHECK_PACKAGE = Step(
    "package",
    Text(
        nl="Kijk of je pakket koppelen toestaat: je hebt inZicht of inControle nodig.",
        en="See whether your package allows connections: you need inZicht or inControle.",
    ),
    picture=pictures.PACKAGE,
    attest=Text(nl="Wij hebben inZicht of inControle.", en="We have inZicht or inControle."),
)
MAKE_KEY = Step(
    "maatwerk",
    Text(
        nl="Volg de uitleg op de website van SnelStart om een koppeling te maken. Kies de koppeling Maatwerk; "
        "Club-assistent staat er nog niet apart tussen.",
        en="Follow the explanation on SnelStart's website to make a connection. Choose the connection Maatwerk; "
        "Club-assistent is not listed there by itself yet.",
    ),
    path=MAATWERK,
    picture=pictures.TILE,
)
COPY_KEY = Step(
    "key",
    Text(
        nl="Kopieer de sleutel die SnelStart toont, van het eerste tot het laatste teken, en plak hem in het "
        "formulier. Dat hoort bij je ticket (Club-assistent > P&W > Item toevoegen).",
        en="Copy the key that SnelStart shows, from the first to the last character, and paste it in the form. "
        "The form belongs to your ticket (Club-assistent > P&W > Item toevoegen).",
    ),
    picture=pictures.COPY,
)
COLLECT = Step(
    "collect",
    Text(
        nl="Goed om te weten: je importeert onze facturen in SnelStart en incasseert ze daar.",
        en="Good to know: you import our invoices into SnelStart, and collect the direct debits there.",
    ),
    picture=pictures.IMPORT,
)
SET_MANDATES = Step(
    "mandates",
    Text(
        nl="Machtigingen uit Club-assistent kunnen wij niet in SnelStart zetten. Dat verzoek ligt bij SnelStart. "
        "Pas ze daarom per debiteur met de hand aan.",
        en="We can't put mandates from Club-assistent into SnelStart; SnelStart has been asked for it. "
        "So change them by hand, debtor by debtor.",
    ),
    picture=pictures.DEBTOR,
    attest=Text(
        nl="Begrepen: machtigingen zetten wij zelf in SnelStart.",
        en="Understood: we put mandates into SnelStart ourselves.",
    ),
)
ASKED = Step(
    "asked",
    Text(
        nl="Bij elke factuur vragen wij SnelStart of de debiteur een doorlopende machtiging heeft. Die gaat mee als "
        "ook het lid in Club-assistent akkoord gaf.",
        en="With every invoice we ask SnelStart whether the debtor has a recurring mandate. It goes along if the "
        "member agreed in Club-assistent too.",
    ),
    picture=pictures.TOGETHER,
)
LEFT_OUT = Step(
    "left_out",
    Text(
        nl="Er gaat géén machtiging mee als de debiteur er in SnelStart geen heeft, of als het akkoord van het lid "
        "ontbreekt.",
        en="No mandate goes along if the debtor has none in SnelStart, or if the member's consent is missing.",
    ),
    picture=pictures.LEFT_OUT,
)

GUIDE = Guide(
    minutes=10,
    at_hand=(
        Text(nl="Je login van SnelStart Web", en="Your login of SnelStart Web"),
        Text(
            nl="Een pakket met koppelingen: inZicht of inControle",
            en="A package with connections: inZicht or inControle",
        ),
        Text(
            nl="Eventueel: de nummers van je omzetrekeningen en kostenplaats",
            en="If you like: the numbers of your revenue accounts and cost centre",
        ),
    ),
    steps=(CHECK_PACKAGE, MAKE_KEY, COPY_KEY, COLLECT, SET_MANDATES, ASKED, LEFT_OUT),
    prepare=("package", "collect", "mandates", "asked", "left_out"),
)
