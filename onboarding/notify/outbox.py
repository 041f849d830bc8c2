"""The outbox: a mail is written in the transaction of what it tells of, and leaves after the commit."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session, select

from onboarding.clock import now
from onboarding.engine import enqueue
from onboarding.notify.models import OutgoingMail

CONTEXTS: Mapping[str, frozenset[str]] = {
    "received": frozenset({"ticket", "package", "name"}),
    "your_turn": frozenset({"ticket", "package", "name", "points", "message"}),
    "reply": frozenset({"ticket", "package", "name", "author", "message"}),
    "activated": frozenset({"ticket", "package", "name"}),
    "renewed": frozenset({"ticket", "package", "name"}),
    "consent_needed": frozenset({"ticket", "package", "name", "why"}),
    "disconnected": frozenset({"ticket", "package", "name", "by"}),
    "rejected": frozenset({"ticket", "package", "name", "reason"}),
    "invitation": frozenset({"link", "name", "club", "role", "invited_by"}),
    "sign_in_link": frozenset({"link", "name"}),
    "reset_password": frozenset({"link", "name"}),
    "locked": frozenset({"link", "name"}),
    "second_factor": frozenset({"what", "name"}),
    "host_sign_in": frozenset({"host", "name"}),
}
"""Every mail with what its template is given: ids and plain words, never a secret.

``ticket`` is the number, ``package`` the package's name, ``name`` the receiver's, ``points`` a list of
``{"title": {"nl", "en"}, "remedy": {"nl", "en"}}``, ``message`` what support wrote, ``why`` a sentence as
``{"nl", "en"}``, ``by`` who did it, ``link`` the id of a mailed link, ``what`` what happened:
``factor_mails.What``, ``host`` the name of the host's sign-in.
"""


def put(
    session: Session,
    template: str,
    to: str,
    language: str,
    context: Mapping[str, Any],
    once: str,
    leaves_at: datetime | None = None,
) -> None:
    """Write a mail and ask for its delivery, in the caller's writing transaction.

    ``once`` names the occasion and the receiver: a second mail with the same one is not written. It leaves at
    ``leaves_at``, else at once. Raises ``ValueError`` when the context is not the template's.
    """
    if template not in CONTEXTS or set(context) != CONTEXTS[template]:
        wanted = ", ".join(sorted(CONTEXTS.get(template, ())))
        raise ValueError(f"the mail {template!r} is given {wanted or 'nothing: there is no such mail'}")
    if session.exec(select(OutgoingMail.id).where(OutgoingMail.once == once)).first() is not None:
        return
    at = now()
    leaves = max(leaves_at or at, at)
    mail = OutgoingMail(
        template=template,
        to=to,
        language=language,
        context=dict(context),
        once=once,
        created_at=at,
        leaves_at=leaves,
    )
    session.add(mail)
    session.flush()
    assert mail.id is not None
    enqueue(session, "send_mail", mail.id, delay=(leaves - at).total_seconds(), job_id=f"mail-{mail.id}")


def drop(session: Session, once: str) -> bool:
    """Take back a mail that did not leave yet; False when it is gone or there is none."""
    query = select(OutgoingMail).where(OutgoingMail.once == once).with_for_update()
    mail = session.exec(query).one_or_none()
    if mail is None or mail.sent_at is not None or mail.attempts:
        return False
    mail.dropped_at = now()
    session.add(mail)
    return True
