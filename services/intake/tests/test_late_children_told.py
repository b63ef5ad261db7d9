"""Late children where the others were told, ended or came in another contact (A9, J6, N11)."""

from datetime import timedelta

import pytest

from intake.domain.consent import ConsentPosition
from intake.domain.progress import ContactState
from intake.domain.queue import Queue
from intake.domain.refusals import AlreadyEndedError
from intake.domain.way import Position
from intake.forms.children import StrikeChild
from intake.forms.contact import AmendContact
from intake.forms.form import Note
from mash_shared.act import Person
from mash_shared.messages.contact import (
    ContactJoined,
    ContactRecorded,
    ContactSplit,
)
from mash_shared.messages.decision import DecisionRecorded
from mash_shared.messages.notice import NoticeDelivered
from mash_shared.testing import NOW, acted, heard, person, sample
from mash_shared.vocabulary import Role
from support.front_door import HANDLERS as H
from support.front_door import MANAGER, checked, indexed, known, made_whole
from support.siblings import (
    TOBIAS,
    WREN,
    added,
    closed_case,
    handed_over,
    of,
    open_case,
    opened,
    positions,
    siblings,
)
from support.turns import AUTHORISED, DECIDED, ENOUGH, SIGNPOSTED, TOLD
from support.two_parts import call, join, joined

ASKED, WAITS = Position.IN_ENQUIRY, Position.AWAITING_DECISION
LATER = NOW + timedelta(days=2)


@pytest.mark.rule("J6")
def test_when_all_is_told_a_late_child_opens_it_again_with_a_promise_of_their_own() -> None:
    desk = siblings()
    desk.do(AUTHORISED)
    for change in (*DECIDED, TOLD):
        desk.do(change)
    made_whole(desk)
    assert desk.aggregate.state is ContactState.CLOSED
    form = _said(children=[{"facts": {"full_name": "Piran"}}])
    said = desk.do(acted(H.amend_contact, form, MANAGER, LATER))
    (owed,) = of(ContactRecorded, said)
    assert (owed.child_ids, owed.received_at) == (("c1-4",), LATER)
    assert desk.aggregate.state is ContactState.ENQUIRY_AUTHORISED
    checked(desk)
    desk.do(indexed())
    desk.do(heard(H.note_decision, sample(DecisionRecorded, child_id="c1-4")))
    assert desk.aggregate.state is ContactState.DECIDED
    desk.do(heard(H.note_referrer_told, sample(NoticeDelivered, child_ids=("c1-4",))))
    assert desk.aggregate.state is ContactState.DECIDED, "what was completed was about the others"
    made_whole(desk)
    assert desk.aggregate.state is ContactState.CLOSED


@pytest.mark.rule("J6")
def test_a_notice_that_crossed_with_a_late_child_tells_of_the_others_only() -> None:
    desk = siblings()
    desk.do(ENOUGH)
    for change in DECIDED:
        desk.do(change)
    (owed,) = of(ContactRecorded, added(desk))
    assert owed.child_ids == ("c1-1", "c1-2", "c1-3", "c1-4")
    (owed,) = of(ContactRecorded, desk.do(TOLD))
    assert owed.child_ids == ("c1-4",)
    assert desk.aggregate.owes_news


@pytest.mark.rule("E4", "N11", "X4")
def test_a_child_learnt_of_after_the_end_gets_a_linked_contact() -> None:
    desk = siblings()
    desk.do(SIGNPOSTED)
    said = added(desk)
    assert desk.aggregate.child_ids == ("c1-1", "c1-2", "c1-3")
    way = desk.aggregate.ways["c1-4"]
    linked = opened(said)
    contact = linked.aggregate
    assert way.split_off_to == contact.id
    assert (contact.split_from, contact.group_id, desk.aggregate.group_id) == ("c1", "c1", "c1")
    assert [child.full_name for child in contact.children] == ["Piran"]
    assert (contact.received_at, contact.facts.concern) == (NOW, desk.aggregate.facts.concern)
    assert contact.consent.position is ConsentPosition.GIVEN
    assert Queue.GATE in contact.waiting
    other = opened(added(desk))
    assert (other.aggregate.id != contact.id, other.aggregate.is_recorded) == (True, True)


@pytest.mark.rule("D15")
def test_consent_that_was_taken_back_is_none_in_a_linked_contact() -> None:
    desk = siblings(request_type="early_help")
    desk.do(acted(H.withdraw_consent, Note(note="Changed her mind."), MANAGER))
    desk.do(acted(H.return_to_referrer, Note(note="Talk to them."), MANAGER))
    contact = opened(added(desk)).aggregate
    assert contact.consent.is_refused
    assert not contact.consent.position.lets_out


@pytest.mark.rule("A9", "A10")
def test_a_child_is_added_to_the_contact_that_a_joined_one_goes_on_in() -> None:
    desk = known(call(), id_="c1")
    join(desk)
    with pytest.raises(AlreadyEndedError, match="c0: add the child there"):
        added(desk)
    form = joined("c1")
    (on,) = desk.do(heard(H.take_in_joined, form))
    assert isinstance(on, ContactJoined)
    assert (on.contact_id, on.joining) == ("c0", form.joining)
    assert desk.do(heard(H.take_in_joined, form.model_copy(update={"text": "Again."}))) == ()


@pytest.mark.rule("A9", "A10")
@pytest.mark.parametrize("gone", [AUTHORISED, ENOUGH, SIGNPOSTED])
def test_a_form_with_two_more_children_is_joined_at_any_stage(gone: object) -> None:
    desk = siblings(children=[TOBIAS])
    desk.do(gone)  # type: ignore[arg-type]
    form = joined("c1", children=[TOBIAS, WREN, {"full_name": "Isolde Fenwick-Adair"}])
    said = desk.do(heard(H.take_in_joined, form))
    if gone is SIGNPOSTED:
        linked = opened(said).aggregate
        assert [child.full_name for child in linked.children][1] == "Isolde Fenwick-Adair"
        assert of(ContactSplit, said)[0].received_at == form.received_at
        return
    desk.do(indexed())
    assert len(positions(desk)) == 3
    assert set(positions(desk)) == {ASKED if gone is AUTHORISED else WAITS}


@pytest.mark.rule("A9", "E1")
def test_a_child_who_was_handed_over_does_not_go_along_when_the_others_are_joined() -> None:
    desk = siblings(open_case("c1-1"), call())
    with pytest.raises(Exception, match="goes elsewhere"):
        join(desk)
    desk = siblings(closed_case("c1-1"), call())
    handed_over(desk)
    (said,) = of(ContactJoined, join(desk))
    facts = said.said["facts"]
    assert isinstance(facts, dict)
    assert [child["child_id"] for child in facts["children"]] == ["c1-2", "c1-3"]  # type: ignore[index, call-overload, union-attr]


@pytest.mark.rule("E1")
def test_a_question_about_a_child_that_ended_names_more_children_and_opens_nothing() -> None:
    desk = siblings(request_type="information")
    desk.do(SIGNPOSTED)
    assert not of(ContactSplit, added(desk))
    assert desk.aggregate.child_ids[3:] == ("c1-4",)


def _said(**said: object) -> AmendContact:
    return AmendContact.model_validate({"why": "Learnt later."} | said)


def _of(council: str) -> Person:
    return person(*Role, council=council)


@pytest.mark.rule("J6")
def test_who_is_struck_when_all_others_were_told_of_is_waited_for_no_longer() -> None:
    desk = siblings()
    for change in (AUTHORISED, *DECIDED, TOLD):
        desk.do(change)
    form = _said(children=[{"facts": {"full_name": "Piran"}}])
    desk.do(acted(H.amend_contact, form, MANAGER, LATER))
    struck = StrikeChild(child_id="c1-4", reason="A cousin who lives elsewhere.")
    said = desk.do(acted(H.strike_child, struck, MANAGER, LATER))
    assert [one.child_ids for one in of(ContactRecorded, said)] == [()]
    said = desk.do(acted(H.amend_contact, _said(address="9 Mill Walk"), MANAGER, LATER))
    assert of(ContactRecorded, said) == []
