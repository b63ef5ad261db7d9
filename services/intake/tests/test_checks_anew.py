"""A check of who a child is does not outlast what it checked: corrections, joins, splits (B2)."""

from typing import Any

import pytest

from intake.domain.progress import CheckResult, ContactState
from intake.domain.refusals import CheckMissingError, UnknownChildError
from intake.forms.contact import CheckDemographics
from mash_shared.messages.decision import DecisionRecorded
from mash_shared.messages.enquiry import EnquiryAmended
from mash_shared.testing import acted, heard, sample
from mash_shared.vocabulary import ClockState
from support.front_door import HANDLERS as H
from support.front_door import (
    RECORDER,
    checked,
    made_whole,
)
from support.siblings import (
    TOBIAS,
    WREN,
    of,
    opened,
    siblings,
    split,
    struck,
)
from support.turns import AUTHORISED, ENOUGH
from support.two_parts import joined
from support.unchecked import BOTH, COMPLETE, LATER, NAME, checks_owed, put_right, unchecked

pytestmark = pytest.mark.rule("B2")


@pytest.mark.parametrize(
    "facts",
    [NAME, {"date_of_birth": "2018-01-03"}, {"nhs_number": "9990000018"}],
)
def test_a_correction_of_who_a_child_is_asks_again_of_this_child(facts: dict[str, Any]) -> None:
    desk = siblings(children=BOTH)
    put_right(desk, gender="female")
    assert desk.aggregate.unchecked == ()
    put_right(desk, **facts)
    assert desk.aggregate.unchecked == ("c1-2",)
    way = desk.aggregate.ways["c1-2"]
    assert way.stale_check == desk.aggregate.ways["c1-1"].check
    with pytest.raises(CheckMissingError):
        desk.do(AUTHORISED)
    put_right(desk, **NAME | {"full_name": "Wren F."})
    assert way.stale_check is not None, "that it was checked once stays known"
    checked(desk, "c1-2")
    assert desk.do(AUTHORISED)


@pytest.mark.rule("B2", "J4")
def test_a_correction_behind_the_gate_owes_the_check_and_opens_the_record_again() -> None:
    desk = siblings(children=BOTH)
    desk.do(AUTHORISED)
    made_whole(desk)
    put_right(desk, **NAME)
    assert checks_owed(desk) == ["c1-2"]
    assert desk.aggregate.completion is None
    checked(desk)
    desk.do(COMPLETE)
    put_right(desk, full_name="Wren F.")
    assert checks_owed(desk) == ["c1-2"], "each correction owes it anew"
    struck(desk, "c1-2")
    assert checks_owed(desk) == []
    last = [one for one in desk.aggregate.clocks if one.of == "check.c1-2"][-1]
    assert last.state is ClockState.CANCELLED


def test_a_late_child_joins_what_is_out_once_checked_or_at_once_in_red() -> None:
    desk = siblings(children=BOTH)
    desk.do(AUTHORISED)
    assert not of(EnquiryAmended, put_right(desk, child=None, full_name="Piran"))
    assert of(EnquiryAmended, checked(desk, "c1-3"))
    red = siblings(children=BOTH, urgency="red")
    red.do(AUTHORISED)
    assert of(EnquiryAmended, put_right(red, child=None, full_name="Piran"))
    assert checks_owed(red) == ["c1-3"]


@pytest.mark.rule("A9", "B2")
def test_a_join_asks_again_of_whom_it_changes_and_brings_its_own_checks() -> None:
    call = {"id_": "c0", "written_part_follows": True, "children": [{"full_name": "Tobias"}, WREN]}
    desk = siblings(**call)
    part = joined(
        "c0",
        children=[{"full_name": "Tobias", "date_of_birth": "2016-05-31"}, {"full_name": "Osk"}],
    )
    desk.do(heard(H.take_in_joined, part))
    assert desk.aggregate.unchecked == (), "what was checked there is who they are here"
    unchecked = part.model_copy(update={"said": part.said | {"checks": {}}})
    other = siblings(**call)
    other.do(heard(H.take_in_joined, unchecked))
    assert other.aggregate.unchecked == ("c0-1", "c0-3")


@pytest.mark.rule("B2", "N11")
def test_a_check_goes_along_with_a_child_who_is_split_off() -> None:
    desk = siblings(children=BOTH)
    new = opened(split(desk, "c1-2"))
    assert new.aggregate.unchecked == ()
    desk = unchecked()
    assert opened(split(desk, "c1-2")).aggregate.unchecked != ()


def test_a_check_names_children_who_are_here_and_keeps_result_person_and_time() -> None:
    desk = unchecked()
    with pytest.raises(UnknownChildError):
        checked(desk, "c9-1")
    check_two = CheckDemographics(result=CheckResult.NOT_CONFIRMED, child_ids=("c1-2",))
    desk.do(acted(H.check_demographics, check_two, RECORDER, LATER))
    check = desk.aggregate.ways["c1-2"].check
    assert check is not None
    assert (check.result, check.by, check.at) == (CheckResult.NOT_CONFIRMED, RECORDER.id, LATER)
    assert desk.aggregate.unchecked == ("c1-1",)


def test_what_was_decided_does_not_close_before_who_the_child_is_is_known() -> None:
    desk = unchecked(urgency="red", children=[TOBIAS], referrer={"kind": "anonymous"})
    desk.do(ENOUGH)
    desk.do(heard(H.note_decision, sample(DecisionRecorded, child_id="c1-1")))
    assert desk.aggregate.state is ContactState.DECIDED
    made_whole(desk)
    assert desk.aggregate.state is ContactState.CLOSED
    put_right(desk, child="c1-1", full_name="Tobias Adair")
    assert desk.aggregate.state is ContactState.DECIDED
    assert checks_owed(desk) == ["c1-1"]
