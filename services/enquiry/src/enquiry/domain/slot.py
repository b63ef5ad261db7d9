"""What one agency was asked and has said, and the ledger of its replies (G3, I4)."""

from collections.abc import Container
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Self

from mash_shared.keeping import hash_of, newest_within, size_of
from mash_shared.people import Answer
from mash_shared.vocabulary import (
    AgencyId,
    ReplyState,
)

MOST_SUPERSEDED = 10
"""Texts of superseded replies that are kept of one agency at the most."""
SUPERSEDED_ROOM = 1024 * 1024
"""Bytes of them, of one agency."""
SUPERSEDED_ROOM_IN_ALL = 4 * 1024 * 1024
"""Bytes of them, of all agencies of an enquiry."""


@dataclass(slots=True, kw_only=True)
class Filed:
    """One line of the ledger of replies, kept for ever; the hash is the gateway ledger's own.

    `answer` is the text; None once so much has superseded it that only this line is left. `size`
    is that of the text, in bytes.
    """

    reply_id: str
    state: ReplyState
    reply_hash: str
    size: int
    filed_at: datetime
    answer: Answer | None

    @classmethod
    def of(cls, answer: Answer, at: datetime) -> Self:
        """Write the line of a reply."""
        said = asdict(answer)
        return cls(
            reply_id=answer.reply_id,
            state=ReplyState(answer.state),
            reply_hash=hash_of(said),
            size=size_of(said),
            filed_at=at,
            answer=answer,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Crossed:
    """A reply that crossed a withdrawal of consent: that it came is kept, what it said is not."""

    reply_id: str
    reply_hash: str
    came_at: datetime

    @classmethod
    def of(cls, answer: Answer, at: datetime) -> Self:
        """Make the line of a reply."""
        reply_hash = hash_of(asdict(answer))
        return cls(reply_id=answer.reply_id, reply_hash=reply_hash, came_at=at)


@dataclass(slots=True, kw_only=True)
class Slot:
    """What one agency was asked and has said; of its `replies` the last supersedes others (I4).

    Asked anew, it has a request of the next round; `amended` are requests that were told anew, and
    `crossed` replies that met a withdrawal.
    """

    agency: AgencyId
    request_id: str
    state: ReplyState | None = None
    replies: list[Filed] = field(default_factory=list)
    earlier_requests: list[str] = field(default_factory=list)
    crossed: list[Crossed] = field(default_factory=list)
    asked_at: datetime | None = None
    amended: list[str] = field(default_factory=list)

    @property
    def is_terminal(self) -> bool:
        """Whether nothing more is waited for."""
        return self.state is not None

    @property
    def answer(self) -> Answer | None:
        """What the agency says now."""
        return self.replies[-1].answer if self.replies else None

    @property
    def superseded(self) -> list[Answer]:
        """Earlier replies of the agency's own whose texts are kept."""
        return [line.answer for line in self.replies[:-1] if line.answer]

    def knows(self, reply_id: str) -> bool:
        """Whether this reply was filed before."""
        filed = any(line.reply_id == reply_id for line in self.replies)
        return filed or any(line.reply_id == reply_id for line in self.crossed)

    def ask_anew(self) -> None:
        """Ask what was taken back once more, as the next round, under a request id of its own.

        What was stopped before it was ever asked still has its first one.
        """
        self.state = None
        if self.asked_at is not None:
            self.earlier_requests.append(self.request_id)
            first = self.earlier_requests[0]
            self.request_id = f"{first}.{len(self.earlier_requests) + 1}"

    def file(self, answer: Answer, at: datetime, *, room: int, relied_on: Container[str]) -> None:
        """File a reply; an earlier one of the same agency is superseded, never added to.

        Superseded texts are kept while they fit into the room, in bytes, the newest first; of
        older ones the line is left. What is `relied_on` is kept whole.
        """
        self.replies.append(Filed.of(answer, at))
        self.state = ReplyState(answer.state)
        free = [line for line in self.replies[:-1] if line.reply_id not in relied_on]
        sizes = [line.size for line in free]
        fit = newest_within(sizes, room=room, most=MOST_SUPERSEDED)
        for line in free[: len(free) - fit]:
            line.answer = None
