"""What cannot wait goes to the duty team as the hub closes, and comes back in the morning (O9)."""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from intake.domain.contact import Contact
from intake.domain.queue import Queue
from intake.domain.refusals import AlreadyDoneError
from intake.forms.contact import AmendContact
from intake.forms.ending import Allocate, SignOffEnding, Signpost
from intake.forms.gate import SendForDecision
from intake.forms.match import DecideMatch
from intake.handlers import IntakeHandlers
from mash_shared.clocks import CLOSING
from mash_shared.policy import load_packs
from mash_shared.policy.front_door import NightAct
from mash_shared.testing import Desk, acted, ran_out, send_twice
from mash_shared.vocabulary import (
    ClockKind,
    ClockState,
    NotEntitledError,
    NotKnownError,
    NotYetError,
    Role,
)
from support.consenting import NOTE, override
from support.front_door import HANDLERS as H
from support.front_door import MANAGER, RECORDER, SOCIAL_WORKER, asking, form, indexed, staff
from support.tree import ROOT

DUTY = staff(Role.OUT_OF_HOURS_DUTY_SOCIAL_WORKER)
AFTERNOON = datetime(2026, 3, 10, 16, 58, tzinfo=UTC)
CLOSES = datetime(2026, 3, 10, 17, tzinfo=UTC)
NIGHT = datetime(2026, 3, 11, 2, tzinfo=UTC)
MORNING = datetime(2026, 3, 11, 9, 5, tzinfo=UTC)
ACCEPTED = acted(H.accept_by_day, NOTE, SOCIAL_WORKER, MORNING)


def _at(at: datetime, handlers: IntakeHandlers = H, **said: Any) -> Desk[Contact]:
    desk = Desk(Contact, "c1")
    sent = form(received_at=at, **said)
    desk.do(acted(handlers.record_contact, sent, RECORDER, at))
    desk.do(indexed(handlers=handlers))
    return desk


def _closes(desk: Desk[Contact]) -> None:
    clock = desk.aggregate.clock(ClockKind.CHASE, CLOSING)
    assert clock is not None
    desk.do(ran_out(H.pass_to_duty_team, clock, clock.due_at))


def _stands(desk: Desk[Contact]) -> bool:
    return Queue.OUT_OF_HOURS in desk.aggregate.waiting


@pytest.mark.rule("O9", "X5")
@pytest.mark.parametrize(
    "said",
    [
        {"urgency": "red"},
        {"significant_harm": "yes"},
        {"immediate_danger": True},
        {"urgency": "red", "request_type": "consultation"},
    ],
)
def test_what_cannot_wait_is_the_duty_teams_at_night_and_from_closing_time_on(
    said: dict[str, Any],
) -> None:
    assert _stands(_at(NIGHT, **said))
    desk = _at(AFTERNOON, **said)
    assert not _stands(desk)
    clock = desk.aggregate.clock(ClockKind.CHASE, CLOSING)
    assert clock is not None
    assert clock.due_at == CLOSES
    _closes(desk)
    assert _stands(desk)
    (rung,) = (one for one in desk.aggregate.clocks if one.of == CLOSING)
    assert rung.state is ClockState.RUNG


@pytest.mark.rule("O7", "O9", "X5")
@pytest.mark.parametrize(
    ("council", "hour", "closed"),
    [
        ("havering", (16, 59), False),
        ("havering", (17, 0), True),
        ("waltham-forest", (17, 14), False),
        ("waltham-forest", (17, 15), True),
    ],
)
def test_what_cannot_wait_while_the_hub_is_closed_is_for_the_duty_team(
    council: str, hour: tuple[int, int], *, closed: bool
) -> None:
    received = datetime(2026, 3, 10, *hour, tzinfo=UTC)
    by = staff(Role.BUSINESS_SUPPORT_OFFICER, council=council)
    for urgency, waits in (("red", closed), ("amber", False)):
        desk, said = Desk(Contact, "c1"), form(received_at=received, urgency=urgency)
        desk.do(acted(H.record_contact, said, by, received))
        contact = desk.aggregate
        assert contact.out_of_hours is (Queue.OUT_OF_HOURS in contact.waiting) is waits


@pytest.mark.rule("O9", "X5")
def test_what_can_wait_waits_for_the_morning() -> None:
    for at in (AFTERNOON, NIGHT):
        desk = _at(at)
        assert not _stands(desk)
        assert desk.aggregate.clock(ClockKind.CHASE, CLOSING) is None


@pytest.mark.rule("O9")
def test_harm_learnt_at_night_or_in_the_afternoon_cannot_wait_and_what_is_none_can() -> None:
    harm = AmendContact.model_validate({"why": "He said so.", "significant_harm": "yes"})
    none = AmendContact.model_validate({"why": "A game.", "significant_harm": "no"})
    at_night, by_day = _at(AFTERNOON), _at(AFTERNOON)
    at_night.do(acted(H.amend_contact, harm, RECORDER, NIGHT))
    by_day.do(acted(H.amend_contact, harm, RECORDER, AFTERNOON))
    by_day.do(acted(H.amend_contact, harm, RECORDER, AFTERNOON))
    assert _stands(at_night)
    assert [one.of for one in by_day.aggregate.clocks].count(CLOSING) == 1
    by_day.do(acted(H.amend_contact, none, MANAGER, AFTERNOON))
    assert by_day.aggregate.clock(ClockKind.CHASE, CLOSING) is None
    at_night.do(acted(H.amend_contact, none, MANAGER, NIGHT))
    assert not _stands(at_night)


@pytest.mark.rule("O9", "X5")
def test_harm_at_a_lower_level_still_cannot_wait() -> None:
    desk = _at(NIGHT, urgency="red", significant_harm="yes")
    lower = AmendContact.model_validate({"why": "He is asleep.", "urgency": "amber"})
    desk.do(acted(H.amend_contact, lower, DUTY, NIGHT))
    assert _stands(desk)


@pytest.mark.rule("O9")
@pytest.mark.parametrize(
    "way",
    [
        acted(H.authorise_enquiry, asking(), MANAGER, AFTERNOON),
        acted(H.send_for_decision, SendForDecision(reason="Clear."), MANAGER, AFTERNOON),
    ],
)
def test_what_has_gone_its_way_by_closing_time_is_nobodys_at_night(way: Any) -> None:
    desk = _at(AFTERNOON, urgency="red")
    desk.do(way)
    assert desk.aggregate.clock(ClockKind.CHASE, CLOSING) is None
    assert not _stands(desk)


@pytest.mark.rule("O9")
def test_an_ending_that_was_signed_off_before_closing_time_rings_nobody() -> None:
    desk = _at(AFTERNOON, urgency="red")
    desk.do(acted(H.signpost, Signpost(to="library"), SOCIAL_WORKER, AFTERNOON))
    assert desk.aggregate.clock(ClockKind.CHASE, CLOSING) is not None
    signed = SignOffEnding(agrees=True, reason="Seen.")
    desk.do(acted(H.sign_off_ending, signed, MANAGER, AFTERNOON))
    assert desk.aggregate.clock(ClockKind.CHASE, CLOSING) is None


@pytest.mark.rule("O9", "O10")
def test_in_the_morning_it_stands_until_somebody_of_the_day_takes_it_over() -> None:
    desk = _at(NIGHT, urgency="red")
    with pytest.raises(NotYetError, match="hub is closed"):
        desk.do(acted(H.accept_by_day, NOTE, SOCIAL_WORKER, NIGHT))
    with pytest.raises(NotEntitledError):
        desk.do(acted(H.accept_by_day, NOTE, DUTY, MORNING))
    desk.do(ACCEPTED)
    assert not _stands(desk)
    (accepted,) = desk.aggregate.accepted_by_day
    assert (accepted.by, accepted.at, accepted.note) == (SOCIAL_WORKER.id, MORNING, NOTE.note)
    with pytest.raises(AlreadyDoneError):
        desk.do(ACCEPTED)
    _closes(desk)
    assert _stands(desk)


@pytest.mark.rule("O9")
def test_pass_to_duty_team_twice_and_accept_by_day_twice_pass_it_once() -> None:
    desk = _at(AFTERNOON, urgency="red")
    clock = desk.aggregate.clock(ClockKind.CHASE, CLOSING)
    assert clock is not None
    assert not send_twice(desk, ran_out(H.pass_to_duty_team, clock, clock.due_at))
    assert _stands(desk)
    at_night = _at(NIGHT, urgency="red")
    assert not send_twice(at_night, ACCEPTED)
    assert len(at_night.aggregate.accepted_by_day) == 1


@pytest.mark.rule("O9", "O10", "D12", "F2")
def test_by_default_the_duty_team_records_sorts_and_allocates_and_no_more() -> None:
    desk = _at(NIGHT, urgency="red", consent={"status": "refused"})
    desk.do(acted(H.allocate, Allocate(social_worker="sw-4021"), DUTY, NIGHT))
    desk.do(acted(H.signpost, Signpost(to="library"), DUTY, NIGHT))
    verdict = DecideMatch(record_id="LCS-1", same=True, reason="Seen.")
    for change in (
        acted(H.override_consent, override(), DUTY, NIGHT),
        acted(H.authorise_enquiry, asking(), DUTY, NIGHT),
        acted(H.send_for_decision, SendForDecision(reason="Clear."), DUTY, NIGHT),
        acted(H.sign_off_ending, SignOffEnding(agrees=True, reason="Seen."), DUTY, NIGHT),
    ):
        with pytest.raises(NotEntitledError):
            desk.do(change)
    with pytest.raises(NotKnownError):
        desk.do(acted(H.decide_match, verdict, DUTY, NIGHT))


@pytest.fixture
def able(tmp_path: Path) -> IntakeHandlers:
    """Give the handlers of a council whose duty team may do it all at night: one file."""
    return IntakeHandlers(load_packs(night_council(tmp_path)))


def night_council(folder: Path) -> Path:
    """Write the pack of a council whose duty team overrides, authorises and decides at night."""
    shutil.copy(ROOT / "deploy/policies/stated-defaults.toml", folder)
    text = (ROOT / "deploy/policies/havering.toml").read_text(encoding="utf-8")
    acts = ", ".join(f'"{act}"' for act in NightAct)
    text = text.replace(
        '"hours", "out_of_hours",', '"hours", "out_of_hours.name", "out_of_hours.role",'
    )
    (folder / "havering.toml").write_text(f"{text}\n[out_of_hours]\nacts = [{acts}]\n")
    return folder


@pytest.mark.rule("O9", "O10", "D12", "F2", "F3")
def test_where_the_pack_says_so_the_duty_team_lets_a_red_contact_out_at_night_and_not_by_day(
    able: IntakeHandlers,
) -> None:
    said: dict[str, Any] = {"urgency": "red", "consent": {"status": "refused"}}
    desk, by_day = _at(NIGHT, able, **said), _at(MORNING, able, **said)
    with pytest.raises(NotEntitledError):
        by_day.do(acted(able.override_consent, override(), DUTY, MORNING))
    desk.do(acted(able.override_consent, override(), DUTY, NIGHT))
    desk.do(acted(able.authorise_enquiry, asking(), DUTY, NIGHT + timedelta(minutes=5)))
    assert desk.aggregate.authorisation is not None
    assert not _stands(desk)
    straight = _at(NIGHT, able, **said)
    straight.do(acted(able.send_for_decision, SendForDecision(reason="Clear."), DUTY, NIGHT))
    assert straight.aggregate.sent_for_decision is not None
    ended = _at(NIGHT, able, urgency="red")
    ended.do(acted(able.signpost, Signpost(to="library"), SOCIAL_WORKER, NIGHT))
    signed = SignOffEnding(agrees=True, reason="Seen.")
    ended.do(acted(able.sign_off_ending, signed, DUTY, NIGHT))
    assert ended.aggregate.ending is not None
