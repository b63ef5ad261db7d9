"""What is added to a contact later: corrections, checks, the written part, news of its end."""

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from intake.domain.consent import ConsentPosition
from intake.domain.contact import Contact
from intake.domain.facts import YesNo
from intake.domain.progress import CheckResult
from intake.domain.reference import reference_of
from intake.domain.refusals import (
    AlreadyDoneError,
    UnknownChildError,
)
from intake.forms.contact import (
    AmendContact,
    Attachment,
    CheckDemographics,
    CompleteRecord,
    WrittenFollowUp,
)
from intake.forms.gate import SendForDecision
from mash_shared.act import Person
from mash_shared.messages import MOST_CHILDREN
from mash_shared.messages.decision import DecisionRecorded
from mash_shared.messages.notice import NoticeDelivered
from mash_shared.plumbing.arrival import Change
from mash_shared.policy import Pack
from mash_shared.testing import NOW, Desk, acted, heard, packs, person, sample
from mash_shared.vocabulary import (
    ClockKind,
    ClockState,
    FieldRefusedError,
    NotEntitledError,
    NotInPolicyError,
    Role,
)
from support.front_door import HANDLERS as H
from support.front_door import (
    MANAGER,
    RECEIVED,
    RECORDER,
    SOCIAL_WORKER,
    asking,
    recorded,
)

COMPLETE = CompleteRecord()
WRITTEN = WrittenFollowUp(received_at=NOW, text="Protection part of the form.")
REFUSED = {"status": "refused"}
UNASKED = {"status": "not_sought"}
PAPER = Attachment(kind="early_help_assessment", title="Plan", kept_at="dms/117")
LATER = NOW + timedelta(minutes=5)


def _amend(desk: Desk[Contact], *, by: Person = RECORDER, **said: Any) -> Contact:
    change = AmendContact.model_validate({"why": "It was misheard."} | said)
    desk.do(acted(H.amend_contact, change, by, LATER))
    return desk.aggregate


def _clock_state(contact: Contact, kind: ClockKind) -> ClockState:
    (clock,) = (clock for clock in contact.clocks if clock.kind is kind)
    return clock.state


def _decide(desk: Desk[Contact], *children: str) -> None:
    for child_id in children:
        desk.do(heard(H.note_decision, sample(DecisionRecorded, child_id=child_id)))


@pytest.mark.rule("B3", "B4")
def test_a_correction_keeps_what_was_there_before_with_who_and_why() -> None:
    desk = recorded(address="1 Sample Row", children=[{"full_name": "Tobias"}, {}])
    child = {"child_id": "c1-1", "facts": {"full_name": "Tobiah"}}
    new = {"facts": {"full_name": "Wren"}}
    contact = _amend(desk, children=[child, new], concern="Crying, and shouting.")
    assert [(c.child_id, c.full_name) for c in contact.children] == [
        ("c1-1", "Tobiah"),
        ("c1-2", None),
        ("c1-3", "Wren"),
    ]
    assert contact.facts.address == "1 Sample Row"
    (before,) = contact.superseded
    assert before.facts.children[0].full_name == "Tobias"
    assert (before.by, before.until, before.why) == (RECORDER.id, LATER, "It was misheard.")
    assert contact.look_wanted


def test_what_may_be_unknown_is_taken_back_and_what_may_not_is_kept() -> None:
    said = {"address": "1 Sample Row", "threshold_level": "level 3"}
    contact = _amend(recorded(**said), address=None, threshold_level=None, referrer=None)
    assert (contact.facts.address, contact.facts.threshold_level) == (None, None)
    assert contact.facts.referrer is not None
    for name in ("household", "concern", "parents_aware", "knowledge", "circumstances"):
        with pytest.raises(ValidationError, match=name):
            AmendContact.model_validate({"why": "Empty.", name: None})


def test_a_correction_that_corrects_nothing_leaves_nothing_behind() -> None:
    desk = recorded(address="1 Sample Row")
    contact = _amend(desk, address="1 Sample Row")
    assert contact.superseded == []
    assert not contact.look_wanted


@pytest.mark.rule("D2", "D4")
def test_another_referrer_is_weighed_anew_and_only_a_manager_makes_consent_matter_less() -> None:
    desk = recorded(consent=UNASKED)
    assert desk.aggregate.consent.position is ConsentPosition.MUST_OVERRIDE
    for kind in ("public", "anonymous"):
        with pytest.raises(NotEntitledError, match="weaker rule of consent"):
            _amend(desk, referrer={"kind": kind})
    contact = _amend(desk, by=MANAGER, referrer={"kind": "public"})
    assert contact.consent.position is ConsentPosition.NOT_EXPECTED
    contact = _amend(desk, referrer={"kind": "professional"})
    assert contact.consent.position is ConsentPosition.MUST_OVERRIDE


@pytest.mark.rule("E6")
def test_harm_learnt_of_later_has_the_case_allocated_from_then_on() -> None:
    desk = recorded()
    for level in ("level 3", "level 4"):
        contact = _amend(desk, significant_harm="yes", threshold_level=level)
    clocks = [c for c in contact.clocks if c.kind is ClockKind.ALLOCATION]
    assert [clock.due_at for clock in clocks] == [LATER + timedelta(hours=2)]
    asked = recorded()
    asked.do(acted(H.authorise_enquiry, asking(), MANAGER))
    assert _amend(asked, significant_harm="yes").clock(ClockKind.ALLOCATION) is None
    assert asked.aggregate.facts.significant_harm is YesNo.YES


@pytest.mark.rule("C2", "C3")
def test_a_correction_goes_by_the_policy_and_names_children_of_this_contact() -> None:
    with pytest.raises(NotInPolicyError, match="attestations"):
        _amend(recorded(), attestations=["open_with_the_press"])
    with pytest.raises(UnknownChildError):
        _amend(recorded(), children=[{"child_id": "c2-1", "facts": {}}])


@pytest.mark.rule("F11")
@pytest.mark.parametrize("sent", ["enquiry", "decision"])
def test_a_child_learnt_of_on_the_way_to_a_decision_is_of_the_same_contact(sent: str) -> None:
    desk = recorded()
    change: Change = acted(H.authorise_enquiry, asking(), MANAGER)
    if sent == "decision":
        change = acted(H.send_for_decision, SendForDecision(reason="All is known."), MANAGER)
    desk.do(change)
    _amend(desk, children=[{"facts": {"full_name": "Isolde"}}])
    assert desk.aggregate.child_ids == ("c1-1", "c1-2", "c1-3")
    named = _amend(desk, children=[{"child_id": "c1-2", "facts": {"full_name": "Wren"}}])
    assert named.children[1].full_name == "Wren"


@pytest.mark.rule("B2")
def test_a_later_check_of_details_stands_in_place_of_an_earlier_one() -> None:
    desk = recorded()
    for result in (CheckResult.NOT_CONFIRMED, CheckResult.CONFIRMED):
        check = CheckDemographics(result=result, note="By the school's roll.")
        desk.do(acted(H.check_demographics, check, RECORDER, LATER))
    check_made = desk.aggregate.ways["c1-1"].check
    assert check_made == desk.aggregate.ways["c1-2"].check
    assert check_made is not None
    assert (check_made.result, check_made.by) == (CheckResult.CONFIRMED, RECORDER.id)
    assert (check_made.at, check_made.note) == (LATER, "By the school's roll.")


@pytest.mark.rule("J4")
@pytest.mark.parametrize("pack", tuple(packs()), ids=lambda pack: pack.council.id)
@pytest.mark.parametrize("role", Role)
def test_only_a_social_worker_completes_the_record(pack: Pack, role: Role) -> None:
    desk = recorded(pack.council.id)
    change = acted(H.complete_record, COMPLETE, person(role, council=pack.council.id))
    if role in pack.contact.record_completed_by:
        desk.do(change)
        assert desk.aggregate.completion is not None
        assert desk.aggregate.completion.registration_number == "SW99900"
    else:
        with pytest.raises(NotEntitledError):
            desk.do(change)


@pytest.mark.rule("J4", "S10")
def test_sign_in_and_directory_agree_on_the_registration() -> None:
    worker = person(Role.SOCIAL_WORKER)
    other = replace(worker, registration_number="SW99999")
    with pytest.raises(NotEntitledError, match="different registration numbers"):
        recorded().do(acted(H.complete_record, COMPLETE, other))
    same = replace(worker, registration_number="SW99900")
    recorded().do(acted(H.complete_record, COMPLETE, same))


@pytest.mark.rule("J4")
@pytest.mark.parametrize("number", ["", "99900", "SW12", "SW123456789", "DR99900"])
def test_a_social_worker_is_registered(number: str) -> None:
    with pytest.raises(ValidationError, match="registration_number"):
        CompleteRecord(registration_number=number)


@pytest.mark.rule("J4", "I8")
@pytest.mark.parametrize(("late", "state"), [(0, ClockState.MET), (1, ClockState.MISSED)])
def test_a_record_is_complete_in_time_up_to_the_last_second(late: int, state: ClockState) -> None:
    desk = recorded()
    at = RECEIVED + timedelta(hours=24, seconds=late)
    desk.do(acted(H.complete_record, COMPLETE, SOCIAL_WORKER, at))
    assert _clock_state(desk.aggregate, ClockKind.CONTACT_RECORD) is state
    with pytest.raises(AlreadyDoneError):
        desk.do(acted(H.complete_record, COMPLETE, SOCIAL_WORKER, at))


@pytest.mark.rule("S24")
@settings(deadline=None)
@given(st.uuids(), st.uuids())
def test_a_reference_is_short_stable_and_says_nothing_of_the_id(one: object, other: object) -> None:
    reference = reference_of(str(one), "waltham-forest")
    assert reference == reference_of(str(one), "waltham-forest")
    assert re.fullmatch(r"WAL-[0-9A-Z]{5}-[0-9A-Z]{5}", reference)
    assert (reference == reference_of(str(other), "waltham-forest")) == (one == other)
    assert not set("ILOU") & set(reference[4:])


@pytest.mark.rule("B4")
def test_no_correction_makes_a_contact_about_more_children_than_the_bus_carries() -> None:
    desk = recorded(children=[{}] * MOST_CHILDREN)
    one_more = AmendContact.model_validate({"why": "A cousin.", "children": [{"facts": {}}]})
    with pytest.raises(FieldRefusedError, match="30 children at the most"):
        desk.do(acted(H.amend_contact, one_more, RECORDER))


@pytest.mark.rule("J6")
def test_when_the_referrer_was_told_is_when_they_first_were() -> None:
    desk = recorded()
    for minutes in (0, 5):
        at = NOW + timedelta(minutes=minutes)
        desk.do(heard(H.note_referrer_told, sample(NoticeDelivered, occurred_at=at)))
    assert desk.aggregate.told_at == NOW
