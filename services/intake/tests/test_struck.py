"""Children who were recorded by mistake: taken out of everything, with what was said kept."""

import pytest

from intake.domain.case import CaseStatus
from intake.domain.contact import Contact
from intake.domain.progress import ContactState
from intake.domain.queue import Queue
from intake.domain.refusals import LastChildError, UnknownChildError
from intake.domain.way import Position
from intake.forms.contact import AmendContact
from mash_shared.messages.contact import (
    ChildAllegedToHarm,
    ContactEnded,
    ContactRecorded,
    ContactRouted,
    ContactWorkOutstanding,
)
from mash_shared.messages.decision import DecisionRecorded
from mash_shared.messages.enquiry import EnquiryAmended
from mash_shared.testing import NOW, Desk, acted, heard, sample
from mash_shared.vocabulary import NotEntitledError, Role
from support.cases import POSSIBLE, decide
from support.front_door import HANDLERS as H
from support.front_door import (
    MANAGER,
    RECORDER,
    SOCIAL_WORKER,
    found,
    indexed,
    recorded,
    staff,
)
from support.siblings import (
    TOBIAS,
    WREN,
    added,
    closed_case,
    handed_over,
    of,
    open_case,
    positions,
    siblings,
    signed_off,
    struck,
)
from support.turns import AUTHORISED, ENOUGH

STRUCK, ASKED = Position.STRUCK, Position.IN_ENQUIRY


@pytest.mark.rule("N11")
def test_a_child_struck_is_in_no_list_and_what_was_said_of_them_is_kept() -> None:
    desk = siblings(found(child_id="c1-2", **POSSIBLE))
    (owed,) = of(ContactRecorded, struck(desk, "c1-2"))
    contact = desk.aggregate
    assert owed.child_ids == contact.child_ids == ("c1-1", "c1-3")
    assert contact.superseded[-1].facts is not None
    assert contact.superseded[-1].facts.children[1].full_name == WREN["full_name"]
    kept = contact.ways["c1-2"].struck
    assert kept is not None
    assert (kept.by, kept.at, kept.reason) == (MANAGER.id, NOW, "A friend, not a sibling.")
    assert [match.found.record_id for match in kept.matches] == ["LCS-1"]
    assert Queue.MATCHES not in contact.waiting
    with pytest.raises(UnknownChildError):
        struck(desk, "c1-2")


@pytest.mark.rule("F11")
def test_a_child_struck_is_asked_about_no_more_and_nobody_waits_for_the_decision() -> None:
    desk = siblings()
    desk.do(AUTHORISED)
    said = struck(desk, "c1-2")
    (amended,) = of(EnquiryAmended, said)
    assert [child.child_id for child in amended.family.children] == ["c1-1", "c1-3"]
    assert amended.may_ask
    (work,) = of(ContactWorkOutstanding, said)
    assert {child.child_id: child.gone for child in work.children} == {
        "c1-1": None,
        "c1-2": "struck",
        "c1-3": None,
    }
    for child in ("c1-1", "c1-3"):
        desk.do(heard(H.note_decision, sample(DecisionRecorded, child_id=child)))
    assert desk.aggregate.state is ContactState.DECIDED


@pytest.mark.rule("I6")
def test_a_decision_that_crossed_with_a_strike_stays_and_a_strange_one_is_refused() -> None:
    desk = siblings()
    desk.do(ENOUGH)
    struck(desk, "c1-2")
    decided = sample(DecisionRecorded, child_id="c1-2")
    desk.do(heard(H.note_decision, decided))
    assert desk.aggregate.outcomes == {"c1-2": decided.outcome}
    assert positions(desk)[1] is STRUCK
    with pytest.raises(UnknownChildError):
        desk.do(heard(H.note_decision, sample(DecisionRecorded, child_id="c9-1")))


@pytest.mark.rule("E1", "E5")
def test_an_enquiry_stops_when_its_last_child_is_struck_and_the_contact_ends_with_the_others() -> (
    None
):
    desk = siblings(open_case("c1-1"), closed_case("c1-2"))
    desk.do(AUTHORISED)
    signed_off(desk)
    said = struck(desk, "c1-3")
    (amended,) = of(EnquiryAmended, said)
    assert (amended.may_ask, amended.family.children) == (False, ())
    assert not of(ContactEnded, said)
    assert of(ContactEnded, handed_over(desk))
    assert desk.aggregate.state is ContactState.ENDED


@pytest.mark.rule("E1")
def test_the_contact_ends_where_only_children_who_were_handed_over_are_left() -> None:
    desk = siblings(open_case("c1-1"), children=[TOBIAS, WREN])
    signed_off(desk)
    (ended,) = of(ContactEnded, struck(desk, "c1-2"))
    assert ended.ended_as == "to_allocated_worker"


@pytest.mark.rule("E1")
def test_the_case_system_hears_that_a_struck_child_does_not_come() -> None:
    desk = siblings(open_case("c1-1"))
    (taken_back,) = of(ContactRouted, struck(desk, "c1-1"))
    assert (taken_back.child_id, taken_back.route) == ("c1-1", None)
    assert desk.do(indexed()) == ()


@pytest.mark.rule("N6")
def test_work_that_the_law_asks_for_a_struck_child_is_called_off_and_stays_so() -> None:
    carers = {"young_carer": {"child_ids": ["c1-1", "c1-2"]}}
    desk = siblings()
    form = AmendContact.model_validate({"why": "Said.", "circumstances": carers})
    desk.do(acted(H.amend_contact, form, RECORDER))
    struck(desk, "c1-2")
    states = {task.child_id: task.is_open for task in desk.aggregate.tasks if task.mandatory}
    assert states == {"c1-1": True, "c1-2": False}
    only = recorded(children=[TOBIAS], circumstances={"young_carer": {}})
    added(only)
    struck(only, "c1-1")
    open_ = {task.child_id: task.is_open for task in only.aggregate.tasks if task.mandatory}
    assert open_ == {"c1-1": False, "c1-2": True}


@pytest.mark.rule("F10")
def test_no_id_of_a_struck_child_is_given_to_another() -> None:
    desk = siblings()
    struck(desk, "c1-3")
    added(desk)
    assert desk.aggregate.child_ids == ("c1-1", "c1-2", "c1-4")
    assert positions(desk) == [Position.NEW, Position.NEW, STRUCK, Position.NEW]


@pytest.mark.rule("E1", "S1")
def test_who_is_known_or_at_risk_is_struck_by_a_manager_and_others_by_who_sorts() -> None:
    with pytest.raises(NotEntitledError):
        struck(siblings(), "c1-1", staff(Role.BUSINESS_SUPPORT_OFFICER))
    struck(siblings(), "c1-1", SOCIAL_WORKER)
    by_name = siblings(found(child_id="c1-1", **POSSIBLE))
    decide(by_name, same=True)
    handed = siblings(closed_case("c1-1"))
    handed_over(handed)
    number = siblings(found(child_id="c1-1", status=CaseStatus.CLOSED, closed_at=None))
    for desk in (siblings(significant_harm="yes"), by_name, handed, number):
        with pytest.raises(NotEntitledError, match="known or at risk"):
            struck(desk, "c1-1", SOCIAL_WORKER)
        struck(desk, "c1-1")


@pytest.mark.rule("C8")
def test_the_last_child_of_a_concern_is_not_struck_and_one_of_a_question_is() -> None:
    desk = recorded(children=[TOBIAS])
    with pytest.raises(LastChildError, match="end the contact instead"):
        struck(desk, "c1-1")
    question = recorded(children=[TOBIAS], request_type="information")
    struck(question, "c1-1")
    assert question.aggregate.child_ids == ()
    form = AmendContact.model_validate({"why": "It is one.", "request_type": "child_protection"})
    question.do(acted(H.amend_contact, form, RECORDER))
    assert question.aggregate.child_ids == ("c1-2",)


@pytest.mark.rule("N10")
def test_a_child_said_to_do_harm_keeps_a_record_whatever_is_asked_by_now() -> None:
    desk = Desk(Contact, "c1a1", "intake")
    desk.do(heard(H.open_for_alleged_child, sample(ChildAllegedToHarm, contact_id="c1a1")))
    form = AmendContact.model_validate({"why": "It is none.", "request_type": "information"})
    desk.do(acted(H.amend_contact, form, MANAGER))
    with pytest.raises(LastChildError):
        struck(desk, desk.aggregate.child_ids[0])
