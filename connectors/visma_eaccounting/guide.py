"""How a club gets connected: seven steps, from an account with ledger accounts to the right company on our screen."""

from __future__ import annotations

from connectors.kit.guide import Guide, Step
from connectors.kit.text import Text
from connectors.visma_eaccounting import pictures

ACCOUNT = Step(
    "account",
    Text(
        nl="Zorg voor een account bij Visma waarin je grootboekrekeningen klaarstaan en rond de startgids af. "
        "Eerst proberen? Vraag bij Visma een demo-omgeving aan.",
        en="Have an account with Visma in which your ledger accounts are ready, and finish the set-up guide. "
        "Would you like to try first? Ask Visma for a demo environment.",
    ),
    picture=pictures.LEDGER,
    attest=Text(
        nl="Onze grootboekrekeningen staan klaar en de startgids is af.",
        en="Our ledger accounts are ready, and the set-up guide is finished.",
    ),
)
TRIAL = Step(
    "trial",
    Text(
        nl="Is je proefperiode voorbij? Pas daarna kun je koppelen.",
        en="Is your trial period over? Only then can you connect.",
    ),
    picture=pictures.SUBSCRIPTION,
    attest=Text(nl="Onze proefperiode bij Visma is voorbij.", en="Our trial period with Visma is over."),
)
BUTTON = Step(
    "button",
    Text(
        nl="Klik op de knop om ons toestemming te geven. Vul als referentie je bedrijfsnaam in en klik op verzenden.",
        en="Click the button to give us consent. Fill in your company name as reference and send it.",
    ),
    picture=pictures.REFERENCE,
)
COMPANY = Step(
    "company",
    Text(
        nl="Je komt op het inlogscherm van Visma. Log in en kies het juiste bedrijf.",
        en="You come to Visma's sign-in page. Sign in and choose the right company.",
    ),
    picture=pictures.CHOOSER,
)
TICK_ALL = Step(
    "options",
    Text(
        nl="Vink alle opties aan en geef toestemming. Mist er één, dan werkt de koppeling niet.",
        en="Tick every option and give consent. If one is missing, the connection does not work.",
    ),
    picture=pictures.OPTIONS,
)
CODE = Step(
    "code",
    Text(
        nl="Je komt vanzelf bij ons terug. Zie je toch een code? Kopieer hem als tekst (geen schermafdruk) en plak hem "
        "binnen vijf minuten in het formulier bij je ticket (Club-assistent > P&W > Item toevoegen).",
        en="You come back to us by yourself. Do you see a code all the same? Copy it as text (no screenshot) and paste "
        "it within five minutes in the form of your ticket (Club-assistent > P&W > Item toevoegen).",
    ),
    picture=pictures.CODE,
    optional=True,
)
RIGHT_ONE = Step(
    "right_one",
    Text(
        nl="Controleer of we het goede bedrijf laten zien.",
        en="See whether we show the right company.",
    ),
    picture=pictures.RIGHT_ONE,
)

GUIDE = Guide(
    minutes=10,
    at_hand=(
        Text(nl="Je login van Visma", en="Your login of Visma"),
        Text(
            nl="Toegang tot eAccounting van je club, of iemand die dat heeft",
            en="Access to eAccounting of your club, or somebody who has it",
        ),
        Text(
            nl="Incasso via Visma? Zet eerst de incassomodule aan, bij Apps (Standard of Pro)",
            en="Direct debit through Visma? First switch on its module, under Apps (Standard or Pro)",
        ),
    ),
    steps=(ACCOUNT, TRIAL, BUTTON, COMPANY, TICK_ALL, CODE, RIGHT_ONE),
    prepare=("account", "trial"),
)
