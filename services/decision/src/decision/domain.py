"""A decision: what is to be done for one child, by the person the policy names."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

from mash_shared.clocks import Aggregate, Clock
from mash_shared.messages.contact import ChildWork, Gone
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
    StatutoryBasis,
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


class ChildGoneError(Refusal):
    """Nothing is decided here of a child who was struck, or is with somebody else."""


class NoConsentToServiceError(Refusal):
    """Help that rests on consent is given to nobody who did not agree to it (D4)."""


RESTS_ON_CONSENT = (
    OutcomeKind.EARLY_HELP,
    OutcomeKind.COMMUNITY_SERVICE,
    OutcomeKind.ADDITIONAL_NEEDS_ASSESSMENT,
)
"""Help that a family may decline; what the law has done for a child is none of it (s17, s47)."""
WHERE_GONE: Mapping[Gone, str] = MappingProxyType(
    {
        "struck": "This child was recorded by mistake: nothing is decided for them.",
        "handed_over": "This child was handed over to whoever knows them: they decide.",
        "split_off": "This child has a contact of their own family: they are decided on there.",
    }
)
ENDS_THE_CHILDS_WAY = (OutcomeKind.NO_FURTHER_ACTION, OutcomeKind.ADVICE_OR_SIGNPOST)
"""After these nobody works with the child."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """A view of the outcome: `outcome` is the council's code, `kind` its canonical form.

    It was made on this number of the child's `facts`; `threshold_document` is the council's, with
    its version, as it was then (C1, C3). `pointed_to` is where somebody who gets advice was pointed
    (B15).
    """

    by: str
    at: datetime
    facts: int
    outcome: str
    kind: OutcomeKind
    statutory_basis: StatutoryBasis = StatutoryBasis.NONE
    agency: str | None = None
    pointed_to: str | None = None
    rationale: str
    evidence: tuple[str, ...]
    threshold_document: str
    policy_version: str


@dataclass(slots=True, kw_only=True)
class Decision(Aggregate):
    """The decision for one child of one contact.

    `work` is what comes first, as intake's `edition` has it; None where nothing was ever said.
    """

    KEPT = Aggregate.KEPT | {
        "enquiry_id": "a name that the hub drew",
        "received_at": "a time",
    }

    enquiry_id: EnquiryId = EnquiryId("")
    opened_at: datetime | None = None
    record: int = 0
    collated_by: str | None = None
    received_at: datetime | None = None
    slots: dict[AgencyId, ReplyState] = field(default_factory=dict)
    reply_ids: tuple[str, ...] = ()
    late_reply_ids: list[str] = field(default_factory=list)
    work: ChildWork | None = None
    edition: int = 0
    recommendation: Judgement | None = None
    decision: Judgement | None = None
    review_needed: bool = False

    @property
    def gaps(self) -> tuple[AgencyId, ...]:
        """Agencies that gave no answer about this child."""
        return tuple(agency for agency, state in self.slots.items() if not state.is_answer)

    @property
    def gone(self) -> Gone | None:
        """Why the child is no longer decided on here, None where they are."""
        return self.work.gone if self.work else None

    @property
    def coordinator(self) -> str | None:
        """Who puts the replies together, and can be asked; nobody where no agency was (F6)."""
        later = self.work.coordinator if self.work else None
        return later or self.collated_by

    @property
    def facts(self) -> int:
        """How often what is known of the child was corrected."""
        return self.work.facts if self.work else 0

    @property
    def facts_corrected(self) -> bool:
        """Whether somebody judged on less than is known now: facts were corrected since."""
        made = (self.recommendation, self.decision)
        return any(one is not None and one.facts < self.facts for one in made)

    def must_be_open(self) -> None:
        """Raise unless there is something to decide on and nothing decided yet."""
        if self.opened_at is None:
            raise NotKnownError("Nothing is waiting for a decision under this id.")
        if self.decision is not None:
            raise DecisionAlreadyRecordedError("A decision is recorded for this child.")
        if self.gone is not None:
            raise ChildGoneError(WHERE_GONE[self.gone])

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
        self.collated_by = collated.coordinating_social_worker
        self.enquiry_id = collated.enquiry_id
        self.slots = {agency: states[self.id] for agency, states in collated.slots.items()}
        self.reply_ids = collated.reply_ids
        self.review_needed = self.review_needed or self.decision is not None

    def note_late_information(self, reply_id: str) -> None:
        """Keep a late reply; after the decision it asks for a review, and changes nothing (I6)."""
        if reply_id not in self.late_reply_ids:
            self.late_reply_ids.append(reply_id)
            self.review_needed = True

    def note_work(self, work: ChildWork, *, edition: int, at: datetime) -> bool:
        """Keep what comes first; say whether it is newer than what is known.

        Nobody waits any more for the decision of a child who is gone. Facts that are corrected
        after the decision ask for a review.
        """
        if edition <= self.edition:
            return False
        self.work, self.edition = work, edition
        if self.decision is not None and self.decision.facts < self.facts:
            self.review_needed = True
        if self.gone is not None:
            self.end_clock(ClockKind.DECISION, state=ClockState.CANCELLED, at=at)
        return True

    def promise(self, clock: Clock, at: datetime) -> None:
        """Promise the decision by this clock, in place of any open one that is another (O14).

        The same is promised once: one that was missed stays missed.
        """
        promised = (one for one in self.clocks if one.state is not ClockState.CANCELLED)
        there = any(one.due_at == clock.due_at for one in promised)
        if there or self.decision is not None or self.gone is not None:
            return
        self.end_clock(ClockKind.DECISION, state=ClockState.CANCELLED, at=at)
        self.clocks.append(clock)

    def _check_work(self, judgement: Judgement) -> None:
        if self.work is None:
            return
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
