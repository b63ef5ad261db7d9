"""Whether a trail is as it was written: each chain is walked from its first line to its last."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from pymongo.collection import Collection

from mash_shared.audit.line import Head, Kind, hash_of
from mash_shared.plumbing.documents import Raw


class Wrong(StrEnum):
    """What is wrong with a line."""

    CHANGED = "changed"
    MISSING = "missing"
    OUT_OF_ORDER = "out of order"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """The first line of a chain that is not as it was written."""

    chain: str
    number: int
    wrong: Wrong

    def __str__(self) -> str:
        return f"Chain {self.chain}: line {self.number} is {self.wrong}."


@dataclass(frozen=True, slots=True, kw_only=True)
class Walked:
    """Where every chain ends, up to the first fault where one was found."""

    heads: tuple[Head, ...]
    faults: tuple[Fault, ...]

    @property
    def chains(self) -> int:
        """How many chains there are."""
        return len(self.heads)

    @property
    def lines(self) -> int:
        """How many lines hold."""
        return sum(head.number for head in self.heads)


def walk(
    chain: str, lines: Iterable[Raw], is_elsewhere: Callable[[Head], bool]
) -> tuple[Head, Fault | None]:
    """Walk a chain, in the order of its numbers, up to the first fault; gives where it ended.

    `is_elsewhere` says whether the line that was written behind a head stands at another place.
    """
    head = Head(chain=chain)
    for line in lines:
        wrong = _wrong(head, line)
        if wrong is not None:
            wrong = Wrong.OUT_OF_ORDER if is_elsewhere(head) else wrong
            return head, Fault(chain=chain, number=head.number + 1, wrong=wrong)
        head = Head.of(line)
    return head, None


def _wrong(head: Head, line: Raw) -> Wrong | None:
    number = head.number + 1
    if line.get("number") != number:
        return Wrong.MISSING
    begins = (line.get("kind") == Kind.BEGAN) is (number == 1)
    whole = line.get("hash") == hash_of(line) and line.get("_id") == f"{head.chain}#{number}"
    return None if begins and whole and line.get("before") == head.hash else Wrong.CHANGED


def verify(kept: Collection[Raw], heads: Iterable[Head] = ()) -> Walked:
    """Walk every chain of a process; `heads` are those that checkpoints vouch for.

    A chain names the end of the one before it, which must stand as well.
    """
    found: dict[str, Fault] = {}
    chains = sorted(one["_id"] for one in kept.aggregate([{"$group": {"_id": "$chain"}}]))
    ends: list[Head] = []
    for chain in chains:
        lines = kept.find({"chain": chain}, sort=[("number", 1)])
        head, fault = walk(chain, lines, lambda head: _is_elsewhere(kept, head))
        ends.append(head)
        if fault is not None:
            found[chain] = fault
    for head in (*_named(kept), *heads):
        fault = _not_there(kept, head)
        if fault is not None and head.chain not in found:
            found[head.chain] = fault
    return Walked(heads=tuple(ends), faults=tuple(found.values()))


def _is_elsewhere(kept: Collection[Raw], head: Head) -> bool:
    question = {"chain": head.chain, "before": head.hash, "number": {"$ne": head.number + 1}}
    return kept.find_one(question) is not None


def _named(kept: Collection[Raw]) -> Iterator[Head]:
    """Give the ends of chains that the beginnings of others name."""
    for line in kept.find({"copy": {"$exists": True}}):
        after: Mapping[str, Any] | None = line.get("after")
        if after:
            yield Head(**after)


def _not_there(kept: Collection[Raw], head: Head) -> Fault | None:
    line = kept.find_one({"chain": head.chain, "number": head.number})
    if line is not None and line["hash"] == head.hash:
        return None
    wrong = Wrong.MISSING if line is None else Wrong.CHANGED
    return Fault(chain=head.chain, number=head.number, wrong=wrong)
