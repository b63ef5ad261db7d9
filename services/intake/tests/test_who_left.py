"""Who leaves is found out by the message and by the time; and whose the child of a concern is."""

from datetime import timedelta
from typing import Any

import pytest

from intake.domain.queue import Queue
from intake.domain.refusals import UnknownChildError
from intake.forms.ending import Allocate
from intake.forms.gate import SendForDecision
from intake.forms.request import RaiseConcern
from mash_shared.messages.staff import StaffChanged
from mash_shared.testing import NOW, STAFF, acted, sample
from support.front_door import HANDLERS as H
from support.front_door import MANAGER, Index
from support.requests import STATUTORY, asked
from support.siblings import added
from support.turns import AUTHORISED

WORKER = STAFF["sw-4021"]
HARM = {"significant_harm": "yes"}
LATER = NOW + timedelta(hours=1)
ENOUGH = acted(H.send_for_decision, SendForDecision(reason="All is known."), MANAGER)
ALLOCATED = acted(H.allocate, Allocate(social_worker=WORKER.id), MANAGER)


def _said(at: Any, **said: Any) -> StaffChanged:
    return sample(StaffChanged, contact_id=WORKER.id, occurred_at=at, **said)


@pytest.mark.rule("E6", "F6", "F7")
@pytest.mark.parametrize("way", [ALLOCATED, AUTHORISED, ENOUGH], ids=["had", "asked", "straight"])
async def test_a_contact_hears_who_left_by_the_message_and_by_the_time(way: Any) -> None:
    index = Index()
    index.employ(_said(NOW, until=LATER))
    index.record("c1", **HARM)
    await index.matcher().match(["c1"])
    index.check("c1")
    index.do("c1", way)
    if way is ENOUGH:
        index.do("c1", ALLOCATED)
    await index.matcher().catch_up()
    assert Queue.ALLOCATION not in index.contact("c1").waiting
    assert not index.contact("c1").staff_wanted
    index.now = LATER
    await index.matcher().catch_up()
    assert Queue.ALLOCATION in index.contact("c1").waiting
    index.employ(_said(LATER))
    await index.matcher().catch_up()
    assert Queue.ALLOCATION not in index.contact("c1").waiting
    index.employ(_said(LATER + timedelta(minutes=1), roles=[]))
    await index.matcher().catch_up()
    assert Queue.ALLOCATION in index.contact("c1").waiting


@pytest.mark.rule("F7")
async def test_who_left_while_they_were_named_is_found_out() -> None:
    index = Index()
    index.employ(_said(NOW, until=NOW))
    await index.matcher().catch_up()
    index.record("c1", **HARM)
    await index.matcher().match(["c1"])
    index.do("c1", ALLOCATED)
    assert Queue.ALLOCATION not in index.contact("c1").waiting
    await index.matcher().catch_up()
    assert Queue.ALLOCATION in index.contact("c1").waiting


def _concern(**said: Any) -> RaiseConcern:
    body = {"urgency": "red", "concern": "He has moved in.", "consent": {"status": "not_sought"}}
    return RaiseConcern.model_validate(body | {"children": [{"full_name": "Wren"}]} | said)


@pytest.mark.rule("E6", "M10")
def test_a_concern_about_one_of_a_requests_children_leaves_the_other_in_the_queue() -> None:
    desk = asked(STATUTORY, children=[{"full_name": "Wren"}, {"full_name": "Isolde"}], **HARM)

    def raised(**said: Any) -> None:
        desk.do(acted(H.raise_concern, _concern(**said), MANAGER))

    with pytest.raises(UnknownChildError):
        raised(child_ids=["c9-1"])
    raised(child_ids=[desk.aggregate.child_ids[0]])
    assert Queue.ALLOCATION in desk.aggregate.waiting
    raised(child_ids=[], concern="There is a third one.")
    assert Queue.ALLOCATION in desk.aggregate.waiting
    raised(child_ids=[desk.aggregate.child_ids[1]], concern="It is the other one as well.")
    assert Queue.ALLOCATION not in desk.aggregate.waiting
    added(desk)
    assert Queue.ALLOCATION in desk.aggregate.waiting
