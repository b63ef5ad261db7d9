"""Of which children a referrer has heard, and what of it holds (E1, I7, J6)."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from intake.api.ways import ways_shown
from intake.domain.contact import Contact
from intake.domain.ending import Ended, Ending
from intake.domain.way import ChildWay
from intake.forms.ending import Signpost
from mash_shared.messages import Message
from mash_shared.messages.contact import ContactRecorded
from mash_shared.messages.decision import DecisionRecorded
from mash_shared.messages.notice import NoticeDelivered
from mash_shared.testing import NOW, Desk, acted, heard, sample
from support.cases import POSSIBLE, decide
from support.front_door import HANDLERS as H
from support.front_door import MANAGER, found
from support.siblings import of, siblings, signed_off
from support.turns import AUTHORISED

LATER = NOW + timedelta(days=2)
TO_WORKER = {"c1-1": "to_allocated_worker"}


def _told(desk: Desk[Contact], at: datetime, **of_whom: object) -> tuple[Message, ...]:
    told = {"child_ids": (), "passed_on": {}, "occurred_at": at} | of_whom
    return desk.do(heard(H.note_referrer_told, sample(NoticeDelivered, **told)))


def _with_worker() -> Desk[Contact]:
    """Give a contact of which the first child is with a worker by a match that may be wrong."""
    desk = siblings(found(child_id="c1-1", **POSSIBLE))
    decide(desk, same=True)
    signed_off(desk)
    desk.do(AUTHORISED)
    return desk


@pytest.mark.rule("E1", "J6")
def test_who_comes_back_after_that_was_told_is_owed_news_from_then() -> None:
    desk = _with_worker()
    _told(desk, NOW, child_ids=("c1-2", "c1-3"), passed_on=TO_WORKER)
    assert desk.aggregate.is_told
    (owed,) = of(ContactRecorded, decide(desk, same=False, at=LATER))
    assert (owed.child_ids, owed.passed_on, owed.received_at) == (("c1-1",), {}, LATER)
    assert of(ContactRecorded, _told(desk, LATER, child_ids=("c1-1",))) == []
    assert (desk.aggregate.is_told, desk.aggregate.ways["c1-1"].told_at) == (True, LATER)


@pytest.mark.rule("E1", "J6")
def test_news_of_a_hand_over_that_was_undone_meanwhile_tells_nothing_of_the_child() -> None:
    desk = _with_worker()
    decide(desk, same=False, at=LATER)
    said = _told(desk, LATER, child_ids=("c1-2", "c1-3"), passed_on=TO_WORKER)
    (owed,) = of(ContactRecorded, said)
    assert (owed.child_ids, owed.received_at) == (("c1-1",), LATER)
    assert not desk.aggregate.is_told


@pytest.mark.rule("E1", "I7")
def test_who_goes_again_where_the_referrer_heard_they_went_needs_no_further_notice() -> None:
    ended_as = Ended.TO_ALLOCATED_WORKER
    gone = Ending(ended_as=ended_as, by="m-1", at=NOW)
    way = ChildWay(child_id="c1-1", handed_over=gone)
    way.tell(NOW, ended_as)
    way.come_back(LATER)
    assert not way.is_told(ended=False)
    way.handed_over = replace(gone, at=LATER)
    assert way.is_told(ended=False)
    way.tell(LATER, ended_as)
    assert way.told_at == NOW


@pytest.mark.rule("I7", "J6")
def test_of_a_child_on_whom_it_was_decided_no_other_end_is_news() -> None:
    desk = _with_worker()
    _told(desk, NOW, child_ids=("c1-1",))
    _told(desk, LATER, passed_on=TO_WORKER)
    way = desk.aggregate.ways["c1-1"]
    assert (way.told_at, way.told_as) == (NOW, None)


@pytest.mark.rule("J6")
def test_news_of_how_it_ended_is_of_the_children_whom_it_named() -> None:
    desk = siblings()
    desk.do(acted(H.signpost, Signpost(to="library", told_at_once=False), MANAGER))
    (owed,) = of(
        ContactRecorded,
        _told(desk, NOW, passed_on=dict.fromkeys(("c1-1", "c1-2"), "signposted")),
    )
    assert owed.child_ids == ("c1-3",)
    _told(desk, NOW, passed_on={"c1-3": "signposted"})
    assert desk.aggregate.is_told


@pytest.mark.rule("B15")
def test_where_a_decision_for_advice_pointed_them_is_on_record_with_the_child() -> None:
    desk = siblings()
    desk.do(AUTHORISED)
    decided = sample(DecisionRecorded, contact_id="c1", child_id="c1-1", pointed_to="The library")
    desk.do(heard(H.note_decision, decided))
    shown = ways_shown(desk.aggregate)
    assert [way.pointed_to for way in shown] == ["The library", None, None]
