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
from intake.domain.said import Consent, GivenBy
from intake.forms.consent import SayConsent
from intake.forms.contact import AmendContact
from intake.forms.ending import Signpost
from intake.forms.gate import SendForDecision
from mash_shared.messages.contact import (
    ContactWorkOutstanding,
)
from mash_shared.messages.decision import DecisionRecorded
from mash_shared.messages.enquiry import EnquiryAmended
from mash_shared.testing import Desk, acted, heard, sample
from mash_shared.vocabulary import ConsentStatus, FieldRefusedError
from support.front_door import HANDLERS as H
from support.front_door import MANAGER, asking, checked, indexed
from support.siblings import (
    TOBIAS,
    WREN,
    closed_case,
    handed_over,
    of,
    siblings,
    split,
)
from support.two_parts import joined

OSK = {"full_name": "Osk Lanyon", "date_of_birth": "2014-02-03"}
A, B = {"family": "Fenwick-Adair"}, {"family": "Lanyon"}
AUTHORISED = acted(H.authorise_enquiry, asking(), MANAGER)
ENOUGH = acted(H.send_for_decision, SendForDecision(reason="Clear."), MANAGER)
SIGNPOSTED = acted(H.signpost, Signpost(to="library"), MANAGER)
SPLITTING = Queue.SPLITTING
CONTACT = TypeAdapter(Contact)
GIVEN = SayConsent(
    consent=Consent(
        status=ConsentStatus.GIVEN, given_by=GivenBy.PARENT, given_by_name="Elowen Lanyon"
    )
)


def _two_families(**changes: Any) -> Desk[Contact]:
    """Give a contact that names two siblings and a child of another family."""
    return siblings(**{"children": [TOBIAS | A, WREN | A, OSK | B]} | changes)


def _amended(desk: Desk[Contact], **said: Any) -> None:
    form = AmendContact.model_validate({"why": "Learnt later."} | said)
    desk.do(acted(H.amend_contact, form, MANAGER))


def _named(desk: Desk[Contact], **labels: str) -> None:
    children = [
        {"child_id": f"c1-{place[1:]}", "facts": {"family": label}}
        for place, label in labels.items()
    ]
    _amended(desk, children=children)


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
    _named(desk, c1="A", c2="A", c3="A")
    assert SPLITTING not in desk.aggregate.waiting
    desk.do(indexed())
    assert desk.do(AUTHORISED)
    harm = {"extra_familial_harm": {"child_ids": ["c1-2"]}}
    of_one = siblings()
    _amended(of_one, circumstances=harm)
    assert SPLITTING not in of_one.aggregate.waiting


@pytest.mark.rule("N11")
def test_a_child_of_another_family_is_split_off_an_enquiry_that_is_out() -> None:
    desk = siblings()
    desk.do(AUTHORISED)
    with pytest.raises(TwoFamiliesError, match="split the contact instead"):
        _named(desk, c3="Lanyon")
    said = split(desk, "c1-3")
    (amended,) = of(EnquiryAmended, said)
    assert [child.child_id for child in amended.family.children] == ["c1-1", "c1-2"]
    (work,) = of(ContactWorkOutstanding, said)
    assert [child.gone for child in work.children] == [None, None, "split_off"]


@pytest.mark.rule("N11")
def test_a_late_child_of_another_family_joins_no_enquiry() -> None:
    desk = siblings(children=[TOBIAS | A, WREN | A])
    desk.do(AUTHORISED)
    _amended(desk, children=[{"facts": OSK | B}])
    assert not of(EnquiryAmended, desk.do(indexed()))
    assert SPLITTING in desk.aggregate.waiting
    (amended,) = of(EnquiryAmended, split(desk, "c1-3"))
    assert [child.child_id for child in amended.family.children] == ["c1-1", "c1-2"]
    assert SPLITTING not in desk.aggregate.waiting
    other = siblings(children=[TOBIAS | A])
    other.do(AUTHORISED)
    _amended(other, children=[{"facts": OSK | B}])
    other.do(indexed())
    checked(other)
    _named(other, c2="Fenwick-Adair")
    assert of(EnquiryAmended, other.do(indexed()))


@pytest.mark.rule("N11")
def test_a_split_names_each_child_once_and_leaves_somebody_who_has_come_no_further() -> None:
    desk = _two_families()
    with pytest.raises(LastChildError):
        split(desk, "c1-1", "c1-2", "c1-3")
    for wrong in (("c1-3", "c1-3"), ("c9-1",)):
        with pytest.raises(UnknownChildError):
            split(desk, *wrong)
    for field in ("household", "parental_responsibility", "alleged_perpetrators"):
        with pytest.raises(FieldRefusedError, match="nobody stands"):
            split(desk, "c1-3", **{field: [0]})
    handed = _two_families()
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
