"""What the checks say to clubs and to support."""

from __future__ import annotations

from connectors.kit.text import Text

RECEIVED = Text(nl="We hebben je toestemming ontvangen.", en="We received your consent.")
ALL_TICKED = Text(nl="Alle opties zijn aangevinkt.", en="All options are ticked.")
CANNOT_SEE = Text(nl="We kunnen niet zien welke opties je aanvinkte.", en="We can't see which options you ticked.")
LATER = Text(nl="We merken het bij de volgende controles.", en="The next checks will tell.")
WORKS = Text(nl="Visma laat ons binnen.", en="Visma lets us in.")
MODULE = Text(nl="Je pakket geeft toegang tot de koppeling.", en="Your package gives access to connections.")
GUIDE_DONE = Text(nl="De startgids is afgerond.", en="The set-up guide is finished.")
BOOKS = Text(nl="Dit is de boekhouding van {name}.", en="These are the books of {name}.")
IS_IT_YOURS = Text(
    nl="Is {name} jullie bedrijf? Zo niet, laat het ons weten in een bericht.",
    en="Is {name} your company? If not, tell us in a message.",
)
COMPARE = Text(
    nl="Is {name} het bedrijf van deze club? Vergelijk naam, KvK-nummer en referentie met wat je van de club weet, "
    "en noteer dat.",
    en="Is {name} the company of this club? Compare name, chamber of commerce number and reference with what you know "
    "of the club, and note that.",
)
ABROAD = Text(nl="Dit bedrijf staat niet in Nederland.", en="This company is not in the Netherlands.")
CHOOSE_COMPANY = Text(
    nl="Geef opnieuw toestemming en kies je eigen bedrijf.", en="Give consent again and choose your own company."
)
TEST_COMPANY = Text(nl="Dit is een testbedrijf.", en="This is a test company.")
CHOOSE_REAL = Text(
    nl="Kies je echte bedrijf: geef opnieuw toestemming.", en="Choose your real company: give consent again."
)
REAL = Text(nl="{name} is geen proefbedrijf.", en="{name} is no test company.")
IS_ACTIVE = Text(nl="Het bedrijf is actief.", en="The company is active.")
IS_TRIAL_OVER = Text(
    nl="Is de proefperiode van {name} voorbij? Visma laat het ons niet zien, ook niet bij een actief bedrijf. "
    "Noteer waaraan je het ziet.",
    en="Is the trial period of {name} over? Visma does not show it to us, not for an active company either. "
    "Note how you can tell.",
)
TRIAL_UNSEEN = Text(
    nl="Wij kunnen niet zien of je proefperiode voorbij is.", en="We can't see whether your trial period is over."
)
TELL_TRIAL = Text(nl="Laat weten wanneer je proefperiode afliep.", en="Tell us when your trial period ended.")
CAN_INVOICE = Text(nl="Met {variant} kun je facturen maken.", en="{variant} can make invoices.")
NO_INVOICES = Text(nl="Je pakket kan geen facturen maken.", en="Your package can't make invoices.")
OTHER_PACKAGE = Text(
    nl="Kies bij Visma een pakket met facturen, bijvoorbeeld Standard of Pro.",
    en="Choose a package with invoices at Visma, such as Standard or Pro.",
)
SHARED = Text(
    nl="Je deelt facturen met je boekhouder (Invoicing Collaboration). Dat hebben we nog weinig gezien.",
    en="You share invoices with your bookkeeper (Invoicing Collaboration). We have seen little of that yet.",
)
WE_WATCH = Text(
    nl="Je kunt door. Controleer je eerste factuur goed.", en="You can go on. Look at your first invoice well."
)
YEAR = Text(nl="Boekjaar {year} staat open.", en="Fiscal year {year} is open.")
NONE_CHOSEN = Text(nl="Je hebt geen rekeningen of artikel gekozen.", en="You chose no accounts and no article.")
CHOSEN = Text(nl="Gekozen: {chosen}.", en="Chosen: {chosen}.")
TERMS = Text(nl="Voor verkoop: {terms}.", en="For sales: {terms}.")
CUSTOMERS = Text(nl="Klanten zijn te lezen.", en="Customers can be read.")
NO_CUSTOMERS = Text(nl="Klanten zijn te lezen; er zijn er nog geen.", en="Customers can be read; there are none yet.")
BY_CONSULTANT = Text(nl="Een boekhouder gaf toestemming.", en="A bookkeeper gave the consent.")
DOES_CLUB_KNOW = Text(nl="Weet de club dat?", en="Does the club know?")
BY_MEMBER = Text(nl="Een gebruiker van het bedrijf zelf gaf toestemming.", en="A user of the company itself consented.")
BY_WHOM = Text(nl="Visma zegt niet wie toestemming gaf.", en="Visma does not say who gave the consent.")
ASK_CLUB = Text(nl="Vraag het zo nodig aan de club.", en="Ask the club if you need to know.")
