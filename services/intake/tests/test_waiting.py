"""The queues of the front door: when a contact enters each, when it leaves it, and what is due."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from intake.domain.case import CaseStatus
from intake.domain.contact import Contact
from intake.domain.found import RecordKind
from intake.domain.likeness import Certainty
from intake.domain.progress import CheckResult
from intake.domain.queue import Queue
from intake.forms.consent import OverrideConsent, SayConsent
from intake.forms.contact import CheckDemographics, WrittenFollowUp
from intake.forms.ending import (
    Allocate,
    DatedAction,
    GiveAdvice,
    HandOver,
    Oversee,
    SignOffEnding,
    Signpost,
)
from intake.forms.form import Note
from intake.forms.gate import SendForDecision
from intake.forms.match import AnswerPrompt, DecideMatch
from intake.forms.task import CallBack, CompleteTask
from mash_shared.clocks import Clock
from mash_shared.plumbing.arrival import Change
from mash_shared.testing import NOW, Desk, acted, ran_out
from mash_shared.vocabulary import ClockKind, Role
from support.front_door import HANDLERS as H
from support.front_door import (
    MANAGER,
    RECEIVED,
    RECORDER,
    SOCIAL_WORKER,
    form,
    found,
    indexed,
    known,
    recorded,
    staff,
    unchecked,
)
from support.siblings import APART, two_families
from support.turns import AUTHORISED, COMPLETED, SIGNPOSTED

REFUSED = {"status": "refused"}
HEAD = staff(Role.HEAD_OF_MASH)
NOTE = Note(note="Please talk to the parents first.")
RECORD_DUE = RECEIVED + timedelta(hours=24)
TALKS_DUE = RECEIVED + timedelta(hours=2)
HALF_AN_HOUR = RECEIVED + timedelta(minutes=30)
ACTION = DatedAction(what="See the children.", due_at=NOW + timedelta(days=2))
PROBATION = {"kind": "probation_enquiry", "requester": "probation", "subject": "adult"}
OVERRIDE = OverrideConsent(
    ground="significant_harm_public_interest", rationale="She is not safe.", evidence="Bruises."
)


def _closed() -> Desk[Contact]:
    return known(found(status=CaseStatus.CLOSED, closed_at=NOW - timedelta(days=9), team="Team 2"))


def _thrice() -> Desk[Contact]:
    return known(*(found(record_id=id_, kind=RecordKind.CONTACT) for id_ in ("a", "b")))


def _ran_out(handler: Any, kind: ClockKind, **changes: Any) -> Desk[Contact]:
    """Give a contact of which the clock of one kind has run out."""
    desk = recorded(**changes)
    clock = desk.aggregate.clock(kind)
    assert clock is not None
    desk.do(ran_out(handler, clock, clock.due_at))
    return desk


def _says_nothing(_: Contact, __: Clock, ___: datetime) -> tuple[()]:
    return ()


def _paused() -> Desk[Contact]:
    desk = recorded(consent=REFUSED, request_type="child_in_need")
    desk.do(acted(H.return_for_discussion, NOTE, SOCIAL_WORKER))
    return desk


def _red(change: Change) -> Desk[Contact]:
    desk = recorded(urgency="red")
    desk.do(change)
    return desk


def _alarmed() -> Desk[Contact]:
    return _ran_out(H.raise_allocation_alarm, ClockKind.ALLOCATION, urgency="red")


def _called_back() -> Desk[Contact]:
    desk = recorded(urgency="red")
    desk.do(acted(H.ask_for_call_back, CallBack(what="Which class?"), RECORDER))
    return desk


def _at_night() -> Desk[Contact]:
    desk = Desk(Contact, "c1")
    desk.do(acted(H.record_contact, form(urgency="red", received_at=AT_NIGHT), RECORDER, AT_NIGHT))
    desk.do(indexed())
    return desk


def _complete(task: str) -> Change:
    return acted(H.complete_task, CompleteTask(task_id=task, note="Done."), SOCIAL_WORKER)


CONSENTED = acted(H.say_consent, SayConsent(consent=form().consent), RECORDER)
CHECKED = acted(H.check_demographics, CheckDemographics(result=CheckResult.NOT_CONFIRMED), RECORDER)
WRITTEN = acted(
    H.add_written_follow_up, WrittenFollowUp(received_at=NOW, text="The form."), RECORDER
)
SAME = DecideMatch(record_id="LCS-1", same=False, reason="Another child.")
ALLOCATED = acted(H.allocate, Allocate(social_worker="sw-4021"), MANAGER)
ENOUGH = acted(H.send_for_decision, SendForDecision(reason="All is known."), MANAGER)
SIGNED_OFF = acted(H.sign_off_ending, SignOffEnding(agrees=True, reason="I rang the school."), HEAD)
HANDED_OVER = acted(H.hand_over, HandOver(to="Team 2", acknowledged_by="sw-4022"), SOCIAL_WORKER)
AT_NIGHT = NOW - timedelta(hours=6)

LINES: dict[str, tuple[Queue, Callable[[], Desk[Contact]], datetime, Change]] = {
    "B2": (Queue.DEMOGRAPHIC_CHECKS, unchecked, RECORD_DUE, CHECKED),
    "J4": (Queue.RECORD_COMPLETION, recorded, RECORD_DUE, COMPLETED),
    "J4 late": (
        Queue.RECORD_COMPLETION,
        lambda: _ran_out(_says_nothing, ClockKind.CONTACT_RECORD),
        RECORD_DUE,
        COMPLETED,
    ),
    "J4 signposted": (Queue.RECORD_COMPLETION, recorded, RECORD_DUE, SIGNPOSTED),
    "D12": (
        Queue.CONSENT,
        lambda: recorded(consent=REFUSED),
        RECORD_DUE,
        acted(H.override_consent, OVERRIDE, MANAGER),
    ),
    "D5": (Queue.FAMILY_DISCUSSIONS, _paused, RECORD_DUE, CONSENTED),
    "D4": (
        Queue.CONSENT,
        lambda: recorded(consent=REFUSED, request_type="early_help"),
        RECORD_DUE,
        acted(H.return_to_referrer, NOTE, SOCIAL_WORKER),
    ),
    "E5": (
        Queue.MATCHES,
        lambda: known(found(certainty=Certainty.POSSIBLE)),
        RECORD_DUE,
        acted(H.decide_match, SAME, SOCIAL_WORKER),
    ),
    "A14": (
        Queue.CONSULTATIONS,
        lambda: recorded(request_type="consultation"),
        RECORD_DUE,
        acted(H.give_advice, GiveAdvice(advice="Ask them."), MANAGER),
    ),
    "B14": (
        Queue.QUESTIONS,
        lambda: recorded(request_type="information"),
        RECORD_DUE,
        acted(H.signpost, Signpost(to="library"), RECORDER),
    ),
    "F2": (Queue.GATE, recorded, RECORD_DUE, AUTHORISED),
    "F3": (Queue.GATE, recorded, RECORD_DUE, ENOUGH),
    "E1": (Queue.GATE, known, RECORD_DUE, indexed(found())),
    "N11": (Queue.SPLITTING, two_families, RECORD_DUE, acted(H.split_contact, APART, MANAGER)),
    "E2": (
        Queue.OVERSIGHT, lambda: known(found()), RECORD_DUE,
        acted(H.oversee, Oversee(note="Seen.", actions=(ACTION,)), MANAGER),
    ),
    "E3": (Queue.HAND_OVER, _closed, RECORD_DUE, HANDED_OVER),
    "E4": (
        Queue.ASSESSMENT_PROMPTS,
        _thrice,
        RECORD_DUE,
        acted(H.answer_prompt, AnswerPrompt(assess=False, reason="In hand."), MANAGER),
    ),
    "E6": (Queue.ALLOCATION, lambda: recorded(urgency="red"), HALF_AN_HOUR, ALLOCATED),
    "E6 decided": (Queue.ALLOCATION, lambda: _red(ENOUGH), HALF_AN_HOUR, ALLOCATED),
    "E6 proposed": (Queue.ALLOCATION, lambda: _red(SIGNPOSTED), HALF_AN_HOUR, SIGNED_OFF),
    "C8": (Queue.SIGN_OFFS, lambda: _red(SIGNPOSTED), RECORD_DUE, SIGNED_OFF),
    "E6 alarm": (Queue.ALLOCATION, _alarmed, HALF_AN_HOUR, ALLOCATED),
    "E6 coordinator": (Queue.ALLOCATION, _alarmed, HALF_AN_HOUR, AUTHORISED),
    "A18": (Queue.CALL_BACKS, _called_back, NOW + timedelta(hours=1), _complete("call_back.1") ),
    "A9": (
        Queue.WRITTEN_FOLLOW_UPS,
        lambda: recorded(written_part_follows=True),
        RECORD_DUE,
        WRITTEN,
    ),
    "A9 late": (
        Queue.WRITTEN_FOLLOW_UPS,
        lambda: _ran_out(
            _says_nothing, ClockKind.WRITTEN_FOLLOW_UP, written_part_follows=True
        ),
        RECORD_DUE,
        WRITTEN,
    ),
    "A9 ended": (
        Queue.WRITTEN_FOLLOW_UPS,
        lambda: recorded(written_part_follows=True),
        RECORD_DUE,
        SIGNPOSTED,
    ),
    "M10": (
        Queue.ANSWERS,
        lambda: recorded(
            children=[{}],
            request_type="request_to_the_hub",
            request=PROBATION | {"mode": "notification"},
        ),
        datetime(2026, 3, 18, 9, 20, tzinfo=UTC),
        _complete("duty.record_shared_information"),
    ),
    "O9": (Queue.OUT_OF_HOURS, _at_night, AT_NIGHT + timedelta(hours=24), AUTHORISED),
}  # fmt: skip


@pytest.mark.rule(
    "B2", "J4", "D4", "D5", "D12", "E1", "E2", "E3", "E4", "E6", "A9", "A18", "N11", "O9"
)
@pytest.mark.parametrize("line", LINES)
def test_a_contact_stands_in_a_queue_until_its_work_is_done(line: str) -> None:
    queue, opened, due, leaves = LINES[line]
    desk = opened()
    assert desk.aggregate.waiting[queue] == due
    desk.do(leaves)
    assert queue not in desk.aggregate.waiting


def test_there_is_a_line_for_every_queue_but_those_with_tests_of_their_own() -> None:
    others = {Queue.TASKS, Queue.COORDINATION, Queue.BROKEN_GLASS}
    assert {queue for queue, *_ in LINES.values()} == set(Queue) - others


def test_what_nobody_recorded_waits_for_nothing() -> None:
    contact = Contact(id="c1")
    contact.summarise()
    assert contact.waiting == {}
