"""Two families that nobody labels: what speaks for it, and who says what they are (N11)."""

from datetime import timedelta
from typing import Any

import pytest

from intake.domain.contact import Contact
from intake.domain.kin import Apart
from intake.domain.queue import Queue
from intake.domain.refusals import (
    AlreadyDoneError,
    AlreadyEndedError,
    TwoFamiliesError,
    UnknownChildError,
)
from intake.domain.task import AnswerMissingError, TaskKind
from intake.forms.ending import Signpost
from intake.forms.form import Note
from intake.forms.gate import ChangeCoordinator
from intake.forms.task import CompleteTask
from mash_shared.messages.case import CaseStatusChanged
from mash_shared.messages.enquiry import EnquiryAmended
from mash_shared.testing import NOW, Desk, acted, sample
from mash_shared.vocabulary import ClockState, NotEntitledError
from support.front_door import HANDLERS as H
from support.front_door import MANAGER, RECORDER, SOCIAL_WORKER, Index
from support.households import HOME, OSK, OTHER_HOME, of_second, put_right, say_one_family, two_boys
from support.siblings import TOBIAS, WREN, of, split, struck
from support.turns import AUTHORISED, ENOUGH

pytestmark = pytest.mark.rule("N11")
AT_HOME = [OSK | {"address": OTHER_HOME}]
PARENTS = {
    "parental_responsibility": [{"full_name": "Orla Fenwick"}],
    "children": [TOBIAS, OSK | {"parental_responsibility": ["Elowen Lanyon"]}],
}


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"children": [TOBIAS, *AT_HOME]}, Apart.HOMES),
        (PARENTS, Apart.PARENTS),
        ({"children": [TOBIAS, OSK | {"family": "Lanyon"}]}, Apart.LABELS),
        ({"circumstances": {"extra_familial_harm": {}}}, Apart.HARM_OUTSIDE),
    ],
)
@pytest.mark.parametrize("way", [AUTHORISED, ENOUGH])
def test_what_speaks_against_one_family_keeps_the_gate_shut_until_it_is_said(
    said: dict[str, Any], why: Apart, way: Any
) -> None:
    desk = two_boys(**said)
    assert desk.aggregate.apart == (why,)
    assert Queue.SPLITTING in desk.aggregate.waiting
    assert Queue.GATE not in desk.aggregate.waiting
    with pytest.raises(TwoFamiliesError, match=why):
        desk.do(way)
    say_one_family(desk)
    assert desk.aggregate.apart == ()
    assert Queue.SPLITTING not in desk.aggregate.waiting
    assert desk.do(way)


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"children": [TOBIAS | {"address": HOME}, OSK | {"address": "4, Quarry Ln. RM1 1AA"}]},
        {"children": [TOBIAS, OSK | {"address": "not known"}], "address": None},
        PARENTS | {"parental_responsibility": [{"full_name": "Elowen Lanyon"}]},
        PARENTS | {"parental_responsibility": []},
    ],
    ids=["surnames", "one home", "no home", "one mother", "one says nothing"],
)
def test_surnames_and_what_may_be_the_same_are_no_evidence(said: dict[str, Any]) -> None:
    desk = two_boys(**said)
    assert desk.aggregate.apart == ()
    assert desk.do(AUTHORISED)


@pytest.mark.rule("E1", "N11")
@pytest.mark.parametrize(
    ("second", "apart"),
    [(OTHER_HOME, True), (HOME, False), ("Romford", False), (None, False)],
)
async def test_cases_of_two_homes_speak_against_one_family(
    second: str | None, *, apart: bool
) -> None:
    index = Index()
    numbers = ("9990000018", "9990000026")
    homes = zip((TOBIAS, OSK), numbers, (HOME, second), strict=True)
    for child, number, home in homes:
        index.hear(_closed(child | {"nhs_number": number}, home))
    named = [one | {"nhs_number": n} for one, n in zip((TOBIAS, OSK), numbers, strict=True)]
    index.record("c1", children=named, address=None)
    await index.matcher().match(["c1"])
    index.check("c1")
    assert len(index.contact("c1").matching.matches) == 2
    assert (index.contact("c1").apart == (Apart.CASES,)) is apart
    if apart:
        with pytest.raises(TwoFamiliesError):
            index.do("c1", AUTHORISED)


def _closed(child: dict[str, Any], home: str | None) -> CaseStatusChanged:
    said = {"full_name": child["full_name"], "date_of_birth_in_part": child["date_of_birth"]}
    return sample(
        CaseStatusChanged,
        **said,
        contact_id=f"LCS-{child['nhs_number']}",
        nhs_number=child["nhs_number"],
        address=home,
        status="closed",
        closed_at=NOW - timedelta(days=400),
    )


def test_only_who_sorts_contacts_says_so_of_children_who_are_here_and_once() -> None:
    desk = two_boys(children=[TOBIAS, *AT_HOME])
    with pytest.raises(NotEntitledError):
        say_one_family(desk, by=RECORDER)
    with pytest.raises(UnknownChildError):
        say_one_family(desk, "c9-1")
    say_one_family(desk, "c1-1", "c1-2", by=SOCIAL_WORKER)
    with pytest.raises(AlreadyDoneError):
        say_one_family(desk)
    desk.do(acted(H.signpost, Signpost(to="library"), MANAGER))
    with pytest.raises(AlreadyEndedError):
        say_one_family(desk, "c1-1")


def test_it_is_said_of_the_children_as_they_were_known_and_of_nobody_who_comes_later() -> None:
    desk = two_boys(children=[TOBIAS, *AT_HOME])
    say_one_family(desk)
    of_second(desk, gender="male")
    assert desk.aggregate.apart == ()
    of_second(desk, full_name="Casper Lindqvist")
    assert desk.aggregate.apart == (Apart.HOMES,)
    say_one_family(desk)
    put_right(desk, children=[{"facts": WREN | {"address": OTHER_HOME}}])
    assert desk.aggregate.apart == (Apart.HOMES,)
    struck(desk, "c1-3")
    assert desk.aggregate.apart == ()


def test_a_label_that_somebody_sets_later_asks_again() -> None:
    desk = two_boys(children=[TOBIAS, OSK | {"family": "Lanyon"}])
    say_one_family(desk)
    desk.do(AUTHORISED)
    put_right(desk, concern="He was seen there twice.")
    with pytest.raises(TwoFamiliesError, match="split the contact instead"):
        of_second(desk, family="Tregear")


def _tasks(desk: Desk[Contact]) -> list[bool]:
    kind = TaskKind.FAMILIES
    return [task.is_open for task in desk.aggregate.tasks if task.kind is kind]


def test_what_is_learnt_after_letting_out_is_told_to_no_agency_before_it_is_said() -> None:
    desk = two_boys()
    desk.do(AUTHORISED)
    assert not of(EnquiryAmended, of_second(desk, address=OTHER_HOME, gender="male"))
    assert _tasks(desk) == [True]
    assert Queue.SPLITTING in desk.aggregate.waiting
    assert not of(EnquiryAmended, put_right(desk, concern="His mother drinks."))
    note = CompleteTask(task_id="families.children", note="Looked at.")
    with pytest.raises(AnswerMissingError, match="one family"):
        desk.do(acted(H.complete_task, note, MANAGER))
    (amended,) = of(EnquiryAmended, say_one_family(desk))
    assert amended.concern == "His mother drinks."
    assert _tasks(desk) == [False]
    (clock,) = [one for one in desk.aggregate.clocks if one.of == "families.children"]
    assert clock.state is ClockState.MET
    of_second(desk, full_name="Piran Lanyon")
    assert _tasks(desk) == [True], "he is somebody else than was said of"


def test_who_coordinates_and_that_nothing_may_be_asked_is_told_meanwhile() -> None:
    desk = two_boys()
    desk.do(AUTHORISED)
    of_second(desk, address=OTHER_HOME, full_name="Piran Lanyon")
    other = ChangeCoordinator(coordinating_social_worker="sw-4022", reason="On leave.")
    (amended,) = of(EnquiryAmended, desk.do(acted(H.change_coordinator, other, MANAGER)))
    assert amended.coordinating_social_worker == "sw-4022"
    assert [child.full_name for child in amended.family.children][1] == "Osk Lanyon"
    withdrawn = acted(H.withdraw_consent, Note(note="She rang."), MANAGER)
    (amended,) = of(EnquiryAmended, desk.do(withdrawn))
    assert (amended.may_ask, len(amended.family.children)) == (False, 2)


def test_a_split_of_what_was_learnt_late_tells_agencies_of_who_stayed_and_who_went() -> None:
    desk = two_boys()
    desk.do(AUTHORISED)
    of_second(desk, address=OTHER_HOME)
    (amended,) = of(EnquiryAmended, split(desk, "c1-2"))
    assert [child.child_id for child in amended.family.children] == ["c1-1"]
    assert amended.apart == ("c1-2",)
    assert _tasks(desk) == [False]


@pytest.mark.rule("F3", "N11")
def test_what_goes_straight_to_a_decision_has_its_task_as_well() -> None:
    desk = two_boys()
    desk.do(ENOUGH)
    of_second(desk, address=OTHER_HOME)
    assert _tasks(desk) == [True]
    of_second(desk, address=HOME)
    assert _tasks(desk) == [False]
