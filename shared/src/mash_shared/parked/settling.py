"""Settling a parked record: given back to its listener, or put away for good.

A record is given back before it is settled: after a crash in between it is still on the shelf and
may be given back again, which the document that has handled it does not notice.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from enum import StrEnum

from mash_shared.parked.shelf import Shelved
from mash_shared.plumbing.outgoing import Outgoing
from mash_shared.plumbing.parking import dead_letter_topic, replay_topic
from mash_shared.plumbing.producer import Producer
from mash_shared.plumbing.subscription import REPLAYED_FROM


class Why(StrEnum):
    """Why somebody looks at a parked record or settles it, by a code that names nobody."""

    FAULT = "fault"
    """To find what went wrong."""
    MENDED = "mended"
    """What could not handle it has been mended."""
    SENT_ANEW = "sent_anew"
    """Its sender has sent, or will send, another in its place."""
    RIGHTLY_REFUSED = "rightly_refused"
    """Nothing of it is needed."""


class NotReplayableError(Exception):
    """Only the digest of this record was kept; the sentence says what remains to be done."""


async def replay(producer: Producer, chosen: Iterable[Shelved], *, by: str, why: Why) -> None:
    """Give records back to the processes that parked them, in order."""
    for one in chosen:
        if one.word("omitted"):
            raise NotReplayableError(
                f"{one.id} was too large to be kept: ask its sender again, then discard it."
            )
        await producer.send([given_back(one)])
        await producer.send([settlement(one, "replayed", by, why)])


async def discard(producer: Producer, one: Shelved, *, by: str, why: Why) -> None:
    """Settle a record without giving it back."""
    await producer.send([settlement(one, "discarded", by, why)])


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


def settlement(one: Shelved, kind: str, by: str, why: Why) -> Outgoing:
    """Give the record that says how a parked one was settled, by whom and why."""
    said = {
        "settles": one.id,
        "settled-as": kind,
        "settled-by": by,
        "settled-because": why,
        "settled-at": datetime.now(UTC).isoformat(),
    }
    return Outgoing(
        id=f"{one.id} {kind}",
        topic=dead_letter_topic(one.process),
        key=one.key,
        headers=tuple((name, text.encode()) for name, text in said.items()),
        body=b"",
    )
