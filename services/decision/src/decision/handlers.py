"""What the decision service does with collated enquiries and people's acts."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from decision.domain import Decision, Judgement, OutstandingWork
from decision.forms import JudgementForm
from mash_shared.act import Act
from mash_shared.messages import Message
from mash_shared.messages.contact import ContactReadyForDecision, ContactWorkOutstanding
from mash_shared.messages.decision import DecisionRecorded
from mash_shared.messages.enquiry import EnquiryCollated, LateInformationReceived
from mash_shared.policy import Pack, PolicyPacks
from mash_shared.policy.front_door import NightAct
from mash_shared.vocabulary import ClockKind, NotInPolicyError


@dataclass(frozen=True, slots=True)
class DecisionHandlers:
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
        decision.contact_id = news.contact_id
        decision.council = news.council
        decision.opened_at = news.occurred_at
        if decision.received_at is None:
            decision.urgency, decision.received_at = news.urgency, news.received_at
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
        decision.note_late_information(late.reply_id)
        yield from ()

    def note_work_outstanding(
        self, decision: Decision, work: ContactWorkOutstanding
    ) -> Iterator[Message]:
        """Keep what comes first or is barred, as the newest news has it (D4, N5, N6, N12).

        A level or receipt that was put right makes the promise of the decision anew (O14).
        """
        is_new = decision.note_work(
            OutstandingWork(
                outstanding=work.outstanding,
                before_any_decision=work.before_any_decision,
                without_consent_to_service=work.without_consent_to_service,
                edition=work.edition,
            )
        )
        if is_new:
            decision.urgency, decision.received_at = work.urgency, work.received_at
            if decision.opened_at is not None:
                self._promise(decision, work.occurred_at)
        yield from ()

    def recommend(self, decision: Decision, act: Act, form: JudgementForm) -> Iterator[Message]:
        """Record a social worker's recommendation (H3)."""
        act.person.must_serve(decision.council)
        decision.must_be_open()
        pack = self.packs.of(decision.council)
        roles = {*pack.deciding.recommender_roles, *pack.on_duty(NightAct.RECOMMEND, act.at)}
        act.person.must_be_one_of(roles, "recommend an outcome")
        decision.recommend(_judgement(pack, act, form))
        yield from ()

    def decide(self, decision: Decision, act: Act, form: JudgementForm) -> Iterator[Message]:
        """Record the decision for one child (H1-H5, H9)."""
        act.person.must_serve(decision.council)
        decision.must_be_open()
        pack = self.packs.of(decision.council)
        roles = {*pack.deciding.decider_roles, *pack.on_duty(NightAct.DECIDE, act.at)}
        act.person.must_be_one_of(roles, "decide")
        judgement = _judgement(pack, act, form)
        decision.decide(
            judgement,
            needs_recommendation=pack.deciding.recommendation_required,
            by_two=pack.deciding.must_differ,
        )
        yield DecisionRecorded(
            contact_id=decision.contact_id,
            council=decision.council,
            urgency=decision.urgency,
            occurred_at=act.at,
            decision_id=decision.id,
            child_id=decision.id,
            outcome=judgement.kind,
            outcome_code=judgement.outcome,
            policy_version=judgement.policy_version,
        )


def _judgement(pack: Pack, act: Act, form: JudgementForm) -> Judgement:
    if form.outcome not in pack.outcomes:
        raise NotInPolicyError("outcome", pack.outcomes)
    return Judgement(
        by=act.person.id,
        at=act.at,
        outcome=form.outcome,
        kind=pack.outcomes[form.outcome].kind,
        rationale=form.rationale,
        evidence=form.evidence,
        threshold_document=f"{pack.threshold.id} {pack.threshold.version}",
        policy_version=pack.version,
    )
