"""A paper with words on it, as it would be kept."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from mash_shared.clocks import Aggregate
from mash_shared.sealing.form import Plan


@dataclass(slots=True, kw_only=True)
class Paper(Aggregate):
    LOOKED_UP, PLAIN = "found_by", Aggregate.PLAIN | {"size": "a number"}

    size: int = 0
    number: int = 0
    words: list[str] = field(default_factory=list)
    found_by: tuple[str, ...] = ()


PLAN = Plan.of("papers", (Paper,))


def raw(
    id_: str,
    *,
    words: Sequence[str] = ("said",),
    found_by: Sequence[str] = (),
    waiting: bytes | None = None,
) -> dict[str, Any]:
    """Give a new document, with one message that waits where there is any."""
    state = {
        "id": id_, "contact_id": "c", "council": "toytown", "urgency": "red", "lane": "red",
        "clocks": [], "size": 0, "number": 0, "words": [*words], "found_by": [*found_by],
    }  # fmt: skip
    outgoing = [] if waiting is None else [{"id": "m", "topic": "t", "body": waiting}]
    return {"_id": id_, "version": 1, "state": state, "handled": [], "outgoing": outgoing}
