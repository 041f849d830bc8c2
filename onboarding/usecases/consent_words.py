"""Why a question for consent brought nothing, in words."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from connectors.kit.text import Text


class Kind(StrEnum):
    """Why; each has a page of its own."""

    REFUSED = "refused"
    EXPIRED = "expired"
    USED = "used"
    UNKNOWN = "unknown"
    OTHER_BROWSER = "other_browser"
    OTHER_PERSON = "other_person"
    OTHER_TICKET = "other_ticket"
    SIGNED_OUT = "signed_out"
    CLOSED = "closed"
    LINK_GONE = "link_gone"
    CODE_REFUSED = "code_refused"
    PROVIDER_ERROR = "provider_error"
    OUTAGE = "outage"
    UNPROVEN = "unproven"
    UNTICKED = "unticked"
    """Consent was given and kept, but not for all that was asked."""


WORDS: Mapping[Kind, Text] = {
    Kind.REFUSED: Text(
        nl="Er is geen toestemming gegeven. Er is niets veranderd; je kunt het altijd opnieuw proberen.",
        en="No consent was given. Nothing has changed; you can always try again.",
    ),
    Kind.EXPIRED: Text(
        nl="Dit duurde langer dan een half uur. Begin opnieuw; wat je invulde is bewaard.",
        en="This took longer than half an hour. Begin again; what you filled in is kept.",
    ),
    Kind.USED: Text(
        nl="Dit adres is al gebruikt. Kijk of de toestemming er al is; zo niet, begin dan opnieuw.",
        en="This address was used before. See whether the consent is there already; if not, begin again.",
    ),
    Kind.UNKNOWN: Text(
        nl="Dit adres hoort niet bij een vraag om toestemming van ons. Begin opnieuw.",
        en="This address does not belong to a question for consent of ours. Begin again.",
    ),
    Kind.OTHER_BROWSER: Text(
        nl="Je begon in een andere browser. Ga daar verder, of begin hier opnieuw. Er is niets verloren.",
        en="You began in another browser. Go on there, or begin again here. Nothing is lost.",
    ),
    Kind.OTHER_PERSON: Text(
        nl="Iemand anders begon hiermee. Log in als die persoon, of begin zelf opnieuw. Er is niets verloren.",
        en="Somebody else began this. Sign in as that person, or begin anew yourself. Nothing is lost.",
    ),
    Kind.OTHER_TICKET: Text(
        nl="Dit hoort bij een item dat niet (meer) van jou is. Begin opnieuw bij je eigen item.",
        en="This belongs to an item that is not yours (any more). Begin again at your own item.",
    ),
    Kind.SIGNED_OUT: Text(
        nl="Je bent uitgelogd. Log in en open dit adres binnen enkele minuten nog eens. Er is niets verloren.",
        en="You are signed out. Sign in and open this address again within a few minutes. Nothing is lost.",
    ),
    Kind.CLOSED: Text(
        nl="Dit item is intussen verstuurd of gesloten. De toestemming is niet bewaard.",
        en="This item was sent or closed meanwhile. The consent was not kept.",
    ),
    Kind.LINK_GONE: Text(
        nl="Deze link is gebruikt of ingetrokken. Vraag de club om een nieuwe.",
        en="This link was used or withdrawn. Ask the club for a new one.",
    ),
    Kind.CODE_REFUSED: Text(
        nl="Het pakket accepteerde de code niet. Geef opnieuw toestemming.",
        en="The package did not accept the code. Please give consent again.",
    ),
    Kind.PROVIDER_ERROR: Text(
        nl="{name} kon niet om toestemming vragen. Dat ligt niet aan jou. Probeer het opnieuw, of vraag ons om hulp.",
        en="{name} could not ask for consent. It is nothing that you did. Try again, or send us a message.",
    ),
    Kind.OUTAGE: Text(
        nl="{name} is nu niet bereikbaar. Probeer het over een paar minuten opnieuw. De code kan nog goed zijn: "
        "dezelfde pagina opnieuw openen is dan genoeg.",
        en="{name} cannot be reached at the moment. Try again in a few minutes. The code may still be good: "
        "opening the same page again is enough then.",
    ),
    Kind.UNPROVEN: Text(
        nl="We konden niet vaststellen dat dit antwoord bij onze vraag hoort. We hebben het vernietigd. Begin opnieuw.",
        en="We could not establish that this answer belongs to our question. We destroyed it. Begin again.",
    ),
    Kind.UNTICKED: Text(
        nl="Er is toestemming, maar niet alle opties waren aangevinkt. Geef opnieuw toestemming en vink alles aan.",
        en="There is consent, but not all options were ticked. Give consent again and tick all of them.",
    ),
}
