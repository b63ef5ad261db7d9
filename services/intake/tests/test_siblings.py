"""Siblings of whom each is known to somebody else, or to nobody: each goes their own way."""

from datetime import timedelta

import pytest

from intake.domain.ending import Ended
from intake.domain.progress import ContactState
from intake.domain.queue import Queue
from intake.domain.refusals import (
    AlreadyDoneError,
    MatchUndecidedError,
    RoutedError,
    SeveralKnowError,
    UnknownChildError,
)
from intake.domain.task import TaskKind
from intake.domain.way import Position
from intake.forms.ending import Allocate
from mash_shared.messages.contact import (
    ContactEnded,
    ContactReadyForDecision,
    ContactRecorded,
    ContactRouted,
)
from mash_shared.messages.decision import DecisionRecorded
from mash_shared.messages.enquiry import EnquiryAuthorised
from mash_shared.testing import NOW, acted, heard, sample
from mash_shared.vocabulary import ClockKind, ClockState
from support.cases import POSSIBLE
from support.front_door import HANDLERS as H
from support.front_door import MANAGER, found, indexed
from support.siblings import (
    ANOTHER,
    closed_case,
    handed_over,
    of,
    open_case,
    positions,
    siblings,
    signed_off,
)
from support.turns import AUTHORISED, ENOUGH, SIGNPOSTED

NEW, WORKER, TEAM, ASKED = (
    Position.NEW,
    Position.WITH_ALLOCATED_WORKER,
    Position.WITH_LAST_TEAM,
    Position.IN_ENQUIRY,
)


@pytest.mark.rule("E1")
def test_two_siblings_with_two_workers_are_both_told_of() -> None:
    desk = siblings()
    said = desk.do(indexed(open_case("c1-1"), open_case("c1-2", **ANOTHER)))
    told = {one.child_id: one.worker for one in of(ContactRouted, said)}
    assert told == {"c1-1": "sw-harriet-osei", "c1-2": "sw-lennart-boyce"}
    assert desk.do(indexed(open_case("c1-1"), open_case("c1-2", **ANOTHER))) == ()


@pytest.mark.rule("E1", "E3", "E5")
def test_an_unknown_childs_way_goes_on_when_the_known_ones_are_handed_over() -> None:
    desk = siblings(open_case("c1-1"), closed_case("c1-2"))
    assert {Queue.OVERSIGHT, Queue.HAND_OVER, Queue.GATE} <= desk.aggregate.waiting.keys()
    said = (*signed_off(desk), *handed_over(desk))
    assert not of(ContactEnded, said)
    assert positions(desk) == [WORKER, TEAM, NEW]
    told = of(ContactRecorded, said)[-1]
    assert told.child_ids == ("c1-3",)
    assert told.passed_on == {"c1-1": "to_allocated_worker", "c1-2": "to_last_team"}
    assert {Queue.OVERSIGHT, Queue.HAND_OVER} & desk.aggregate.waiting.keys() == set()
    assert Queue.GATE in desk.aggregate.waiting
    assert desk.aggregate.state is ContactState.RECORDED


@pytest.mark.rule("E1", "E3")
@pytest.mark.parametrize("first", ["c1-1", "c1-3"])
def test_a_contact_ends_with_the_last_child_who_is_handed_over(first: str) -> None:
    desk = siblings(*(open_case(child) for child in ("c1-1", "c1-2")), closed_case("c1-3"))
    before, last = (signed_off, handed_over) if first == "c1-1" else (handed_over, signed_off)
    assert not of(ContactEnded, before(desk))
    (ended,) = of(ContactEnded, last(desk, at=NOW + timedelta(minutes=5)))
    assert ended.ended_as == ("to_last_team" if first == "c1-1" else "to_allocated_worker")
    assert desk.aggregate.ending is not None
    assert desk.aggregate.state is ContactState.ENDED


@pytest.mark.rule("E1", "X7")
@pytest.mark.parametrize("handed", [False, True])
def test_agencies_are_asked_about_the_child_whom_nobody_knows_and_no_other(*, handed: bool) -> None:
    desk = siblings(open_case("c1-1"), closed_case("c1-2"))
    if handed:
        signed_off(desk)
        handed_over(desk)
    (said,) = of(EnquiryAuthorised, desk.do(AUTHORISED))
    assert [child.child_id for child in said.family.children] == ["c1-3"]
    assert positions(desk)[2] is ASKED
    if not handed:
        assert {Queue.OVERSIGHT, Queue.HAND_OVER} <= desk.aggregate.waiting.keys()
        assert not of(ContactEnded, (*signed_off(desk), *handed_over(desk)))
    assert positions(desk) == [WORKER, TEAM, ASKED]
    assert desk.aggregate.state is ContactState.ENQUIRY_AUTHORISED


@pytest.mark.rule("E1", "F3")
def test_nothing_is_decided_for_a_known_child() -> None:
    desk = siblings(open_case("c1-1"), closed_case("c1-2"))
    (ready,) = of(ContactReadyForDecision, desk.do(ENOUGH))
    assert ready.child_ids == ("c1-3",)
    desk.do(heard(H.note_decision, sample(DecisionRecorded, child_id="c1-3")))
    assert desk.aggregate.state is ContactState.SENT_FOR_DECISION
    signed_off(desk)
    handed_over(desk)
    assert desk.aggregate.state is ContactState.DECIDED


@pytest.mark.rule("E1", "E3")
def test_with_every_child_known_nothing_is_asked_and_nothing_decided() -> None:
    desk = siblings(open_case("c1-1"), open_case("c1-2"), closed_case("c1-3"))
    for change in (AUTHORISED, ENOUGH):
        with pytest.raises(RoutedError, match="Every child is known"):
            desk.do(change)


@pytest.mark.rule("E1")
def test_one_child_who_may_be_known_keeps_everybody_from_the_gate() -> None:
    desk = siblings(found(child_id="c1-2", **POSSIBLE))
    with pytest.raises(MatchUndecidedError):
        desk.do(AUTHORISED)


@pytest.mark.rule("E1", "E3")
def test_a_known_child_is_handed_over_before_the_others_are_signposted() -> None:
    desk = siblings(closed_case("c1-1"))
    with pytest.raises(RoutedError, match="goes to whoever knows them first"):
        desk.do(SIGNPOSTED)
    handed_over(desk)
    (ended,) = of(ContactEnded, desk.do(SIGNPOSTED))
    assert ended.ended_as == Ended.SIGNPOSTED
    assert positions(desk) == [TEAM, Position.ENDED, Position.ENDED]


@pytest.mark.rule("E1", "E3")
def test_children_of_two_workers_are_signed_off_one_by_one() -> None:
    desk = siblings(open_case("c1-1"), open_case("c1-2", **ANOTHER))
    with pytest.raises(SeveralKnowError):
        signed_off(desk)
    with pytest.raises(SeveralKnowError):
        signed_off(desk, "c1-1", "c1-2")
    signed_off(desk, "c1-2")
    assert positions(desk) == [NEW, WORKER, NEW]
    with pytest.raises(AlreadyDoneError):
        signed_off(desk, "c1-2")
    signed_off(desk)
    assert positions(desk) == [WORKER, WORKER, NEW]
    tasks = [t.task_id for t in desk.aggregate.tasks if t.kind is TaskKind.ACTION]
    assert tasks == ["action.1", "action.2"]
    closed = siblings(closed_case("c1-1"), closed_case("c1-2", team="Team 9"))
    with pytest.raises(SeveralKnowError):
        handed_over(closed)


@pytest.mark.rule("E1", "E2", "E3")
def test_who_is_not_known_is_neither_signed_off_nor_handed_over() -> None:
    desk = siblings(open_case("c1-1"), closed_case("c1-2"))
    for wrong in ("c1-2", "c1-3"):
        with pytest.raises(RoutedError):
            signed_off(desk, "c1-1", wrong)
    for wrong in ("c1-1", "c1-3"):
        with pytest.raises(RoutedError):
            handed_over(desk, wrong)
    for act in (signed_off, handed_over):
        with pytest.raises(UnknownChildError):
            act(desk, "c9-1")
    assert positions(desk) == [NEW, NEW, NEW]


@pytest.mark.rule("E6")
def test_a_child_whom_nobody_has_keeps_the_allocation_open() -> None:
    desk = siblings(open_case("c1-1"), significant_harm="yes")
    desk.do(AUTHORISED)
    assert Queue.ALLOCATION in desk.aggregate.waiting
    assert desk.aggregate.clock(ClockKind.ALLOCATION) is not None
    signed_off(desk)
    assert Queue.ALLOCATION not in desk.aggregate.waiting
    desk = siblings(open_case("c1-1"), significant_harm="yes")
    signed_off(desk)
    assert desk.aggregate.clock(ClockKind.ALLOCATION) is not None
    desk.do(AUTHORISED)
    (clock,) = (c for c in desk.aggregate.clocks if c.kind is ClockKind.ALLOCATION)
    assert clock.state is ClockState.MET


@pytest.mark.rule("E6")
def test_a_worker_who_is_named_has_every_child_of_the_contact() -> None:
    desk = siblings(open_case("c1-1"), significant_harm="yes")
    desk.do(acted(H.allocate, Allocate(social_worker="sw-4021"), MANAGER))
    assert Queue.ALLOCATION not in desk.aggregate.waiting
