"""What the decision service does with collated enquiries and people's acts."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from decision.domain import Decision, Judgement
from decision.forms import JudgementForm
from decision.roles import deciders, recommenders
from mash_shared.act import Act
from mash_shared.forgetting import Forgetting
from mash_shared.messages import Message
from mash_shared.messages.contact import ContactReadyForDecision, ContactWorkOutstanding
from mash_shared.messages.decision import DecisionRecorded
from mash_shared.messages.enquiry import EnquiryCollated, LateInformationReceived
from mash_shared.policy import Pack, PolicyPacks
from mash_shared.policy.front_door import NightAct
from mash_shared.rights import whose
from mash_shared.vocabulary import ClockKind, FieldRefusedError, NotInPolicyError, OutcomeKind


@dataclass(frozen=True, slots=True)
class DecisionHandlers(Forgetting):
    """Opening, recommending, deciding, and late information."""

    packs: PolicyPacks

    def open_decision(self, decision: Decision, collated: EnquiryCollated) -> Iterator[Message]:
        """Open the decision for one child; its clock runs from the contact's receipt.

        A further record of the same enquiry, whose agencies were asked anew, holds from then on.
        """
        decision.take_record(collated)
        if decision.opened_at is not None:
            return
        self._open(decision, collated)
        yield from ()

    def open_without_enquiry(
        self, decision: Decision, ready: ContactReadyForDecision
    ) -> Iterator[Message]:
        """Open the decision for one child on what the contact says alone (F3)."""
        if decision.opened_at is not None:
            return
        self._open(decision, ready)
        yield from ()

    def _open(self, decision: Decision, news: EnquiryCollated | ContactReadyForDecision) -> None:
        """Open it by what this says, but for what intake has said of its level since."""
        decision.be_of(news)
        decision.opened_at = news.occurred_at
        if decision.received_at is None:
            decision.take_level(news)
            decision.received_at = news.received_at
        self._promise(decision, news.occurred_at)

    def _promise(self, decision: Decision, at: datetime) -> None:
        received = decision.received_at
        assert received is not None  # noqa: S101 - said by all that opens or grades anew
        pack = self.packs.of(decision.council)
        decision.promise(pack.clock(ClockKind.DECISION, decision.urgency, received), at)

    def note_late_information(
        self, decision: Decision, late: LateInformationReceived
    ) -> Iterator[Message]:
        """Keep a late reply for review (I6)."""
        decision.be_of(late)
        decision.note_late_information(late.reply_id)
        yield from ()

    def note_work_outstanding(
        self, decision: Decision, told: ContactWorkOutstanding
    ) -> Iterator[Message]:
        """Keep what comes first or is barred, as the newest news has it (D4, N5, N6, N12).

        A level or receipt that was put right makes the promise of the decision anew (O14); so does
        a child who is decided on here again.
        """
        decision.be_of(told)
        work = next(one for one in told.children if one.child_id == decision.id)
        if decision.note_work(work, edition=told.edition, at=told.occurred_at):
            decision.take_level(told)
            decision.received_at = told.received_at
            if decision.opened_at is not None:
                self._promise(decision, told.occurred_at)
        yield from ()

    @whose(recommenders, "recommend an outcome", at_night=NightAct.RECOMMEND)
    def recommend(self, decision: Decision, act: Act, form: JudgementForm) -> Iterator[Message]:
        """Record a social worker's recommendation (H3)."""
        act.person.must_serve(decision.council)
        pack = self.packs.of(decision.council)
        decision.must_be_open()
        decision.recommend(_judgement(decision, pack, act, form))
        yield from ()

    @whose(deciders, "decide", at_night=NightAct.DECIDE)
    def decide(self, decision: Decision, act: Act, form: JudgementForm) -> Iterator[Message]:
        """Record the decision for one child (H2, H4, H5, H9, H11)."""
        act.person.must_serve(decision.council)
        pack = self.packs.of(decision.council)
        decision.must_be_open()
        judgement = _judgement(decision, pack, act, form)
        decision.decide(
            judgement,
            needs_recommendation=pack.deciding.recommendation_required,
            by_two=pack.deciding.must_differ,
        )
        yield DecisionRecorded(
            **decision.head(act.at),
            decision_id=decision.id,
            child_id=decision.id,
            outcome=judgement.kind,
            outcome_code=judgement.outcome,
            statutory_basis=judgement.statutory_basis,
            agency=judgement.agency,
            policy_version=judgement.policy_version,
            pointed_to=judgement.pointed_to,
        )


def _judgement(decision: Decision, pack: Pack, act: Act, form: JudgementForm) -> Judgement:
    """Give a view of the council's own outcomes (B15, R4, R5, R6, R7, R8, R9, R10, R11, R12)."""
    if form.outcome not in pack.outcomes:
        raise NotInPolicyError("outcome", pack.outcomes)
    outcome = pack.outcomes[form.outcome]
    if outcome.names_agency:
        _must_name_agency(pack, outcome.kind, form.agency)
    if outcome.kind is OutcomeKind.ADVICE_OR_SIGNPOST and form.pointed_to is None:
        raise FieldRefusedError("pointed_to", "pointed_to must say where they can turn to.")
    return Judgement(
        by=act.person.id,
        at=act.at,
        facts=decision.facts,
        outcome=form.outcome,
        kind=outcome.kind,
        statutory_basis=outcome.statutory_basis,
        agency=form.agency,
        pointed_to=form.pointed_to,
        rationale=form.rationale,
        evidence=form.evidence,
        threshold_document=f"{pack.threshold.id} {pack.threshold.version}",
        policy_version=pack.version,
    )


def _must_name_agency(pack: Pack, kind: OutcomeKind, agency: str | None) -> None:
    """Raise `FieldRefusedError` unless it is said who helps; a partner responds alone (C10, R7)."""
    if kind is OutcomeKind.SINGLE_AGENCY_RESPONSE and agency not in pack.agencies:
        raise NotInPolicyError("agency", pack.agencies)
    if agency is None:
        raise FieldRefusedError("agency", "agency must name the service that helps.")
