"""Logs are JSON, and hold nothing that could be a secret."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from io import StringIO

import pytest
import structlog

from onboarding import logs


@pytest.fixture
def said() -> Iterator[StringIO]:
    logs.set_up("INFO")
    (handler,) = [handler for handler in logging.getLogger().handlers if isinstance(handler, logs.OurHandler)]
    written = StringIO()
    before = handler.setStream(written)
    yield written
    if before is not None:
        handler.setStream(before)


def lines(said: StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in said.getvalue().splitlines()]


def test_a_line_is_an_object_with_its_request(said: StringIO) -> None:
    with structlog.contextvars.bound_contextvars(request_id="abc"):
        structlog.get_logger("ours").info("run ended", run="r1")

    (line,) = lines(said)
    assert line["event"] == "run ended"
    assert line["request_id"] == "abc"
    assert line["run"] == "r1"
    assert line["level"] == "info"


def test_what_is_named_like_a_secret_is_masked(said: StringIO) -> None:
    structlog.get_logger("ours").info(
        "odd", password="made-up", security_code_1="made-up", headers={"Authorization": "made-up", "Accept": "json"}
    )

    (line,) = lines(said)
    assert "made-up" not in json.dumps(line)
    assert line["headers"] == {"Authorization": logs.MASK, "Accept": "json"}


def test_an_exception_is_told_without_its_text(said: StringIO) -> None:
    try:
        int("made-up-secret")
    except ValueError:
        structlog.get_logger("ours").exception("failed")
        logging.getLogger("theirs").exception("failed too")

    first, second = lines(said)
    assert (first["error"], second["error"]) == ("ValueError", "ValueError")
    assert "test_logs.py" in str(first["at"])
    assert "made-up-secret" not in json.dumps([first, second])


@pytest.mark.parametrize("library", ["httpx", "httpcore", "zeep", "zeep.transports", "dbos"])
def test_libraries_that_log_addresses_and_bodies_are_quiet(said: StringIO, library: str) -> None:
    logging.getLogger(library).info("GET https://api.example/?token=made-up")
    logging.getLogger(library).debug("<body>made-up</body>")

    assert lines(said) == []


def test_two_apps_in_a_process_log_once(said: StringIO) -> None:
    logs.set_up("INFO")

    structlog.get_logger("ours").info("once")

    assert len(lines(said)) == 1
