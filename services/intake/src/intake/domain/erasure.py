"""What is kept of how long a contact stays, and of its erasure (S18, S26)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from intake.domain.ending import Ended
from intake.domain.progress import By
from mash_shared.policy import PolicyPacks
from mash_shared.policy.retention import KeptAs
from mash_shared.vocabulary import OutcomeKind


class Ground(StrEnum):
    """Why a contact is erased: its time is over, somebody's right to it was upheld, or a court."""

    RETENTION_OVER = "retention_over"
    REQUEST_UPHELD = "request_upheld"
    COURT_ORDER = "court_order"


KEPT_AS: Mapping[OutcomeKind | Ended, KeptAs] = {
    OutcomeKind.CP_OR_COMPLEX_ASSESSMENT: KeptAs.SOCIAL_CARE,
    OutcomeKind.CHILD_IN_NEED_ASSESSMENT: KeptAs.SOCIAL_CARE,
    OutcomeKind.EARLY_HELP: KeptAs.HELP,
    OutcomeKind.ADDITIONAL_NEEDS_ASSESSMENT: KeptAs.HELP,
    OutcomeKind.SINGLE_AGENCY_RESPONSE: KeptAs.HELP,
    OutcomeKind.COMMUNITY_SERVICE: KeptAs.HELP,
    OutcomeKind.ADVICE_OR_SIGNPOST: KeptAs.NO_FURTHER_ACTION,
    OutcomeKind.NO_FURTHER_ACTION: KeptAs.NO_FURTHER_ACTION,
    Ended.SIGNPOSTED: KeptAs.NO_FURTHER_ACTION,
    Ended.ADVICE_GIVEN: KeptAs.NO_FURTHER_ACTION,
    Ended.RETURNED_TO_REFERRER: KeptAs.NO_FURTHER_ACTION,
    Ended.TO_ALLOCATED_WORKER: KeptAs.SOCIAL_CARE,
    Ended.TO_LAST_TEAM: KeptAs.SOCIAL_CARE,
    Ended.TRANSFERRED_TO_OTHER_LA: KeptAs.PASSED_ON,
    Ended.REROUTED: KeptAs.PASSED_ON,
    Ended.ANSWERED: KeptAs.REQUEST,
    Ended.NOTED: KeptAs.REQUEST,
    # what it says went into another contact, which may come to anything
    Ended.JOINED: KeptAs.SOCIAL_CARE,
}
"""As what a contact is kept, by each way in which it, or the way of a child of it, may end."""
ERASURE = "erasure"
"""Whose clock it is that everybody has forgotten the contact and its key is destroyed."""
_OTHERS = ("enquiry", "decision", "notify", "ops")


@dataclass(frozen=True, slots=True, kw_only=True)
class Lifting(By):
    """Who lifted a hold, and why."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold(By):
    """That nothing of the contact is erased, whatever its time, until somebody else lifts it."""

    reason: str
    lifted: Lifting | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ErasureAnswer(By):
    """What somebody else said of a proposal to erase."""

    agrees: bool
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal(By):
    """That somebody would erase the contact, on what ground, and what was answered."""

    ground: Ground
    note: str
    answer: ErasureAnswer | None = None


@dataclass(slots=True, kw_only=True)
class Erasure:
    """How the contact was erased: by whom, and how far that has come; no word of anybody.

    `awaited` are the processes that have to forget it, `forgotten` when each had. After the last
    the key is destroyed.
    """

    ground: Ground
    proposed_by: str
    proposed_at: datetime
    agreed_by: str
    agreed_at: datetime
    awaited: tuple[str, ...]
    forgotten: dict[str, datetime] = field(default_factory=dict)
    destroyed_at: datetime | None = None


def keepers(packs: PolicyPacks) -> tuple[str, ...]:
    """Name every process beside intake that may keep something of a contact."""
    agencies = (item for pack in packs for item in pack.agencies.items())
    there = sorted({name for name, agency in agencies if agency.has_gateway})
    return (*_OTHERS, *(f"agency-gateway.{agency}" for agency in there))
