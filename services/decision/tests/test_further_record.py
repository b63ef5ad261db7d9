"""A further record of an enquiry: agencies were asked anew, and what they said now holds."""

import pytest

from decision.domain import Decision
from decision.forms import JudgementForm
from decision.handlers import DecisionHandlers
from mash_shared.messages.contact import ChildWork, ContactWorkOutstanding
from mash_shared.messages.enquiry import EnquiryCollated
from mash_shared.testing import Desk, acted, heard, packs, person, sample
from mash_shared.vocabulary import ReplyState

HANDLERS = DecisionHandlers(packs())
CHILD, SIBLING = sample(EnquiryCollated).child_ids


def _record(number: int, child: ReplyState, sibling: ReplyState, *replies: str) -> EnquiryCollated:
    said = {"police": {CHILD: child, SIBLING: sibling}}
    return sample(EnquiryCollated, record=number, slots=said, reply_ids=replies)


FIRST = _record(1, ReplyState.NO_REPLY_BY_DEADLINE, ReplyState.CANCELLED)
FURTHER = _record(2, ReplyState.INFORMATION, ReplyState.CANCELLED, "police-1")
FORM = JudgementForm(outcome="child_protection_assessment", rationale="A bruise, unexplained.")


def _opened(*records: EnquiryCollated) -> Desk[Decision]:
    desk = Desk(Decision, CHILD, "decision")
    for one in records:
        desk.do(heard(HANDLERS.open_decision, one))
    return desk


@pytest.mark.rule("H7")
@pytest.mark.parametrize("records", [(FIRST, FURTHER), (FURTHER, FIRST)], ids=["then", "before"])
def test_the_newest_record_holds_whichever_comes_first(records: tuple[EnquiryCollated]) -> None:
    decision = _opened(*records).aggregate
    assert (decision.record, decision.gaps, decision.reply_ids) == (2, (), ("police-1",))
    assert len(decision.clocks) == 1
    assert not decision.review_needed


@pytest.mark.rule("H7")
def test_a_gap_about_a_sibling_is_none_about_the_child() -> None:
    sibling = Desk(Decision, SIBLING, "decision")
    sibling.do(heard(HANDLERS.open_decision, FURTHER))
    assert sibling.aggregate.gaps == ("police",)
    assert _opened(FURTHER).aggregate.slots == {"police": ReplyState.INFORMATION}


@pytest.mark.rule("I6")
def test_one_that_follows_the_decision_asks_for_a_review() -> None:
    desk = _opened(FIRST)
    outcome = next(iter(packs().of(FIRST.council).outcomes))
    form = FORM.model_copy(update={"outcome": outcome})
    deciding = packs().of(FIRST.council).deciding
    desk.do(acted(HANDLERS.recommend, form, person(deciding.recommender_roles[0], id="one")))
    desk.do(acted(HANDLERS.decide, form, person(deciding.decider_roles[0], id="two")))
    desk.do(heard(HANDLERS.open_decision, FURTHER))
    assert desk.aggregate.review_needed


@pytest.mark.rule("F6")
def test_who_decides_can_ask_whoever_put_the_replies_together() -> None:
    desk = _opened(FIRST)
    assert desk.aggregate.coordinator == FIRST.coordinating_social_worker
    later = ChildWork(child_id=CHILD, coordinator="sw-lennart-boyce")
    work = sample(ContactWorkOutstanding, children=(later,), edition=3)
    desk.do(heard(HANDLERS.note_work_outstanding, work))
    assert desk.aggregate.coordinator == "sw-lennart-boyce"
