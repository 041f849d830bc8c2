"""How every move of a ticket is made: seen, permitted, not overtaken, done once, written down."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from flask_babel import lazy_gettext as _l
from sqlmodel import Session, col, select

import connectors
from connectors.kit.text import Text
from onboarding.accounts.people import Actor
from onboarding.audit.events import TicketMoved
from onboarding.audit.log import record
from onboarding.checks.checklist import Checklist
from onboarding.checks.reading import checklist_of, summarise
from onboarding.clock import now
from onboarding.tickets.events import WORDS, sentence
from onboarding.tickets.lifecycle import IllegalMove, Move, Part, Rule, State, rule_for, turn_of
from onboarding.tickets.models import Message, MessageKind, Ticket
from onboarding.tickets.parts import is_member_only, offered, parts_of
from onboarding.usecases.refusals import Changed, NotAllowed, NotFound, NotNow
from onboarding.usecases.transaction import change

SOMEBODY_ELSE = _l("Somebody else changed this meanwhile.")
MOST_CHANGES = 5


@dataclass
class Moving:
    """A ticket in the hands of somebody who makes a move, inside the transaction of that move."""

    session: Session
    ticket: Ticket
    actor: Actor
    at: datetime = field(default_factory=now)

    @cached_property
    def checklist(self) -> Checklist:
        """The checklist as it stands now."""
        return checklist_of(self.session, self.ticket)

    @property
    def number(self) -> int:
        """The ticket's number."""
        assert self.ticket.id is not None
        return self.ticket.id

    @property
    def person(self) -> int:
        """Who acts; a move by a person always has one."""
        assert self.actor.user_id is not None
        return self.actor.user_id


@dataclass(frozen=True, slots=True)
class Note:
    """What the thread tells of a move: what was written along, and what it is about, a text or the title of ``check``.

    ``event`` is given when it has other words than the move.
    """

    body: str = ""
    about: Text | None = None
    check: str = ""
    event: str = ""


def make(
    actor: Actor,
    number: int,
    version: int,
    move: Move,
    doing: Callable[[Moving], None],
    *,
    note: Note = Note(),
    key: tuple[str, ...] = (),
    after: Callable[[Moving], None] | None = None,
) -> int:
    """Make ``move`` of the ticket that the form saw as ``version``; gives its number.

    ``doing`` makes the change itself, ``after`` what comes of it at once; ``key`` tells forms of the same move
    apart. The same form sent twice is one move. Raises ``NotFound``, ``NotAllowed``, ``NotNow`` and ``Changed``,
    and what ``doing`` raises.
    """
    with change() as session:
        ticket = seen_ticket(session, actor, number)
        once = digest(actor, number, version, move, *key)
        if is_done(session, once):
            return number
        refuse_if_overtaken(session, actor, ticket, version)
        moving = Moving(session, ticket, actor)
        rule = _rule(moving, move)
        doing(moving)
        carry_out(moving, rule, note, once)
        if after is not None:
            after(moving)
    return number


def carry_out(moving: Moving, rule: Rule, note: Note, once: str) -> None:
    """Bring the ticket to where ``rule`` leads and write down that it happened. Only the gate activates."""
    ticket, actor = moving.ticket, moving.actor
    if rule.target is not State.ACTIVATED:
        ticket.state = rule.target
    elif ticket.state is not State.ACTIVATED:
        raise RuntimeError("activated without passing the gate")
    ticket.version += 1
    ticket.last_move, ticket.last_move_by, ticket.last_move_at = rule.move, actor.user_id, moving.at
    _tell_club_of_decision(moving)
    write_event(moving, note.event or rule.move, note, once)
    record(moving.session, actor.audit_name, TicketMoved(moving.number, rule.move, rule.source, rule.target))
    refresh(moving)


def refresh(moving: Moving) -> None:
    """Bring summary and turn in line with what is true now; the clock of the turn starts anew when it changes."""
    ticket = moving.ticket
    moving.session.add(ticket)
    moving.session.flush()
    moving.__dict__.pop("checklist", None)
    ticket.summary = summarise(moving.checklist)
    turn = turn_of(ticket.state, package_down=moving.checklist.down_since is not None)
    if turn is not ticket.turn:
        ticket.turn, ticket.waiting_since = turn, moving.at
    moving.session.add(ticket)


def write_event(moving: Moving, event: str, note: Note, once: str) -> None:
    """A line in the thread, between the messages."""
    about = connectors.get(moving.ticket.package).check(note.check).title if note.check else note.about
    moving.session.add(
        Message(
            ticket_id=moving.number,
            kind=MessageKind.EVENT,
            internal=WORDS[event].internal,
            author_id=moving.actor.user_id,
            author_name=moving.actor.name,
            body=note.body,
            event=event,
            about={"nl": about.nl, "en": about.en} if about else {},
            ticket_version=moving.ticket.version,
            once=once,
            at=moving.at,
            leaves_at=moving.at,
        )
    )


def seen_ticket(session: Session, actor: Actor, number: int) -> Ticket:
    """The ticket, locked, when the actor sees it; ``NotFound`` when not, whatever the reason."""
    ticket = session.get(Ticket, number, with_for_update=True) if 0 < number < 2**31 else None
    if ticket is None or not parts_of(actor, ticket):
        raise NotFound
    return ticket


def digest(actor: Actor, *what: object) -> str:
    """What one form by one person is known by: the same again is a double click."""
    text = "\x1f".join(map(str, (actor.user_id, *what)))
    return hashlib.sha256(text.encode()).hexdigest()[:40]


def is_done(session: Session, once: str) -> bool:
    """Whether the thread has this already."""
    return session.exec(select(Message.id).where(Message.once == once)).first() is not None


def refuse_if_overtaken(session: Session, actor: Actor, ticket: Ticket, version: int) -> None:
    """Raise ``Changed``, with what happened since, unless the form saw the ticket as it is."""
    if ticket.version == version:
        return
    for_staff = not is_member_only(actor, ticket)
    events = session.exec(
        select(Message)
        .where(Message.ticket_id == ticket.id, Message.kind == MessageKind.EVENT, Message.ticket_version > version)
        .order_by(col(Message.id).desc())
        .limit(MOST_CHANGES)
    ).all()
    told = [sentence(event, for_staff=for_staff) for event in events if for_staff or not event.internal]
    raise Changed(tuple(told) or (str(SOMEBODY_ELSE),))


def _rule(moving: Moving, move: Move) -> Rule:
    """The row of the table for this move; support takes a new ticket up by whatever it does first."""
    ticket, parts = moving.ticket, parts_of(moving.actor, moving.ticket)
    if move not in offered(ticket.state, parts):
        everybody = frozenset(Part)
        raise NotAllowed if move in offered(ticket.state, everybody) else NotNow
    try:
        return rule_for(ticket.state, move, parts)
    except IllegalMove:
        take_up(moving)
        return rule_for(ticket.state, move, parts)


def take_up(moving: Moving) -> None:
    """A new ticket becomes that of the agent who did something with it first."""
    rule = rule_for(moving.ticket.state, Move.TAKE, parts_of(moving.actor, moving.ticket))
    moving.ticket.agent_id = moving.person
    carry_out(moving, rule, Note(), digest(moving.actor, moving.number, moving.ticket.version, Move.TAKE))


def _tell_club_of_decision(moving: Moving) -> None:
    """What support decided is news for the club; what the club does shows in the queue by whose turn it is."""
    ticket = moving.ticket
    is_decided = ticket.state in (State.CLUB_TO_ACT, State.ACTIVATED, State.REJECTED)
    if is_decided and Part.SUPPORT in parts_of(moving.actor, ticket):
        ticket.news_for_club = True
