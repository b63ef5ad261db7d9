"""Settling a parked record: given back to its listener, or put away for good.

A record is given back before it is settled: after a crash in between it is still on the shelf and
may be given back again, which the document that has handled it does not notice.
"""

from collections.abc import Iterable
from datetime import UTC, datetime

from mash_shared.parked.shelf import Shelved
from mash_shared.plumbing.outgoing import Outgoing
from mash_shared.plumbing.parking import dead_letter_topic, replay_topic
from mash_shared.plumbing.producer import Producer
from mash_shared.plumbing.subscription import REPLAYED_FROM


class NotReplayableError(Exception):
    """Only the digest of this record was kept; the sentence says what remains to be done."""


async def replay(producer: Producer, chosen: Iterable[Shelved], *, by: str) -> None:
    """Give records back to the processes that parked them, in order."""
    for one in chosen:
        if one.word("omitted"):
            raise NotReplayableError(
                f"{one.id} was too large to be kept: ask its sender again, then discard it."
            )
        await producer.send([given_back(one)])
        await producer.send([settlement(one, "replayed", by)])


async def discard(producer: Producer, one: Shelved, *, by: str, reason: str) -> None:
    """Settle a record without giving it back."""
    await producer.send([settlement(one, "discarded", by, reason)])


def given_back(one: Shelved) -> Outgoing:
    """Give the record as it came, with the topic it came from."""
    own = [(name, value) for name, value in one.headers if not name.startswith("parked-")]
    return Outgoing(
        id=one.id,
        topic=replay_topic(one.process),
        key=one.key,
        headers=(*own, (REPLAYED_FROM, one.word("origin").encode())),
        body=one.body,
    )


def settlement(one: Shelved, kind: str, by: str, reason: str = "") -> Outgoing:
    """Give the record that says how a parked one was settled, and by whom."""
    said = {
        "settles": one.id,
        "settled-as": kind,
        "settled-by": by,
        "settled-at": datetime.now(UTC).isoformat(),
    }
    if reason:
        said["settled-because"] = reason
    return Outgoing(
        id=f"{one.id} {kind}",
        topic=dead_letter_topic(one.process),
        key=one.key,
        headers=tuple((name, text.encode()) for name, text in said.items()),
        body=b"",
    )
