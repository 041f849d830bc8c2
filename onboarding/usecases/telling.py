"""Mails to a club about its ticket: to every active member, in their language, in the transaction of the change."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

import connectors
from onboarding.accounts.people import members
from onboarding.checks.checklist import Item
from onboarding.notify import outbox
from onboarding.notify.models import OutgoingMail
from onboarding.usecases.moving import Moving


def tell_club(
    moving: Moving,
    template: str,
    occasion: str,
    more: Mapping[str, Any] | None = None,
    leaves_at: datetime | None = None,
) -> None:
    """Mail all members. ``occasion`` tells this time from others; ``more`` is what this template is given besides."""
    package = connectors.get(moving.ticket.package).name
    for member in members(moving.session, moving.ticket.club_id):
        context = {"ticket": moving.number, "package": package, "name": member.name, **(more or {})}
        once = f"{template}:{occasion}:{member.id}"
        outbox.put(moving.session, template, member.email, member.language, context, once, leaves_at)


def points_of(items: tuple[Item, ...]) -> list[dict[str, Any]]:
    """What has to be put right, for a mail: title and remedy of each item in both languages."""
    return [
        {
            "title": {"nl": item.title_nl, "en": item.title_en},
            "remedy": item.line.texts.get("remedy") if item.line is not None else None,
        }
        for item in items
    ]


def take_back(session: Session, template: str, occasion: str) -> bool:
    """Drop the mails of this occasion; False when one of them is on its way already."""
    mails = [mail for mail in _mails(session, occasion) if mail.once.startswith(f"{template}:")]
    return all(outbox.drop(session, mail.once) for mail in mails)


def scrub(session: Session, occasion: str) -> None:
    """Take what somebody wrote out of the mails of this occasion; those that did not leave stay here."""
    for mail in _mails(session, occasion):
        outbox.drop(session, mail.once)
        mail.context = {**mail.context, **{key: "" for key in ("message", "reason") if key in mail.context}}
        session.add(mail)


def _mails(session: Session, occasion: str) -> list[OutgoingMail]:
    return list(session.exec(select(OutgoingMail).where(col(OutgoingMail.once).contains(f":{occasion}:"))))
