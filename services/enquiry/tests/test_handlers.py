"""Fan-out, replies and clocks: once, twice, early, late."""

from datetime import datetime, timedelta

import pytest

from enquiry.consumers import due
from enquiry.domain import AgencyNotAskedError, Enquiry
from enquiry.handlers import EnquiryHandlers
from mash_shared.answers import Answer
from mash_shared.clocks import Clock
from mash_shared.messages.agency_check import (
    AgencyCheckAnswered,
    AgencyCheckRequested,
    CheckMessage,
)
from mash_shared.messages.enquiry import (
    EnquiryAuthorised,
    EnquiryCollated,
    LateInformationReceived,
)
from mash_shared.plumbing.metrics import CLOCKS_MISSED
from mash_shared.plumbing.outages import Outages
from mash_shared.plumbing.sweeper import Sweeper
from mash_shared.testing import (
    AMBER,
    RED,
    Desk,
    MemoryOutbox,
    heard,
    memory_work,
    packs,
    ran_out,
    sample,
    send_twice,
)
from mash_shared.vocabulary import AgencyId, ClockKind, ClockState, ReplyState

HANDLERS = EnquiryHandlers(packs())
AUTHORISED = sample(EnquiryAuthorised)
CHECK_ENDS = AUTHORISED.occurred_at + timedelta(hours=3)
ENQUIRY_ENDS = AUTHORISED.received_at + timedelta(hours=4)


def _opened(authorised: EnquiryAuthorised = AUTHORISED) -> Desk[Enquiry]:
    desk = Desk(Enquiry, authorised.enquiry_id, "enquiry")
    desk.do(heard(HANDLERS.open_enquiry, authorised))
    return desk


def _reply(agency: str, nth: int = 1, at: datetime | None = None) -> AgencyCheckAnswered:
    return sample(
        AgencyCheckAnswered,
        agency=agency,
        request_id=f"{AUTHORISED.enquiry_id}.{agency}",
        occurred_at=at or AUTHORISED.occurred_at + timedelta(minutes=nth),
        answer=Answer(reply_id=f"{agency}-{nth}", state="nothing_known"),
    )


def _clock(desk: Desk[Enquiry], kind: ClockKind, of: str = "") -> Clock:
    return next(c for c in desk.aggregate.clocks if c.kind is kind and c.of == of)


@pytest.mark.rule("F8", "F9")
def test_open_enquiry_twice_asks_every_agency_once() -> None:
    desk = Desk(Enquiry, AUTHORISED.enquiry_id, "enquiry")
    said = send_twice(desk, heard(HANDLERS.open_enquiry, AUTHORISED))
    asked = [one for one in said if isinstance(one, AgencyCheckRequested)]
    assert [one.agency for one in asked] == list(AUTHORISED.agencies)
    assert {one.request_id for one in asked} == {
        f"{AUTHORISED.enquiry_id}.{agency}" for agency in AUTHORISED.agencies
    }
    assert {one.occurred_at for one in asked} == {AUTHORISED.occurred_at}


def test_a_request_carries_what_makes_it_lawful() -> None:
    desk = Desk(Enquiry, AUTHORISED.enquiry_id, "enquiry")
    for one in desk.do(heard(HANDLERS.open_enquiry, AUTHORISED)):
        assert isinstance(one, AgencyCheckRequested)
        assert one.lawful_basis == AUTHORISED.lawful_basis
        assert one.coordinating_social_worker == AUTHORISED.coordinating_social_worker
        assert one.enquiry_id == AUTHORISED.enquiry_id


@pytest.mark.rule("J1", "J2", "X4")
def test_checks_run_from_the_asking_and_the_enquiry_from_the_first_receipt() -> None:
    clocks = {(clock.kind, clock.of): clock.due_at for clock in _opened().aggregate.clocks}
    assert clocks[ClockKind.ENQUIRY, ""] == ENQUIRY_ENDS
    checks = {due_at for (kind, _), due_at in clocks.items() if kind is ClockKind.AGENCY_CHECK}
    assert checks == {CHECK_ENDS}


@pytest.mark.rule("J1", "J2")
def test_no_agency_has_longer_than_the_enquiry_itself() -> None:
    shortly_before = ENQUIRY_ENDS - timedelta(minutes=10)
    desk = _opened(sample(EnquiryAuthorised, occurred_at=shortly_before))
    assert {one.due_at for one in desk.aggregate.clocks if one.part is None} == {ENQUIRY_ENDS}


@pytest.mark.rule("F8")
def test_another_authorisation_of_an_open_enquiry_asks_nobody() -> None:
    desk = _opened()
    assert not desk.do(heard(HANDLERS.open_enquiry, sample(EnquiryAuthorised, agencies=["health"])))
    assert len(desk.aggregate.slots) == 5


def test_record_reply_twice_files_one_reply() -> None:
    desk = _opened()
    assert not send_twice(desk, heard(HANDLERS.record_reply, _reply("police")))
    (only,) = desk.aggregate.slots[AgencyId("police")].rounds
    assert only.state is ReplyState.NOTHING_KNOWN
    assert len(only.replies) == 1
    assert _clock(desk, ClockKind.AGENCY_CHECK, "police").state is ClockState.MET


@pytest.mark.rule("H1", "H7")
def test_the_last_record_reply_twice_collates_once() -> None:
    desk = _opened()
    for agency in AUTHORISED.agencies[:-1]:
        assert not desk.do(heard(HANDLERS.record_reply, _reply(agency)))
    last = _reply(AUTHORISED.agencies[-1])
    (collated,) = send_twice(desk, heard(HANDLERS.record_reply, last))
    assert isinstance(collated, EnquiryCollated)
    of_each = dict.fromkeys(collated.child_ids, ReplyState.NOTHING_KNOWN)
    assert collated.slots == dict.fromkeys(AUTHORISED.agencies, of_each)
    assert collated.gaps == ()
    assert collated.reply_ids == tuple(f"{agency}-1" for agency in AUTHORISED.agencies)
    ended = {(clock.part is None, clock.state) for clock in desk.aggregate.clocks}
    assert ended == {(True, ClockState.MET), (False, ClockState.CANCELLED)}


@pytest.mark.rule("I6")
def test_a_late_record_reply_twice_says_once_that_it_came_late() -> None:
    desk = _opened()
    desk.do(ran_out(HANDLERS.close_enquiry, _clock(desk, ClockKind.ENQUIRY), ENQUIRY_ENDS))
    late = _reply("police", at=ENQUIRY_ENDS + timedelta(hours=1))
    (said,) = send_twice(desk, heard(HANDLERS.record_reply, late))
    assert isinstance(said, LateInformationReceived)
    assert (said.reply_id, said.agency) == ("police-1", "police")
    assert said.child_ids == tuple(child.child_id for child in AUTHORISED.family.children)
    assert desk.aggregate.collated_replies == []


@pytest.mark.rule("I5")
def test_a_reply_before_the_enquiry_is_known_is_refused_and_leaves_no_trace() -> None:
    desk = Desk(Enquiry, AUTHORISED.enquiry_id, "enquiry")
    with pytest.raises(AgencyNotAskedError):
        desk.do(heard(HANDLERS.record_reply, _reply("police")))
    assert desk.raw is None


@pytest.mark.rule("J2")
def test_close_check_twice_ends_one_slot() -> None:
    desk = _opened()
    clock = _clock(desk, ClockKind.AGENCY_CHECK, "police")
    assert not send_twice(desk, ran_out(HANDLERS.close_check, clock, CHECK_ENDS))
    (only,) = desk.aggregate.slots[AgencyId("police")].rounds
    assert only.state is ReplyState.NO_REPLY_BY_DEADLINE
    assert _clock(desk, ClockKind.AGENCY_CHECK, "police").state is ClockState.MISSED


@pytest.mark.rule("J2", "H7")
def test_the_last_close_check_twice_collates_once_with_gaps_shown() -> None:
    desk = _opened()
    for agency in AUTHORISED.agencies[1:]:
        desk.do(heard(HANDLERS.record_reply, _reply(agency)))
    clock = _clock(desk, ClockKind.AGENCY_CHECK, AUTHORISED.agencies[0])
    (collated,) = send_twice(desk, ran_out(HANDLERS.close_check, clock, CHECK_ENDS))
    assert isinstance(collated, EnquiryCollated)
    assert collated.gaps == (AUTHORISED.agencies[0],)
    assert len(collated.slots) == 5


@pytest.mark.rule("J1", "H7")
def test_close_enquiry_twice_collates_once_with_what_there_is() -> None:
    desk = _opened()
    desk.do(heard(HANDLERS.record_reply, _reply("health")))
    clock = _clock(desk, ClockKind.ENQUIRY)
    (collated,) = send_twice(desk, ran_out(HANDLERS.close_enquiry, clock, ENQUIRY_ENDS))
    assert isinstance(collated, EnquiryCollated)
    assert collated.reply_ids == ("health-1",)
    assert len(collated.slots) == 5
    assert set(collated.gaps) == set(AUTHORISED.agencies) - {"health"}
    assert not any(clock.is_open for clock in desk.aggregate.clocks)


def test_a_collated_enquiry_is_not_collated_by_its_clock() -> None:
    desk = _opened()
    for agency in AUTHORISED.agencies:
        desk.do(heard(HANDLERS.record_reply, _reply(agency)))
    enquiry = desk.aggregate
    assert not list(HANDLERS.close_enquiry(enquiry, enquiry.clocks[0], ENQUIRY_ENDS))


@pytest.mark.rule("J1", "J2")
def test_an_enquiry_authorised_too_late_still_gives_agencies_their_time() -> None:
    late = AUTHORISED.received_at + timedelta(hours=9)
    desk = _opened(sample(EnquiryAuthorised, occurred_at=late))
    clock = _clock(desk, ClockKind.ENQUIRY)
    assert _clock(desk, ClockKind.AGENCY_CHECK, "police").due_at == late + timedelta(hours=3)
    assert not desk.do(ran_out(HANDLERS.close_enquiry, clock, late + timedelta(seconds=1)))
    assert _clock(desk, ClockKind.ENQUIRY).state is ClockState.MISSED
    assert desk.aggregate.collated_at is None
    for agency in AUTHORISED.agencies:
        desk.do(heard(HANDLERS.record_reply, _reply(agency, at=late + timedelta(hours=1))))
    assert desk.aggregate.gaps == ()
    assert desk.aggregate.late_replies == []


def _missed() -> float:
    return sum(
        sample.value
        for metric in CLOCKS_MISSED.collect()
        for sample in metric.samples
        if sample.name.endswith("_total")
    )


@pytest.mark.rule("I8")
@pytest.mark.parametrize("level", [RED, AMBER])
async def test_the_sweeper_lets_every_clock_run_out_once(level: dict[str, str]) -> None:
    desk = _opened(sample(EnquiryAuthorised, **level))
    later = AUTHORISED.occurred_at + timedelta(days=10)
    work = memory_work(desk.store, "enquiry", later)
    outbox = MemoryOutbox()
    sweeper = Sweeper(due(HANDLERS), work, outbox, Outages(), lambda: later)  # type: ignore[arg-type]
    before = _missed()
    assert await sweeper.sweep() == 1
    assert _missed() - before == 1 + len(AUTHORISED.agencies)
    said = [one for one in outbox.sent.values() if one.topic.startswith("enquiry.collated")]
    assert len(said) == 1
    ended = {(clock.part is None, clock.state) for clock in desk.aggregate.clocks}
    assert ended == {(True, ClockState.MISSED), (False, ClockState.CANCELLED)}
    assert await sweeper.sweep() == 0
    assert len(outbox.sent) == len(desk.raw["outgoing"] if desk.raw else [])


@pytest.mark.rule("I5")
@pytest.mark.parametrize(
    "name", sorted(CheckMessage.model_fields.keys() - {"occurred_at", "urgency", "lane"})
)
def test_a_reply_that_names_anything_else_than_was_asked_is_never_attached(name: str) -> None:
    desk = _opened()
    with pytest.raises(AgencyNotAskedError):
        desk.do(heard(HANDLERS.record_reply, _reply("police").model_copy(update={name: "other"})))
    slots = desk.aggregate.slots.values()
    assert not any(one.replies for slot in slots for one in slot.rounds)
