"""How a club gets connected: nine steps, from an account for revenue to collecting at Exact."""

from __future__ import annotations

from connectors.exact_online import pictures
from connectors.exact_online.answers import MASTER_DATA
from connectors.exact_online.collecting import BANK
from connectors.exact_online.login import API_REFERENCE
from connectors.kit.guide import Guide, Step
from connectors.kit.text import Text

HAVE_LEDGER = Step(
    "ledger",
    Text(
        nl="Zorg voor een account bij Exact Online waarin je grootboekrekeningen klaarstaan.",
        en="Have an account at Exact Online in which your ledger accounts are ready.",
    ),
    path=MASTER_DATA,
    picture=pictures.LEDGER,
    attest=Text(nl="Onze grootboekrekeningen staan klaar.", en="Our ledger accounts are ready."),
)
LINK_VAT = Step(
    "vat",
    Text(
        nl="Koppel aan die rekeningen een btw-code inclusief btw.",
        en="Link a VAT code that includes VAT to those accounts.",
    ),
    path=MASTER_DATA,
    picture=pictures.VAT_CODE,
    attest=Text(
        nl="Aan de rekeningen hangt een btw-code inclusief btw.", en="The accounts have a VAT code that includes VAT."
    ),
)
USE_BATCH = Step(
    "batch",
    Text(
        nl="Incasseer je? Zet bij je bankrekening ‘batchbetaling gebruiken’ aan.",
        en="Do you collect direct debits? Switch on ‘batchbetaling gebruiken’ (batch payment) for your bank account.",
    ),
    path=BANK,
    picture=pictures.BATCH,
    attest=Text(nl="Batchbetaling gebruiken staat aan.", en="Batch payment is on."),
    optional=True,
)
PRESS_BUTTON = Step(
    "button",
    Text(
        nl="Vul als referentie je bedrijfsnaam in en klik op de knop om ons toestemming te geven. Wie inlogt, moet bij "
        "de administratie mogen.",
        en="Fill in the name of your club as reference and press the button to give us consent. Whoever signs in needs "
        "access to the administration.",
    ),
    picture=pictures.BUTTON,
)
GIVE_CONSENT = Step(
    "consent",
    Text(
        nl="Je komt op het inlogscherm van Exact. Log in, vink je administratie aan en geef toestemming.",
        en="You arrive at Exact's sign-in page. Sign in, tick your administration and give consent.",
    ),
    picture=pictures.CONSENT,
)
COPY_CODE = Step(
    "code",
    Text(
        nl="Je komt vanzelf bij ons terug. Zie je toch een code op het scherm? Kopieer hem als tekst (geen "
        "schermafdruk) en plak hem hier binnen drie minuten.",
        en="You come back to us by yourself. Do you see a code on the screen instead? Copy it as text (no screenshot) "
        "and paste it here within three minutes.",
    ),
    picture=pictures.CODE,
    optional=True,
)
FIND_DIVISION = Step(
    "division",
    Text(
        nl="Kies je administratie uit de lijst. Staat ze er niet bij, vul dan je divisienummer in. Je vindt het in de "
        "adresbalk, achter https://start.exactonline.nl/docs/MenuPortal.aspx. Of in het menu linksboven bij "
        "Stamgegevens, met je muis over bijvoorbeeld Grootboekrekeningen. Of in de kolom Resource URI van de API "
        "Referentie documentatie, na api/v1/. Of vraag het de klantenservice van Exact.",
        en="Choose your administration from the list. If it is not there, fill in your division number. You find it in "
        "the address bar, behind https://start.exactonline.nl/docs/MenuPortal.aspx. Or in the menu at the top left "
        "under Stamgegevens, with your mouse over Grootboekrekeningen for instance. Or in the column Resource URI of "
        "the API reference documentation, after api/v1/. Or ask Exact's customer service.",
    ),
    path=API_REFERENCE,
    picture=pictures.ADDRESS,
)
FILE_ITEM = Step(
    "item",
    Text(
        nl="Alles gaat via hetzelfde ticket (Club-assistent > P&W > Item toevoegen). Stuur geen codes in een bericht.",
        en="It all goes through the same ticket (Club-assistent > P&W > Item toevoegen). Send no codes in a message.",
    ),
    path=("P&W", "Item toevoegen"),
    picture=pictures.TICKET,
)
COLLECT = Step(
    "collect",
    Text(
        nl="Goed om te weten: na het koppelen importeer je onze facturen in Exact en incasseer je ook daar. Het "
        "SEPA-bestand maak je in Exact, niet in Club-assistent.",
        en="Good to know: once connected you import our invoices into Exact, and collect the direct debits there too. "
        "You make the SEPA file in Exact, not in Club-assistent.",
    ),
    picture=pictures.IMPORT,
)

GUIDE = Guide(
    minutes=10,
    at_hand=(
        Text(
            nl="De login van Exact Online van iemand die bij de administratie mag",
            en="The login of Exact Online of somebody with access to the administration",
        ),
        Text(nl="De nummers van je omzetrekeningen", en="The numbers of your revenue accounts"),
        Text(
            nl="Als je incasseert: de betaalconditie met incasso",
            en="If you collect direct debits: the payment condition for it",
        ),
    ),
    steps=(
        HAVE_LEDGER,
        LINK_VAT,
        USE_BATCH,
        PRESS_BUTTON,
        GIVE_CONSENT,
        COPY_CODE,
        FIND_DIVISION,
        FILE_ITEM,
        COLLECT,
    ),
    prepare=("ledger", "vat", "batch", "collect"),
    outside=("item",),
)
