"""No document comes near the 16 MB at which every write of it fails, a clock's too."""

from collections.abc import Collection, Mapping, Sized
from dataclasses import dataclass, replace
from typing import Any

import bson
import orjson

from mash_shared.plumbing.logs import get_logger
from mash_shared.plumbing.metrics import LARGE_DOCUMENTS, LARGEST_DOCUMENT
from mash_shared.plumbing.outgoing import Outgoing
from mash_shared.vocabulary import NotYetError, Refusal

Raw = dict[str, Any]

MB = 1024 * 1024
LARGE = 4 * MB
"""Bytes from which a document is measured, counted and named in the log."""
LARGEST = 12 * MB
"""Bytes beyond which nothing is taken that adds more than `LITTLE`."""
LITTLE = 16 * 1024
FULL = 14 * MB
"""Bytes beyond which nothing is taken that adds anything; the rest is left to clocks."""
MOST_CLOCKS = 150
"""Clocks of one document: all of them go into one message, which must not become too large."""
_FRAME = 512
"""Bytes at the most of what stands beside state, `handled` and `outgoing`."""
_PLACE = 8
"""Bytes at the most of the place of one member in a list."""

log = get_logger()


class DocumentFullError(Refusal):
    """What came would make a document too large; it was not taken, and clocks still run."""

    def __init__(self) -> None:
        super().__init__("The record is full: it cannot take in more of this size.")


class OutboxFullError(NotYetError):
    """A document holds too much that the broker has yet to confirm; it empties by itself."""

    def __init__(self) -> None:
        super().__init__("The record is still being passed on; send it again in a moment.")


@dataclass(frozen=True, slots=True)
class Weight:
    """Bytes that a document keeps, bytes that leave it once they are sent, and its clocks."""

    kept: int
    outgoing: int
    clocks: int

    @property
    def whole(self) -> int:
        """Bytes of the whole document."""
        return self.kept + self.outgoing

    @property
    def is_too_much(self) -> bool:
        """Whether what made it so has to be looked at piece by piece."""
        return self.whole > LARGEST or self.clocks > MOST_CLOCKS

    def must_bear(self, after: "Weight") -> None:
        """Raise a refusal where a message or an act would make too much of a document.

        Raises `OutboxFullError` where that passes by itself, else `DocumentFullError`.
        """
        if after.clocks > max(MOST_CLOCKS, self.clocks):
            raise DocumentFullError
        grown = after.whole - self.whole
        if (after.whole > FULL and grown > 0) or (after.whole > LARGEST and grown > LITTLE):
            raise OutboxFullError if after.kept <= LARGEST else DocumentFullError


@dataclass(slots=True)
class Scales:
    """What a document weighs while arrivals are put to it one by one.

    Once one has to wait for the broker, what came behind it is to `hold_back` as well: what is
    about one document stays in order.
    """

    weight: Weight
    hold_back: bool = False

    def put(self, after: Weight, *, refusable: bool) -> None:
        """Put one arrival more; `after` has what it says as its `outgoing`.

        Raises what `must_bear` raises where that is `refusable`.
        """
        after = replace(after, outgoing=self.weight.outgoing + after.outgoing)
        if refusable:
            try:
                self.weight.must_bear(after)
            except OutboxFullError:
                self.hold_back = True
                raise
        self.weight = after


def may_be_large(state: Mapping[str, Any], handled: Sized, outgoing: Collection[Outgoing]) -> bool:
    """Say, at hardly any cost, whether a document has to be measured.

    JSON of the state is doubled: BSON numbers the members of lists.
    """
    roughly = 2 * len(orjson.dumps(state)) + 512 * len(handled)
    roughly += sum(2048 + len(message.body or b"") for message in outgoing)
    return roughly > LARGE or len(state["clocks"]) > MOST_CLOCKS


def weigh(
    state: Mapping[str, Any], handled: Collection[Raw], outgoing: Collection[Outgoing]
) -> Weight:
    """Measure a document as it would be written."""
    return Weight(
        kept=len(bson.encode({"state": state, "handled": list(handled)})) + _FRAME,
        outgoing=sum(_PLACE + len(bson.encode(message.document())) for message in outgoing),
        clocks=len(state.get("clocks", ())),
    )


class Watch:
    """Warns of large documents of one store, long before they are full."""

    def __init__(self) -> None:
        self._named: set[str] = set()
        self._largest = 0

    def see(self, document_id: str, size: int) -> None:
        """Count the writing of a large document; it is named in the log the first time."""
        if size <= LARGE:
            return
        LARGE_DOCUMENTS.inc()
        self._largest = max(self._largest, size)
        LARGEST_DOCUMENT.set(self._largest)
        if document_id not in self._named:
            self._named.add(document_id)
            log.warning("document_large", document_id=document_id, bytes=size)
