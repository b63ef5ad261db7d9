"""The alarm over a request that tells of harm: it ends child by child (E6, M10)."""

from datetime import timedelta
from typing import Any

import pytest

from intake.domain.case import CaseStatus
from intake.domain.contact import Contact
from intake.domain.ending import Ended
from intake.domain.queue import Queue
from intake.domain.refusals import AlreadyDoneError, UnknownChildError
from intake.forms.children import StrikeChild
from intake.forms.contact import AmendContact
from intake.forms.ending import Allocate, HandOver, SignOffEnding
from intake.forms.request import RaiseConcern
from mash_shared.messages.contact import ContactConcernRaised, ContactJoined
from mash_shared.testing import NOW, Desk, acted, heard, person
from mash_shared.vocabulary import ClockKind, ClockState, Lane, Role
from support.front_door import HANDLERS as H
from support.front_door import MANAGER, RECEIVED, RECORDER, found, indexed
from support.requests import NOTIFICATION, asked, do

TOBIAS = {"full_name": "Tobias Fenwick-Adair"}
WREN = {"full_name": "Wren Hallaway"}
LATER = NOW + timedelta(hours=1)
HEAD = person(Role.HEAD_OF_MASH, id="p-9")


def _harm(*children: dict[str, Any]) -> Desk[Contact]:
    return asked(NOTIFICATION, children=list(children or [{}]), significant_harm="yes")


def _raise(desk: Desk[Contact], *ids: str, **changes: Any) -> tuple[Any, ...]:
    form = {
        "urgency": "red",
        "concern": "He has moved in with them.",
        "children": [TOBIAS, WREN],
        "consent": {"status": "not_sought"},
        "child_ids": ids,
    }
    raised = RaiseConcern.model_validate(form | changes)
    return desk.do(acted(H.raise_concern, raised, RECORDER, LATER))


def _add(desk: Desk[Contact], at: Any = LATER) -> None:
    more = AmendContact.model_validate({"why": "She is there too.", "children": [{"facts": WREN}]})
    desk.do(acted(H.amend_contact, more, MANAGER, at))
    desk.do(indexed())


def _alarm(desk: Desk[Contact]) -> bool:
    waits = Queue.ALLOCATION in desk.aggregate.waiting
    assert waits is desk.aggregate.needs_worker
    return waits


def _missed(desk: Desk[Contact]) -> None:
    def run_out(contact: Contact) -> Any:
        clock = contact.clock(ClockKind.ALLOCATION)
        assert clock is not None
        clock.end(ClockState.MISSED, clock.due_at)
        return H.raise_allocation_alarm(contact, clock, clock.due_at)

    desk.do(run_out)


@pytest.mark.rule("E6")
def test_a_concern_about_one_child_ends_the_alarm_for_that_child_only() -> None:
    desk = _harm(TOBIAS, WREN)
    _raise(desk, "c1-1")
    assert _alarm(desk)
    clock = desk.aggregate.clock(ClockKind.ALLOCATION)
    assert clock is not None
    assert clock.started_at == RECEIVED
    _raise(desk, "c1-2", concern="She, too.")
    assert not _alarm(desk)
    assert desk.aggregate.clock(ClockKind.ALLOCATION) is None
    assert sorted(desk.aggregate.raised_for.values()) == [("c1-1",), ("c1-2",)]


@pytest.mark.rule("E6")
def test_a_concern_about_nobody_whom_the_request_names_ends_it_for_nobody() -> None:
    desk = _harm(TOBIAS)
    _raise(desk)
    assert _alarm(desk)
    said = _raise(desk, "c1-1")
    assert not _alarm(desk)
    assert not [one for one in said if isinstance(one, ContactConcernRaised)]
    with pytest.raises(AlreadyDoneError):
        _raise(desk, "c1-1")


@pytest.mark.rule("E6")
def test_whom_a_concern_is_about_is_a_child_of_the_request_and_of_the_concern() -> None:
    desk = _harm(TOBIAS, WREN)
    with pytest.raises(UnknownChildError, match="not about"):
        _raise(desk, "c9-1")
    with pytest.raises(UnknownChildError, match="more children"):
        _raise(desk, "c1-1", "c1-2", children=[TOBIAS])


@pytest.mark.rule("E6")
def test_what_is_noted_goes_on_as_a_concern_only_where_every_child_does() -> None:
    desk = _harm(TOBIAS, WREN)
    _raise(desk, "c1-1")
    do(desk, "record_shared_information")
    assert desk.aggregate.ending is None
    assert Queue.SIGN_OFFS in desk.aggregate.waiting
    _raise(desk, "c1-2")
    ending = desk.aggregate.ending
    assert ending is not None
    assert (ending.ended_as, ending.to) == (Ended.NOTED, desk.aggregate.concerns[-1])
    assert not _alarm(desk)


@pytest.mark.rule("E6")
@pytest.mark.parametrize("missed", [False, True])
def test_a_child_who_is_learnt_of_once_the_others_have_a_concern_has_an_alarm_anew(
    *, missed: bool
) -> None:
    desk = _harm(TOBIAS)
    if missed:
        _missed(desk)
    _raise(desk, "c1-1")
    assert not _alarm(desk)
    do(desk, "record_shared_information")
    assert desk.aggregate.ending is not None
    _add(desk)
    assert _alarm(desk)
    clock = desk.aggregate.clock(ClockKind.ALLOCATION)
    assert clock is not None
    assert clock.started_at == LATER


@pytest.mark.rule("E6")
def test_a_manager_lets_be_the_children_who_were_there_and_no_later_one() -> None:
    desk = _harm(TOBIAS)
    do(desk, "record_shared_information")
    form = SignOffEnding(agrees=True, reason="He is abroad.")
    desk.do(acted(H.sign_off_ending, form, HEAD))
    assert not _alarm(desk)
    _add(desk, NOW)
    assert _alarm(desk)


@pytest.mark.rule("E6")
def test_with_the_other_child_struck_nobody_is_left_to_find_a_worker_for() -> None:
    desk = _harm(TOBIAS, WREN)
    _raise(desk, "c1-1")
    strike = StrikeChild(child_id="c1-2", reason="Another girl.")
    desk.do(acted(H.strike_child, strike, MANAGER, LATER))
    assert not _alarm(desk)


@pytest.mark.rule("E6")
def test_with_every_child_struck_the_harm_is_still_said_and_somebody_has_to_see() -> None:
    desk = _harm(TOBIAS)
    _raise(desk, "c1-1")
    strike = StrikeChild(child_id="c1-1", reason="Another boy.")
    desk.do(acted(H.strike_child, strike, MANAGER, LATER))
    assert _alarm(desk)
    _raise(desk, concern="Of whichever child it is.")
    assert not _alarm(desk)


@pytest.mark.rule("E6")
def test_one_child_handed_over_leaves_the_alarm_over_the_other() -> None:
    desk = _harm(TOBIAS, WREN)
    desk.do(indexed(found(status=CaseStatus.CLOSED, team="north", worker=None, closed_at=NOW)))
    form = HandOver(to="north", acknowledged_by="sw-4022", child_ids=("c1-1",))
    desk.do(acted(H.hand_over, form, MANAGER, LATER))
    assert _alarm(desk)
    _raise(desk, "c1-2")
    assert not _alarm(desk)


@pytest.mark.rule("E6")
def test_a_worker_who_has_the_request_has_every_child_of_it() -> None:
    desk = _harm(TOBIAS, WREN)
    _raise(desk, "c1-1")
    desk.do(acted(H.allocate, Allocate(social_worker="sw-4021"), MANAGER, LATER))
    assert not _alarm(desk)


@pytest.mark.rule("E6")
def test_a_concern_that_comes_back_into_its_request_has_a_worker_for_nobody() -> None:
    desk = _harm(TOBIAS)
    _raise(desk, "c1-1")
    (concern,) = desk.aggregate.concerns
    back = ContactJoined(
        **desk.aggregate.head(LATER) | {"urgency": "red", "lane": Lane.RED},
        joining=concern,
        received_at=RECEIVED,
        text="He has moved in with them.",
        by=MANAGER.id,
    )
    desk.do(heard(H.take_in_joined, back))
    assert _alarm(desk)


@pytest.mark.rule("E6")
def test_what_is_no_harm_after_all_and_then_is_again_runs_anew() -> None:
    desk = _harm(TOBIAS)
    _missed(desk)
    for harm in ("no", "yes"):
        form = AmendContact.model_validate({"why": "They rang.", "significant_harm": harm})
        desk.do(acted(H.amend_contact, form, MANAGER, LATER))
    assert _alarm(desk)
    assert desk.aggregate.clock(ClockKind.ALLOCATION) is not None
