"""What comes in by any of the three doors, and how it ended."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from mash_shared.clocks import Aggregate
from mash_shared.messages import Message
from mash_shared.vocabulary import Lane, Refusal

Change = Callable[[Any], Iterable[Message]]


class IdempotencyKeyReusedError(Refusal):
    """The same idempotency key came with another body (S16)."""

    def __init__(self) -> None:
        super().__init__("This Idempotency-Key was used before with another body.")


class IdReusedError(Refusal):
    """Another message came under the id of one that was taken in; it must not pass for it."""

    def __init__(self) -> None:
        super().__init__("Another message was taken in under this ce_id; send it under a new one.")


class ChangedMeanwhileError(Refusal):
    """The document is no longer at the version that the person had read (If-Match)."""

    def __init__(self) -> None:
        super().__init__("It was changed since you read it; read it again before you act on it.")


class Door(StrEnum):
    """Where a change comes from."""

    MESSAGE = "message"
    CLOCK = "clock"
    ACT = "act"


OWN_IDS = ("act:", "clock:", "courier:")
"""How the ids begin that the other doors give; no message may bear one and pass for such."""


class Outcome(StrEnum):
    """How an arrival ended."""

    DONE = "done"
    REPEATED = "repeated"
    REFUSED = "refused"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """One thing that happened to one document.

    `id` names it in the document's `handled`; `fingerprint` tells a repeat from something else
    under the same id; `change` is the handler, bound to what happened; `expects` is the version
    that the document must still have; `message` is what came, where it came as one. What was erased
    takes in nothing but what is `though_erased`.
    """

    id: str
    name: str
    document_id: str
    change: Change
    at: datetime
    door: Door
    lane: Lane = Lane.AMBER
    traceparent: str
    fingerprint: str = ""
    expects: int | None = None
    message: Message | None = None
    though_erased: bool = False

    @property
    def contact_id(self) -> str:
        """The contact that a message is about, empty where none came."""
        return self.message.contact_id if self.message is not None else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """How one arrival ended; `error` is set where it was refused or failed.

    `aggregate` is the document's state after the whole batch, None where the document is unknown.
    """

    arrival: Arrival
    outcome: Outcome
    aggregate: Aggregate | None = None
    version: int = 0
    error: Exception | None = None
