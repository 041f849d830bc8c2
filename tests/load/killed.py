"""Children that are killed at their n-th commit, right before or right after it reaches the database."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys
import traceback
from typing import Any

from flask import Flask
from sqlalchemy import event

from connectors.kit.errors import ProviderError
from onboarding import create_app
from onboarding.accounts.people import Actor
from onboarding.db import db
from onboarding.usecases import authorising
from onboarding.usecases.refreshing import Kept
from tests.unit.usecases.consenting import BROWSER, KEY


def main() -> None:
    """For each line of input have a child do what it says; print how the child ended."""
    app = create_app()
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            _live(app, json.loads(line))
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


def _live(app: Flask, told: dict[str, Any]) -> None:
    try:
        with app.app_context():
            _die_at(told["kill"], told["where"])
            _do(told)
    except BaseException:  # noqa: BLE001 - the parent's loop is not for us
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


def _do(told: dict[str, Any]) -> None:
    if told["do"] == "refresh":
        with contextlib.suppress(ProviderError):
            Kept(told["consent"], "user:1", "dying").alive()
    else:
        ans = Actor(told["user"], "Ans", "", "nl", clubs=frozenset({told["club"]}))
        authorising.come_back(ans, KEY, BROWSER, told["answer"])


def _die_at(number: int, where: str) -> None:
    """Count the commits of transactions that wrote something."""
    writing: set[object] = set()
    commits = [0]
    do_commit = db.engine.dialect.do_commit

    @event.listens_for(db.engine, "before_cursor_execute")
    def _(connection: Any, _cursor: object, statement: str, *_: object) -> None:
        if statement.lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE")):
            writing.add(connection.connection)

    def commit(connection: Any) -> None:
        commits[0] += connection in writing
        is_last = connection in writing and commits[0] == number
        writing.discard(connection)
        if is_last and where == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        do_commit(connection)
        if is_last:
            os.kill(os.getpid(), signal.SIGKILL)

    db.engine.dialect.do_commit = commit  # type: ignore[method-assign]


if __name__ == "__main__":
    main()
