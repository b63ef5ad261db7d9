"""The catalogue: what is generated from the message classes, and what keeps them compatible.

`python -m mash_shared.catalogue --help` lists what it does: topics, documents, schema snapshots.
"""

from mash_shared.messages import Message
from mash_shared.vocabulary import Lane

KEY = "contact_id"
"""The field whose value is every record's key: one contact is in order on one partition."""


def topics_of(message: type[Message]) -> dict[str, str]:
    """Give the topic of each lane, placeholders kept, the ordinary lane first."""
    kept = {part: f"{{{part}}}" for part in message.parts()}
    lanes = sorted(message.lanes(), key=_order)
    return {lane.value: message.topic_in(lane, **kept) for lane in lanes}


def meaning_of(message: type[Message]) -> str:
    """Give the whole docstring of a message as one paragraph."""
    return " ".join((message.__doc__ or "").split())


def _order(lane: Lane) -> bool:
    return lane is not Lane.AMBER
