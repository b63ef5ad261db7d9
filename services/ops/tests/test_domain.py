"""A case as ops see it: the newest news of every document, in any order."""

from datetime import timedelta
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mash_shared.clocks import Clock
from mash_shared.testing import NOW
from mash_shared.vocabulary import ClockKind, ClockState
from ops.domain import Case, Heard


def _clock(hours: float, state: ClockState = ClockState.OPEN) -> Clock:
    return Clock(
        kind=ClockKind.ENQUIRY,
        started_at=NOW,
        due_at=NOW + timedelta(hours=hours),
        state=state,
        policy_version="",
        calendar_version="",
    )


def _news(version: int, *clocks: Clock, service: str = "enquiry") -> Heard:
    return Heard(service=service, version=version, clocks=list(clocks))


@pytest.mark.rule("I8")
def test_a_case_is_open_until_the_first_of_its_open_clocks() -> None:
    case = Case(id="c1")
    case.hear("enquiry/enq-1", _news(1, _clock(4), _clock(1, ClockState.MET)))
    assert case.open_until == NOW + timedelta(hours=4)
    case.hear("notify/c1", _news(1, _clock(3), service="notify"))
    assert case.open_until == NOW + timedelta(hours=3)


def test_a_case_whose_clocks_have_all_ended_is_not_open() -> None:
    case = Case(id="c1")
    assert case.open_until is None
    case.hear("enquiry/enq-1", _news(1, _clock(4)))
    case.hear("enquiry/enq-1", _news(2, _clock(4, ClockState.MISSED)))
    assert case.open_until is None
    assert len(case.all_clocks) == 1


def test_clocks_are_in_the_order_in_which_they_run_out() -> None:
    case = Case(id="c1")
    case.hear("a/1", _news(1, _clock(9), _clock(2)))
    case.hear("b/1", _news(1, _clock(5)))
    hours = [(clock.due_at - NOW) / timedelta(hours=1) for clock in case.all_clocks]
    assert hours == [2, 5, 9]


def test_news_in_any_order_leaves_the_newest() -> None:
    news = [_news(version, _clock(version)) for version in (1, 2, 3)]
    for order in permutations(news):
        case = Case(id="c1")
        for one in order:
            case.hear("enquiry/enq-1", one)
        assert case.open_until == NOW + timedelta(hours=3)


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from("ab"), st.integers(1, 9)), min_size=1))
def test_no_stream_of_news_goes_back(stream: list[tuple[str, int]]) -> None:
    case = Case(id="c1")
    for document, version in stream:
        case.hear(document, _news(version, _clock(version)))
    assert {name: heard.version for name, heard in case.heard.items()} == {
        name: max(v for d, v in stream if d == name) for name, _ in stream
    }
