"""An announced holiday moves open clocks; due times by both calendars are kept (X5)."""

from datetime import UTC, date, datetime, timedelta

import pytest

from mash_shared.clocks import Aggregate, Clock
from mash_shared.plumbing.documents import Document
from mash_shared.plumbing.recalendar import Recalendar, recompute
from mash_shared.plumbing.telling import Teller
from mash_shared.policy import Duration, Pack, PolicyPacks
from mash_shared.policy.checks import next_chase
from mash_shared.testing import packs
from mash_shared.vocabulary import ClockKind, ClockState, ContactId, CouncilId
from toy.domain import Sheet
from toy.hub import Toy
from toy.workshop import workshop

FRIDAY = datetime(2026, 6, 5, 10, 0, tzinfo=UTC)
MONDAY, TUESDAY = FRIDAY.replace(day=8), FRIDAY.replace(day=9)
NOW = FRIDAY.replace(hour=15)
HAVERING = packs().of("havering")


def _announced() -> Pack:
    hours = HAVERING.hours.model_copy(update={"closures": {date(2026, 6, 8): "Announced"}})
    return HAVERING.model_copy(update={"hours": hours})


ANNOUNCED = _announced()
LATER = PolicyPacks({"havering": ANNOUNCED})


def _with(*clocks: Clock) -> Aggregate:
    return Aggregate(id="a1", council=CouncilId("havering"), clocks=list(clocks))


def _moved(aggregate: Aggregate) -> Aggregate:
    assert list(recompute(aggregate, packs=LATER, now=lambda: NOW)) == []
    return aggregate


def test_working_time_moves_and_both_values_are_kept() -> None:
    clock = HAVERING.clock(ClockKind.ENQUIRY, "amber", FRIDAY)
    assert clock.due_at == MONDAY
    before = clock.calendar_version
    _moved(_with(clock))
    assert clock.due_at == TUESDAY
    assert clock.calendar_version == ANNOUNCED.calendar.version != before
    (kept,) = clock.earlier
    assert (kept.due_at, kept.calendar_version, kept.until) == (MONDAY, before, NOW)


def test_reminders_follow_the_calendar_with_the_time_they_remind_of() -> None:
    late = FRIDAY + timedelta(hours=6)
    reminder, moved = (
        next_chase(pack, "amber", pack.clock(ClockKind.AGENCY_CHECK, "amber", FRIDAY), late)
        for pack in (HAVERING, ANNOUNCED)
    )
    assert reminder is not None
    assert moved is not None
    assert reminder.due_at != moved.due_at
    _moved(_with(reminder))
    assert reminder.due_at == moved.due_at


def test_elapsed_time_and_times_set_by_people_stay() -> None:
    red = HAVERING.clock(ClockKind.ENQUIRY, "red", FRIDAY)
    dated = HAVERING.dated_clock(FRIDAY, MONDAY, of="action.1")
    before = red.due_at
    _moved(_with(red, dated))
    assert (red.due_at, dated.due_at) == (before, MONDAY)
    assert red.earlier == dated.earlier == []
    assert red.calendar_version == dated.calendar_version == ANNOUNCED.calendar.version


def test_what_has_ended_is_not_moved() -> None:
    clock = HAVERING.clock(ClockKind.ENQUIRY, "amber", FRIDAY)
    clock.end(ClockState.MET, NOW)
    _moved(_with(clock))
    assert clock.due_at == MONDAY


def test_it_is_moved_once() -> None:
    clock = HAVERING.clock(ClockKind.ENQUIRY, "amber", FRIDAY)
    _moved(_moved(_with(clock)))
    assert len(clock.earlier) == 1


@pytest.mark.engines
async def test_a_service_that_starts_moves_what_another_calendar_gave(toy: Toy) -> None:
    clock = HAVERING.clock(ClockKind.ENQUIRY, "amber", FRIDAY)
    async with workshop(toy) as ours:
        sheet = Sheet(
            id="s1",
            contact_id=ContactId("c1"),
            council=CouncilId("havering"),
            urgency="amber",
            clocks=[clock],
        )
        document = Document(aggregate=sheet, version=1)
        document.state = ours.store.state(sheet)
        await ours.store.save([document], now=NOW, wall=NOW)
        teller = Teller(name="calendar", work=ours.work, outbox=ours.outbox, now=lambda: NOW)
        behind = Recalendar(packs=LATER, store=ours.store, teller=teller, now=lambda: NOW)
        assert await behind.move_some() == {"s1"}
        assert await behind.move_some() == set()
        found = await ours.store.get("s1")
    assert found is not None
    (moved,) = found[0].clocks
    assert (moved.due_at, moved.earlier[0].due_at) == (TUESDAY, MONDAY)


@pytest.mark.parametrize("text", ["4 hours", "1 working day", "90 minutes", "2 working hours"])
def test_a_length_is_read_as_it_is_written(text: str) -> None:
    assert str(Duration.written(text)) == text
