"""The made-up clubs and people of the demo and of the stories."""

from __future__ import annotations

from dataclasses import dataclass

PASSWORD = "demo-wachtwoord-niet-echt"
"""Made up, and the same for everybody: nobody needs to write it down."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who can sign in; ``role`` is a role of support's side or empty, ``clubs`` are names."""

    name: str
    email: str
    comes_to: str
    role: str = ""
    clubs: tuple[str, ...] = ()
    language: str = "nl"

    @property
    def first_name(self) -> str:
        """As a story calls them."""
        return self.name.split()[0].lower()


VOORBEELD, PROEFSTAD, TESTDAM, MODELDORP = "SV Voorbeeld", "VV Proefstad", "TC Testdam", "HC Modeldorp"
PROEFBAD, OEFENVELD, SCHETSDAM, MAQUETTE = "ZV Proefbad", "KV Oefenveld", "BC Schetsdam", "RV Maquette"


def host_id(club: str) -> str:
    """What the host knows a club by."""
    return club.lower().replace(" ", "-")


CLUBS = (VOORBEELD, PROEFSTAD, TESTDAM, MODELDORP, PROEFBAD, OEFENVELD, SCHETSDAM, MAQUETTE)

ANS = Person("Ans de Wit", "ans@voorbeeld.example", "penningmeester van SV Voorbeeld", clubs=(VOORBEELD,))
BEN = Person(
    "Ben Kuiper", "ben@voorbeeld.example", "bestuurslid van SV Voorbeeld en TC Testdam", clubs=(VOORBEELD, TESTDAM)
)
COR = Person("Cor Jansen", "cor@proefstad.example", "penningmeester van VV Proefstad", clubs=(PROEFSTAD,))
TESS = Person("Tess Bakker", "tess@testdam.example", "penningmeester van TC Testdam", clubs=(TESTDAM,))
HUGO = Person(
    "Hugo Smit", "hugo@modeldorp.example", "treasurer of HC Modeldorp, reads English", clubs=(MODELDORP,), language="en"
)
MIA = Person(
    "Mia Vos",
    "mia@vrijwillig.example",
    "doet de boeken van vier clubs",
    clubs=(PROEFBAD, OEFENVELD, SCHETSDAM, MAQUETTE),
)
BRAM = Person("Bram Visser", "bram@koppelbalie.example", "support", role="support")
CARLA = Person("Carla Mulder", "carla@koppelbalie.example", "support, teamleider", role="lead")
DANA = Person("Dana Bos", "dana@koppelbalie.example", "beheer", role="admin")
MEMBERS = (ANS, BEN, COR, TESS, HUGO, MIA)
STAFF = (BRAM, CARLA, DANA)
EVERYBODY = (*MEMBERS, *STAFF)
