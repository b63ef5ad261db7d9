"""Every handler of intake, sent its act or its news twice: once is enough, and twice is no more."""

from datetime import timedelta

import pytest

from intake.domain.case import CaseStatus
from intake.domain.contact import Contact
from intake.domain.found import RecordKind
from intake.domain.progress import CheckResult
from intake.forms.consent import OverrideConsent, SayConsent
from intake.forms.contact import (
    AmendContact,
    Attachment,
    CheckDemographics,
    CompleteRecord,
    JoinContact,
    TellFamily,
    WrittenFollowUp,
)
from intake.forms.ending import (
    Allocate,
    DatedAction,
    GiveAdvice,
    HandOver,
    Oversee,
    Reroute,
    Signpost,
)
from intake.forms.form import Note
from intake.forms.gate import SendForDecision
from intake.forms.task import AcceptTask, CallBack, CompleteTask, Placement
from mash_shared.messages import contact as c
from mash_shared.messages.contact import ContactWorkOutstanding
from mash_shared.messages.decision import DecisionRecorded
from mash_shared.messages.enquiry import EnquiryAmended, EnquiryAuthorised
from mash_shared.messages.notice import NoticeDelivered, NoticeFailed
from mash_shared.testing import NOW, Desk, acted, heard, ran_out, sample, send_twice
from mash_shared.vocabulary import ClockKind
from support.front_door import HANDLERS as H
from support.front_door import (
    MANAGER,
    RECORDER,
    SOCIAL_WORKER,
    asking,
    form,
    found,
    known,
    recorded,
)

REFUSED = {"status": "refused"}
NOTE = Note(note="The school rang back at noon.")


@pytest.mark.rule("A1", "I2")
def test_record_contact_twice_gives_one_contact() -> None:
    said = send_twice(Desk(Contact, "c1"), acted(H.record_contact, form(), RECORDER))
    assert list(map(type, said)) == [c.ContactRecorded]


def test_amend_contact_twice_keeps_one_earlier_version() -> None:
    child = {"child_id": "c1-2", "facts": {"full_name": "Wren Fenwick-Adair"}}
    said = {"why": "The school knows the name.", "children": [child]}
    change = AmendContact.model_validate(said)
    desk = recorded()
    assert not send_twice(desk, acted(H.amend_contact, change, RECORDER))
    assert len(desk.aggregate.superseded) == 1


@pytest.mark.rule("B2", "J4")
def test_check_demographics_twice_and_complete_record_twice_note_each_once() -> None:
    check = CheckDemographics(result=CheckResult.CONFIRMED)
    assert not send_twice(recorded(), acted(H.check_demographics, check, RECORDER))
    complete = CompleteRecord()
    assert not send_twice(recorded(), acted(H.complete_record, complete, SOCIAL_WORKER))


@pytest.mark.rule("A9")
def test_add_written_follow_up_twice_takes_one_form() -> None:
    desk = recorded(written_part_follows=True)
    written = WrittenFollowUp(received_at=NOW, text="Protection part of the form.")
    assert not send_twice(desk, acted(H.add_written_follow_up, written, RECORDER))


@pytest.mark.rule("A9")
def test_join_contact_twice_says_so_once() -> None:
    desk = known(found(record_id="c0", kind=RecordKind.CONTACT, awaits_form=True))
    said = send_twice(desk, acted(H.join_contact, JoinContact(earlier="c0"), RECORDER))
    assert list(map(type, said)) == [c.ContactEnded, c.ContactJoined]


@pytest.mark.rule("A9")
def test_take_in_joined_twice_takes_one_form() -> None:
    desk = recorded(written_part_follows=True)
    said = send_twice(desk, heard(H.take_in_joined, sample(c.ContactJoined, contact_id="c1")))
    assert list(map(type, said)) == [c.ContactRecorded]


def test_attach_twice_and_tell_family_twice_note_each_once() -> None:
    paper = Attachment(kind="early_help_assessment", title="Plan", kept_at="dms/117")
    assert not send_twice(recorded(), acted(H.attach, paper, RECORDER))
    told = TellFamily(what="Who we are.")
    assert not send_twice(recorded(), acted(H.tell_family, told, RECORDER))


def test_say_consent_twice_supersedes_once() -> None:
    consent = SayConsent.model_validate({"consent": REFUSED})
    desk = recorded()
    assert not send_twice(desk, acted(H.say_consent, consent, RECORDER))
    assert len(desk.aggregate.consent.superseded) == 1


@pytest.mark.rule("D12")
def test_override_consent_twice_overrides_once_for_each_child() -> None:
    ground = "significant_harm_public_interest"
    override = OverrideConsent(ground=ground, rationale="She is not safe.", evidence="Bruises.")
    desk = recorded(consent=REFUSED)
    assert not send_twice(desk, acted(H.override_consent, override, MANAGER))
    assert len(desk.aggregate.consent.overrides) == len(desk.aggregate.children)


def test_withdraw_consent_twice_stops_the_enquiry_once() -> None:
    desk = recorded()
    desk.do(acted(H.authorise_enquiry, asking(), MANAGER))
    said = send_twice(desk, acted(H.withdraw_consent, NOTE, RECORDER))
    assert list(map(type, said)) == [EnquiryAmended, ContactWorkOutstanding]


@pytest.mark.rule("D5")
def test_return_for_discussion_twice_pauses_once() -> None:
    desk = recorded(consent=REFUSED, request_type="child_in_need")
    assert not send_twice(desk, acted(H.return_for_discussion, NOTE, SOCIAL_WORKER))


@pytest.mark.rule("E2")
def test_oversee_twice_signs_off_once() -> None:
    action = DatedAction(what="See the children.", due_at=NOW + timedelta(days=2))
    oversee = Oversee(note="Seen.", actions=(action,))
    said = send_twice(known(found()), acted(H.oversee, oversee, MANAGER))
    assert list(map(type, said)) == [c.ContactEnded]


@pytest.mark.rule("E3")
def test_hand_over_twice_hands_over_once() -> None:
    desk = known(
        found(status=CaseStatus.CLOSED, closed_at=NOW - timedelta(days=9), team="Assessment team 2")
    )
    to = HandOver(to="Assessment team 2", acknowledged_by="sw-4022")
    said = send_twice(desk, acted(H.hand_over, to, SOCIAL_WORKER))
    assert list(map(type, said)) == [c.ContactEnded]


def test_reroute_twice_reroutes_once() -> None:
    to = Reroute(to="school_admissions", acknowledged_by="sw-4022")
    said = send_twice(recorded(), acted(H.reroute, to, SOCIAL_WORKER))
    assert list(map(type, said)) == [c.ContactEnded]


@pytest.mark.rule("E6")
def test_allocate_twice_keeps_the_first_worker() -> None:
    desk = recorded(significant_harm="yes")
    worker = Allocate(social_worker="sw-4021")
    assert not send_twice(desk, acted(H.allocate, worker, MANAGER))


@pytest.mark.rule("E6")
def test_raise_allocation_alarm_twice_raises_it_once() -> None:
    desk = recorded(significant_harm="yes")
    clock = desk.aggregate.clock(ClockKind.ALLOCATION)
    assert clock is not None
    assert not send_twice(desk, ran_out(H.raise_allocation_alarm, clock, NOW))


def test_signpost_twice_and_give_advice_twice_end_it_once() -> None:
    said = send_twice(recorded(), acted(H.signpost, Signpost(to="library"), MANAGER))
    assert list(map(type, said)) == [c.ContactEnded]
    asked, advice = recorded(request_type="consultation"), GiveAdvice(advice="Ask the parents.")
    assert not send_twice(asked, acted(H.give_advice, advice, SOCIAL_WORKER))


@pytest.mark.rule("D4")
def test_return_to_referrer_twice_returns_it_once() -> None:
    desk = recorded(consent=REFUSED, request_type="early_help")
    said = send_twice(desk, acted(H.return_to_referrer, NOTE, SOCIAL_WORKER))
    assert list(map(type, said)) == [c.ContactEnded]


@pytest.mark.rule("F8", "I3")
def test_authorise_enquiry_twice_sends_one_enquiry_out() -> None:
    said = send_twice(recorded(), acted(H.authorise_enquiry, asking(), MANAGER))
    assert list(map(type, said)) == [EnquiryAuthorised]


@pytest.mark.rule("F3")
def test_send_for_decision_twice_sends_it_once() -> None:
    enough = SendForDecision(reason="The police report says it all.")
    said = send_twice(recorded(), acted(H.send_for_decision, enough, MANAGER))
    assert list(map(type, said)) == [c.ContactReadyForDecision]


def test_ask_for_call_back_twice_asks_once() -> None:
    desk = recorded()
    call = CallBack(what="Which class is she in?")
    assert not send_twice(desk, acted(H.ask_for_call_back, call, RECORDER))


def test_accept_task_twice_and_complete_task_twice_do_each_once() -> None:
    task = "talk_to_family.family"
    accept = AcceptTask(task_id=task)
    assert not send_twice(recorded(), acted(H.accept_task, accept, SOCIAL_WORKER))
    done = CompleteTask(task_id=task, note="Both parents were at home.")
    assert not send_twice(recorded(), acted(H.complete_task, done, SOCIAL_WORKER))


@pytest.mark.rule("N16")
def test_place_mother_and_baby_twice_notes_one_placement() -> None:
    unit = {"home_authority": "Havering", "prison_authority": "Surrey"}
    desk = recorded(circumstances={"mother_and_baby_unit": unit})
    placed = Placement(note="Agreed.")
    assert not send_twice(desk, acted(H.place_mother_and_baby, placed, SOCIAL_WORKER))


@pytest.mark.rule("N10")
def test_open_for_alleged_child_twice_opens_one_contact() -> None:
    alleged = sample(c.ChildAllegedToHarm, contact_id="c1a1")
    said = send_twice(Desk(Contact, "c1a1"), heard(H.open_for_alleged_child, alleged))
    assert list(map(type, said)) == [c.ContactRecorded]


def test_note_decision_twice_notes_one_outcome() -> None:
    desk = recorded()
    decided = sample(DecisionRecorded, contact_id="c1", child_id="c1-1")
    assert not send_twice(desk, heard(H.note_decision, decided))
    assert desk.aggregate.outcomes == {"c1-1": decided.outcome}


@pytest.mark.rule("J6")
def test_note_referrer_told_twice_and_note_referrer_not_told_twice_note_each_once() -> None:
    delivered = sample(NoticeDelivered, contact_id="c1")
    assert not send_twice(recorded(), heard(H.note_referrer_told, delivered))
    failed = sample(NoticeFailed, contact_id="c1")
    assert not send_twice(recorded(), heard(H.note_referrer_not_told, failed))
