"""The jobs. Each is one step that calls one use case with ids; what it raises is never stored."""

from __future__ import annotations

from collections.abc import Callable

import structlog
from dbos import DBOS
from flask import Flask

from onboarding.usecases import delivering, mailing, recording, running, tending

log = structlog.get_logger(__name__)
_app: list[Flask] = []


class JobFailed(Exception):
    """A job failed by a fault of ours; it holds the kind of error and no text of it, which could hold anything."""


def bind(app: Flask) -> None:
    """Do the jobs of this process in the context of ``app``."""
    _app[:] = [app]


@DBOS.step(name="perform_run", retries_allowed=True, interval_seconds=2, max_attempts=3)
def perform_run(run_id: str) -> None:
    """Run a checklist, from its start: a provider's session does not survive a kill."""
    _in_app(lambda: running.perform(run_id), job="run_checklist", about=run_id)


@DBOS.step(name="deliver_mail", retries_allowed=True, interval_seconds=2, max_attempts=3)
def deliver_mail(mail_id: int) -> None:
    """Send one mail; it asks for its own next attempt."""
    _in_app(lambda: mailing.deliver(mail_id), job="send_mail", about=mail_id)


@DBOS.step(name="deliver_event", retries_allowed=True, interval_seconds=2, max_attempts=3)
def deliver_event(number: int) -> None:
    """Deliver one event to the host; it asks for its own next attempt."""
    _in_app(lambda: delivering.deliver(number), job="tell_host", about=number)


@DBOS.step(name="look_after_consent", retries_allowed=True, interval_seconds=2, max_attempts=3)
def look_after_consent(consent_id: int) -> None:
    """Do what a consent needs now: a refresh, a proof, a word to the club."""
    _in_app(lambda: tending.tend(consent_id), job="tend_consent", about=consent_id)


@DBOS.step(name="break_off_run", retries_allowed=True, interval_seconds=2, max_attempts=3)
def break_off_run(run_id: str) -> None:
    """End a run that our own fault keeps from ending."""
    _in_app(lambda: recording.break_off(run_id), job="run_checklist", about=run_id)


@DBOS.workflow(name="run_checklist")
def run_checklist(run_id: str) -> None:
    """The job of a run; its id is the run's, and that of a repeat begins with it."""
    try:
        perform_run(run_id)
    except Exception:
        break_off_run(run_id)
        raise


@DBOS.workflow(name="send_mail")
def send_mail(mail_id: int) -> None:
    """The job of a mail."""
    deliver_mail(mail_id)


@DBOS.workflow(name="tell_host")
def tell_host(number: int) -> None:
    """The job of an event for the host."""
    deliver_event(number)


@DBOS.workflow(name="tend_consent")
def tend_consent(consent_id: int) -> None:
    """The job of a consent that needs something."""
    look_after_consent(consent_id)


def _in_app(work: Callable[[], None], *, job: str, about: int | str) -> None:
    failure = ""
    with _app[0].app_context():
        try:
            work()
        except Exception as error:
            failure = type(error).__name__
            log.exception("a job failed", job=job, about=about)
    if failure:
        raise JobFailed(failure)
