"""The first talks, however it turns out who referred, and by whom they are noted (J5)."""

from datetime import timedelta
from typing import Any

import pytest

from intake.domain.contact import Contact
from intake.domain.progress import ContactState
from intake.domain.task import TALKS, Task, TaskKind
from intake.forms.contact import AmendContact
from intake.forms.ending import Signpost
from intake.forms.task import AcceptTask, CompleteTask
from intake.handlers import IntakeHandlers
from mash_shared.messages.contact import ChildAllegedToHarm
from mash_shared.messages.decision import DecisionRecorded
from mash_shared.messages.notice import NoticeDelivered
from mash_shared.policy import PolicyPacks
from mash_shared.testing import NOW, Desk, acted, heard, packs, sample
from mash_shared.vocabulary import ClockKind, ClockState, NotEntitledError, Role
from support.front_door import HANDLERS as H
from support.front_door import (
    MANAGER,
    RECORDER,
    SOCIAL_WORKER,
    indexed,
    made_whole,
    recorded,
    staff,
)
from support.turns import ENOUGH
from support.two_parts import call, join

pytestmark = pytest.mark.rule("J5")
AGENCY, FAMILY = "talk_to_referrer.referrer", "talk_to_family.family"
PUBLIC, PROFESSIONAL = {"kind": "public"}, {"kind": "professional"}
LATER = NOW + timedelta(hours=6)


def _referred_by(desk: Desk[Contact], kind: str) -> None:
    said = {"why": "Learnt later.", "referrer": {"kind": kind}}
    desk.do(acted(H.amend_contact, AmendContact.model_validate(said), MANAGER, LATER))


def _talks(desk: Desk[Contact]) -> dict[TaskKind, Task]:
    return {task.kind: task for task in desk.aggregate.tasks if task.kind in TALKS}


@pytest.mark.parametrize("by", [RECORDER, MANAGER, staff(Role.SCREENING_TEAM)])
@pytest.mark.parametrize("task", [AGENCY, FAMILY])
def test_a_talk_is_noted_only_by_whom_the_pack_names(by: Any, task: str) -> None:
    desk = recorded()
    done, taken = CompleteTask(task_id=task, note="Spoken to."), AcceptTask(task_id=task)
    for change in (acted(H.complete_task, done, by), acted(H.accept_task, taken, by)):
        with pytest.raises(NotEntitledError, match="may speak to"):
            desk.do(change)
    desk.do(acted(H.complete_task, done, SOCIAL_WORKER))


def test_another_council_names_others() -> None:
    pack = packs().of("havering")
    contact = pack.contact.model_copy(update={"first_talks_by": (Role.MASH_MANAGER,)})
    other = IntakeHandlers(PolicyPacks({"havering": pack.model_copy(update={"contact": contact})}))
    desk = recorded()
    done = CompleteTask(task_id=AGENCY, note="Spoken to.")
    with pytest.raises(NotEntitledError):
        desk.do(acted(other.complete_task, done, SOCIAL_WORKER))
    desk.do(acted(other.complete_task, done, MANAGER))


@pytest.mark.parametrize("first", [PUBLIC, {"kind": "anonymous"}])
def test_a_referrer_who_proves_to_be_a_professional_is_spoken_to(first: dict[str, str]) -> None:
    desk = recorded(referrer=first)
    assert TaskKind.TALK_TO_REFERRER not in _talks(desk)
    _referred_by(desk, "professional")
    assert _talks(desk)[TaskKind.TALK_TO_REFERRER].is_open
    clock = desk.aggregate.clock(ClockKind.TASK, AGENCY)
    assert clock is not None
    assert clock.started_at == LATER, "nobody could keep a promise before it was known"


def test_one_who_proves_to_be_none_is_not_and_is_again_if_he_is_after_all() -> None:
    desk = recorded(referrer=PROFESSIONAL)
    _referred_by(desk, "public")
    assert _talks(desk)[TaskKind.TALK_TO_REFERRER].is_called_off
    assert _talks(desk)[TaskKind.TALK_TO_FAMILY].is_open
    _referred_by(desk, "professional")
    assert _talks(desk)[TaskKind.TALK_TO_REFERRER].is_open
    states = [one.state for one in desk.aggregate.clocks if one.of == AGENCY]
    assert states == [ClockState.CANCELLED, ClockState.OPEN]


def test_a_talk_that_was_had_stays_had() -> None:
    desk = recorded(referrer=PROFESSIONAL)
    done = CompleteTask(task_id=AGENCY, note="Spoken to.")
    desk.do(acted(H.complete_task, done, SOCIAL_WORKER))
    _referred_by(desk, "public")
    _referred_by(desk, "professional")
    assert not _talks(desk)[TaskKind.TALK_TO_REFERRER].is_open


def test_a_contact_that_was_closed_opens_again_for_the_talk() -> None:
    desk = recorded(referrer={"kind": "anonymous"}, children=[{"full_name": "Tobias"}])
    desk.do(ENOUGH)
    desk.do(heard(H.note_decision, sample(DecisionRecorded, child_id="c1-1")))
    made_whole(desk)
    assert desk.aggregate.state is ContactState.CLOSED
    _referred_by(desk, "professional")
    desk.do(indexed())
    desk.do(heard(H.note_referrer_told, sample(NoticeDelivered, child_ids=("c1-1",))))
    assert desk.aggregate.state is ContactState.DECIDED
    made_whole(desk)
    assert desk.aggregate.state is ContactState.CLOSED


def test_where_no_record_is_owed_nobody_is_spoken_to_late() -> None:
    desk = recorded(referrer=PUBLIC)
    desk.do(acted(H.signpost, Signpost(to="library"), MANAGER))
    _referred_by(desk, "professional")
    assert TaskKind.TALK_TO_REFERRER not in _talks(desk)


@pytest.mark.rule("A9", "J5")
def test_what_was_joined_is_talked_about_with_the_other_part() -> None:
    desk = recorded(referrer=PUBLIC)
    desk.do(indexed(call(child_id="c1-1")))
    join(desk)
    _referred_by(desk, "professional")
    assert not [task for task in _talks(desk).values() if task.is_open]


@pytest.mark.rule("J5", "N10")
def test_of_a_child_said_to_do_harm_nobody_has_referred() -> None:
    desk = Desk(Contact, "a1")
    desk.do(heard(H.open_for_alleged_child, sample(ChildAllegedToHarm, contact_id="a1")))
    form = AmendContact.model_validate({"why": "Learnt.", "urgency": "red"})
    desk.do(acted(H.amend_contact, form, MANAGER))
    assert _talks(desk) == {}


def _put_right(desk: Desk[Contact], at: Any = LATER, **referrer: Any) -> None:
    said = {"why": "Learnt later.", "referrer": referrer}
    desk.do(acted(H.amend_contact, AmendContact.model_validate(said), MANAGER, at))


SCHOOL = {"kind": "professional", "organisation": "Marlpit Lane School", "agency": "education"}


@pytest.mark.parametrize(
    ("put", "again"),
    [
        ({"organisation": "Alder Row Surgery", "agency": "health"}, True),
        ({"organisation": "Alder Row Surgery", "agency": None}, True),
        ({"organisation": "marlpit lane school, Romford", "agency": None}, False),
        ({"organisation": "Marlpit Lane Academy"}, False),
        ({"full_name": "Imogen Saltmarsh"}, False),
        ({"organisation": None, "agency": None}, False),
    ],
)
def test_a_talk_with_an_agency_that_did_not_refer_is_had_with_the_one_that_did(
    put: dict[str, Any], *, again: bool
) -> None:
    desk = recorded(referrer=SCHOOL)
    _put_right(desk, NOW, full_name="Dominik Rook")
    done = CompleteTask(task_id=AGENCY, note="Spoken to.")
    desk.do(acted(H.complete_task, done, SOCIAL_WORKER, NOW + timedelta(minutes=1)))
    _put_right(desk, **put)
    assert _talks(desk)[TaskKind.TALK_TO_REFERRER].is_open is again
    assert desk.aggregate.facts.referrer is not None
