"""How a club gets connected: seven steps, in the words of the package's own menu."""

from __future__ import annotations

from connectors.e_boekhouden import pictures
from connectors.e_boekhouden.answers import API_SOAP, API_TOKEN, TEMPLATES
from connectors.kit.guide import Guide, Step
from connectors.kit.text import Text

SIGN_IN = Step(
    "sign_in",
    Text(
        nl="Log in op e-boekhouden.nl. Lukt dat niet? Vraag je boekhouder om deze stap te doen.",
        en="Sign in at e-boekhouden.nl. Can't you? Ask your bookkeeper to do this step.",
    ),
    picture=pictures.SIGN_IN,
    attest=Text(nl="Ik ben ingelogd op e-boekhouden.nl.", en="I am signed in at e-boekhouden.nl."),
)
MAKE_TEMPLATE = Step(
    "template",
    Text(
        nl="Maak een factuursjabloon met precies de naam Factuursjabloon: met een hoofdletter en aan elkaar. "
        "Zonder dit sjabloon kunnen we geen facturen klaarzetten.",
        en="Make an invoice template named exactly Factuursjabloon: with a capital and in one word. "
        "Without this template we can't prepare invoices.",
    ),
    path=TEMPLATES,
    picture=pictures.TEMPLATE,
    attest=Text(
        nl="Gedaan: er is een sjabloon dat precies Factuursjabloon heet.",
        en="Done: there is a template named exactly Factuursjabloon.",
    ),
)
COPY_CODES = Step(
    "codes",
    Text(
        nl="Ga naar het scherm API/SOAP. Kopieer daar je gebruikersnaam, beveiligingscode 1 en beveiligingscode 2.",
        en="Go to the API/SOAP screen. Copy your user name, security code 1 and security code 2 there.",
    ),
    path=API_SOAP,
    picture=pictures.CODES,
)
FIND_ADMINISTRATION = Step(
    "administration",
    Text(
        nl="Zoek rechtsboven in het scherm je administratiecode.",
        en="Find your administration code at the top right of the screen.",
    ),
    picture=pictures.CODE,
)
MAKE_TOKEN = Step(
    "token",
    Text(
        nl="Wil je dat wij zelf nakijken of je sjabloon klopt? Maak dan ook een API-token. "
        "Je ziet het token maar één keer: kopieer het meteen.",
        en="Would you like us to check your template for you? Then make an API token too. "
        "It is shown only once: copy it at once.",
    ),
    path=API_TOKEN,
    picture=pictures.TOKEN,
    optional=True,
)
FILE_ITEM = Step(
    "item",
    Text(
        nl="Open in Club-assistent P&W. Nog geen ticket? Klik rechtsboven op Item toevoegen. "
        "Vul de gegevens in het formulier in, niet in een bericht.",
        en="Open P&W in Club-assistent. No ticket yet? Click Item toevoegen at the top right. "
        "Put your details in the form, not in a message.",
    ),
    path=("P&W", "Item toevoegen"),
    picture=pictures.TICKET,
)
RENEW = Step(
    "renew",
    Text(
        nl="Al gekoppeld en wil je nieuwe codes instellen? Dat kun je zelf, zonder op ons te wachten.",
        en="Connected already, and would you like to set new codes? You can do so yourself, without waiting for us.",
    ),
    path=("Instellingen", "Clubinstellingen", "Boekhouding"),
    picture=pictures.SETTINGS,
    optional=True,
)

GUIDE = Guide(
    minutes=10,
    at_hand=(
        Text(nl="Je login van e-Boekhouden.nl", en="Your login of e-Boekhouden.nl"),
        Text(
            nl="Het recht om daar sjablonen te maken en koppelingen te beheren",
            en="The right to make templates and manage connections there",
        ),
        Text(nl="Je administratiecode", en="Your administration code"),
    ),
    steps=(SIGN_IN, MAKE_TEMPLATE, COPY_CODES, FIND_ADMINISTRATION, MAKE_TOKEN, FILE_ITEM, RENEW),
    prepare=("sign_in", "template"),
    outside=("item", "renew"),
)
