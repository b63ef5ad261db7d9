"""One log line a message, ids only: what is not on the allow-list never reaches a log (S8)."""

import hashlib
import logging
import re
import sys
import time
from collections.abc import Mapping, MutableMapping
from contextlib import nullcontext
from dataclasses import dataclass
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


_UUID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_OURS = re.compile(
    rf"(?:act:|courier:|enq-|said-)?(?:[0-9a-f]{{32}}|{_UUID})(?:-[0-9]{{1,3}})?(?:[.][a-z-]{{1,40}})?"
    "|clock:[a-z_]{1,40}:[a-z0-9._-]{0,80}:[-0-9T:.+Z]{10,40}:[0-9]{1,6}"
)
"""The forms of the ids that the hub makes."""
_IDS = ("message_id", "contact_id", "document_id")


def foreign_hashed(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Put a hash for each id that is not of the hub's making.

    Somebody else's id may be a name: of a message, in a path, in another organisation's system.
    The same id has the same hash, so that its lines are found together.
    """
    for name in _IDS:
        value = event.get(name)
        if isinstance(value, str):
            event[name] = ours_or_hashed(value)
    return event


def ours_or_hashed(id_: str) -> str:
    """Give an id of the hub's making as it is, and what stands for it of any other."""
    return id_ if has_our_form(id_) else hashed(id_)


def has_our_form(id_: str) -> bool:
    """Whether an id is one of the hub's making, and so nobody's name."""
    return _OURS.fullmatch(id_) is not None


def hashed(foreign: str) -> str:
    """Give what stands for a foreign id in a log: `#` and 16 hexadecimal digits of its SHA-256."""
    return f"#{hashlib.sha256(foreign.encode(errors='surrogatepass')).hexdigest()[:16]}"


@dataclass(slots=True)
class _Line:
    """A line of a library that was written: what it said, when, and how often it came since."""

    level: int
    said: Mapping[str, str | None]
    at: float
    left_out: int = 0


class ForeignRecords(logging.Handler):
    """Takes the lines of libraries; their text is free, so only its origin is kept.

    The same line again within a while is counted and not repeated: a client that looks for its
    broker says so 75 times a second.
    """

    def __init__(self) -> None:
        """Begin with nothing said."""
        super().__init__()
        self._lines: dict[tuple[str, str, str | None], _Line] = {}

    def emit(self, record: logging.LogRecord) -> None:
        """Write the line, or count it."""
        where = f"{record.module}.{record.funcName}:{record.lineno}"
        error = record.exc_info[1] if record.exc_info else None
        kind = type(error).__name__ if error else None
        line, now = self._lines.get((record.name, where, kind)), time.monotonic()
        if line is not None and now - line.at < SAY_AGAIN_AFTER:
            line.left_out += 1
            return
        said = {
            "logger": record.name,
            "where": where_raised(error) if error else where,
            "error_type": kind,
        }
        self._lines[record.name, where, kind] = _Line(record.levelno, said, now)
        _say(record.levelno, said, count=line.left_out + 1 if line else 1)

    def say_counts(self) -> None:
        """Write the count of every line that came again and whose while is over."""
        with self.lock or nullcontext():
            now = time.monotonic()
            for line in self._lines.values():
                if line.left_out and now - line.at >= SAY_AGAIN_AFTER:
                    _say(line.level, line.said, count=line.left_out)
                    line.at, line.left_out = now, 0


def _say(level: int, said: Mapping[str, str | None], *, count: int) -> None:
    structlog.get_logger().log(level, "library_said", **said, count=count)


def say_counts() -> None:
    """Say how often libraries repeated what they said; to be called now and then."""
    for handler in logging.getLogger().handlers:
        if isinstance(handler, ForeignRecords):
            handler.say_counts()


def configure_logs(service: str, instance: str) -> None:
    """Send JSON lines to standard output; warnings of libraries come without their text."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            only_allowed,
            foreign_hashed,
            structlog.processors.JSONRenderer(serializer=_dumps),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.BytesLoggerFactory(file=sys.stdout.buffer),
        cache_logger_on_first_use=True,
    )
    structlog.contextvars.bind_contextvars(service=service, instance=instance)
    logging.basicConfig(handlers=[ForeignRecords()], level=logging.WARNING, force=True)
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
