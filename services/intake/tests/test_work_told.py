"""Whoever decides is told what the law has somebody do first, whenever that changes (N)."""

from typing import Any

import pytest

from intake.domain.contact import Contact
from intake.forms.contact import AmendContact
from intake.forms.gate import SendForDecision
from intake.forms.task import CompleteTask
from mash_shared.messages import Message
from mash_shared.messages.contact import ContactWorkOutstanding
from mash_shared.testing import Desk, acted
from support.front_door import HANDLERS as H
from support.front_door import MANAGER, RECORDER, SOCIAL_WORKER, form, recorded


def _told(said: tuple[Message, ...]) -> ContactWorkOutstanding:
    (told,) = (one for one in said if isinstance(one, ContactWorkOutstanding))
    return told


def _done(desk: Desk[Contact], duty: str, **answers: str) -> tuple[Message, ...]:
    done = CompleteTask(task_id=f"circumstance.{duty}", note="Done on Tuesday.", answers=answers)
    return desk.do(acted(H.complete_task, done, SOCIAL_WORKER))


def _amended(desk: Desk[Contact], **said: Any) -> tuple[Message, ...]:
    amended = AmendContact.model_validate({"why": "Learnt later."} | said)
    return desk.do(acted(H.amend_contact, amended, RECORDER))


@pytest.mark.rule("N12", "N13")
def test_a_child_on_remand_is_visited_before_anything_is_decided() -> None:
    desk = Desk(Contact, "c1")
    said = form(children=[{"full_name": "Tobias Fenwick-Adair"}], circumstances={"remand": {}})
    told = _told(desk.do(acted(H.record_contact, said, RECORDER)))
    for child in told.children:
        assert child.outstanding == ("remand_visit", "remand_care_plan")
        assert child.before_any_decision == ("remand_visit",)
    assert tuple(child.child_id for child in told.children) == desk.aggregate.child_ids
    told = _told(_done(desk, "remand_visit", done_on="2026-03-10", needs="A bed."))
    for child in told.children:
        assert (child.outstanding, child.before_any_decision) == (("remand_care_plan",), ())


@pytest.mark.rule("N5", "N6")
def test_what_is_learnt_later_is_told_and_nothing_is_told_twice() -> None:
    desk = recorded(children=[{"full_name": "Tobias Fenwick-Adair"}])
    assert not _amended(desk, address="7 Quay Row")
    told = _told(_amended(desk, circumstances={"parent_carer": {}}))
    assert told.children[0].outstanding == ("parent_carer_assessment",)
    assert not _amended(desk, address="8 Quay Row")
    said = _amended(desk, children=[{"facts": {"full_name": "Isolde Fenwick-Adair"}}])
    assert not [one for one in said if isinstance(one, ContactWorkOutstanding)]
    told = _told(
        _done(
            desk, "parent_carer_assessment", done_on="2026-03-10", appropriate_to_provide_care="yes"
        )
    )
    assert [child.outstanding for child in told.children] == [(), ()]


@pytest.mark.rule("N12")
def test_the_way_to_a_decision_is_open_meanwhile() -> None:
    desk = recorded(circumstances={"remand": {}})
    desk.do(acted(H.send_for_decision, SendForDecision(reason="Clear."), MANAGER))
    assert desk.aggregate.sent_for_decision is not None
