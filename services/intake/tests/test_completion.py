"""What is learnt after a record was completed opens it again where it was vouched for (J4)."""

from datetime import timedelta
from typing import Any

import pytest

from intake.domain.contact import Contact
from intake.domain.found import RecordKind
from intake.domain.progress import ContactState
from intake.domain.queue import Queue
from intake.domain.refusals import AlreadyDoneError
from intake.forms.contact import AmendContact, CompleteRecord, WrittenFollowUp
from intake.forms.ending import Signpost
from intake.forms.gate import SendForDecision
from mash_shared.messages.decision import DecisionRecorded
from mash_shared.plumbing.arrival import Change
from mash_shared.testing import NOW, Desk, acted, heard, sample
from mash_shared.vocabulary import ClockKind, ClockState
from support.cases import POSSIBLE
from support.front_door import HANDLERS as H
from support.front_door import MANAGER, RECORDER, SOCIAL_WORKER, checked, found, indexed, made_whole
from support.siblings import TOBIAS, WREN, open_case, siblings, split, struck
from support.two_parts import joined

pytestmark = pytest.mark.rule("J4")
LATER = NOW + timedelta(hours=3)
COMPLETE = acted(H.complete_record, CompleteRecord(), SOCIAL_WORKER, LATER)
RECORD = ClockKind.CONTACT_RECORD


def _complete(**changes: Any) -> Desk[Contact]:
    desk = siblings(**{"children": [TOBIAS, WREN], "written_part_follows": True} | changes)
    made_whole(desk)
    assert desk.aggregate.completion is not None
    return desk


def _amend(**said: Any) -> Change:
    form = AmendContact.model_validate({"why": "Learnt later."} | said)
    return acted(H.amend_contact, form, MANAGER, LATER)


FORM = WrittenFollowUp(received_at=NOW, text="He was seen alone at two o'clock.")


@pytest.mark.parametrize(
    "change",
    [
        _amend(household=[{"full_name": "Ada Fenwick"}]),
        _amend(children=[{"child_id": "c1-1", "facts": {"school_or_nursery": "Tannery Court"}}]),
        _amend(children=[{"facts": {"full_name": "Piran"}}]),
        _amend(referrer={"full_name": "Imogen Saltmarsh"}),
        _amend(concern="It happened twice."),
        acted(H.add_written_follow_up, FORM, RECORDER, LATER),
        heard(H.take_in_joined, joined("c1")),
        indexed(found(child_id="c1-1", **POSSIBLE)),
        indexed(open_case("c1-1")),
    ],
    ids=[
        "household", "school", "a child", "who referred", "the worry", "its form", "a join",
        "who may be known", "who is known",
    ],
)  # fmt: skip
def test_what_the_record_vouched_for_opens_it_again(change: Change) -> None:
    desk = _complete()
    before = desk.aggregate.completion
    desk.do(change)
    contact = desk.aggregate
    assert contact.completion is None
    assert contact.earlier_completions == [before]
    assert Queue.RECORD_COMPLETION in contact.waiting
    clock = contact.clock(RECORD)
    assert clock is not None
    assert clock.is_open


@pytest.mark.parametrize(
    "change",
    [
        _amend(referrer={"telephone": "020 7946 0123"}),
        _amend(referrer={"email": "i.saltmarsh@tannery.example"}),
        _amend(urgency="red"),
        _amend(channel="email"),
    ],
)
def test_what_it_did_not_vouch_for_leaves_it_complete(change: Change) -> None:
    desk = _complete()
    desk.do(change)
    assert desk.aggregate.completion is not None
    assert Queue.RECORD_COMPLETION not in desk.aggregate.waiting
    with pytest.raises(AlreadyDoneError):
        desk.do(COMPLETE)


def test_it_is_completed_anew_within_its_time_from_when_that_was_learnt() -> None:
    desk = _complete()
    desk.do(_amend(household=[{"full_name": "Ada Fenwick"}]))
    desk.do(_amend(address="4 Quarry Lane"))
    desk.do(indexed())
    desk.do(COMPLETE)
    clocks = [one for one in desk.aggregate.clocks if one.kind is RECORD]
    assert [one.state for one in clocks] == [ClockState.MET, ClockState.MET]
    assert clocks[1].started_at == LATER
    assert len(desk.aggregate.earlier_completions) == 1


@pytest.mark.rule("J4", "N11")
@pytest.mark.parametrize("leaves", [struck, split])
def test_a_child_who_leaves_opens_it_again(leaves: Any) -> None:
    desk = _complete()
    leaves(desk, "c1-2")
    assert desk.aggregate.completion is None


def test_a_closed_contact_is_open_until_it_is_whole_again() -> None:
    desk = _complete(children=[TOBIAS], referrer={"kind": "anonymous"})
    desk.do(acted(H.send_for_decision, SendForDecision(reason="Clear."), MANAGER))
    desk.do(heard(H.note_decision, sample(DecisionRecorded, child_id="c1-1")))
    assert desk.aggregate.state is ContactState.CLOSED
    desk.do(_amend(address="4 Quarry Lane"))
    assert desk.aggregate.state is ContactState.DECIDED
    desk.do(indexed())
    desk.do(COMPLETE)
    assert desk.aggregate.state is ContactState.CLOSED


def test_where_no_full_record_is_owed_any_more_nobody_has_to_complete_it() -> None:
    desk = _complete()
    desk.do(acted(H.signpost, Signpost(to="library"), MANAGER))
    desk.do(_amend(address="4 Quarry Lane"))
    assert Queue.RECORD_COMPLETION not in desk.aggregate.waiting or (
        desk.aggregate.clock(RECORD) is None
    )
    other = _complete()
    other.do(indexed(found(record_id="c0", kind=RecordKind.CONTACT)))
    assert other.aggregate.completion is not None, "an earlier contact changes nothing certified"
    checked(other)
