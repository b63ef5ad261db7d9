"""Collating: every mixture of answers, in any order, twice, too late."""

from datetime import timedelta
from itertools import permutations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from enquiry.domain import AgencyNotAskedError, Enquiry, Round
from mash_shared.answers import Answer, Fact
from mash_shared.clocks import Clock
from mash_shared.testing import NOW
from mash_shared.vocabulary import (
    AgencyId,
    ClockKind,
    ClockState,
    ReplyState,
)
from support.asking import CHILD, asked, collates, hear, states

FIVE = tuple(map(AgencyId, ("police", "health", "education", "probation", "domestic-abuse")))
SILENT = ReplyState.NO_REPLY_BY_DEADLINE
ENDS = tuple(state for state in ReplyState if state is not ReplyState.CANCELLED)


def _open(*agencies: AgencyId) -> Enquiry:
    return asked(*(agencies or FIVE))


def _answer(agency: str, state: ReplyState = ReplyState.NOTHING_KNOWN, nth: int = 1) -> Answer:
    facts = (
        Fact(
            fact_id="f-1",
            about=("c1-1",),
            handling="professionals_only",
            text=f"Known to {agency}.",
            relevance="Recent.",
        ),
    )
    known = state is ReplyState.INFORMATION
    return Answer(
        reply_id=f"{agency}-{nth}",
        state=state,
        facts=facts if known else (),
        analysis="It matters." if known else None,
        declined_reason="Sub judice." if state is ReplyState.DECLINED else None,
    )


def _police(enquiry: Enquiry) -> Round:
    (only,) = enquiry.slots[FIVE[0]].rounds
    return only


def _end(enquiry: Enquiry, agency: AgencyId, state: ReplyState) -> bool:
    if state is not SILENT:
        return hear(enquiry, agency, _answer(agency, state))
    enquiry.close_check(agency, NOW)
    return collates(enquiry)


@pytest.mark.rule("H7")
def test_every_mixture_of_five_answers_collates_once_and_lists_each_agency_once() -> None:
    mixtures = tuple(product(ENDS, repeat=len(FIVE)))
    assert len(mixtures) == 5**5
    for mixture in mixtures:
        enquiry = _open()
        ends = [_end(enquiry, *pair) for pair in zip(FIVE, mixture, strict=True)]
        assert ends == [False, False, False, False, True], mixture
        assert enquiry.collated_at == NOW
        assert states(enquiry) == mixture
        assert tuple(enquiry.slots) == FIVE
        wanted = {
            agency for agency, state in zip(FIVE, mixture, strict=True) if not state.is_answer
        }
        assert set(enquiry.gaps) == wanted
        answered = [agency for agency, state in zip(FIVE, mixture, strict=True) if state != SILENT]
        assert enquiry.collated_replies == [f"{agency}-1" for agency in answered]


def test_any_order_of_answers_ends_in_the_same_enquiry() -> None:
    ends = []
    for order in permutations(FIVE):
        enquiry = _open()
        assert [hear(enquiry, a, _answer(a)) for a in order] == [False] * 4 + [True]
        ends.append(enquiry)
    assert all(enquiry == ends[0] for enquiry in ends)


@pytest.mark.rule("I4")
def test_the_same_reply_again_changes_nothing() -> None:
    enquiry = _open(FIVE[0], FIVE[1])
    hear(enquiry, FIVE[0], _answer("police"))
    assert not hear(enquiry, FIVE[0], _answer("police"))
    assert enquiry.outstanding == (FIVE[1],)
    assert _police(enquiry).superseded == []


@pytest.mark.rule("I4")
def test_a_second_reply_of_an_agency_supersedes_its_first_and_loses_no_text() -> None:
    enquiry = _open(FIVE[0], FIVE[1])
    first = _answer("police", ReplyState.INFORMATION)
    second = _answer("police", ReplyState.NOTHING_KNOWN, nth=2)
    assert not hear(enquiry, FIVE[0], first)
    assert not hear(enquiry, FIVE[0], second)
    police = _police(enquiry)
    assert [line.answer for line in police.replies] == [first, second]
    assert (police.answer, police.state) == (second, ReplyState.NOTHING_KNOWN)
    assert not hear(enquiry, FIVE[0], first)
    assert [line.answer for line in police.replies] == [first, second]
    assert hear(enquiry, FIVE[1], _answer("health"))
    assert enquiry.collated_replies == ["police-2", "health-1"]


@pytest.mark.rule("I6")
def test_a_reply_after_collation_is_kept_as_late_and_changes_nothing_collated() -> None:
    enquiry = _open(FIVE[0], FIVE[1])
    hear(enquiry, FIVE[1], _answer("health"))
    assert _end(enquiry, FIVE[0], SILENT)
    late = _answer("police", ReplyState.INFORMATION)
    assert not hear(enquiry, FIVE[0], late)
    assert not hear(enquiry, FIVE[0], late)
    assert enquiry.late_replies == ["police-1"]
    assert enquiry.collated_replies == ["health-1"]
    assert _police(enquiry).answer == late


def test_a_reply_after_its_own_time_but_before_collation_is_no_late_one() -> None:
    enquiry = _open(FIVE[0], FIVE[1])
    enquiry.close_check(FIVE[0], NOW)
    assert not hear(enquiry, FIVE[0], _answer("police"))
    assert enquiry.late_replies == []
    assert hear(enquiry, FIVE[1], _answer("health"))
    assert enquiry.gaps == ()


def test_an_agency_that_answered_is_not_closed_again() -> None:
    enquiry = _open(FIVE[0])
    hear(enquiry, FIVE[0], _answer("police"))
    enquiry.close_check(FIVE[0], NOW)
    assert _police(enquiry).state is ReplyState.NOTHING_KNOWN


def test_the_last_check_to_run_out_does_not_collate_a_second_time() -> None:
    enquiry = _open(FIVE[0])
    enquiry.collate(NOW)
    enquiry.close_check(FIVE[0], NOW)
    assert not collates(enquiry)


@pytest.mark.rule("I5")
@pytest.mark.parametrize(
    ("agency", "request_id"), [("housing", "enq-1.housing"), ("police", "enq-2.police")]
)
def test_a_reply_nobody_asked_for_is_never_attached(agency: str, request_id: str) -> None:
    enquiry = _open()
    with pytest.raises(AgencyNotAskedError):
        enquiry.record_reply(AgencyId(agency), request_id, _answer(agency), (CHILD,), NOW)
    assert not any(one.replies for slot in enquiry.slots.values() for one in slot.rounds)


def test_a_reply_to_an_enquiry_never_opened_is_never_attached() -> None:
    with pytest.raises(AgencyNotAskedError):
        hear(Enquiry(id="enq-1"), FIVE[0], _answer("police"))


@pytest.mark.rule("H7")
def test_collating_with_what_there_is_ends_every_slot_and_clock() -> None:
    enquiry = _open(FIVE[0], FIVE[1])
    for kind, of in ((ClockKind.ENQUIRY, ""), (ClockKind.AGENCY_CHECK, FIVE[0])):
        clock = Clock(
            kind=kind, of=of, started_at=NOW, due_at=NOW, policy_version="", calendar_version=""
        )
        enquiry.clocks.append(clock)
    hear(enquiry, FIVE[1], _answer("health"))
    enquiry.collate(NOW)
    assert enquiry.gaps == (FIVE[0],)
    assert [clock.state for clock in enquiry.clocks] == [ClockState.MET, ClockState.MISSED]
    assert enquiry.outstanding == ()


def test_a_blank_enquiry_has_no_children() -> None:
    assert Enquiry(id="enq-1").child_ids == ()
    assert not Enquiry(id="enq-1").was_late_from_the_start(NOW)


@pytest.mark.rule("J1")
def test_a_promise_made_by_a_later_level_is_late_from_its_own_start() -> None:
    let_out, raised = NOW, NOW + timedelta(hours=5)
    enquiry = Enquiry(id="enq-1", authorised_at=let_out, promised_from=raised)
    assert enquiry.was_late_from_the_start(raised - timedelta(hours=1))
    assert not enquiry.was_late_from_the_start(raised + timedelta(hours=1))


@pytest.mark.rule("I4", "I6")
@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from(FIVE), st.integers(1, 3)), max_size=40))
def test_no_stream_of_replies_loses_a_reply_or_collates_twice(
    stream: list[tuple[AgencyId, int]],
) -> None:
    enquiry = _open()
    ends = [hear(enquiry, agency, _answer(agency, nth=nth)) for agency, nth in stream]
    assert sum(ends) == (1 if {agency for agency, _ in stream} == set(FIVE) else 0)
    rounds = [one for slot in enquiry.slots.values() for one in slot.rounds]
    filed = [line.reply_id for one in rounds for line in one.replies if line.answer]
    assert sorted(filed) == sorted({f"{agency}-{nth}" for agency, nth in stream})
    assert len(rounds) == len(enquiry.slots)
