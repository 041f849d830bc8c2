"""Waits for what to do, a JSON object a line, and does each in a child of its own that may die of it.

Everything heavy is loaded once, before the first child: a child begins as a freshly started process would go on.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import traceback
from collections.abc import Callable
from typing import Any

from flask import Flask
from sqlalchemy import event

from onboarding import create_app
from onboarding.db import db, session
from onboarding.keys import KeyRing
from tests.load.dying.stories import STORIES, Facts, Story
from tests.load.dying.whole import assert_whole, mark, outcome, work

Tell = Callable[[str, object], None]
WRITES = ("INSERT", "UPDATE", "DELETE")


def main() -> None:
    """Answer each line with what the child told, and how it ended."""
    app = create_app()
    for line in sys.stdin:
        asked = json.loads(line)
        app.extensions["koppelbalie_keys"] = KeyRing.parse(STORIES[asked["story"]].keys)
        if asked["do"] == "warm up":
            told = _warm_up(app, asked)
        else:
            told = _in_child(app, lambda tell, asked=asked: _do(asked, tell))
        print(json.dumps(told), flush=True)


def _warm_up(app: Flask, asked: dict[str, Any]) -> list[list[object]]:
    """Do all of it once in this very process, so that children need not load and prepare it all anew."""
    story, facts = STORIES[asked["story"]], Facts(asked["facts"])
    with app.app_context():
        story.do(facts, lambda _: None)
        _look(story, facts, [])
        _end(story, facts)
        session().close()
        db.engine.dispose()
    return []


def _in_child(app: Flask, work: Callable[[Tell], None]) -> list[list[object]]:
    ours, theirs = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(ours)

        def tell(what: str, value: object) -> None:
            os.write(theirs, f"{json.dumps([what, value])}\n".encode())

        try:
            with app.app_context():
                work(tell)
        except BaseException:  # noqa: BLE001  (whatever it is, it is told)
            tell("problem", traceback.format_exc())
        os._exit(0)
    os.close(theirs)
    with os.fdopen(ours) as lines:
        told = [json.loads(line) for line in lines]
    os.waitpid(child, 0)
    return told


def _do(asked: dict[str, Any], tell: Tell) -> None:
    story, facts = STORIES[asked["story"]], Facts(asked["facts"])
    if asked["do"] == "it":
        count = _die_at(asked["at"], commits_only=asked["commits_only"])
        story.do(facts, lambda word: tell("said", word))
        tell("points", count())
    if asked["do"] == "look":
        _look(story, facts, asked["said"])
        tell("mark", mark())
    if asked["do"] == "end":
        tell("outcome", _end(story, facts))


def _look(story: Story, facts: Facts, said: list[str]) -> None:
    """What was said is there, and all is whole."""
    assert_whole()
    kept = story.kept(facts)
    assert set(said) <= kept, f"said {said}, and kept {kept}"


def _end(story: Story, facts: Facts) -> dict[str, Any]:
    """It is done again, with the jobs that are left, to its end. What came of it."""
    story.again(facts)
    work()
    assert_whole()
    story.kept(facts)
    return outcome()


def _die_at(last: int, *, commits_only: bool) -> Callable[[], int]:
    """Kill this process at the ``last`` of these points: after a statement that writes, before a commit, after it."""
    passed = 0

    def point() -> None:
        nonlocal passed
        passed += 1
        if passed == last:
            os.kill(os.getpid(), signal.SIGKILL)

    def after(_c: object, _u: object, statement: str, *_: object) -> None:
        if not commits_only and statement.lstrip().upper().startswith(WRITES):
            point()

    commit = db.engine.dialect.do_commit

    def do_commit(connection: Any) -> None:
        point()
        commit(connection)
        point()

    event.listen(db.engine, "after_cursor_execute", after)
    db.engine.dialect.do_commit = do_commit  # type: ignore[method-assign]
    return lambda: passed


if __name__ == "__main__":
    main()
