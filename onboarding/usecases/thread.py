"""Use cases of the thread: a message of the club, a reply that can be undone for a while, a note that stays inside."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import update
from sqlmodel import Session, col, select

from onboarding.accounts.people import Actor
from onboarding.audit.events import MessageRedacted, MessageWritten, ReplyUndone
from onboarding.audit.log import record
from onboarding.clock import now
from onboarding.db import session
from onboarding.settings import current_settings
from onboarding.tickets.lifecycle import Part, State
from onboarding.tickets.models import Message, MessageKind, Ticket
from onboarding.tickets.parts import is_member_only, parts_of
from onboarding.usecases.moving import Moving, digest, is_done, seen_ticket
from onboarding.usecases.refusals import NotAllowed, NotFound, NotNow
from onboarding.usecases.telling import scrub, take_back, tell_club
from onboarding.usecases.transaction import change
from onboarding.usecases.wording import LONGEST_MESSAGE, vetted


def club_message(actor: Actor, number: int, body: str, once: str) -> int:
    """A member writes to support; gives the ticket's number. Also in a closed ticket: support sees it as news."""
    body = vetted(actor, number, body, where="club_message", field="body", most=LONGEST_MESSAGE)
    with change() as db:
        moving = _writing(db, actor, number, Part.MEMBER)
        if moving.ticket.state is State.DRAFT:
            raise NotNow
        moving.ticket.news_for_support = True
        _write(moving, MessageKind.CLUB, body, once)
    return number


def reply(actor: Actor, number: int, body: str, once: str) -> int:
    """Support writes to the club; it leaves after a short while and can be undone until then."""
    body = vetted(actor, number, body, where="reply", most=LONGEST_MESSAGE)
    with change() as db:
        moving = _writing(db, actor, number, Part.SUPPORT)
        moving.ticket.news_for_support = False
        send_reply(moving, body, once, delay=current_settings().reply_delay, template="reply")
    return number


def send_reply(moving: Moving, body: str, once: str, *, delay: int, template: str) -> None:
    """Write a reply that leaves after ``delay`` seconds, and the mail that brings it."""
    message = _write(moving, MessageKind.REPLY, body, once, delay=delay)
    if message is None:
        return
    moving.ticket.news_for_club = True
    more = {"message": body, "author": moving.actor.name} if template == "reply" else {"message": body, "points": []}
    tell_club(moving, template, message.once, more, message.leaves_at)


def note(actor: Actor, number: int, body: str, once: str) -> int:
    """Support writes something down that the club never sees."""
    body = vetted(actor, number, body, where="note", most=LONGEST_MESSAGE)
    with change() as db:
        _write(_writing(db, actor, number, Part.SUPPORT), MessageKind.NOTE, body, once)
    return number


def undo_reply(actor: Actor, number: int, message_id: int) -> int:
    """Take back a reply that did not leave yet, with its mail. ``NotNow`` once it left."""
    with change() as db:
        moving = _writing(db, actor, number, Part.SUPPORT)
        message = db.get(Message, message_id)
        if message is None or message.ticket_id != number:
            return number  # taken back already: the same button pressed twice
        if message.kind is not MessageKind.REPLY or message.leaves_at <= moving.at:
            raise NotNow
        if not take_back(db, "reply", message.once):
            raise NotNow  # its mail left: the clock was put back since
        db.delete(message)
        record(db, actor.audit_name, ReplyUndone(number, message_id=message_id))
        db.flush()
        moving.ticket.news_for_club = _unread(db, number)
        db.add(moving.ticket)
    return number


def redact(actor: Actor, number: int, message_id: int) -> int:
    """Make a message unreadable for good, also in its mails; that it was done is in the audit log."""
    with change() as db:
        moving = _writing(db, actor, number, Part.SUPPORT)
        message = db.get(Message, message_id)
        if message is None or message.ticket_id != number:
            raise NotFound
        if message.redacted_at is not None:
            return number
        message.body, message.redacted_at = "", moving.at
        db.add(message)
        scrub(db, message.once)
        record(db, actor.audit_name, MessageRedacted(number, message_id=message_id))
    return number


def mark_read(actor: Actor, number: int) -> None:
    """The actor looked at the thread: what the other side wrote is read, and no news any more."""
    ticket = session().get(Ticket, number)
    if ticket is None or not parts_of(actor, ticket):
        raise NotFound
    of_club = is_member_only(actor, ticket)
    if not (ticket.news_for_club if of_club else ticket.news_for_support):
        return
    with change() as db:
        ticket = db.get_one(Ticket, number, with_for_update=True)
        theirs = MessageKind.REPLY if of_club else MessageKind.CLUB
        db.execute(
            update(Message)
            .where(
                col(Message.ticket_id) == number,
                col(Message.kind) == theirs,
                col(Message.read_at).is_(None),
                col(Message.leaves_at) <= now(),
            )
            .values(read_at=now())
            .execution_options(synchronize_session=False)
        )
        if of_club:
            ticket.news_for_club = _unread(db, number)
        else:
            ticket.news_for_support = False
        db.add(ticket)


def _writing(db: Session, actor: Actor, number: int, part: Part) -> Moving:
    ticket = seen_ticket(db, actor, number)
    if part not in parts_of(actor, ticket):
        raise NotAllowed
    return Moving(db, ticket, actor)


def _write(moving: Moving, kind: MessageKind, body: str, once: str, *, delay: int = 0) -> Message | None:
    """Store a message; None when this very form brought it before."""
    known = digest(moving.actor, moving.number, kind, once)
    if once and is_done(moving.session, known):
        return None
    message = Message(
        ticket_id=moving.number,
        kind=kind,
        internal=kind is MessageKind.NOTE,
        author_id=moving.actor.user_id,
        author_name=moving.actor.name,
        body=body,
        ticket_version=moving.ticket.version,
        once=known if once else digest(moving.actor, moving.number, kind, moving.at.isoformat()),
        at=moving.at,
        leaves_at=moving.at + timedelta(seconds=delay),
    )
    moving.session.add_all((message, moving.ticket))
    moving.session.flush()
    assert message.id is not None
    event = MessageWritten(moving.number, message_id=message.id, kind=kind)
    record(moving.session, moving.actor.audit_name, event)
    return message


def _unread(db: Session, number: int) -> bool:
    """Whether a reply is there that the club has not seen."""
    query = select(Message.id).where(
        Message.ticket_id == number, Message.kind == MessageKind.REPLY, col(Message.read_at).is_(None)
    )
    return db.exec(query.limit(1)).first() is not None
