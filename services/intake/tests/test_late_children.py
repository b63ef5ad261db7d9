"""Children who are learnt of when the others have gone their way (E5, corrections, joins)."""

from datetime import timedelta

import pytest

from intake.domain.consent import ConsentPosition
from intake.domain.queue import Queue
from intake.domain.refusals import MatchUndecidedError
from intake.domain.task import TaskKind
from intake.domain.way import Position
from intake.forms.contact import AmendContact
from intake.forms.form import Note
from intake.forms.task import CompleteTask
from mash_shared.act import Person
from mash_shared.messages.contact import (
    ContactEnded,
    ContactReadyForDecision,
)
from mash_shared.messages.enquiry import EnquiryAmended
from mash_shared.testing import NOW, acted, person
from mash_shared.vocabulary import ClockKind, Role
from support.cases import POSSIBLE, decide
from support.front_door import HANDLERS as H
from support.front_door import MANAGER, asking, checked, found, indexed
from support.siblings import (
    added,
    closed_case,
    handed_over,
    of,
    positions,
    siblings,
)
from support.turns import AUTHORISED, ENOUGH, OVERRIDE

ASKED, WAITS = Position.IN_ENQUIRY, Position.AWAITING_DECISION
LATER = NOW + timedelta(days=2)


@pytest.mark.rule("E5", "F11")
def test_a_child_whom_nobody_knows_joins_the_enquiry_once_looked_up() -> None:
    desk = siblings()
    desk.do(AUTHORISED)
    assert not of(EnquiryAmended, added(desk))
    assert positions(desk)[3] is Position.NEW
    (amended,) = of(EnquiryAmended, desk.do(indexed()))
    assert [child.child_id for child in amended.family.children][3] == "c1-4"
    assert (amended.may_ask, positions(desk)) == (True, [ASKED] * 4)
    assert Queue.GATE not in desk.aggregate.waiting


@pytest.mark.rule("F3")
def test_a_child_follows_the_others_straight_to_a_decision() -> None:
    desk = siblings()
    desk.do(ENOUGH)
    added(desk)
    (ready,) = of(ContactReadyForDecision, desk.do(indexed()))
    assert ready.child_ids == ("c1-4",)
    assert positions(desk) == [WAITS] * 4


@pytest.mark.rule("E1", "E3")
def test_a_late_child_who_is_known_is_handed_over_and_no_agency_is_asked() -> None:
    desk = siblings()
    desk.do(AUTHORISED)
    added(desk)
    assert not of(EnquiryAmended, desk.do(indexed(closed_case("c1-4"))))
    assert Queue.HAND_OVER in desk.aggregate.waiting
    handed_over(desk)
    assert positions(desk) == [ASKED, ASKED, ASKED, Position.WITH_LAST_TEAM]


@pytest.mark.rule("E1")
def test_a_late_child_who_may_be_known_waits_for_a_person_and_keeps_nobody_up() -> None:
    desk = siblings()
    desk.do(AUTHORISED)
    added(desk)
    assert not of(EnquiryAmended, desk.do(indexed(found(child_id="c1-4", **POSSIBLE))))
    assert Queue.MATCHES in desk.aggregate.waiting
    assert positions(desk) == [ASKED, ASKED, ASKED, Position.NEW]
    assert of(EnquiryAmended, decide(desk, same=False))
    assert positions(desk) == [ASKED] * 4


@pytest.mark.rule("D12", "D15")
@pytest.mark.parametrize("harm", ["no", "yes"])
def test_an_override_for_the_others_lets_no_later_child_out_and_stops_nobody(harm: str) -> None:
    refused = {"status": "refused"}
    desk = siblings(consent=refused, significant_harm=harm)
    desk.do(OVERRIDE)
    desk.do(AUTHORISED)
    added(desk)
    assert not of(EnquiryAmended, desk.do(indexed()))
    contact = desk.aggregate
    assert contact.consent.position is ConsentPosition.OVERRIDDEN
    assert (contact.stopped_at, Queue.CONSENT in contact.waiting) == (None, True)
    (amended,) = of(EnquiryAmended, desk.do(OVERRIDE))
    assert len(amended.family.children) == 4
    assert Queue.CONSENT not in desk.aggregate.waiting


@pytest.mark.rule("D4", "D19")
@pytest.mark.parametrize(("harm", "at"), [("no", Position.NEW), ("yes", WAITS)])
def test_no_late_child_is_decided_on_where_nothing_goes_on_without_consent(
    harm: str, at: Position
) -> None:
    desk = siblings(request_type="early_help")
    desk.do(ENOUGH)
    desk.do(acted(H.withdraw_consent, Note(note="Changed her mind."), MANAGER))
    added(desk)
    if harm == "yes":
        desk.do(acted(H.amend_contact, _said(significant_harm="yes"), MANAGER))
    desk.do(indexed())
    assert positions(desk) == [WAITS, WAITS, WAITS, at]


@pytest.mark.rule("F9", "E5")
def test_agencies_asked_by_telephone_are_asked_about_a_late_child_once_more() -> None:
    desk = siblings(council="redbridge")
    desk.do(acted(H.authorise_enquiry, asking(), _of("redbridge")))
    asks = [t for t in desk.aggregate.tasks if t.kind is TaskKind.ASK]
    first = asks[0].task_id
    done = CompleteTask(task_id=first, note="Nothing known.")
    desk.do(acted(H.complete_task, done, _of("redbridge")))
    form = _said(children=[{"facts": {"full_name": "Piran"}}])
    desk.do(acted(H.amend_contact, form, _of("redbridge")))
    checked(desk)
    desk.do(indexed())
    late = [t for t in desk.aggregate.tasks if t.kind is TaskKind.ASK and t.child_id == "c1-4"]
    assert [(t.of, t.is_open) for t in late] == [(asks[0].of, True)]
    assert desk.aggregate.clock(ClockKind.TASK, late[0].task_id) is not None


@pytest.mark.rule("E1")
def test_before_the_gate_a_late_child_is_looked_up_like_the_others() -> None:
    desk = siblings()
    added(desk)
    desk.do(indexed(found(child_id="c1-4", **POSSIBLE)))
    with pytest.raises(MatchUndecidedError):
        desk.do(AUTHORISED)
    assert not of(ContactEnded, decide(desk, same=False))
    assert desk.do(AUTHORISED)


def _said(**said: object) -> AmendContact:
    return AmendContact.model_validate({"why": "Learnt later."} | said)


def _of(council: str) -> Person:
    return person(*Role, council=council)
