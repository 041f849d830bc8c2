"""A member of a club who gives consent: presses the button, chooses at the emulated package, and comes back."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import httpx
from sqlmodel import col, select
from werkzeug.test import TestResponse

import connectors
from onboarding.db import session
from onboarding.tickets.models import Ticket
from tests.web.club.treasurer import Treasurer

EXACT, VISMA = "exact-online", "visma-eaccounting"
TWINFIELD = "twinfield"
PACKAGES = (EXACT, VISMA, TWINFIELD)
REFUSE = "refuse"
CHOSEN = {"revenue_accounts", "sales_journal", "payment_condition", "article"}


class Asker(Treasurer):
    """A member with an item for a package that gives consent."""

    package = EXACT

    def starts(self, package: str = EXACT) -> None:
        """Adds an item for the package, up to the step of the codes."""
        self.package = package
        self.sends("/p-w/nieuw", f"/p-w/nieuw/{package}")
        with self.app.app_context():
            newest = session().exec(select(Ticket.id).order_by(col(Ticket.id).desc())).first()
        assert newest is not None
        self.number = newest
        steps = [step.key for step in connectors.get(package).guide.steps if step.attest is not None]
        answer = self.sends("/p-w/{}/voorbereiden", ticks={"step": steps}, do="next")
        assert answer.location.endswith("/codes"), answer.text

    def leaves(self, **typed: str) -> str:
        """Presses the button; where it leads."""
        answer = self.types({"reference": "SV Voorbeeld", **typed}, do="consent")
        assert answer.status_code == 303, answer.text
        return answer.location

    def comes_back(self, address: str) -> TestResponse:
        """Opens the address that the package sent the browser to."""
        parts = urlsplit(address)
        return self.client.get(f"{parts.path}?{parts.query}")

    def consents(self, club: str = "goed", **typed: str) -> TestResponse:
        """The whole way to the package and back."""
        return self.comes_back(answer_of(self.leaves(**typed), club))

    def gives_consent(self, package: str = EXACT, club: str = "goed") -> None:
        """An item in which consent was given."""
        self.starts(package)
        answer = self.consents(club)
        assert answer.location == f"/p-w/{self.number}/toestemming", answer.text


def answer_of(address: str, club: str) -> str:
    """What the emulated page of a package answers when somebody consents as ``club``, or refuses."""
    form = {"refuse": "1"} if club == REFUSE else {"club": club}
    answer = httpx.post(address, data=form, trust_env=False)
    assert answer.status_code in (302, 303), answer.text
    return answer.headers["Location"]


def query_of(address: str) -> dict[str, str]:
    """What stands behind an address."""
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
