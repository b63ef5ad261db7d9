"""How far a contact has come: what people did with it, each with who and when."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Self

from intake.domain.facts import Facts
from mash_shared.keeping import hash_of, newest_within, size_of
from mash_shared.vocabulary import Channel, Urgency

ANONYMOUS = "anonymous"
"""Why nothing is owed to a referrer who did not say who they are (A7)."""
NOT_OWED = "not_owed"
"""Why nothing is owed for what is no referral: it is answered directly (A14, B14, M)."""


class ContactState(StrEnum):
    """How far a contact has come: derived from how far its children have."""

    RECORDED = "recorded"
    ENQUIRY_AUTHORISED = "enquiry_authorised"
    SENT_FOR_DECISION = "sent_for_decision"
    DECIDED = "decided"
    ENDED = "ended"
    CLOSED = "closed"


UNSETTLED = (
    ContactState.RECORDED,
    ContactState.ENQUIRY_AUTHORISED,
    ContactState.SENT_FOR_DECISION,
)
"""As long as it may still matter to a contact who knows its children."""


class CheckResult(StrEnum):
    """What the check of identifying details came to (B2)."""

    CONFIRMED = "confirmed"
    PARTLY_CONFIRMED = "partly_confirmed"
    NOT_CONFIRMED = "not_confirmed"


@dataclass(frozen=True, slots=True, kw_only=True)
class By:
    """Who did something, and when."""

    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DemographicCheck(By):
    """That the identifying details were checked (B2)."""

    result: CheckResult
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Completion(By):
    """That a registered social worker completed the record (J4)."""

    registration_number: str


@dataclass(slots=True, kw_only=True)
class FollowUp:
    """The written part that follows a telephoned worry, on the same contact (A9, A10).

    Whether it was `announced`, or is only wanted by the policy, matters where it is not sent.
    """

    announced: bool = False
    arrived_at: datetime | None = None
    by: str | None = None
    text: str | None = None
    from_contact: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Allocation(By):
    """The social worker of a case (E6, F7); `gone_at` is since when they are not there any more."""

    social_worker: str
    gone_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Oversight(By):
    """A manager's sign-off on a contact of an open case; its actions are tasks (E2)."""

    note: str


@dataclass(slots=True, kw_only=True)
class Pause:
    """The contact waits while the professional talks to the family (D5); it is not closed."""

    by: str
    at: datetime
    note: str
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HubRequest:
    """A request made to the hub (M): who asks, for what, about a child or an adult.

    Who that is stands among the facts, and can be corrected there.
    """

    kind: str
    requester: str
    subject: str
    mode: str | None = None
    their_reference: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed(By):
    """That mother and baby were placed in a prison's unit, or are not any more (N16)."""

    placed: bool
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FamilyTold(By):
    """What a family was told of the hub, and when (A19)."""

    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DayAcceptance(By):
    """That somebody of the day took over what stood with the duty team (O9, O10)."""

    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SentForDecision(By):
    """Who sent the contact straight to a decision, and why that is enough (F3)."""

    reason: str


EARLIER_ROOM = 4 * 1024 * 1024
"""Bytes of earlier facts that are kept whole, the newest first, beside those first recorded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What a contact goes by beside its facts: its level, what was asked for, when it came, how."""

    urgency: Urgency
    request_type: str | None
    immediate_danger: bool
    received_at: datetime
    channel: Channel
    also_asked: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierFacts:
    """Facts, and what the contact went by, as they stood until they were corrected, and by whom.

    `facts` is None once so much was corrected since that only this line is left of them; `size`
    is theirs, in bytes.
    """

    facts: Facts | None
    facts_hash: str
    size: int
    standing: Standing | None = None
    until: datetime
    by: str
    why: str

    @classmethod
    def of(
        cls, facts: Facts, standing: Standing | None, *, until: datetime, by: str, why: str
    ) -> Self:
        """Write the line of what is corrected."""
        said = asdict(facts)
        return cls(
            facts=facts,
            facts_hash=hash_of(said),
            size=size_of(said),
            standing=standing,
            until=until,
            by=by,
            why=why,
        )


def kept_in_room(earlier: Sequence[EarlierFacts]) -> list[EarlierFacts]:
    """Keep facts whole that were first recorded, and the newest others while there is room."""
    first, others = earlier[:1], earlier[1:]
    fit = newest_within([line.size for line in others], room=EARLIER_ROOM)
    without = [replace(line, facts=None) for line in others[: len(others) - fit]]
    return [*first, *without, *others[len(others) - fit :]]
