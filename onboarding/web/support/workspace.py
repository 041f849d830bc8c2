"""The workspace of a ticket: checklist with evidence, messages, and the decisions that are possible."""

from __future__ import annotations

import math
import re
import secrets
from dataclasses import dataclass
from datetime import datetime

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue

from connectors.kit.text import Text
from onboarding.checks.checklist import Checklist, Standing
from onboarding.clock import now
from onboarding.settings import current_settings
from onboarding.tickets.lifecycle import Move
from onboarding.tickets.models import MessageKind
from onboarding.tickets.threads import ThreadEntry
from onboarding.usecases import pages, thread
from onboarding.usecases.pages import Workspace
from onboarding.web import forms
from onboarding.web.consent_part import consent_part
from onboarding.web.session import current_actor
from onboarding.web.support import words
from onboarding.web.support.sent import Trouble

STOP_POLLING = 286
"""The status at which htmx stops asking."""
MOST_MESSAGES = 15
MOST_LETTERS = 5000
"""How much of a thread is shown at once; a page stays light however long people write."""
ASKS_A_PERSON = frozenset({Standing.ASKS_CLUB, Standing.ASKS_SUPPORT})
CAN_BE_LET_THROUGH = frozenset({Standing.FAILED, Standing.UNTESTED})


@dataclass(frozen=True, slots=True)
class Tested:
    """The last run in short: when its newest line came, the seconds and the calls of all its lines."""

    at: datetime
    seconds: str
    calls: int


@dataclass(frozen=True, slots=True)
class Known:
    """A value that the club filled in and that is no secret."""

    key: str
    label: Text
    value: str


def ticket(number: int) -> ResponseReturnValue:
    """The whole page. Whoever handles the ticket has then read what the club wrote."""
    actor = current_actor()
    desk = pages.workspace(actor, number)
    shown = _render(desk)
    if desk.ticket.news_for_support and (desk.is_mine or desk.agent is None):
        thread.mark_read(actor, number)
    return shown


def page(number: int, trouble: Trouble) -> str:
    """The page again after a form was refused, with the trouble beside that form."""
    return _render(pages.workspace(current_actor(), number), trouble)


def live(number: int) -> ResponseReturnValue:
    """Checklist, turn and decisions alone: 204 while they look the same, 286 once there is nothing to wait for."""
    desk = pages.workspace(current_actor(), number)
    if request.args.get("gezien") == seen(desk):
        return "", 204
    shown = render_template("support/live.html", **_context(desk, None))
    waits = desk.checklist.is_live or desk.checklist.outage_until is not None
    return shown, 200 if waits else STOP_POLLING


def proof(number: int, check: str) -> ResponseReturnValue:
    """The calls that a check made, as they were kept: redacted."""
    desk = pages.workspace(current_actor(), number)
    item = next((item for item in desk.checklist.items if item.key == check), None)
    if item is None or item.line is None:
        abort(404)
    return render_template("support/proof.html", w=desk, item=item, calls=item.line.exchanges, readable=_readable)


def seen(desk: Workspace) -> str:
    """A word that changes whenever the live part of the page looks different."""
    run = desk.checklist.run
    settled = sum(item.standing is not Standing.RUNNING for item in desk.checklist.items)
    return f"{desk.version}-{run.id[:8]}-{run.state}-{run.attempt}-{settled}" if run is not None else f"{desk.version}"


def _render(desk: Workspace, trouble: Trouble | None = None) -> str:
    entries, older = _recent(desk.thread, everything=request.args.get("berichten") == "alle")
    return render_template(
        "support/workspace.html",
        **_context(desk, trouble),
        entries=entries,
        older=older,
        seconds_left=_seconds_left,
        filled=_filled(desk),
        consent=consent_part(desk.consent, desk.connector, desk.checklist),
        redacting=request.args.get("onleesbaar", type=int),
        delay=current_settings().reply_delay,
        once=secrets.token_hex(16),
    )


def _context(desk: Workspace, trouble: Trouble | None) -> dict[str, object]:
    return {
        "w": desk,
        "words": words,
        "trouble": trouble,
        "in_place": trouble is not None and _has_place(desk, trouble),
        "doing": _doing(desk, trouble),
        "tested": _tested(desk.checklist),
        "knowns": _knowns(desk),
        "found": _found(desk.checklist),
        "as_words": _as_words,
        "labels": forms.labels(desk.connector),
        "seen": seen(desk),
    }


def _doing(desk: Workspace, trouble: Trouble | None) -> Move | None:
    """The decision whose panel is open: the one asked for, when it can be made."""
    wanted = trouble.sent.name if trouble is not None else request.args.get("doe", "")
    return next((move for move in words.DECISIONS if move == wanted and can_decide(desk, move)), None)


def can_decide(desk: Workspace, move: Move) -> bool:
    """Whether this decision can be made now: nothing is activated while the gate has something against it."""
    return move in desk.moves and not (move in {Move.ACTIVATE, Move.APPROVE} and desk.reasons)


def _has_place(desk: Workspace, trouble: Trouble) -> bool:
    """Whether the form that was refused is still on the page; otherwise the top of the page tells."""
    standing = {item.key: item.standing for item in desk.checklist.items}.get(trouble.sent.check)
    match trouble.sent.name:
        case "take":
            return False
        case "confirm":
            return Move.CONFIRM in desk.moves and standing in ASKS_A_PERSON
        case "override":
            return Move.OVERRIDE in desk.moves and standing in CAN_BE_LET_THROUGH
        case name if name in words.DECISIONS:
            return can_decide(desk, Move(name))
    return True


def _tested(checklist: Checklist) -> Tested | None:
    run = checklist.run
    lines = [item.line for item in checklist.items if item.line is not None and run and item.line.run_id == run.id]
    if not lines:
        return None
    seconds = sum(line.ms for line in lines) / 1000
    return Tested(
        at=max(line.at for line in lines), seconds=f"{seconds:.1f}", calls=sum(len(line.exchanges) for line in lines)
    )


def _knowns(desk: Workspace) -> tuple[Known, ...]:
    return tuple(
        Known(spec.key, spec.label, desk.shown[spec.key])
        for spec in desk.connector.login.fields()
        if not spec.secret and desk.shown.get(spec.key)
    )


def _found(checklist: Checklist) -> dict[str, str]:
    """What was read at the package itself, by name: with it support compares what the club filled in."""
    read = [item.line.evidence for item in checklist.items if item.line is not None and item.line.exchanges]
    return {name: _as_words(value) for evidence in read for name, value in evidence.items()}


def _as_words(value: object) -> str:
    """A value of evidence on one line."""
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def _readable(answer: str) -> str:
    """An answer in XML with a line for each element; anything else as it came."""
    return re.sub(r">\s*<(?!/)", ">\n<", answer) if answer.startswith("<") else answer


def _filled(desk: Workspace) -> str:
    """What the answer to the club is filled with: what one item asks, or all that do."""
    wanted = request.args.get("antwoord", "")
    return desk.ask_text if wanted == "alles" else desk.asks.get(wanted, "")


def _recent(entries: tuple[ThreadEntry, ...], *, everything: bool) -> tuple[tuple[ThreadEntry, ...], int]:
    """The newest entries that a light page has room for, and how many older ones there are."""
    letters = 0
    first = len(entries)
    for entry in reversed(entries):
        letters += len(entry.body)
        if first < len(entries) and (letters > MOST_LETTERS or len(entries) - first >= MOST_MESSAGES):
            break
        first -= 1
    return (entries, 0) if everything else (entries[first:], first)


def _seconds_left(entry: ThreadEntry) -> int:
    """Whole seconds until a reply leaves; 0 once it did, and for everything else."""
    if entry.kind is not MessageKind.REPLY or not entry.waits:
        return 0
    return max(math.ceil((entry.leaves_at - now()).total_seconds()), 0)
