"""What a Twinfield of our own remembers: open sessions, and whose they are."""

from __future__ import annotations

import secrets
import threading
from dataclasses import dataclass, replace

from connectors.kit.ailments import Ailments

ENDED, LOST = "168", "103"
"""Codes of Faults: another logon of the same user ended the session, and no session at all."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A session. ``office`` is the administration that was selected, ``wrong`` the code that its calls bring."""

    user: str
    office: str = ""
    wrong: str = ""


class Sessions:
    """The sessions of one emulator, by id.

    Of the user ``dubbel`` there is one at a time, as of every user at the real service; the others may be used by
    several people who try at once.
    """

    def __init__(self, ailments: Ailments) -> None:
        self.opened: dict[str, Opened] = {}
        self._ailments = ailments
        self._lost: set[str] = set()
        self._guard = threading.Lock()

    def begin(self, user: str) -> str:
        """A new session."""
        session_id = secrets.token_hex(16)
        ails = self._ailments.of(user)
        with self._guard:
            if ails == "dubbel":
                for other, opened in self.opened.items():
                    self.opened[other] = replace(opened, wrong=ENDED) if opened.user == user else opened
            is_first = ails == "verlopen" and user not in self._lost
            self._lost.discard(user)
            self.opened[session_id] = Opened(user, wrong=LOST if is_first else "")
        return session_id

    def of(self, session_id: str) -> Opened:
        """A session; one that is not there brings what a lost one does."""
        with self._guard:
            opened = self.opened.get(session_id)
            if opened is not None and opened.wrong == LOST:
                del self.opened[session_id]
                self._lost.add(opened.user)
        return opened or Opened("", wrong=LOST)

    def select(self, session_id: str, office: str) -> None:
        """Choose an administration in a session."""
        with self._guard:
            self.opened[session_id] = replace(self.opened[session_id], office=office)

    def end(self, session_id: str) -> None:
        """Abandon a session."""
        with self._guard:
            self.opened.pop(session_id, None)
