"""Mails of every kind, and a mail server that writes down what it gets."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import Envelope

CONTEXTS: dict[str, dict[str, object]] = {
    "received": {"ticket": 1001, "package": "Kasboek & Co", "name": "Ans"},
    "your_turn": {
        "ticket": 1001,
        "package": "Kasboek & Co",
        "name": "Ans",
        "message": "Regel <een>\n\nRegel twee",
        "points": [
            {"title": {"nl": "Codes <kloppen>", "en": "Codes are right"}, "remedy": {"nl": "Kopieer", "en": "Copy"}}
        ],
    },
    "reply": {"ticket": 1001, "package": "Kasboek & Co", "name": "Ans", "author": "Bram", "message": "Dag <Ans>"},
    "activated": {"ticket": 1001, "package": "Kasboek & Co", "name": "Ans"},
    "renewed": {"ticket": 1001, "package": "Kasboek & Co", "name": "Ans"},
    "consent_needed": {
        "ticket": 1001,
        "package": "Exact Online",
        "name": "Ans",
        "why": {"nl": "Die geldt niet meer.", "en": "No longer valid."},
    },
    "disconnected": {"ticket": 1001, "package": "Kasboek & Co", "name": "Ans", "by": "Ben"},
    "rejected": {"ticket": 1001, "package": "Kasboek & Co", "name": "Ans", "reason": "Dubbel <aangevraagd>"},
    "invitation": {"link": 1, "name": "", "club": "SV Voorbeeld", "role": "", "invited_by": "Ben"},
    "sign_in_link": {"link": 1, "name": "Ans"},
    "reset_password": {"link": 1, "name": "Ans"},
    "locked": {"link": 1, "name": "Ans"},
    "second_factor": {"what": "recovery", "name": "Ans"},
    "host_sign_in": {"host": "Kasboek & Co", "name": "Ans"},
}
"""What each template is given, with signs that HTML would trip over."""


class Mailbox:
    """What a mail server got. ``answer`` is what it says to the next mail; None takes it."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.answer: str | None = None
        self.port = 0

    async def handle_DATA(self, _server: object, _session: object, envelope: Envelope) -> str:  # noqa: N802 (its name)
        if self.answer is not None:
            return self.answer
        assert isinstance(envelope.content, bytes)
        self.mails.append(BytesParser(policy=default).parsebytes(envelope.content))  # type: ignore[arg-type]
        return "250 taken"


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    box = Mailbox()
    server = Controller(box, hostname="127.0.0.1", port=port)
    server.start()
    box.port = port
    yield box
    server.stop()
