"""Logs: one JSON object a line, with the request's id, and nothing in it that could be a secret."""

from __future__ import annotations

import logging
import sys
from collections.abc import Mapping
from typing import Any

import structlog
from structlog.typing import EventDict, WrappedLogger

MASK = "•••"
_SECRET = ("password", "secret", "token", "authorization", "cookie", "code_", "security_code", "api_key", "csrf")
_QUIET = ("httpx", "httpcore", "zeep", "dbos", "alembic", "flask-limiter", "werkzeug")
"""Libraries whose lower messages hold whole addresses or bodies."""


def set_up(level: str) -> None:
    """Send every log of this process to standard error as JSON, once."""
    shared: tuple[structlog.typing.Processor, ...] = (
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        mask,
        _plain_exception,
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    root = logging.getLogger()
    root.setLevel(level)
    if not any(isinstance(handler, OurHandler) for handler in root.handlers):
        handler = OurHandler()
        handler.setFormatter(
            structlog.stdlib.ProcessorFormatter(
                foreign_pre_chain=shared,
                processors=[
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    structlog.processors.JSONRenderer(ensure_ascii=False),
                ],
            )
        )
        root.addHandler(handler)
    for name in _QUIET:
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))


def mask(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Hide the values of keys that are named like a secret; none is ever logged on purpose."""
    return {key: _masked(key, value) for key, value in event.items()}


def _masked(key: str, value: Any) -> Any:
    if any(word in key.lower() for word in _SECRET):
        return MASK
    if isinstance(value, Mapping):
        return {name: _masked(str(name), inner) for name, inner in value.items()}
    return value


def _plain_exception(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """An exception as its kind and places: its text, and the values in its frames, could hold anything."""
    info = event.pop("exc_info", None)
    error = sys.exc_info()[1] if info is True else info[1] if isinstance(info, tuple) else info
    if isinstance(error, BaseException):
        event["error"] = type(error).__name__
        event["at"] = _places(error)
    return event


def _places(error: BaseException, last: int = 8) -> list[str]:
    """Where an exception came from: ``file:line function``, outermost first."""
    places, step = [], error.__traceback__
    while step is not None:
        code = step.tb_frame.f_code
        places.append(f"{code.co_filename}:{step.tb_lineno} {code.co_name}")
        step = step.tb_next
    return places[-last:]


class OurHandler(logging.StreamHandler[Any]):
    """Known by its class, so that a second app in one process adds no second one."""
