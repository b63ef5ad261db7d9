"""A decision: what is to be done for one child, by the person the policy names."""

from dataclasses import dataclass, field
from datetime import datetime

from mash_shared.clocks import Aggregate, Clock
from mash_shared.messages.enquiry import EnquiryCollated
from mash_shared.vocabulary import (
    AgencyId,
    ClockKind,
    ClockState,
    EnquiryId,
    NotKnownError,
    OutcomeKind,
    Refusal,
    ReplyState,
)


class DecisionAlreadyRecordedError(Refusal):
    """A decision is recorded once; new information asks for a review instead (I6)."""


class RecommendationMissingError(Refusal):
    """The policy asks for a recommendation before the decision (H3, H4)."""


class SamePersonError(Refusal):
    """The policy asks for two different people (X1)."""


class UnknownEvidenceError(Refusal):
    """A decision cites replies of its own enquiry only (H8)."""


class WorkComesFirstError(Refusal):
    """Work that the law asks for comes first (N5, N6, N12)."""


class NoConsentToServiceError(Refusal):
    """Help that rests on consent is given to nobody who did not agree to it (D4)."""


RESTS_ON_CONSENT = (
    OutcomeKind.EARLY_HELP,
    OutcomeKind.COMMUNITY_SERVICE,
    OutcomeKind.ADDITIONAL_NEEDS_ASSESSMENT,
)
"""Help that a family may decline; what the law has done for a child is none of it (s17, s47)."""
ENDS_THE_CHILDS_WAY = (OutcomeKind.NO_FURTHER_ACTION, OutcomeKind.ADVICE_OR_SIGNPOST)
"""After these nobody works with the child."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutstandingWork:
    """What the law has somebody do for the child, as far as it is still to be done (N).

    `without_consent_to_service` bars what rests on consent (D4).
    """

    outstanding: tuple[str, ...] = ()
    before_any_decision: tuple[str, ...] = ()
    without_consent_to_service: bool = False
    edition: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """A view of the outcome: `outcome` is the council's code, `kind` its canonical form."""

    by: str
    at: datetime
    outcome: str
    kind: OutcomeKind
    rationale: str
    evidence: tuple[str, ...]
    threshold_document: str
    policy_version: str


@dataclass(slots=True, kw_only=True)
class Decision(Aggregate):
    """The decision for one child of one contact."""

    enquiry_id: EnquiryId = EnquiryId("")
    opened_at: datetime | None = None
    record: int = 0
    received_at: datetime | None = None
    slots: dict[AgencyId, ReplyState] = field(default_factory=dict)
    gaps: tuple[AgencyId, ...] = ()
    reply_ids: tuple[str, ...] = ()
    late_reply_ids: list[str] = field(default_factory=list)
    work: OutstandingWork = field(default_factory=OutstandingWork)
    recommendation: Judgement | None = None
    decision: Judgement | None = None
    review_needed: bool = False

    def must_be_open(self) -> None:
        """Raise unless there is something to decide on and nothing decided yet."""
        if self.opened_at is None:
            raise NotKnownError("Nothing is waiting for a decision under this id.")
        if self.decision is not None:
            raise DecisionAlreadyRecordedError("A decision is recorded for this child.")

    def recommend(self, judgement: Judgement) -> None:
        """Record a recommendation; a later one replaces it until the decision (H3)."""
        self.must_be_open()
        self._check_evidence(judgement)
        self.recommendation = judgement

    def decide(self, judgement: Judgement, *, needs_recommendation: bool, by_two: bool) -> None:
        """Record the decision, in the order and by the people that the policy asks for (H4, X1)."""
        self.must_be_open()
        self._check_evidence(judgement)
        if needs_recommendation and self.recommendation is None:
            raise RecommendationMissingError("A recommendation must be recorded first.")
        if by_two and self.recommendation and self.recommendation.by == judgement.by:
            raise SamePersonError("Whoever recommended may not decide.")
        self._check_work(judgement)
        self.decision = judgement
        self.end_clock(ClockKind.DECISION, state=ClockState.MET, at=judgement.at)

    def take_record(self, collated: EnquiryCollated) -> None:
        """Go by the newest record of the enquiry; one that follows a decision asks for a review."""
        if collated.record <= self.record:
            return
        self.record = collated.record
        self.enquiry_id = collated.enquiry_id
        self.slots = dict(collated.slots)
        self.gaps = collated.gaps
        self.reply_ids = collated.reply_ids
        self.review_needed = self.review_needed or self.decision is not None

    def note_late_information(self, reply_id: str) -> None:
        """Keep a late reply; after the decision it asks for a review, and changes nothing (I6)."""
        if reply_id not in self.late_reply_ids:
            self.late_reply_ids.append(reply_id)
            self.review_needed = True

    def note_work(self, work: OutstandingWork) -> bool:
        """Keep what is outstanding; say whether it is newer than what is known."""
        is_new = work.edition > self.work.edition
        self.work = work if is_new else self.work
        return is_new

    def promise(self, clock: Clock, at: datetime) -> None:
        """Promise the decision by this clock, in place of any open one that is another (O14)."""
        before = self.clock(ClockKind.DECISION)
        if self.decision is not None or (before is not None and before.due_at == clock.due_at):
            return
        self.end_clock(ClockKind.DECISION, state=ClockState.CANCELLED, at=at)
        self.clocks.append(clock)

    def _check_work(self, judgement: Judgement) -> None:
        if self.work.without_consent_to_service and judgement.kind in RESTS_ON_CONSENT:
            raise NoConsentToServiceError(
                "The family has not consented to this service: decide on another outcome, or have "
                "the consent recorded on the contact first."
            )
        ends = judgement.kind in ENDS_THE_CHILDS_WAY
        first = self.work.outstanding if ends else self.work.before_any_decision
        if first:
            named = ", ".join(code.replace("_", " ") for code in first)
            raise WorkComesFirstError(f"This comes before the decision: {named}.")

    def _check_evidence(self, judgement: Judgement) -> None:
        known = {*self.reply_ids, *self.late_reply_ids}
        if not set(judgement.evidence) <= known:
            raise UnknownEvidenceError("evidence names a reply that this enquiry does not have.")
