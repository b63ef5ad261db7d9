"""One asking of one agency: of whom, until when, what it said, and the ledger of that (G3, I4)."""

from collections.abc import Collection
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Self

from mash_shared.answers import Answer
from mash_shared.keeping import hash_of, size_of
from mash_shared.vocabulary import ReplyState


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
    """A reply that crossed its request's being taken back: that it came is kept, no more."""

    reply_id: str
    reply_hash: str
    came_at: datetime

    @classmethod
    def of(cls, answer: Answer, at: datetime) -> Self:
        """Make the line of a reply."""
        reply_hash = hash_of(asdict(answer))
        return cls(reply_id=answer.reply_id, reply_hash=reply_hash, came_at=at)


MOST_RETURNED = 10
"""Replies of a round that are shown as returned to their agency, the newest ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned:
    """A reply that the gateway returned to its agency for what it lacks: it was never here."""

    reply_id: str
    code: str
    returned_at: datetime


@dataclass(slots=True, kw_only=True)
class Round:
    """One request to one agency, and its replies, of which the last supersedes others (I4).

    `child_ids` are the children it asks about; once answered, those the answer is about. `told` is
    the hash of what the agency was told last, `reply_by` the time that it was given, which counts
    from `timed_from`. `handed_over_at` is when its gateway put it on its topic (F8); `chased` are
    the moments of which it was reminded since. `named` are whom the last answer is about by its own
    word. What is `set_aside` tells of a child who went to another family's contact: it stays in the
    ledger, is shown to nobody here, and is asked for anew about those who stayed (N11).
    """

    request_id: str
    child_ids: tuple[str, ...]
    asked_at: datetime
    reply_by: datetime
    timed_from: datetime
    handed_over_at: datetime | None = None
    chased: list[datetime] = field(default_factory=list)
    told: str = ""
    amended_at: datetime | None = None
    taken_back_at: datetime | None = None
    state: ReplyState | None = None
    named: tuple[str, ...] = ()
    set_aside: bool = False
    replies: list[Filed] = field(default_factory=list)
    crossed: list[Crossed] = field(default_factory=list)
    returned: list[Returned] = field(default_factory=list)

    @property
    def is_outstanding(self) -> bool:
        """Whether an answer is waited for."""
        return self.state is None

    @property
    def answer(self) -> Answer | None:
        """What the agency says now."""
        return self.replies[-1].answer if self.replies else None

    @property
    def superseded(self) -> list[Filed]:
        """The lines of earlier replies."""
        return self.replies[:-1]

    def knows(self, reply_id: str) -> bool:
        """Whether this reply came before."""
        filed = any(line.reply_id == reply_id for line in self.replies)
        return filed or any(line.reply_id == reply_id for line in self.crossed)

    def tells_of(self, apart: Collection[str]) -> bool:
        """Whether what the agency says now is about one of these children, in words."""
        said = self.answer
        words = said is not None and bool(said.facts or said.analysis or said.declined_reason)
        return words and not set(self.named or self.child_ids).isdisjoint(apart)

    def is_of_nobody(self, about: tuple[str, ...]) -> bool:
        """Whether a first reply is about nobody whom this round asks about by now."""
        return not self.replies and not set(about) & set(self.child_ids)

    def file(self, answer: Answer, about: tuple[str, ...], at: datetime) -> None:
        """File a reply; the first one says of whom this round has an answer."""
        if not self.replies:
            self.child_ids = tuple(child for child in self.child_ids if child in about)
        self.named = about
        self.replies.append(Filed.of(answer, at))
        self.state = ReplyState(answer.state)

    def note_returned(self, returned: Returned) -> None:
        """Note, once, what came and was returned; the answer is owed as before (G1)."""
        if returned not in self.returned:
            self.returned = [*self.returned, returned][-MOST_RETURNED:]

    def take_back(self, at: datetime) -> None:
        """Ask nothing any more; what was answered stays as it was said."""
        self.taken_back_at = at
        self.state = self.state or ReplyState.CANCELLED
