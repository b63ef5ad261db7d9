"""Leaves the broker without waiting for its goodbye.

Over TLS a connection ends with a word from either side, for which Python waits thirty seconds. A
broker that is busy with a long poll of ours gives none before it is done; a process that is to end
would so outlast the patience of whoever stops it, and be killed. What is to be said to the broker
is said, and answered, before a client closes its connections.
"""

from typing import Any

from aiokafka.conn import AIOKafkaConnection

_close = AIOKafkaConnection.close


def _close_at_once(self: Any, reason: Any = None, exc: Any = None) -> Any:
    writer = self._writer
    closed = _close(self, reason=reason, exc=exc)
    if writer is not None:
        writer.transport.abort()
    return closed


def install() -> None:
    """Have every client of this process part so."""
    AIOKafkaConnection.close = _close_at_once
