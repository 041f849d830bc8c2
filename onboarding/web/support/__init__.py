"""Support's screens: the queue, the workspace of a ticket, and the moves that support makes."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint
from flask.typing import ResponseReturnValue

from onboarding.web.support import moves, operations, queue, workspace
from onboarding.web.support.asking import ask, ask_club, preview

support = Blueprint("support", __name__, url_prefix="/support")

Page = Callable[..., ResponseReturnValue]

PAGES: tuple[tuple[str, str, Page], ...] = (
    ("/", "queue", queue.queue),
    ("/sneltoetsen", "keys", queue.keys),
    ("/tickets/<int:number>", "ticket", workspace.ticket),
    ("/tickets/<int:number>/stand", "live", workspace.live),
    ("/tickets/<int:number>/bewijs/<check>", "proof", workspace.proof),
    ("/tickets/<int:number>/vraag-club", "ask", ask),
    ("/beheer", "operations", operations.page),
    ("/beheer/webhooks", "webhooks", operations.webhooks),
)
"""What can be looked at: address, endpoint, view."""

MOVES: tuple[tuple[str, str, Page], ...] = (
    ("neem", "take", moves.take),
    ("test", "test", moves.test),
    ("bevestig", "confirm", moves.confirm),
    ("wijk-af", "override", moves.override),
    ("vraag-club", "ask_club", ask_club),
    ("voorbeeld", "preview", preview),
    ("vraag-akkoord", "request_approval", moves.request_approval),
    ("akkoord", "approve", moves.approve),
    ("niet-akkoord", "refuse", moves.refuse),
    ("activeer", "activate", moves.activate),
    ("wijs-af", "reject", moves.reject),
    ("heropen", "reopen", moves.reopen),
    ("antwoord", "reply", moves.reply),
    ("notitie", "note", moves.note),
    ("terughalen/<int:message>", "undo", moves.undo),
    ("maak-onleesbaar/<int:message>", "redact", moves.redact),
)
"""What can be done to a ticket, always by POST: the last part of the address, endpoint, view."""

for rule, endpoint, view in PAGES:
    support.add_url_rule(rule, endpoint, view, methods=["GET"])
support.add_url_rule("/beheer/webhooks/<int:event>/opnieuw", "redeliver", operations.redeliver, methods=["POST"])
for last, endpoint, view in MOVES:
    support.add_url_rule(f"/tickets/<int:number>/{last}", endpoint, view, methods=["POST"])
