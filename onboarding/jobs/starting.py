"""The start of a process that serves or works: only when everything that it needs is there."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable

from flask import Flask

from onboarding.engine.worker import Worker
from onboarding.settings import current_settings
from onboarding.usecases import catching_up, custody, readiness, tending, tidying


class NotReady(Exception):
    """The process may not start; the message says what to mend."""


def start_serving(app: Flask) -> Worker | None:
    """Check that ``app`` can do its work, and start the worker inside when the settings say so. Raises ``NotReady``."""
    with app.app_context():
        embedded = current_settings().embedded_worker
    if embedded:
        return start_working(app)
    _check(app)
    return None


def end_process() -> None:
    """End this process as whoever started it would: a server answers what it is at, and is started again."""
    os.kill(os.getpid(), signal.SIGTERM)


def start_working(app: Flask, lost: Callable[[], None] = end_process) -> Worker:
    """Check that ``app`` can do its work, and start a worker in this process. Raises ``NotReady``.

    ``lost`` has to end the process when another one may hold our slot.
    """
    _check(app)
    from onboarding.jobs import workflows  # the engine is heavy: loaded where jobs are done

    workflows.bind(app)
    worker = Worker(app, tending.sweep, _hourly, lost)
    worker.start()
    return worker


def _check(app: Flask) -> None:
    with app.app_context():
        problems = readiness.problems()
        if not problems:
            custody.tell_head()
    if problems:
        raise NotReady("\n".join(problems))


def _hourly() -> None:
    custody.tell_head()
    tidying.forget_the_old()
    catching_up.catch_up()
    tending.keep_alive()
