"""Two families in one contact: taken as it is, let out never, split by one act (N11)."""

from typing import Any

import pytest
from pydantic import TypeAdapter

from intake.domain.contact import Contact
from intake.domain.queue import Queue
from intake.domain.refusals import (
    AlreadyDoneError,
    AlreadyEndedError,
    LastChildError,
    NotAChildConcernError,
    TwoFamiliesError,
    UnknownChildError,
)
from mash_shared.messages.contact import (
    ContactWorkOutstanding,
)
from mash_shared.messages.decision import DecisionRecorded
from mash_shared.messages.enquiry import EnquiryAmended
from mash_shared.testing import heard, sample
from mash_shared.vocabulary import FieldRefusedError
from support.families import OSK, A, B, labelled, put_right, siblings_and_another
from support.front_door import HANDLERS as H
from support.front_door import checked, indexed
from support.siblings import (
    TOBIAS,
    WREN,
    closed_case,
    handed_over,
    of,
    siblings,
    split,
)
from support.turns import AUTHORISED, ENOUGH, SIGNPOSTED
from support.two_parts import joined

SPLITTING = Queue.SPLITTING
CONTACT = TypeAdapter(Contact)


@pytest.mark.rule("N11")
@pytest.mark.parametrize("labels", [(A, A, B), (A, A, {})])
def test_a_contact_that_names_two_families_is_recorded_and_not_let_out(labels: Any) -> None:
    children = [one | label for one, label in zip((TOBIAS, WREN, OSK), labels, strict=True)]
    desk = siblings(children=children)
    assert SPLITTING in desk.aggregate.waiting
    assert Queue.GATE not in desk.aggregate.waiting
    for change in (AUTHORISED, ENOUGH):
        with pytest.raises(TwoFamiliesError, match="split it first"):
            desk.do(change)


@pytest.mark.rule("N9", "N11")
def test_harm_outside_the_family_of_several_children_says_whose_they_are() -> None:
    desk = siblings(circumstances={"extra_familial_harm": {"context": "The arcade."}})
    with pytest.raises(TwoFamiliesError):
        desk.do(AUTHORISED)
    labelled(desk, c1="A", c2="A", c3="A")
    assert SPLITTING not in desk.aggregate.waiting
    desk.do(indexed())
    assert desk.do(AUTHORISED)
    harm = {"extra_familial_harm": {"child_ids": ["c1-2"]}}
    of_one = siblings()
    put_right(of_one, circumstances=harm)
    assert SPLITTING not in of_one.aggregate.waiting


@pytest.mark.rule("N11")
def test_a_child_of_another_family_is_split_off_an_enquiry_that_is_out() -> None:
    desk = siblings()
    desk.do(AUTHORISED)
    with pytest.raises(TwoFamiliesError, match="split the contact instead"):
        labelled(desk, c3="Lanyon")
    said = split(desk, "c1-3")
    (amended,) = of(EnquiryAmended, said)
    assert [child.child_id for child in amended.family.children] == ["c1-1", "c1-2"]
    (work,) = of(ContactWorkOutstanding, said)
    assert [child.gone for child in work.children] == [None, None, "split_off"]


@pytest.mark.rule("N11")
def test_a_late_child_of_another_family_joins_no_enquiry() -> None:
    desk = siblings(children=[TOBIAS | A, WREN | A])
    desk.do(AUTHORISED)
    put_right(desk, children=[{"facts": OSK | B}])
    assert not of(EnquiryAmended, desk.do(indexed()))
    assert SPLITTING in desk.aggregate.waiting
    (amended,) = of(EnquiryAmended, split(desk, "c1-3"))
    assert [child.child_id for child in amended.family.children] == ["c1-1", "c1-2"]
    assert SPLITTING not in desk.aggregate.waiting
    other = siblings(children=[TOBIAS | A])
    other.do(AUTHORISED)
    put_right(other, children=[{"facts": OSK | B}])
    other.do(indexed())
    checked(other)
    labelled(other, c2="Fenwick-Adair")
    assert of(EnquiryAmended, other.do(indexed()))


@pytest.mark.rule("N11")
def test_a_split_names_each_child_once_and_leaves_somebody_who_has_come_no_further() -> None:
    desk = siblings_and_another()
    with pytest.raises(LastChildError):
        split(desk, "c1-1", "c1-2", "c1-3")
    for wrong in (("c1-3", "c1-3"), ("c9-1",)):
        with pytest.raises(UnknownChildError):
            split(desk, *wrong)
    for field in ("household", "parental_responsibility", "alleged_perpetrators"):
        with pytest.raises(FieldRefusedError, match="nobody stands"):
            split(desk, "c1-3", **{field: [0]})
    handed = siblings_and_another()
    handed.do(indexed(closed_case("c1-3")))
    handed_over(handed)
    decided = siblings()
    decided.do(ENOUGH)
    decided.do(heard(H.note_decision, sample(DecisionRecorded, child_id="c1-3")))
    for one in (handed, decided):
        with pytest.raises(AlreadyDoneError, match="stays"):
            split(one, "c1-3")
    with pytest.raises(NotAChildConcernError):
        split(siblings(request_type="information"), "c1-3")
    ended = siblings()
    ended.do(SIGNPOSTED)
    with pytest.raises(AlreadyEndedError):
        split(ended, "c1-3")
    assert desk.aggregate.child_ids == ("c1-1", "c1-2", "c1-3")


@pytest.mark.rule("A9", "N11")
@pytest.mark.parametrize(
    ("ours", "theirs", "must_split"),
    [(A, B, False), (A, {}, False), ({}, B, False)],
)
def test_labels_of_two_contacts_that_are_one_mean_the_same_family(
    ours: Any, theirs: Any, *, must_split: bool
) -> None:
    desk = siblings(children=[TOBIAS | ours])
    desk.do(heard(H.take_in_joined, joined("c1", children=[TOBIAS | theirs, WREN | theirs])))
    assert desk.aggregate.must_be_split is must_split
    mixed = siblings(children=[TOBIAS | ours])
    mixed.do(heard(H.take_in_joined, joined("c1", children=[WREN | A, OSK | B])))
    assert mixed.aggregate.must_be_split
