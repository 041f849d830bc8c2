"""Made-up people for the tests of accounts, brought in through the same doors as everybody else."""

from __future__ import annotations

import re
from dataclasses import dataclass

from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import col, select
from werkzeug.test import TestResponse

from onboarding.accounts import links
from onboarding.accounts.models import MailedLink, Purpose, RoleName, User
from onboarding.accounts.people import SYSTEM, Actor, actor_of, person
from onboarding.audit.models import AuditRecord
from onboarding.db import session
from onboarding.notify.models import OutgoingMail
from onboarding.usecases import clubs, invitations
from onboarding.usecases.mailing import deliver
from onboarding.usecases.transaction import change

PASSWORD = "made-up words of a test"
BROWSER = "this browser"


@dataclass(frozen=True)
class Backstage:
    """What a test sees and does behind the pages; each call has an app context of its own, as a request has."""

    app: Flask

    def token(self, email: str, purpose: Purpose) -> str:
        """The token that the mail of the newest link of this kind would carry."""
        newest = select(MailedLink.id).where(MailedLink.email == email, MailedLink.purpose == purpose)
        with self.app.app_context():
            link = session().exec(newest.order_by(col(MailedLink.id).desc())).first()
            assert link is not None, f"no {purpose} link for {email}"
            with change() as db:
                token = links.give_token(db, link)
        assert token is not None
        return token

    def member(self, email: str, club: str = "SV Voorbeeld", password: str = PASSWORD) -> Actor:
        """A member of ``club``; the club is added when it is new."""
        with self.app.app_context():
            clubs.add(SYSTEM, club, email)
        return self._come_in(email, password)

    def staff(self, email: str, role: RoleName = RoleName.SUPPORT) -> Actor:
        """Somebody of the help desk."""
        with self.app.app_context():
            invitations.invite_staff(SYSTEM, email, role)
        return self._come_in(email, PASSWORD)

    def user(self, email: str) -> User:
        """The person as they are kept now."""
        with self.app.app_context():
            found = person(session(), email)
        assert found is not None
        return found

    def events(self) -> list[str]:
        """The names of all that the audit log tells, oldest first."""
        with self.app.app_context():
            return list(session().exec(select(AuditRecord.event).order_by(col(AuditRecord.id))).all())

    def mails(self, template: str) -> list[OutgoingMail]:
        """The mails of this kind, oldest first."""
        query = select(OutgoingMail).where(OutgoingMail.template == template).order_by(col(OutgoingMail.id))
        with self.app.app_context():
            return list(session().exec(query).all())

    def deliver(self, mail: OutgoingMail) -> None:
        """Let a mail leave."""
        assert mail.id is not None
        with self.app.app_context():
            deliver(mail.id)

    def _come_in(self, email: str, password: str) -> Actor:
        token = self.token(email, Purpose.INVITATION)
        with self.app.app_context():
            name = email.partition("@")[0].title()
            return actor_of(invitations.accept(token, name, password, BROWSER, "nl"))


class Browser:
    """A browser of its own that fills in forms as the pages show them."""

    def __init__(self, app: Flask, language: str = "en") -> None:
        self.client: FlaskClient = app.test_client()
        self.language = language

    def opens(self, path: str) -> TestResponse:
        """GET, without following redirects."""
        return self.client.get(path, headers={"Accept-Language": self.language})

    def sends(self, path: str, *, seen: str | None = None, **fields: str) -> TestResponse:
        """POST with the CSRF token of the page ``seen`` (by itself the page at ``path``)."""
        page = self.opens(seen or path)
        found = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
        assert found is not None, f"no form on {seen or path}: {page.status}"
        return self.client.post(
            path, data={"csrf_token": found[1], **fields}, headers={"Accept-Language": self.language}
        )

    def signs_in(self, email: str, password: str = PASSWORD, **fields: str) -> TestResponse:
        """By the form of the sign-in page."""
        return self.sends("/account/aanmelden", email=email, password=password, do="password", **fields)

    @property
    def is_in(self) -> bool:
        """Whether this browser is signed in."""
        return self.opens("/account/").status_code == 200
