"""Jobs are asked for here, in the transaction of the change that they belong to."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Literal

from flask import current_app
from sqlmodel import Session

from onboarding.db import db

if TYPE_CHECKING:
    from dbos import DBOSClient

APPLICATION = "koppelbalie"
VERSION = "1"
"""Pinned: a job that was asked for before an upgrade is done after it. Raise it when a job's arguments change."""

Job = Literal["run_checklist", "send_mail", "tell_host", "tend_consent"]
QUEUES: dict[Job, str] = {
    "run_checklist": "checks",
    "send_mail": "mail",
    "tell_host": "webhooks",
    "tend_consent": "consents",
}
_making = threading.Lock()


def enqueue(session: Session, job: Job, *ids: int | str, delay: float = 0, job_id: str | None = None) -> None:
    """Ask for ``job`` in the caller's writing transaction: it is done after the commit, and never without it.

    Arguments are ids only: they are stored. ``delay`` is in seconds. A ``job_id`` that was asked for before
    is not asked for again.
    """
    from dbos import EnqueueOptions  # heavy: loaded where it is used

    options = EnqueueOptions(workflow_name=job, queue_name=QUEUES[job], app_version=VERSION)
    if job_id is not None:
        options["workflow_id"] = job_id
    if delay > 0:
        options["delay_seconds"] = delay
    _client().enqueue_in_transaction(session.connection(), options, *ids)


def _client() -> DBOSClient:
    """The app's client; it borrows the app's engine and never connects by itself."""
    with _making:
        client: DBOSClient | None = current_app.extensions.get("koppelbalie_engine")
        if client is None:
            from dbos import DBOSClient, DBOSPortableJSONSerializer

            client = DBOSClient(
                system_database_engine=db.engine,
                serializer=DBOSPortableJSONSerializer(),
                application_name=APPLICATION,
                lazy=True,
            )
            current_app.extensions["koppelbalie_engine"] = client
    return client
