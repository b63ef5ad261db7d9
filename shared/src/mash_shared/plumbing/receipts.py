"""What became of each record, and the receipt that tells it to whoever wrote one from outside."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from mash_shared.clocks import Aggregate
from mash_shared.messages import Message
from mash_shared.plumbing.arrival import Settled
from mash_shared.plumbing.envelope import ContractError
from mash_shared.plumbing.outgoing import Outgoing
from mash_shared.plumbing.parking import Parked, ParkReason
from mash_shared.plumbing.subscription import Record, origin_of
from mash_shared.plumbing.tracing import child_of

_WORDS = re.compile(r"(?<=[a-z])(?=[A-Z])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fate:
    """What became of one record, which came `at` a time of the run.

    `settled` is None where it could not be read, `parked` where it was not parked.
    """

    record: Record
    at: datetime
    settled: Settled | None = None
    parked: Parked | None = None
    error: Exception | None = None

    @property
    def topic(self) -> str:
        """The topic on which it came first, whichever topic gave it back since."""
        return origin_of(self.record)

    @property
    def place(self) -> str:
        """Topic, partition and offset, as the broker told them to whoever wrote it."""
        return f"{self.record.topic}/{self.record.partition}/{self.record.offset}"

    @property
    def message(self) -> Message | None:
        """What it said, where it could be read."""
        return self.settled.arrival.message if self.settled else None

    @property
    def aggregate(self) -> Aggregate | None:
        """What it was about, as it stands now."""
        return self.settled.aggregate if self.settled else None

    @property
    def code(self) -> str | None:
        """Why it was parked, in words that stay the same: the refusal's, or how it went wrong."""
        if self.parked is None:
            return None
        if self.parked.kind is not ParkReason.REFUSED:
            return str(self.parked.kind)
        return code_of(type(self.error))

    @property
    def pointer(self) -> str | None:
        """Which part of the body is wrong, as a JSON pointer (RFC 6901), where one part is."""
        return self.error.pointer if isinstance(self.error, ContractError) else None


def code_of(refusal: type) -> str:
    """Give the code of a refusal: its name."""
    return _WORDS.sub("_", refusal.__name__.removesuffix("Error")).lower()


Receipt = Callable[[Fate], Message | None]
"""Gives the receipt of a record, None where it has none."""


def no_receipt(_: Fate) -> None:
    """Tell nobody: what the hub's own services write to each other has no receipts."""


def receipts(fates: Iterable[Fate], receipt: Receipt, process: str) -> Iterator[Outgoing]:
    """Give the receipts as they go out; the same is said under the same id, however often."""
    for fate in fates:
        if said := receipt(fate):
            cause = f"{fate.place}|{said.model_dump_json()}"
            trace = fate.settled.arrival.traceparent if fate.settled else child_of(None)
            yield Outgoing.of(said, cause=cause, source=process, traceparent=trace)
