"""A worker: the engine of the jobs in this process, under a slot of its own."""

from __future__ import annotations

import atexit
import logging
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import structlog
from flask import Flask

from onboarding.db import db
from onboarding.engine import APPLICATION, VERSION
from onboarding.engine.slots import Slot, abandoned, name_of, number_of, take_slot
from onboarding.settings import current_settings

if TYPE_CHECKING:
    from dbos import WorkflowStatus

log = structlog.get_logger(__name__)

LEASE = 1.0
"""Seconds between two looks at our lease: shorter than anybody takes to look for jobs that we would leave behind."""
HOUSEKEEPING = 5.0
"""Seconds between two looks at jobs that were left behind."""
KEPT_DAYS = 14
"""How long the history of ended jobs stays."""
_PURGED = 500


class Worker:
    """Does the jobs that are registered, until it is stopped. One a process: the engine keeps its state there."""

    def __init__(
        self, app: Flask, minutely: Callable[[], None], hourly: Callable[[], None], lost: Callable[[], None]
    ) -> None:
        """``minutely`` and ``hourly`` are done so often, in the context of ``app``, by every worker.

        ``lost`` is called, once, when the lease of our slot is lost: it has to end this process.
        """
        self._app = app
        self._minutely = minutely
        self._hourly = hourly
        self._lost = lost
        self._stopping = threading.Event()
        self._slot: Slot | None = None
        self._thread = threading.Thread(target=self._keep_house, name="housekeeping", daemon=True)

    def start(self) -> None:
        """Take a slot, pick up what its last holder left, and begin. The database has to be at the newest revision."""
        from dbos import DBOS, DBOSConfig, DBOSPortableJSONSerializer

        logging.getLogger("dbos").addHandler(logging.NullHandler())  # or it writes to the console by itself
        with self._app.app_context():
            self._slot = take_slot(db.engine)
            url = current_settings().database_url
        config: DBOSConfig = {
            "name": APPLICATION,
            "system_database_url": url,
            "application_version": VERSION,
            "executor_id": name_of(self._slot.number),
            "serializer": DBOSPortableJSONSerializer(),
            "run_migrations": False,
            "log_level": "WARNING",
        }
        DBOS(config=config)
        DBOS.launch()
        DBOS.register_queue("checks", worker_concurrency=16, polling_interval_sec=0.2)
        DBOS.register_queue("mail", worker_concurrency=4, polling_interval_sec=0.5)
        DBOS.register_queue("consents", worker_concurrency=4, polling_interval_sec=0.5)
        DBOS.register_queue("webhooks", worker_concurrency=3, polling_interval_sec=0.5)
        self._thread.start()
        atexit.register(self.stop)
        log.info("worker started", slot=self._slot.number)

    def stop(self, patience: int = 0) -> None:
        """Begin nothing new, and wait ``patience`` seconds for what is going on.

        The slot is kept until the process ends: what is still going on then belongs to nobody else before.
        """
        from dbos import DBOS

        if self._stopping.is_set():
            return
        self._stopping.set()
        DBOS.destroy(workflow_completion_timeout_sec=patience)

    def _keep_house(self) -> None:
        began = time.monotonic()
        next_look, next_minute, next_hour = began + LEASE, began, began
        while not self._stopping.wait(LEASE):
            if self._is_lease_lost():
                return
            at = time.monotonic()
            if at < next_look:
                continue
            next_look = at + HOUSEKEEPING
            due = at >= next_hour
            next_hour += 3600 if due else 0
            is_minute = at >= next_minute
            next_minute = at + 60 if is_minute else next_minute
            try:
                with self._app.app_context():
                    self._pick_up_orphans()
                    if is_minute:
                        self._minutely()
                    if due:
                        _purge_history()
                        self._hourly()
            except Exception:
                log.exception("housekeeping of jobs failed")

    def _is_lease_lost(self) -> bool:
        """Another process may hold our slot by now: stop before a job is done twice at once."""
        if self._slot is None or self._slot.is_held():
            return False
        log.critical("the lease of this worker's slot is lost; the process stops its jobs", slot=self._slot.number)
        self._lost()
        return True

    def _pick_up_orphans(self) -> None:
        assert self._slot is not None
        holders = {number_of(job.executor_id) for job in _under_way()} - {None, self._slot.number}
        if not holders:
            return
        from dbos import DBOS

        with abandoned(db.engine, sorted(number for number in holders if number is not None)) as numbers:
            left = _under_way([name_of(number) for number in numbers]) if numbers else []
            if left:  # looked up anew: before we held the slot, somebody else may have picked them up
                log.warning("picking up jobs that were left behind", count=len(left))
                DBOS.resume_workflows([job.workflow_id for job in left])


def _under_way(holders: list[str] | None = None) -> list[WorkflowStatus]:
    """The jobs that were begun and did not end, all or those of these executors."""
    from dbos import DBOS

    return DBOS.list_workflows(status="PENDING", executor_id=holders, load_input=False, load_output=False)


def _purge_history() -> None:
    """Forget jobs that ended long ago; what they did is in the app's own tables."""
    from datetime import UTC, datetime, timedelta

    from dbos import DBOS

    before = (datetime.now(UTC) - timedelta(days=KEPT_DAYS)).isoformat()
    old = DBOS.list_workflows(
        status=["SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"],
        completed_before=before,
        limit=_PURGED,
        load_input=False,
        load_output=False,
    )
    if old:
        DBOS.delete_workflows([job.workflow_id for job in old])
