"""How a club gets connected: six steps with a user of its own, and one more where only consent is allowed."""

from __future__ import annotations

from connectors.kit.authorization import CONSENT
from connectors.kit.guide import Guide, Step
from connectors.kit.text import Text
from connectors.twinfield import pictures

HAVE_LEDGER = Step(
    "ledger",
    Text(
        nl="Zorg voor een Twinfield-account (een proefaccount vraag je bij Twinfield aan) waarin je "
        "grootboekrekeningen al staan.",
        en="Have a Twinfield account (Twinfield gives you a trial account) with your ledger accounts already in it.",
    ),
    picture=pictures.LEDGER,
    attest=Text(
        nl="Wij hebben een Twinfield-account met grootboekrekeningen.",
        en="We have a Twinfield account with ledger accounts.",
    ),
)
OWN_USER = Step(
    "user",
    Text(
        nl="Maak als het kan een aparte gebruiker voor de koppeling. Dan blijft de koppeling werken als jij je "
        "wachtwoord wijzigt, en gooien we elkaar niet uit Twinfield. In een gedeelde omgeving vraag je die aan bij "
        "Twinfield of je accountant.",
        en="Make a separate user for the connection if you can. The connection then goes on when you change your "
        "password, and we don't throw each other out of Twinfield. In a shared environment ask Twinfield or your "
        "accountant for one.",
    ),
    picture=pictures.USERS,
)
SIGN_IN_ONCE = Step(
    "password",
    Text(
        nl="Log één keer in met die gebruiker en stel het wachtwoord in. Zet geen sms-controle aan.",
        en="Sign in once as that user and set the password. Don't switch on the check by text message.",
    ),
    picture=pictures.PASSWORD,
    attest=Text(
        nl="Gedaan: inloggen lukt zonder sms-code.", en="Done: signing in works without a code from a text message."
    ),
)
NOTE_DOWN = Step(
    "details",
    Text(
        nl="Noteer gebruikersnaam, wachtwoord, omgeving en het nummer van je administratie (neem nullen en letters "
        "over).",
        en="Note down user name, password, environment and the code of your administration (with noughts and letters).",
    ),
    picture=pictures.DETAILS,
    unless=CONSENT,
)
FILE_ITEM = Step(
    "item",
    Text(
        nl="Open in Club-assistent P&W; nog geen ticket? Klik rechtsboven op Item toevoegen. Vul de gegevens in het "
        "formulier in.",
        en="Open P&W in Club-assistent; no ticket yet? Click Item toevoegen at the top right. Fill in the details in "
        "the form.",
    ),
    path=("P&W", "Item toevoegen"),
    picture=pictures.TICKET,
)
READ_MANUAL = Step(
    "collect",
    Text(
        nl="Incasseer je via Twinfield? Lees de handleiding Betalen en Incasseren van Twinfield. Vragen over de "
        "inrichting stel je het beste aan Twinfield zelf.",
        en="Do you collect through Twinfield? Read Twinfield's manual Betalen en Incasseren. Twinfield itself can best "
        "answer questions about setting up.",
    ),
    picture=pictures.MANUAL,
    optional=True,
)
GIVE_CONSENT = Step(
    "consent",
    Text(
        nl="Laat jouw omgeving alleen inloggen met toestemming toe? Dat zie je na de eerste test. Klik dan op "
        "Toestemming geven en log in bij Twinfield.",
        en="Does your environment only allow signing in with consent? You will see so after the first test. Then press "
        "the button to give consent and sign in at Twinfield.",
    ),
    picture=pictures.CONSENT,
    optional=True,
)

GUIDE = Guide(
    minutes=15,
    at_hand=(
        Text(nl="Een login van Twinfield die gebruikers mag maken", en="A login of Twinfield that may make users"),
        Text(
            nl="De naam van je omgeving en het nummer van je administratie",
            en="The name of your environment and the code of your administration",
        ),
        Text(
            nl="Eventueel: je omzetrekeningen, dagboek, btw-code en incassocode",
            en="If you like: your revenue accounts, daybook, VAT code and direct debit code",
        ),
    ),
    steps=(HAVE_LEDGER, OWN_USER, SIGN_IN_ONCE, NOTE_DOWN, FILE_ITEM, READ_MANUAL, GIVE_CONSENT),
    prepare=("ledger", "user", "password", "collect"),
    outside=("item",),
)
