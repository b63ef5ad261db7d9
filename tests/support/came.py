"""A record as a consumer gives it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Came:
    """A record that came to a topic; the broker stamped it where `timestamp_type` is 1."""

    topic: str
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes | None], ...]
    partition: int = 0
    offset: int = 0
    timestamp: int = 1_773_222_000_000
    timestamp_type: int = 1
