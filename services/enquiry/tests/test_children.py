"""Children learnt of later: every agency is asked about them, and no answer is lost for it."""

from datetime import timedelta

import pytest

from mash_shared.messages.agency_check import (
    AgencyCheckAmended,
    AgencyCheckRequested,
)
from mash_shared.messages.enquiry import EnquiryCollated, LateInformationReceived
from mash_shared.testing import RED, ran_out
from mash_shared.vocabulary import ClockKind, ClockState, ReplyState
from support.rounds import (
    AGENCIES,
    ELDER,
    HANDLERS,
    HEALTH,
    LATER,
    POLICE,
    YOUNGER,
    amend,
    answer,
    collated_about,
    named,
    opened,
    request,
    rounds,
)

BOTH = [ELDER.child_id, YOUNGER.child_id]
NOTHING, GAP = ReplyState.NOTHING_KNOWN, ReplyState.NO_REPLY_BY_DEADLINE


@pytest.mark.rule("F8", "I3")
def test_an_agency_that_ended_is_asked_about_an_added_child_and_one_outstanding_is_told() -> None:
    desk = opened(ELDER)
    answer(desk, POLICE, ELDER)
    said = amend(desk, 3, ELDER, YOUNGER)
    assert named(said, AgencyCheckRequested) == {request(POLICE, 2): [YOUNGER.child_id]}
    assert named(said, AgencyCheckAmended) == {request(HEALTH): BOTH}
    assert len(said) == 2


@pytest.mark.rule("J2")
def test_every_ended_slot_is_asked_whatever_way_it_ended() -> None:
    desk = opened(ELDER)
    for agency in AGENCIES:
        clock = next(c for c in desk.aggregate.clocks if c.of == agency)
        desk.do(ran_out(HANDLERS.close_check, clock, LATER))
    assert desk.aggregate.gaps == AGENCIES
    said = amend(desk, 3, ELDER, YOUNGER)
    assert list(named(said, AgencyCheckRequested)) == [request(one, 2) for one in AGENCIES]


@pytest.mark.rule("J1")
def test_a_collated_enquiry_opens_again_with_a_promise_of_its_own() -> None:
    desk = collated_about(ELDER)
    amend(desk, 3, ELDER, YOUNGER)
    enquiry = desk.aggregate
    assert enquiry.collated_at is None
    first, second = (clock for clock in enquiry.clocks if clock.kind is ClockKind.ENQUIRY)
    assert (first.state, second.state) == (ClockState.MET, ClockState.OPEN)
    assert second.started_at == LATER
    amend(desk, 4, ELDER, YOUNGER, **RED, occurred_at=LATER + timedelta(hours=1))
    promised = desk.aggregate.clock(ClockKind.ENQUIRY)
    assert promised is not None
    assert promised.due_at == LATER + timedelta(hours=4), "a level counts from then as well"


@pytest.mark.rule("J1")
def test_a_promise_that_still_runs_is_not_made_longer_by_a_further_child() -> None:
    desk = opened(ELDER)
    before = desk.aggregate.clock(ClockKind.ENQUIRY)
    answer(desk, POLICE, ELDER)
    amend(desk, 3, ELDER, YOUNGER)
    assert desk.aggregate.clock(ClockKind.ENQUIRY) == before


@pytest.mark.rule("H7", "I4")
def test_the_next_record_shows_what_was_said_of_either_child() -> None:
    desk = collated_about(ELDER)
    amend(desk, 3, ELDER, YOUNGER)
    assert not answer(desk, POLICE, YOUNGER, nth=2)
    (collated,) = answer(desk, HEALTH, YOUNGER, nth=2)
    assert isinstance(collated, EnquiryCollated)
    assert (collated.record, collated.gaps) == (2, ())
    assert collated.child_ids == (ELDER.child_id, YOUNGER.child_id)
    assert collated.reply_ids == ("police-1", "police-2", "health-1", "health-2")
    assert collated.slots == dict.fromkeys(AGENCIES, dict.fromkeys(collated.child_ids, NOTHING))
    lines = [line for one in rounds(desk, POLICE) for line in one.replies]
    assert [line.reply_id for line in lines if line.answer] == ["police-1", "police-2"]
    assert len({line.reply_hash for line in lines}) == 2


@pytest.mark.rule("H7")
def test_an_agency_that_said_nothing_of_the_added_child_is_a_gap_for_that_child_alone() -> None:
    desk = collated_about(ELDER)
    amend(desk, 3, ELDER, YOUNGER)
    answer(desk, HEALTH, YOUNGER, nth=2)
    clock = desk.aggregate.clock(ClockKind.AGENCY_CHECK, POLICE)
    assert clock is not None
    (collated,) = desk.do(ran_out(HANDLERS.close_check, clock, clock.due_at))
    assert isinstance(collated, EnquiryCollated)
    assert collated.gaps == (POLICE,)
    assert collated.slots[POLICE] == {ELDER.child_id: NOTHING, YOUNGER.child_id: GAP}


@pytest.mark.rule("I4")
def test_a_correction_of_the_first_round_supersedes_nothing_of_the_second() -> None:
    desk = collated_about(ELDER)
    amend(desk, 3, ELDER, YOUNGER)
    answer(desk, POLICE, YOUNGER, nth=2)
    assert not answer(desk, POLICE, ELDER, reply="police-1b"), "it is not late: it is open again"
    first, second = rounds(desk, POLICE)
    assert [line.reply_id for line in first.replies] == ["police-1", "police-1b"]
    assert [line.reply_id for line in second.replies] == ["police-2"]
    assert desk.aggregate.outstanding == (HEALTH,)


@pytest.mark.rule("J2")
def test_a_late_answer_of_the_first_round_keeps_no_promise_of_the_second() -> None:
    desk = opened(ELDER)
    answer(desk, HEALTH, ELDER)
    clock = desk.aggregate.clock(ClockKind.AGENCY_CHECK, POLICE)
    assert clock is not None
    desk.do(ran_out(HANDLERS.close_check, clock, clock.due_at))
    amend(desk, 3, ELDER, YOUNGER, occurred_at=clock.due_at + timedelta(hours=1))
    answer(desk, POLICE, ELDER)
    clocks = [one for one in desk.aggregate.clocks if one.of == POLICE]
    ours = [one.state for one in clocks if one.kind is ClockKind.AGENCY_CHECK]
    assert ours == [ClockState.MET, ClockState.OPEN], "read late, it had come in time"


@pytest.mark.rule("I5", "F8")
def test_a_reply_that_crossed_says_nothing_of_the_added_child_who_is_asked_about_then() -> None:
    desk = opened(ELDER)
    amend(desk, 3, ELDER, YOUNGER)
    said = answer(desk, POLICE, ELDER)
    assert named(said, AgencyCheckRequested) == {request(POLICE, 2): [YOUNGER.child_id]}
    assert not answer(desk, HEALTH, ELDER, YOUNGER)
    (collated,) = answer(desk, POLICE, YOUNGER, nth=2)
    assert isinstance(collated, EnquiryCollated)
    assert collated.record == 1


@pytest.mark.rule("I6")
def test_late_news_is_for_the_children_it_is_about_and_for_nobody_else() -> None:
    desk = collated_about(ELDER)
    amend(desk, 3, ELDER, YOUNGER)
    for agency in AGENCIES:
        answer(desk, agency, YOUNGER, nth=2)
    (late,) = answer(desk, POLICE, ELDER, reply="police-1b")
    assert isinstance(late, LateInformationReceived)
    assert late.child_ids == (ELDER.child_id,)


@pytest.mark.rule("F6")
def test_a_coordinator_alone_reaches_every_agency_once_and_moves_no_clock() -> None:
    desk = opened(ELDER)
    clocks = desk.aggregate.clocks
    said = amend(desk, 3, ELDER, coordinating_social_worker="Inez Okafor-Bell")
    assert list(named(said, AgencyCheckAmended)) == [request(one) for one in AGENCIES]
    assert desk.aggregate.coordinating_social_worker == "Inez Okafor-Bell"
    assert desk.aggregate.clocks == clocks
    assert not amend(desk, 4, ELDER, coordinating_social_worker="Inez Okafor-Bell")
