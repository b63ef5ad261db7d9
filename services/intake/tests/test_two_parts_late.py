"""What joins a contact late, or names children that it is not about (A9, A10)."""

from datetime import timedelta

import pytest

from intake.domain.queue import Queue
from intake.domain.reference import reference_of
from intake.domain.task import TaskKind
from intake.forms.contact import JoinContact, WrittenFollowUp
from intake.forms.gate import SendForDecision
from intake.forms.task import CompleteTask
from mash_shared.messages.contact import ContactRecorded, ContactWorkOutstanding
from mash_shared.messages.decision import DecisionRecorded
from mash_shared.messages.enquiry import EnquiryAmended
from mash_shared.testing import acted, heard, sample
from support.front_door import HANDLERS as H
from support.front_door import (
    MANAGER,
    SOCIAL_WORKER,
    asking,
    fresh,
    known,
)
from support.two_parts import NUMBER, TOBIAS, call, join, joined, telephoned

pytestmark = pytest.mark.rule("A9", "A10")
JOIN = JoinContact(earlier="c0")


@pytest.mark.parametrize("way", ["enquiry", "decision", "decided", "ended"])
def test_what_joins_a_contact_that_went_its_way_is_a_task_for_a_person(way: str) -> None:
    desk = telephoned()
    if way == "enquiry":
        desk.do(acted(H.authorise_enquiry, asking(), MANAGER))
    elif way == "ended":
        desk = known(call(record_id="b0"), id_="c0", children=[TOBIAS])
        join(desk, earlier="b0")
    else:
        desk.do(acted(H.send_for_decision, SendForDecision(reason="Known."), MANAGER))
    if way == "decided":
        decided = sample(DecisionRecorded, contact_id="c0", child_id="c0-1")
        desk.do(heard(H.note_decision, decided))
    desk.do(heard(H.take_in_joined, joined()))
    contact = desk.aggregate
    told = [task.what for task in contact.tasks if task.kind is TaskKind.TELL]
    assert [text.split(":")[0] for text in told] == [
        "The other part of this contact came after it had gone its way",
        "The other part of this contact names children that it is not about",
    ]
    assert Queue.TASKS in contact.waiting
    assert contact.child_ids == ("c0-1",)
    assert contact.facts.children[0].nhs_number == NUMBER
    assert contact.is_protection


def test_what_a_newer_copy_says_beside_is_left_aside() -> None:
    desk, form = telephoned(), joined()
    newer = form.said | {"mood": "calm", "facts": form.said["facts"] | {"weather": "rain"}}
    desk.do(heard(H.take_in_joined, form.model_copy(update={"said": newer})))
    assert desk.aggregate.facts.address == "4 Quarry Lane"


@pytest.mark.rule("N6")
def test_what_is_special_about_a_child_that_was_left_out_is_left_out_too() -> None:
    desk = telephoned()
    desk.do(acted(H.send_for_decision, SendForDecision(reason="Known."), MANAGER))
    of_wren = {"young_carer": {"child_ids": ["c9-2"]}, "remand": {"child_ids": ["c9-1"]}}
    form = joined()
    facts = form.said["facts"]
    assert isinstance(facts, dict)
    said = {"facts": facts | {"circumstances": of_wren}}
    desk.do(heard(H.take_in_joined, form.model_copy(update={"said": said})))
    circumstances = desk.aggregate.facts.circumstances
    assert circumstances.young_carer is None
    assert circumstances.remand is not None
    assert circumstances.remand.child_ids == ("c0-1",)


def test_a_question_joins_without_a_look_at_the_index_and_a_done_talk_stays_done() -> None:
    desk = known(call())
    spoken = CompleteTask(task_id="talk_to_family.family", note="Spoken to.")
    desk.do(acted(H.complete_task, spoken, SOCIAL_WORKER))
    join(desk)
    assert [task.is_called_off for task in desk.aggregate.tasks] == [True, False]
    question = fresh(request_type="information", children=[TOBIAS])
    join(question, reference=reference_of("c0", "havering"))
    assert question.aggregate.ending is not None


def test_a_contact_that_is_joined_after_its_way_and_names_no_further_child_is_one_task() -> None:
    desk = telephoned()
    desk.do(acted(H.send_for_decision, SendForDecision(reason="Known."), MANAGER))
    desk.do(heard(H.take_in_joined, joined(children=[TOBIAS])))
    assert sum(task.kind is TaskKind.TELL for task in desk.aggregate.tasks) == 1


@pytest.mark.rule("X4", "J1")
def test_a_form_that_came_before_its_call_moves_the_promises_of_who_was_told_of_the_call() -> None:
    desk = telephoned()
    desk.do(acted(H.authorise_enquiry, asking(), MANAGER))
    earlier = desk.aggregate.standing.received_at - timedelta(hours=3)
    written = WrittenFollowUp(received_at=earlier, text="The form.")
    said = desk.do(acted(H.add_written_follow_up, written, SOCIAL_WORKER))
    told = {type(one): one for one in said}
    for kind in (ContactRecorded, EnquiryAmended, ContactWorkOutstanding):
        assert told[kind].received_at == earlier  # type: ignore[attr-defined]
