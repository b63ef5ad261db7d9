"""What is known is enough: a decision without an enquiry, once, and beside a collated one."""

import pytest

from decision.consumers import each_child
from decision.domain import Decision, DecisionAlreadyRecordedError, UnknownEvidenceError
from decision.forms import JudgementForm
from decision.handlers import DecisionHandlers
from mash_shared.messages.contact import ContactReadyForDecision
from mash_shared.messages.decision import DecisionRecorded
from mash_shared.messages.enquiry import EnquiryCollated
from mash_shared.policy import Pack
from mash_shared.testing import Desk, acted, heard, packs, person, sample, send_twice
from mash_shared.vocabulary import ClockKind, ReplyState, Role

HANDLERS = DecisionHandlers(packs())
READY = sample(ContactReadyForDecision)
CHILD = READY.child_ids[0]
COLLATED = sample(
    EnquiryCollated,
    contact_id=READY.contact_id,
    child_ids=READY.child_ids,
    slots={"police": {CHILD: ReplyState.INFORMATION}},
    gaps=(),
)
FORM = JudgementForm(outcome="no_further_action", rationale="Nothing points to harm.")
WORKER = person(Role.SOCIAL_WORKER, id="p-worker")
MANAGER = person(Role.MASH_MANAGER, id="p-manager")
every_council = pytest.mark.parametrize("pack", tuple(packs()), ids=lambda pack: pack.council.id)


def _desk() -> Desk[Decision]:
    return Desk(Decision, CHILD, "decision")


@pytest.mark.rule("F3", "J8")
@every_council
def test_open_without_enquiry_twice_opens_one_whose_time_runs_from_receipt(pack: Pack) -> None:
    desk = _desk()
    ready = sample(ContactReadyForDecision, council=pack.council.id, urgency="red")
    assert not send_twice(desk, heard(HANDLERS.open_without_enquiry, ready))
    decision = desk.aggregate
    assert (decision.contact_id, decision.council) == (ready.contact_id, pack.council.id)
    assert decision.opened_at == ready.occurred_at
    (clock,) = decision.clocks
    assert clock == pack.clock(ClockKind.DECISION, ready.urgency, ready.received_at)


@pytest.mark.rule("F3")
def test_every_child_of_it_is_decided_on_alone() -> None:
    assert each_child(sample(ContactReadyForDecision, child_ids=("c1", "c2"))) == ("c1", "c2")


@pytest.mark.rule("F3", "H9")
def test_it_is_decided_like_any_other_and_cites_no_reply() -> None:
    desk = _desk()
    desk.do(heard(HANDLERS.open_without_enquiry, READY))
    cites = FORM.model_copy(update={"evidence": (COLLATED.reply_ids[0],)})
    with pytest.raises(UnknownEvidenceError):
        desk.do(acted(HANDLERS.recommend, cites, WORKER))
    desk.do(acted(HANDLERS.recommend, FORM, WORKER))
    (said,) = desk.do(acted(HANDLERS.decide, FORM, MANAGER))
    assert isinstance(said, DecisionRecorded)
    assert (said.contact_id, said.child_id) == (READY.contact_id, CHILD)


@pytest.mark.rule("H9")
def test_a_collated_enquiry_that_comes_later_opens_no_second_decision() -> None:
    desk = _desk()
    desk.do(heard(HANDLERS.open_without_enquiry, READY))
    before = desk.aggregate
    assert not send_twice(desk, heard(HANDLERS.open_decision, COLLATED))
    after = desk.aggregate
    assert (after.opened_at, after.clocks) == (before.opened_at, before.clocks)
    desk.do(acted(HANDLERS.recommend, FORM, WORKER))
    desk.do(acted(HANDLERS.decide, FORM, MANAGER))
    desk.do(heard(HANDLERS.open_decision, COLLATED))
    with pytest.raises(DecisionAlreadyRecordedError):
        desk.do(acted(HANDLERS.decide, FORM, MANAGER))


def test_news_that_an_enquiry_is_not_needed_takes_nothing_from_one_that_was_collated() -> None:
    desk = _desk()
    desk.do(heard(HANDLERS.open_decision, COLLATED))
    before = desk.aggregate
    assert not send_twice(desk, heard(HANDLERS.open_without_enquiry, READY))
    assert desk.aggregate == before
    assert before.reply_ids == COLLATED.reply_ids
