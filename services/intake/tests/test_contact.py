"""The first minute of a contact: who records it, what starts with it, and who is told of it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from intake.domain.contact import Contact
from intake.domain.progress import ANONYMOUS, NOT_OWED
from intake.domain.refusals import AlreadyRecordedError
from intake.domain.task import TaskKind
from mash_shared.messages.contact import ContactRecorded
from mash_shared.policy import Pack
from mash_shared.policy.front_door import Path
from mash_shared.testing import NOW, Desk, acted, packs, person
from mash_shared.vocabulary import (
    Channel,
    ClockKind,
    FieldRefusedError,
    NotEntitledError,
    NotInPolicyError,
    NotKnownError,
    ReferrerKind,
    Role,
)
from support.front_door import HANDLERS as H
from support.front_door import RECEIVED, RECORDER, form, fresh, recorded, staff

each_pack = pytest.mark.parametrize("pack", tuple(packs()), ids=lambda pack: pack.council.id)
ANYBODY = {Role.SOCIAL_WORKER, Role.MASH_MANAGER, Role.HEAD_OF_MASH}
ASKS = {"significant_harm": "yes"}
PROTECTION = {
    "havering": "child_protection",
    "lewisham": "child_protection",
    "redbridge": "child_protection",
    "waltham-forest": "protection",
}


def _record(**changes: Any) -> ContactRecorded:
    said = Desk(Contact, "c1").do(acted(H.record_contact, form(**changes), RECORDER))
    assert isinstance(said[0], ContactRecorded)
    return said[0]


def _due(desk: Desk[Contact], kind: ClockKind, of: str = "") -> datetime | None:
    clock = desk.aggregate.clock(kind, of)
    return clock.due_at if clock else None


@pytest.mark.rule("B1")
@each_pack
@pytest.mark.parametrize("role", Role)
def test_a_contact_is_recorded_by_business_support_and_whoever_sorts(
    pack: Pack, role: Role
) -> None:
    able = {*pack.contact.first_recorders, *pack.contact.triage_roles, *ANYBODY}
    able.add(Role.OUT_OF_HOURS_DUTY_SOCIAL_WORKER)
    somebody = person(role, council=pack.council.id)
    if role in able:
        assert fresh(pack.council.id, by=somebody).aggregate.recorded_by == somebody.id
    else:
        with pytest.raises(NotEntitledError):
            fresh(pack.council.id, by=somebody)


def test_what_is_refused_leaves_nothing_behind() -> None:
    desk = Desk(Contact, "c1")
    with pytest.raises(NotEntitledError):
        desk.do(acted(H.record_contact, form(), staff(Role.OPERATIONS)))
    assert desk.raw is None
    with pytest.raises(NotKnownError, match="atlantis"):
        fresh("atlantis")


@pytest.mark.rule("A1", "A3", "A4", "A7")
@pytest.mark.parametrize("source", ["self", "police", "a passer-by", None])
@pytest.mark.parametrize("kind", ReferrerKind)
def test_nobody_is_turned_away_for_who_they_are(kind: ReferrerKind, source: str | None) -> None:
    said = _record(referrer={"kind": kind, "source": source})
    assert said.referrer.kind is kind
    assert said.is_referral


@pytest.mark.rule("A4", "A8", "A11", "A12")
@each_pack
@pytest.mark.parametrize("channel", Channel)
def test_no_channel_is_refused(pack: Pack, channel: Channel) -> None:
    assert fresh(pack.council.id, channel=channel).aggregate.channel is channel


@pytest.mark.rule("A13")
def test_immediate_danger_is_kept_and_still_recorded() -> None:
    assert recorded(immediate_danger=True).aggregate.immediate_danger


@pytest.mark.rule("X4", "O6")
def test_a_contact_keeps_when_it_was_received_apart_from_when_it_was_typed() -> None:
    contact = recorded().aggregate
    assert (contact.received_at, contact.recorded_at) == (RECEIVED, NOW)
    assert recorded(received_at=NOW).aggregate.received_at == NOW
    ahead = NOW + timedelta(minutes=5)
    assert recorded(received_at=ahead).aggregate.received_at == NOW
    with pytest.raises(FieldRefusedError, match="received_at"):
        fresh(received_at=NOW + timedelta(minutes=5, seconds=1))


def test_a_contact_is_never_recorded_over() -> None:
    desk = fresh()
    with pytest.raises(AlreadyRecordedError):
        desk.do(acted(H.record_contact, form(concern="Another."), RECORDER))
    assert desk.aggregate.facts.concern == form().concern


@pytest.mark.rule("A2", "A14", "A16", "A17", "B13")
@pytest.mark.parametrize(
    ("request_type", "path", "owed"),
    [
        ("early_help", Path.CHILD_CONCERN, None),
        ("children_with_disabilities", Path.CHILD_CONCERN, None),
        ("consultation", Path.CONSULTATION, NOT_OWED),
        ("information", Path.INFORMATION, NOT_OWED),
    ],
)
def test_what_was_asked_for_says_where_it_leads(
    request_type: str, path: Path, owed: str | None
) -> None:
    assert _record(request_type=request_type).is_referral is (owed is None)
    contact = recorded(request_type=request_type, children=[{}]).aggregate
    assert (contact.path, contact.not_told_because) == (path, owed)
    assert len(contact.children) == (path is Path.CHILD_CONCERN)


@pytest.mark.rule("A7")
def test_nothing_is_owed_to_somebody_who_does_not_say_who_they_are() -> None:
    assert recorded(referrer={"kind": "anonymous"}).aggregate.not_told_because == ANONYMOUS
    assert recorded(referrer={"kind": "public"}).aggregate.not_told_because is None


@pytest.mark.rule("C2", "C3", "D8", "D12", "D18")
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"request_type": "spaceship"}, "request_type"),
        ({"attestations": ["open_with_the_press"]}, "attestations"),
        ({"consent": {"status": "refused", "do_not_inform": "awkward"}}, r"do_not_inform"),
        ({"consent": {"status": "refused", "exception": "busy"}}, r"consent\.exception"),
        ({"consent": {"status": "overridden"}}, r"consent\.status"),
    ],
)
def test_a_code_is_one_of_the_policy(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(NotInPolicyError, match=field):
        fresh(**changes)


@pytest.mark.rule("J4")
@pytest.mark.parametrize("urgency", ["red", "amber"])
def test_a_record_is_to_be_complete_within_a_day_of_receipt(urgency: str) -> None:
    friday = datetime(2026, 3, 6, 16, 30, tzinfo=UTC)
    desk = recorded(urgency=urgency, received_at=friday)
    assert _due(desk, ClockKind.CONTACT_RECORD) == friday + timedelta(hours=24)


@pytest.mark.rule("E6", "C8")
@pytest.mark.parametrize(
    ("changes", "due"),
    [
        ({"urgency": "red"}, RECEIVED + timedelta(minutes=30)),
        ({"request_type": "child_protection"}, RECEIVED + timedelta(hours=2)),
        ({"immediate_danger": True}, RECEIVED + timedelta(hours=2)),
        (ASKS | {"request_type": "consultation"}, RECEIVED + timedelta(hours=2)),
        (ASKS | {"request_type": "information"}, RECEIVED + timedelta(hours=2)),
        ({"significant_harm": "yes", "urgency": "red"}, RECEIVED + timedelta(minutes=30)),
        ({"significant_harm": "yes", "urgency": "amber"}, RECEIVED + timedelta(hours=2)),
        ({"significant_harm": "no", "request_type": "early_help"}, None),
        ({}, None),
    ],
)
def test_a_protection_case_is_to_be_allocated_at_once(
    changes: dict[str, Any], due: datetime | None
) -> None:
    assert _due(recorded(**changes), ClockKind.ALLOCATION) == due


@pytest.mark.rule("A9", "A10")
@each_pack
def test_the_form_follows_a_professionals_telephoned_worry(pack: Pack) -> None:
    council, protection = pack.council.id, PROTECTION[pack.council.id]
    called = recorded(council, request_type=protection)
    assert called.aggregate.follow_up is not None
    assert _due(called, ClockKind.WRITTEN_FOLLOW_UP) == RECEIVED + timedelta(hours=24)
    for other in (
        {"channel": "email", "request_type": protection},
        {"referrer": {"kind": "public"}, "request_type": protection},
        {},
    ):
        assert recorded(council, **other).aggregate.follow_up is None


@pytest.mark.rule("A9", "A10")
def test_no_form_follows_where_the_policy_does_not_say_so_unless_it_is_announced() -> None:
    havering = packs().of("havering")
    contact = havering.contact.model_copy(update={"phone_first": False})
    handlers = type(H)(
        type(packs())({"havering": havering.model_copy(update={"contact": contact})})
    )
    call: dict[str, Any] = {"request_type": "child_protection", "handlers": handlers}
    assert fresh(**call).aggregate.follow_up is None
    assert fresh(**call, written_part_follows=True).aggregate.follow_up is not None


@pytest.mark.rule("J5")
@pytest.mark.parametrize(
    ("changes", "kinds"),
    [
        ({}, [TaskKind.TALK_TO_REFERRER, TaskKind.TALK_TO_FAMILY]),
        (
            {"consent": {"status": "refused", "do_not_inform": "serious_crime"}},
            [TaskKind.TALK_TO_REFERRER],
        ),
        ({"referrer": {"kind": "public"}}, [TaskKind.TALK_TO_FAMILY]),
        ({"request_type": "consultation"}, []),
    ],
)
def test_agency_and_family_are_spoken_to_unless_the_family_must_not_know(
    changes: dict[str, Any], kinds: list[TaskKind]
) -> None:
    desk = recorded(urgency="red", **changes)
    assert [task.kind for task in desk.aggregate.tasks] == kinds
    for task in desk.aggregate.tasks:
        assert _due(desk, ClockKind.TASK, task.task_id) == RECEIVED + timedelta(hours=2)
