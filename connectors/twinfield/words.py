"""What the checklist of Twinfield says."""

from __future__ import annotations

from connectors.kit.text import Text

EMPTY = Text(nl="Nog niet alles is ingevuld.", en="Not everything is filled in yet.")
FILL_IN = Text(nl="Vul de lege velden in.", en="Fill in the empty fields.")
LOOK_AGAIN = Text(nl="Kijk de gegevens nog eens na.", en="Check the details once more.")
COMPLETE = Text(nl="Alle verplichte velden zijn gevuld.", en="All required fields are filled.")
ENTERED = Text(nl="Ingelogd als {user} in {organisation}.", en="Signed in as {user} in {organisation}.")
BY_CONSENT = Text(
    nl="Je toestemming werkt, voor omgeving {organisation}.", en="Your consent works, for environment {organisation}."
)
NO_STEP = Text(nl="Twinfield vraagt na het inloggen niets meer.", en="Twinfield asks nothing more after signing in.")
NO_STEPS = Text(nl="Bij toestemming zijn er geen extra stappen.", en="With consent there are no further steps.")
SERVER = Text(nl="Jouw omgeving staat op {host}.", en="Your environment stands at {host}.")
OFFICES = Text(nl="{n} administraties gevonden.", en="{n} administrations found.")
IN_REACH = Text(nl="Administratie {office} is bereikbaar.", en="Administration {office} is in reach.")
IS_IT_YOURS = Text(
    nl="Is {office} jullie administratie? Zo niet, laat het ons weten in een bericht.",
    en="Is {office} your administration? If not, tell us in a message.",
)
COMPARE = Text(
    nl="Is {office} in omgeving {organisation} de administratie van deze club? Vergelijk met wat je van de club weet, "
    "en noteer dat.",
    en="Is {office} in environment {organisation} the administration of this club? Compare it with what you know of "
    "the club, and note that.",
)
NO_LEDGER = Text(
    nl="Er staan nog geen grootboekrekeningen in je administratie.",
    en="There are no ledger accounts in your administration yet.",
)
MAKE_LEDGER = Text(
    nl="Richt ze in Twinfield in en test dan opnieuw. Vragen over de inrichting stel je het beste aan Twinfield zelf.",
    en="Set them up in Twinfield, then test again. Twinfield itself can best help you with that.",
)
ACCOUNTS = Text(
    nl="{n} rekeningen gevonden. Je hebt er nog geen gekozen.", en="{n} accounts found. You chose none of them yet."
)
NONE_CHOSEN = Text(nl="Je hebt geen rekeningen gekozen.", en="You chose no accounts.")
CHOSEN = Text(nl="Gekozen: {chosen}.", en="Chosen: {chosen}.")
DEBTORS = Text(nl="Debiteuren zijn op te vragen: {n} gevonden.", en="Debtors can be read: {n} found.")
NO_DEBTORS = Text(
    nl="Debiteuren zijn op te vragen; er zijn er nog geen.", en="Debtors can be read; there are none yet."
)
NO_VAT = Text(nl="Je hebt geen btw-code gekozen.", en="You chose no VAT code.")
NO_DAYBOOK = Text(nl="Er is nog geen dagboek.", en="There is no daybook yet.")
MAKE_DAYBOOK = Text(nl="Maak in Twinfield een verkoopdagboek aan.", en="Create a sales daybook in Twinfield.")
DAYBOOKS = Text(
    nl="Je hebt geen verkoopdagboek gekozen. We vonden {n} dagboeken.",
    en="You chose no sales daybook. We found {n} daybooks.",
)
NO_DEBIT = Text(nl="Je incasseert niet via Twinfield.", en="You don't collect through Twinfield.")
NO_PAYCODE = Text(nl="Er is nog geen incassocode in Twinfield.", en="There is no direct debit code in Twinfield yet.")
SET_UP_DEBIT = Text(
    nl="Laat Twinfield incasso inrichten; zie de handleiding Betalen en Incasseren.",
    en="Have Twinfield set up direct debit; see its manual Betalen en Incasseren.",
)
ACCOUNT = Text(nl="Rekening", en="Account")
VAT_CODE = Text(nl="Btw-code", en="VAT code")
DAYBOOK = Text(nl="Dagboek", en="Daybook")
PAYCODE = Text(nl="Incassocode", en="Direct debit code")
LEVEL = Text(nl="Twinfield noemt het niveau {role}.", en="Twinfield calls the level {role}.")
NO_LEVEL = Text(
    nl="Het niveau van de gebruiker konden we niet opvragen. Je hoeft niets te doen.",
    en="We could not ask for the level of the user. You need do nothing.",
)
TOO_LOW = Text(nl="Deze gebruiker heeft niveau 1, en dat is te weinig.", en="This user has level 1, which is too low.")
OWN_USER = Text(
    nl="Bevestig: deze gebruiker is alleen voor de koppeling.", en="Confirm: this user is for the connection only."
)
IS_OWN_USER = Text(
    nl="Heeft de koppeling een eigen gebruiker, {user}? Noteer wat de club daarover zei.",
    en="Does the connection have a user of its own, {user}? Note what the club said of it.",
)
WHY_OWN = Text(
    nl="Met een eigen gebruiker blijft de koppeling werken als iemand zijn wachtwoord wijzigt.",
    en="With a user of its own the connection goes on when somebody changes a password.",
)
SIGNED_OUT = Text(nl="We zijn weer afgemeld.", en="We signed off again.")
NO_SESSION = Text(nl="Er valt niets af te melden.", en="There is nothing to sign off from.")
LEFT_OPEN = Text(
    nl="We hebben ons afgemeld, zonder antwoord. De sessie verloopt vanzelf.",
    en="We signed off without an answer. The session ends by itself.",
)
