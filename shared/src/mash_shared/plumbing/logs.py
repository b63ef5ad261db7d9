"""One log line a message, ids only: what is not on the allow-list never reaches a log (S8)."""

import logging
import math
import sys
import time
from collections.abc import MutableMapping
from typing import Any

import orjson
import structlog

ALLOWED = frozenset(
    {
        "event", "level", "timestamp", "service", "instance",
        "message_id", "message_type", "topic", "partition", "offset", "group", "lane",
        "contact_id", "document_id", "trace_id", "outcome", "reason", "attempt", "door",
        "records", "documents", "milliseconds", "kind", "of", "error_type", "where", "count",
        "address", "point", "logger", "seconds", "bytes",
    }
)  # fmt: skip

SAY_AGAIN_AFTER = 30.0
"""Seconds in which a library's line that was logged is only counted."""


def only_allowed(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Drop every field that is not on the allow-list."""
    return {key: value for key, value in event.items() if key in ALLOWED}


class _ForeignRecords(logging.Handler):
    """Takes the lines of libraries; their text is free, so only its origin is kept.

    The same line again within a while is counted and not repeated: a client that looks for its
    broker says so 75 times a second.
    """

    def __init__(self) -> None:
        super().__init__()
        self._said: dict[tuple[str, str, str | None], tuple[float, int]] = {}

    def emit(self, record: logging.LogRecord) -> None:
        where = f"{record.module}.{record.funcName}:{record.lineno}"
        error = record.exc_info[1] if record.exc_info else None
        kind = type(error).__name__ if error else None
        line, now = (record.name, where, kind), time.monotonic()
        said_at, left_out = self._said.get(line, (-math.inf, 0))
        if now - said_at < SAY_AGAIN_AFTER:
            self._said[line] = said_at, left_out + 1
            return
        self._said[line] = now, 0
        structlog.get_logger().log(
            record.levelno,
            "library_said",
            logger=record.name,
            where=where_raised(error) if error else where,
            error_type=kind,
            count=left_out + 1,
        )


def configure_logs(service: str, instance: str) -> None:
    """Send JSON lines to standard output; warnings of libraries come without their text."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            only_allowed,
            structlog.processors.JSONRenderer(serializer=_dumps),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.BytesLoggerFactory(file=sys.stdout.buffer),
        cache_logger_on_first_use=True,
    )
    structlog.contextvars.bind_contextvars(service=service, instance=instance)
    logging.basicConfig(handlers=[_ForeignRecords()], level=logging.WARNING, force=True)
    logging.captureWarnings(True)  # their text may quote values


def _dumps(value: Any, **_: Any) -> bytes:
    return orjson.dumps(value, default=str)


def get_logger() -> Any:
    """Give the logger; call it with a static event name and allowed fields only."""
    return structlog.get_logger()


def where_raised(error: BaseException) -> str:
    """Name the function and line that raised, which is what may be logged of an error."""
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    if trace is None:
        return "unknown"
    return f"{trace.tb_frame.f_code.co_qualname}:{trace.tb_lineno}"
