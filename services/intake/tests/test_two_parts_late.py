"""What joins a contact late, or names children that it is not about (A9, A10)."""

from datetime import timedelta

import pytest

from intake.domain.merging import both
from intake.domain.queue import Queue
from intake.domain.reference import reference_of
from intake.domain.task import TaskKind
from intake.forms.consent import SayConsent
from intake.forms.contact import JoinContact, WrittenFollowUp
from intake.forms.form import Note
from intake.forms.gate import SendForDecision
from intake.forms.task import CompleteTask
from mash_shared.messages.contact import ContactRecorded, ContactWorkOutstanding
from mash_shared.messages.decision import DecisionRecorded
from mash_shared.messages.enquiry import EnquiryAmended
from mash_shared.people import LONGEST_PROSE
from mash_shared.testing import NOW, acted, heard, sample
from support.front_door import HANDLERS as H
from support.front_door import (
    MANAGER,
    RECORDER,
    SOCIAL_WORKER,
    asking,
    fresh,
    known,
)
from support.two_parts import NUMBER, TOBIAS, call, join, joined, telephoned

pytestmark = pytest.mark.rule("A9", "A10")
JOIN = JoinContact(earlier="c0")


@pytest.mark.parametrize("way", ["enquiry", "decision", "decided"])
def test_what_joins_a_contact_that_went_its_way_is_a_task_for_a_person(way: str) -> None:
    desk = telephoned()
    if way == "enquiry":
        desk.do(acted(H.authorise_enquiry, asking(), MANAGER))
    else:
        desk.do(acted(H.send_for_decision, SendForDecision(reason="Known."), MANAGER))
    if way == "decided":
        decided = sample(DecisionRecorded, contact_id="c0", child_id="c0-1")
        desk.do(heard(H.note_decision, decided))
    desk.do(heard(H.take_in_joined, joined()))
    contact = desk.aggregate
    told = [task.what for task in contact.tasks if task.kind is TaskKind.TELL]
    assert [text.split(":")[0] for text in told] == [
        "The other part of this contact came after it had gone its way"
    ]
    assert Queue.TASKS in contact.waiting
    assert contact.child_ids == ("c0-1", "c0-2")
    assert contact.facts.children[0].nhs_number == NUMBER
    assert contact.is_protection


def test_what_a_newer_copy_says_beside_is_left_aside() -> None:
    desk, form = telephoned(), joined()
    newer = form.said | {"mood": "calm", "facts": form.said["facts"] | {"weather": "rain"}}
    desk.do(heard(H.take_in_joined, form.model_copy(update={"said": newer})))
    assert desk.aggregate.facts.address == "4 Quarry Lane"


@pytest.mark.rule("N6")
def test_what_is_special_about_a_child_who_comes_late_comes_with_them() -> None:
    desk = telephoned()
    desk.do(acted(H.send_for_decision, SendForDecision(reason="Known."), MANAGER))
    of_wren = {"young_carer": {"child_ids": ["c9-2"]}, "remand": {"child_ids": ["c9-1"]}}
    form = joined()
    facts = form.said["facts"]
    assert isinstance(facts, dict)
    said = {"facts": facts | {"circumstances": of_wren}}
    desk.do(heard(H.take_in_joined, form.model_copy(update={"said": said})))
    circumstances = desk.aggregate.facts.circumstances
    assert circumstances.young_carer is not None
    assert circumstances.young_carer.child_ids == ("c0-2",)
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


def test_what_the_written_part_says_of_the_worry_reaches_whoever_was_asked() -> None:
    desk = telephoned()
    before = desk.aggregate.facts.concern
    desk.do(acted(H.authorise_enquiry, asking(), MANAGER))
    written = WrittenFollowUp(received_at=NOW, text="He has bruises as well.")
    said = desk.do(acted(H.add_written_follow_up, written, SOCIAL_WORKER))
    worry = f"{before}\n\nHe has bruises as well."
    assert desk.aggregate.facts.concern == worry
    assert [one.concern for one in said if isinstance(one, EnquiryAmended)] == [worry]
    work = [one for one in said if isinstance(one, ContactWorkOutstanding)]
    assert [one.children[0].facts for one in work] == [1]
    assert [t.kind for t in desk.aggregate.tasks if t.is_open][-1] is TaskKind.TELL


@pytest.mark.parametrize("text", ["An invented worry.", "x" * LONGEST_PROSE])
def test_what_is_said_already_or_does_not_fit_leaves_the_worry_as_it_is(text: str) -> None:
    assert both("An invented worry.", text) == "An invented worry."


@pytest.mark.rule("D8", "D14")
def test_a_ground_not_to_inform_and_a_young_persons_no_stay_where_the_other_part_is_silent() -> (
    None
):
    no = {"appropriate": "yes", "status": "refused"}
    desk = telephoned(
        consent={"status": "not_possible", "do_not_inform": "serious_crime", "young_person": no}
    )
    given = {"status": "given", "given_by": "parent", "given_by_name": "Ada Fenwick"}
    desk.do(heard(H.take_in_joined, joined(consent=given)))
    consent = desk.aggregate.consent
    assert consent.said is not None
    assert (consent.said.status, consent.must_not_inform) == ("given", True)
    assert consent.is_refused
    assert not consent.is_given


@pytest.mark.rule("D15")
def test_a_yes_that_came_before_the_no_does_not_undo_it() -> None:
    given = {"status": "given", "given_by": "parent", "given_by_name": "Ada Fenwick"}
    taken_back, refused, anew = telephoned(), telephoned(), telephoned()
    no = SayConsent.model_validate({"consent": {"status": "refused"}})
    taken_back.do(acted(H.withdraw_consent, Note(note="She rang."), RECORDER))
    refused.do(acted(H.say_consent, no, RECORDER))
    for desk in (taken_back, refused):
        desk.do(heard(H.take_in_joined, joined(consent=given)))
        assert desk.aggregate.consent.is_refused
    anew.do(acted(H.say_consent, no, RECORDER))
    later = joined(consent=given).model_copy(update={"received_at": NOW})
    anew.do(heard(H.take_in_joined, later))
    assert anew.aggregate.consent.is_given


def test_a_written_part_that_says_nothing_new_changes_nothing() -> None:
    desk = telephoned()
    facts = desk.aggregate.facts
    written = WrittenFollowUp(received_at=NOW, text=facts.concern)
    assert desk.do(acted(H.add_written_follow_up, written, SOCIAL_WORKER)) == ()
    assert (desk.aggregate.facts, desk.aggregate.superseded) == (facts, [])
