"""A notice: told once, never by two, never by machine after a person took over."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mash_shared.clocks import Clock
from mash_shared.people import Referrer
from mash_shared.testing import NOW
from mash_shared.vocabulary import (
    ClockKind,
    ClockState,
    NotKnownError,
    OutcomeKind,
    ReferrerKind,
)
from notify.domain import (
    CLAIM_HOLDS,
    FIRST_RETRY,
    LONGEST_RETRY,
    NothingToTellError,
    Notice,
    Phase,
)

EMAIL = "i.saltmarsh@marlpit-lane.example"


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
    notice.expect(owed=True, at=NOW)
    for child in notice.child_ids:
        notice.note_outcome(child, OutcomeKind.EARLY_HELP)
    return notice


@pytest.mark.rule("N11")
def test_a_notice_is_ready_when_every_child_is_decided() -> None:
    notice = Notice(
        id="c1", child_ids=("c1-1", "c1-2"), referrer=Referrer(kind=ReferrerKind.PUBLIC)
    )
    notice.expect(owed=True, at=NOW)
    notice.note_outcome("c1-1", OutcomeKind.EARLY_HELP)
    assert (notice.phase, notice.in_hand) == (Phase.WAITING, False)
    notice.note_outcome("c1-2", OutcomeKind.EARLY_HELP)
    assert (notice.phase, notice.in_hand) == (Phase.READY, True)


def test_a_decision_heard_before_the_contact_is_kept() -> None:
    notice = Notice(id="c1")
    notice.note_outcome("c1-1", OutcomeKind.EARLY_HELP)
    assert notice.phase is Phase.WAITING
    notice.referrer, notice.child_ids = Referrer(kind=ReferrerKind.PUBLIC), ("c1-1",)
    notice.expect(owed=True, at=NOW)
    assert notice.phase is Phase.READY


@pytest.mark.rule("A7")
def test_nothing_is_owed_to_whoever_did_not_say_who_they_are() -> None:
    notice = Notice(id="c1", child_ids=("c1-1",), referrer=Referrer(kind=ReferrerKind.ANONYMOUS))
    notice.expect(owed=False, at=NOW)
    notice.note_outcome("c1-1", OutcomeKind.EARLY_HELP)
    assert notice.phase is Phase.NOT_OWED
    assert not notice.may_be_claimed_by("one", NOW)
    assert notice.email is None
    assert Notice(id="c2").email is None


@pytest.mark.rule("I7")
def test_a_claimed_notice_is_not_claimed_by_another_until_the_claim_has_run_out() -> None:
    notice = _ready()
    notice.claim("one", NOW)
    assert not notice.unsure
    with pytest.raises(NothingToTellError):
        notice.claim("two", NOW + CLAIM_HOLDS - timedelta(seconds=1))
    notice.claim("two", NOW + CLAIM_HOLDS)
    assert notice.unsure
    assert (notice.claimed_by, notice.attempts) == ("two", 2)


@pytest.mark.rule("I7")
def test_a_courier_that_died_takes_its_own_notice_up_at_once_and_unsure() -> None:
    notice = _ready()
    notice.claim("one", NOW)
    notice.claim("one", NOW)
    assert notice.unsure


@pytest.mark.parametrize("phase", [Phase.WAITING, Phase.DELIVERED, Phase.BY_PERSON, Phase.NOT_OWED])
def test_only_what_is_ready_or_claimed_is_claimed(phase: Phase) -> None:
    notice = _ready()
    notice.phase = phase
    assert not notice.may_be_claimed_by("one", NOW + timedelta(days=1))


def test_a_claim_without_its_moment_is_nobody_s() -> None:
    notice = _ready()
    notice.phase = Phase.CLAIMED
    assert not notice.may_be_claimed_by("one", NOW)


@pytest.mark.rule("K1", "J6")
def test_delivering_keeps_the_promise_once() -> None:
    notice = _ready()
    notice.claim("one", NOW)
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
@given(st.integers(1, 25), st.booleans())
def test_waits_double_up_to_ten_minutes(attempts: int, certain: bool) -> None:  # noqa: FBT001
    notice = _ready()
    notice.attempts = attempts
    notice.try_later(NOW, certain=certain)
    assert notice.try_after is not None
    wait = notice.try_after - NOW
    assert wait == min(FIRST_RETRY * 2 ** (attempts - 1), LONGEST_RETRY)
    assert notice.unsure is not certain
    assert not notice.may_be_claimed_by("one", NOW)
    assert notice.may_be_claimed_by("one", NOW + wait)


@pytest.mark.rule("I7")
def test_an_attempt_is_on_only_until_another_begins_or_something_ends() -> None:
    notice = _ready()
    assert not notice.is_on(0)
    notice.claim("one", NOW)
    assert notice.is_on(1)
    notice.claim("one", NOW)
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
    assert notice.told_by_person(NOW)
    with pytest.raises(NothingToTellError):
        notice.told_by_person(NOW)
    assert notice.phase is Phase.DELIVERED
