"""A request that tells of children at risk becomes a concern as well: two contacts, linked."""

from typing import Any

import pytest

from intake.api.parts import shown
from intake.domain.contact import Contact
from intake.domain.ending import Ended
from intake.domain.progress import ContactState
from intake.domain.queue import Queue
from intake.domain.refusals import (
    AlreadyDoneError,
    NoAnswerOwedError,
    NotAChildConcernError,
    UnknownChildError,
)
from intake.domain.task import TaskKind
from intake.forms.contact import AmendContact
from intake.forms.request import RaiseConcern
from mash_shared.messages.contact import (
    ChildAllegedToHarm,
    ContactConcernRaised,
    ContactRecorded,
)
from mash_shared.policy.front_door import Path
from mash_shared.testing import Desk, acted, heard, packs, send_twice
from mash_shared.vocabulary import ClockKind, Lane, NotEntitledError, NotInPolicyError, Role
from support.front_door import HANDLERS as H
from support.front_door import MANAGER, RECEIVED, RECORDER, recorded, staff
from support.requests import NOTIFICATION, STATUTORY, asked, do

ROOK = {"full_name": "Barnaby Rook", "date_of_birth": "1981-07-02"}
JUNIPER = {"full_name": "Juniper Hallaway", "date_of_birth": "2017-08-21"}
pytestmark = pytest.mark.rule("M10")


def _raising(**changes: Any) -> RaiseConcern:
    return RaiseConcern.model_validate(
        {
            "urgency": "red",
            "concern": "He has moved in with them.",
            "children": [JUNIPER],
            "alleged_perpetrators": [ROOK],
            "consent": {"status": "not_sought"},
        }
        | changes
    )


def _raise(desk: Desk[Contact], **changes: Any) -> ContactConcernRaised:
    said = desk.do(acted(H.raise_concern, _raising(**changes), RECORDER))
    (raised,) = (one for one in said if isinstance(one, ContactConcernRaised))
    return raised


def _opened(desk: Desk[Contact], **changes: Any) -> Desk[Contact]:
    raised = _raise(desk, **changes)
    concern = Desk(Contact, raised.contact_id)
    said = concern.do(heard(H.open_for_concern, raised))
    assert [one.is_referral for one in said if isinstance(one, ContactRecorded)] == [True]
    return concern


def test_what_probation_tells_of_children_is_worked_on_like_any_worry() -> None:
    request = asked(NOTIFICATION, asked_about=ROOK)
    concern = _opened(request).aggregate
    assert (concern.path, concern.is_referral, concern.lane) == (
        Path.CHILD_CONCERN,
        True,
        Lane.RED,
    )
    assert concern.facts.children[0].full_name == "Juniper Hallaway"
    assert concern.facts.referrer == request.aggregate.facts.referrer
    assert (concern.received_at, concern.recorded_by) == (RECEIVED, RECORDER.id)
    assert concern.clock(ClockKind.ALLOCATION) is not None
    assert concern.request is None
    assert concern.facts.asked_about is None


def test_the_concern_and_the_request_point_to_each_other() -> None:
    request = asked(NOTIFICATION)
    concern = _opened(request).aggregate
    seen, there = (shown(one, 1, packs(), {}, whole=False) for one in (concern, request.aggregate))
    assert seen.arises_from == "c1"
    assert there.concerns == [concern.id]
    assert concern.quoted_reference == request.aggregate.reference


def test_a_concern_is_raised_once_and_another_beside_it() -> None:
    request = asked(STATUTORY)
    _raise(request)
    with pytest.raises(AlreadyDoneError):
        _raise(request)
    _raise(request, children=[{"full_name": "Wren Hallaway"}])
    assert len(set(request.aggregate.concerns)) == 2
    raised = _raise(request, urgency="amber")
    assert (raised.urgency, raised.lane) == ("amber", Lane.AMBER)


def test_raise_concern_twice_raises_it_once() -> None:
    request = asked(STATUTORY)
    said = send_twice(request, acted(H.raise_concern, _raising(), RECORDER))
    assert [type(one) for one in said] == [ContactConcernRaised]


def test_open_for_concern_twice_records_it_once() -> None:
    raised = _raise(asked(STATUTORY))
    said = send_twice(Desk(Contact, raised.contact_id), heard(H.open_for_concern, raised))
    assert ContactRecorded in map(type, said)


def test_a_raised_concern_is_checked_before_it_goes_and_only_a_request_has_one() -> None:
    with pytest.raises(NotInPolicyError, match="urgency"):
        _raise(asked(STATUTORY), urgency="purple")
    with pytest.raises(UnknownChildError):
        _raise(asked(STATUTORY), circumstances={"remand": {"child_ids": ["c1-1"]}})
    with pytest.raises(NoAnswerOwedError):
        _raise(recorded())
    nobody = staff(Role.MASH_ADMINISTRATOR)
    with pytest.raises(NotEntitledError):
        asked(STATUTORY).do(acted(H.raise_concern, _raising(), nobody))


@pytest.mark.rule("E6")
def test_the_child_is_the_concerns_from_then_on_and_the_request_ends_as_noted() -> None:
    request = asked(NOTIFICATION, significant_harm="yes")
    assert Queue.ALLOCATION in request.aggregate.waiting
    concern = _opened(request)
    assert Queue.ALLOCATION not in request.aggregate.waiting
    assert Queue.ALLOCATION in concern.aggregate.waiting
    do(request, "record_shared_information")
    contact = request.aggregate
    assert contact.ending is not None
    assert (contact.ending.ended_as, contact.ending.to) == (Ended.NOTED, concern.aggregate.id)
    assert contact.state is ContactState.CLOSED


@pytest.mark.rule("E6")
def test_a_concern_may_be_raised_after_all_is_noted_and_ends_what_waited_for_a_manager() -> None:
    request = asked(NOTIFICATION, significant_harm="yes")
    do(request, "record_shared_information")
    assert Queue.SIGN_OFFS in request.aggregate.waiting
    _raise(request)
    assert request.aggregate.state is ContactState.CLOSED
    assert request.aggregate.waiting == {}
    _raise(request, children=[{"full_name": "Wren Hallaway"}])


@pytest.mark.rule("N10", "B10")
def test_a_child_said_to_do_harm_and_who_named_them_are_shown_to_each_other() -> None:
    young = {"full_name": "Casper Lindqvist-Moor", "is_child": True}
    desk = recorded(alleged_perpetrators=[young])
    (id_,) = desk.aggregate.alleged_contacts.values()
    assert shown(desk.aggregate, 1, packs(), {}, whole=True).alleged_contacts == [id_]
    withheld = shown(desk.aggregate, 1, packs(), {}, whole=False)
    assert withheld.alleged_contacts is None
    assert "alleged_contacts" in withheld.withheld
    raised = _raise(asked(STATUTORY), alleged_perpetrators=[young])
    concern = Desk(Contact, raised.contact_id)
    said = concern.do(heard(H.open_for_concern, raised))
    assert [one for one in said if isinstance(one, ChildAllegedToHarm)]


def test_what_is_put_right_in_the_request_is_told_to_whoever_has_the_concern() -> None:
    request = asked(STATUTORY)
    danger = AmendContact(why="She rang again.", immediate_danger=True)
    request.do(acted(H.amend_contact, danger, MANAGER))
    assert [task.kind for task in request.aggregate.tasks if task.kind is TaskKind.TELL] == []
    _raise(request)
    later = AmendContact(why="She rang again.", address="9 Mill Walk")
    request.do(acted(H.amend_contact, later, MANAGER))
    (told,) = [task for task in request.aggregate.tasks if task.kind is TaskKind.TELL]
    assert "tell whoever has the child" in told.what
    assert Queue.TASKS in request.aggregate.waiting


@pytest.mark.rule("C8", "E6")
def test_the_harm_of_a_request_is_the_harm_of_the_concern() -> None:
    request = asked(NOTIFICATION, significant_harm="yes", immediate_danger=True)
    concern = _opened(request, urgency="amber", significant_harm="no").aggregate
    assert (concern.facts.significant_harm, concern.immediate_danger) == ("yes", True)
    assert concern.is_protection


@pytest.mark.rule("C8")
def test_a_concern_is_raised_as_one_and_not_as_a_question() -> None:
    question = acted(H.raise_concern, _raising(request_type="information"), RECORDER)
    with pytest.raises(NotAChildConcernError, match="concern about children"):
        asked(NOTIFICATION, significant_harm="yes").do(question)
