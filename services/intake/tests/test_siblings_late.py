"""What turns out late about one of several siblings (E1, E2, E3)."""

from datetime import timedelta

import pytest

from intake.domain.ending import Ended
from intake.domain.queue import Queue
from intake.domain.refusals import (
    RoutedError,
)
from intake.domain.task import TaskKind
from intake.domain.way import Position
from intake.forms.ending import HandOver
from mash_shared.messages.contact import (
    ContactRecorded,
    ContactRouted,
    ContactWorkOutstanding,
)
from mash_shared.testing import NOW, acted
from support.cases import POSSIBLE, decide
from support.front_door import HANDLERS as H
from support.front_door import MANAGER, found, indexed
from support.siblings import (
    ANOTHER,
    closed_case,
    of,
    open_case,
    positions,
    siblings,
    signed_off,
)
from support.turns import AUTHORISED, COMPLETED, ENOUGH, SIGNPOSTED

NEW, WORKER, TEAM, ASKED = (
    Position.NEW,
    Position.WITH_ALLOCATED_WORKER,
    Position.WITH_LAST_TEAM,
    Position.IN_ENQUIRY,
)


@pytest.mark.rule("E2", "J4")
@pytest.mark.parametrize("way", [AUTHORISED, ENOUGH, SIGNPOSTED])
def test_the_record_of_a_child_found_open_late_can_always_be_completed(way: object) -> None:
    desk = siblings()
    desk.do(way)  # type: ignore[arg-type]
    desk.do(indexed(open_case("c1-1"), open_case("c1-2", **ANOTHER)))
    for child in ("c1-1", "c1-2"):
        with pytest.raises(RoutedError, match="manager has to sign off"):
            desk.do(COMPLETED)
        assert Queue.OVERSIGHT in desk.aggregate.waiting
        signed_off(desk, child)
    before = positions(desk)
    desk.do(COMPLETED)
    assert desk.aggregate.completion is not None
    assert WORKER not in before


@pytest.mark.rule("E1")
def test_a_case_opened_on_a_child_in_the_enquiry_stops_nothing_and_the_coordinator_is_told() -> (
    None
):
    desk = siblings()
    desk.do(AUTHORISED)
    said = desk.do(indexed(open_case("c1-2")))
    (work,) = of(ContactWorkOutstanding, said)
    assert [child.case_open for child in work.children] == [False, True, False]
    (task,) = (t for t in desk.aggregate.tasks if t.kind is TaskKind.TELL)
    assert (task.child_id, "sw-4021" in task.what) == ("c1-2", True)
    assert positions(desk) == [ASKED, ASKED, ASKED]
    (work,) = of(ContactWorkOutstanding, desk.do(indexed(closed_case("c1-2", record_id="LCS-1"))))
    assert not any(child.case_open for child in work.children)
    assert sum(t.kind is TaskKind.TELL for t in desk.aggregate.tasks) == 2
    assert desk.aggregate.stopped_at is None


@pytest.mark.rule("E1")
def test_a_child_handed_over_by_a_wrong_match_comes_back_and_goes_where_the_others_are() -> None:
    desk = siblings(found(child_id="c1-1", **POSSIBLE))
    decide(desk, same=True)
    signed_off(desk)
    desk.do(AUTHORISED)
    assert positions(desk) == [WORKER, ASKED, ASKED]
    said = decide(desk, same=False)
    assert positions(desk) == [ASKED, ASKED, ASKED]
    way = desk.aggregate.ways["c1-1"]
    assert (way.oversight, [one.ended_as for one in way.undone]) == (
        None,
        [Ended.TO_ALLOCATED_WORKER],
    )
    assert of(ContactRecorded, said)[-1].child_ids == ("c1-1", "c1-2", "c1-3")
    assert sum(t.kind is TaskKind.TELL for t in desk.aggregate.tasks) == 1


@pytest.mark.rule("E1")
def test_news_of_the_same_case_leaves_a_child_with_whoever_has_them() -> None:
    desk = siblings(open_case("c1-1"))
    signed_off(desk)
    (routed,) = desk.do(indexed(open_case("c1-1", worker="sw-lennart-boyce")))
    assert isinstance(routed, ContactRouted)
    assert positions(desk)[0] is WORKER
    assert not [t for t in desk.aggregate.tasks if t.kind is TaskKind.TELL]
    desk.do(indexed(open_case("c1-1", record_id="LCS-7")))
    assert positions(desk)[0] is NEW


@pytest.mark.rule("E3")
def test_a_hand_over_of_a_contact_that_ended_is_refused() -> None:
    desk = siblings()
    desk.do(SIGNPOSTED)
    desk.do(indexed(closed_case("c1-1")))
    form = HandOver(to="Team 2", acknowledged_by="sw-4022")
    with pytest.raises(Exception, match="has ended"):
        desk.do(acted(H.hand_over, form, MANAGER, NOW + timedelta(hours=1)))
