"""Clocks of work at the front door: the written part, a call-back, first talks, dated actions."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mash_shared.policy import Duration, Pack, load_packs
from mash_shared.policy.front_door import NightAct
from mash_shared.policy.levels import Limits
from mash_shared.policy.pack import Origin
from mash_shared.vocabulary import ClockKind, ClockState

PACKS = load_packs(Path(__file__).parents[2] / "deploy" / "policies")
LATE = datetime(2026, 6, 5, 15, 59, tzinfo=UTC)
"""A Friday, 16:59 in London: a minute before every council closes."""
every_council = pytest.mark.parametrize("pack", tuple(PACKS), ids=lambda pack: pack.council.id)


@pytest.mark.rule("A9")
@every_council
@pytest.mark.parametrize("urgency", ["red", "amber"])
def test_the_written_part_follows_within_a_day_by_stated_default(pack: Pack, urgency: str) -> None:
    assert pack.clocks.lasting(ClockKind.WRITTEN_FOLLOW_UP, urgency) == Duration(hours=24)
    clock = pack.clock(ClockKind.WRITTEN_FOLLOW_UP, urgency, LATE)
    assert clock.due_at == LATE + timedelta(hours=24)
    assert pack.origin("clocks.written_follow_up") is Origin.STATED_DEFAULT


@pytest.mark.rule("A18", "J5", "X5")
@every_council
@pytest.mark.parametrize(
    ("name", "red"), [("call_back", timedelta(hours=1)), ("first_talks", timedelta(hours=2))]
)
def test_talks_are_soon_if_red_and_else_within_half_a_working_day(
    pack: Pack, name: str, red: timedelta
) -> None:
    limits: Limits = getattr(pack.clocks, name)
    soon = pack.task_clock(limits, "red", LATE, of="talk")
    assert (soon.kind, soon.of, soon.due_at) == (ClockKind.TASK, "talk", LATE + red)
    calm = pack.task_clock(limits, "amber", LATE, of="talk")
    assert calm.due_at.date() == datetime(2026, 6, 8, tzinfo=UTC).date()
    assert pack.calendar.is_open(calm.due_at - timedelta(seconds=1))
    assert pack.origin(f"clocks.{name}") is Origin.STATED_DEFAULT


@pytest.mark.rule("J11")
@every_council
def test_a_time_that_a_person_set_follows_no_calendar(pack: Pack) -> None:
    due_at = LATE + timedelta(days=1)
    clock = pack.dated_clock(LATE, due_at, of="action.1")
    assert (clock.kind, clock.of, clock.due_at) == (ClockKind.TASK, "action.1", due_at)
    assert clock.lasts is None
    assert pack.due_now(clock) == due_at
    clock.end(ClockState.MET, due_at + timedelta(seconds=1))
    assert clock.state is ClockState.MISSED


@pytest.mark.rule("M1", "M5")
@every_council
def test_each_request_to_the_hub_has_its_own_time_to_answer(pack: Pack) -> None:
    for code, request in pack.reverse_enquiries.items():
        clock = pack.answering_clock(code, LATE)
        assert clock.kind is ClockKind.ANSWER_TO_REQUEST
        assert clock.lasts == str(request.answer_within)
        assert clock.due_at > LATE


@pytest.mark.rule("O7", "O9", "X5")
@every_council
def test_the_reminder_of_closing_time_promises_nothing_and_follows_the_calendar(pack: Pack) -> None:
    clock = pack.closing_clock(LATE)
    assert pack.calendar.is_open(clock.due_at - timedelta(seconds=1))
    assert not pack.calendar.is_open(clock.due_at)
    said = pack.model_dump()
    said["hours"]["closures"] = {LATE.date(): "The roof leaks."}
    shut = Pack.model_validate(said)
    monday = shut.due_now(clock)
    assert monday == shut.calendar.next_closing(LATE + timedelta(days=3))
    assert monday > clock.due_at
    clock.run_out(clock.due_at)
    assert clock.state is ClockState.RUNG


@pytest.mark.rule("O9", "O10")
@every_council
def test_by_default_the_duty_team_has_no_act_of_the_day(pack: Pack) -> None:
    assert pack.out_of_hours.acts == ()
    assert pack.origin("out_of_hours.acts") is Origin.STATED_DEFAULT
    night, day = LATE + timedelta(hours=9), LATE - timedelta(hours=2)
    able = pack.out_of_hours.model_copy(update={"acts": (NightAct.DECIDE,)})
    at_night = pack.model_copy(update={"out_of_hours": able})
    assert pack.on_duty(NightAct.DECIDE, night) == set()
    assert at_night.on_duty(NightAct.DECIDE, night) == {pack.out_of_hours.role}
    assert at_night.on_duty(NightAct.OVERRIDE_CONSENT, night) == set()
    assert at_night.on_duty(NightAct.DECIDE, day) == set()


@pytest.mark.rule("D3")
@every_council
def test_where_pages_are_silent_a_child_consents_from_twelve_on(pack: Pack) -> None:
    assert pack.consent.child_from_age == 12
    assert pack.origin("consent.child_from_age") is Origin.STATED_DEFAULT
