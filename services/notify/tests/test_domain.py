"""A notice: told once, never by two, never by machine after a person took over."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mash_shared.clocks import Clock
from mash_shared.people import Referrer
from mash_shared.policy.telling import TellWhat
from mash_shared.testing import NOW
from mash_shared.vocabulary import (
    ClockKind,
    ClockState,
    NotKnownError,
    OutcomeKind,
    ReferrerKind,
)
from notify.domain import (
    FIRST_RETRY,
    LATE_TRIES,
    LONGEST_RETRY,
    TAKES_UP_TO,
    BeingSentError,
    NothingToTellError,
    Notice,
    Phase,
)

EMAIL = "i.saltmarsh@marlpit-lane.example"


def _expect(notice: Notice, tells: TellWhat = TellWhat.OUTCOME) -> None:
    notice.expect(notice.child_ids, {}, NOW, tells=tells)
    notice.follow(NOW)


def _ready(children: int = 1) -> Notice:
    clock = Clock(
        kind=ClockKind.REFERRER_TOLD,
        started_at=NOW,
        due_at=NOW + timedelta(hours=24),
        policy_version="",
        calendar_version="",
    )
    notice = Notice(
        id="c1",
        referrer=Referrer(kind=ReferrerKind.PROFESSIONAL, email=EMAIL),
        child_ids=tuple(f"c1-{n}" for n in range(1, children + 1)),
        clocks=[clock],
    )
    _expect(notice)
    for child in notice.child_ids:
        notice.note_outcome(child, OutcomeKind.EARLY_HELP, NOW)
    return notice


@pytest.mark.rule("N11")
def test_a_notice_is_ready_when_every_child_is_decided() -> None:
    notice = Notice(
        id="c1", child_ids=("c1-1", "c1-2"), referrer=Referrer(kind=ReferrerKind.PUBLIC)
    )
    _expect(notice)
    notice.note_outcome("c1-1", OutcomeKind.EARLY_HELP, NOW)
    assert (notice.phase, notice.in_hand) == (Phase.WAITING, False)
    notice.note_outcome("c1-2", OutcomeKind.EARLY_HELP, NOW)
    assert (notice.phase, notice.in_hand) == (Phase.READY, True)


def test_a_decision_heard_before_the_contact_is_kept() -> None:
    notice = Notice(id="c1")
    notice.note_outcome("c1-1", OutcomeKind.EARLY_HELP, NOW)
    assert notice.phase is Phase.WAITING
    notice.referrer, notice.child_ids = Referrer(kind=ReferrerKind.PUBLIC), ("c1-1",)
    _expect(notice)
    assert notice.phase is Phase.READY


@pytest.mark.rule("A7")
def test_nothing_is_owed_to_whoever_did_not_say_who_they_are() -> None:
    notice = Notice(id="c1", child_ids=("c1-1",), referrer=Referrer(kind=ReferrerKind.ANONYMOUS))
    _expect(notice, TellWhat.NOTHING)
    notice.note_outcome("c1-1", OutcomeKind.EARLY_HELP, NOW)
    assert notice.phase is Phase.NOT_OWED
    assert not notice.may_be_claimed(NOW)
    assert notice.email is None
    assert Notice(id="c2").email is None


def _claimed(by: str = "one", *, over: int = 0, sure: bool = False, notice: Notice) -> Notice:
    notice.claim(by, NOW, over=over, sure=sure)
    return notice


@pytest.mark.rule("I7")
def test_a_claim_is_taken_over_only_while_it_is_the_one_that_was_seen() -> None:
    notice = _claimed(notice=_ready())
    assert not notice.unsure
    with pytest.raises(NothingToTellError):
        _claimed("two", notice=notice)
    _claimed("two", over=1, notice=notice)
    assert (notice.claimed_by, notice.attempts, notice.unsure) == ("two", 2, True)
    assert notice.tried_at == NOW
    with pytest.raises(NothingToTellError):
        _claimed("three", over=1, notice=notice)


@pytest.mark.rule("I7")
def test_a_claim_under_which_nothing_left_is_begun_anew_without_a_doubt() -> None:
    assert not _claimed(over=1, sure=True, notice=_claimed(notice=_ready())).unsure
    doubted = _claimed(over=1, notice=_claimed(notice=_ready()))
    assert _claimed(over=2, sure=True, notice=doubted).unsure


@pytest.mark.rule("I7")
def test_what_is_in_doubt_stays_claimed_by_nobody() -> None:
    notice = _claimed(notice=_ready())
    notice.doubt()
    assert (notice.phase, notice.claimed_by, notice.in_hand) == (Phase.CLAIMED, "", True)
    assert _claimed("two", over=1, notice=notice).unsure


@pytest.mark.rule("J6")
@pytest.mark.parametrize("seen_late", [False, True])
def test_the_promise_is_kept_by_when_the_letter_arrived_not_by_when_it_was_written_down(
    *, seen_late: bool
) -> None:
    notice = _claimed(notice=_ready())
    (clock,) = notice.clocks
    if seen_late:
        clock.end(ClockState.MISSED, clock.due_at + timedelta(minutes=1))
    notice.deliver(clock.due_at)
    assert (clock.state, clock.ended_at) == (ClockState.MET, clock.due_at)


@pytest.mark.rule("J6")
def test_a_promise_that_runs_out_waits_a_moment_for_a_letter_on_its_way() -> None:
    notice = _claimed(notice=_ready())
    due_at = notice.clocks[0].due_at
    with pytest.raises(BeingSentError):
        notice.promise_ran_out(due_at, due_at)
    assert not notice.promise_ran_out(due_at, due_at + TAKES_UP_TO)
    assert _ready().promise_ran_out(due_at, due_at)


@pytest.mark.rule("J6", "K1")
def test_a_late_notice_is_given_up_after_some_tries_and_one_in_time_is_not() -> None:
    notice = _ready()
    (clock,) = notice.clocks
    notice.attempts = LATE_TRIES
    assert not notice.is_given_up(clock.due_at - timedelta(seconds=1))
    assert notice.is_given_up(clock.due_at)
    clock.end(ClockState.MISSED, clock.due_at)
    assert notice.is_given_up(clock.due_at)
    notice.attempts = LATE_TRIES - 1
    assert not notice.is_given_up(clock.due_at)


@pytest.mark.parametrize("phase", [Phase.WAITING, Phase.DELIVERED, Phase.BY_PERSON, Phase.NOT_OWED])
def test_only_what_is_ready_or_claimed_is_claimed(phase: Phase) -> None:
    notice = _ready()
    notice.phase = phase
    assert not notice.may_be_claimed(NOW + timedelta(days=1))


@pytest.mark.rule("J6")
def test_a_clock_put_back_does_not_keep_a_notice_waiting() -> None:
    notice = _claimed(notice=_ready())
    notice.try_later(NOW)
    assert notice.may_be_claimed(NOW - LONGEST_RETRY)


@pytest.mark.rule("K1", "J6")
def test_delivering_keeps_the_promise_once() -> None:
    notice = _ready()
    _claimed(notice=notice)
    assert notice.deliver(NOW)
    assert not notice.deliver(NOW + timedelta(days=2))
    assert notice.ended_at == NOW
    assert notice.clocks[0].state is ClockState.MET
    assert not notice.in_hand


@pytest.mark.rule("J6", "J7")
def test_delivered_too_late_is_a_missed_promise() -> None:
    notice = _ready()
    assert notice.deliver(NOW + timedelta(hours=24, seconds=1))
    assert notice.clocks[0].state is ClockState.MISSED


@settings(deadline=None)
@given(st.integers(1, 25))
def test_waits_double_up_to_ten_minutes(attempts: int) -> None:
    notice = _ready()
    notice.attempts = attempts
    notice.try_later(NOW)
    assert notice.try_after is not None
    wait = notice.try_after - NOW
    assert wait == min(FIRST_RETRY * 2 ** (attempts - 1), LONGEST_RETRY)
    assert not notice.unsure
    assert not notice.may_be_claimed(NOW)
    assert notice.may_be_claimed(NOW + wait)


@pytest.mark.rule("I7")
def test_an_attempt_is_on_only_until_another_begins_or_something_ends() -> None:
    notice = _ready()
    assert not notice.is_on(0)
    _claimed(notice=notice)
    assert notice.is_on(1)
    _claimed(over=1, notice=notice)
    assert not notice.is_on(1)
    notice.deliver(NOW)
    assert not notice.is_on(2)


@pytest.mark.rule("K1")
def test_a_person_tells_only_what_was_left_to_a_person() -> None:
    with pytest.raises(NotKnownError):
        Notice(id="c1").told_by_person(NOW)
    notice = _ready()
    with pytest.raises(NothingToTellError):
        notice.told_by_person(NOW)
    notice.leave_to_person("no_email_address")
    assert not notice.in_hand
    notice.told_by_person(NOW)
    with pytest.raises(NothingToTellError):
        notice.told_by_person(NOW)
    assert notice.phase is Phase.DELIVERED
