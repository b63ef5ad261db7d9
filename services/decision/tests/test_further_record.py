"""A further record of an enquiry: agencies were asked anew, and what they said now holds."""

import pytest

from decision.domain import Decision
from decision.forms import JudgementForm
from decision.handlers import DecisionHandlers
from mash_shared.messages.enquiry import EnquiryCollated
from mash_shared.testing import Desk, acted, heard, packs, person, sample

HANDLERS = DecisionHandlers(packs())
FIRST = sample(EnquiryCollated, record=1, reply_ids=(), gaps=("police",))
FURTHER = sample(EnquiryCollated, record=2, reply_ids=("police-1",), gaps=())
FORM = JudgementForm(outcome="child_protection_assessment", rationale="A bruise, unexplained.")


def _opened(*records: EnquiryCollated) -> Desk[Decision]:
    desk = Desk(Decision, FIRST.child_ids[0], "decision")
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
