"""Figures of many contacts, from what the database counted."""

from typing import Any

import pytest

from intake.domain.figures import TIMES, Standing
from intake.domain.function import FUNCTIONS, Function
from intake.domain.tally import Group, Tally, Times, Took, rows
from mash_shared.policy.front_door import Path


def _group(many: int = 1, **changes: Any) -> Group:
    alike: dict[str, Any] = {"week": "2026-W11", "level": "amber", "path": Path.CHILD_CONCERN}
    alike |= {"is_referral": True, "standing": Standing.OPEN, "ends": "", "family_told": False}
    return Group(**alike | changes, many=many)


def _took(minutes: int, many: int = 1, **changes: Any) -> Took:
    alike: dict[str, Any] = {"week": "2026-W11", "level": "amber", "what": "to_told"}
    return Took(**alike | {"in_time": None} | changes, minutes=minutes, many=many)


@pytest.mark.rule("O1", "O5")
def test_contacts_are_counted_once_and_children_by_what_became_of_each() -> None:
    tally = Tally.of(
        (
            _group(3),
            _group(2, standing=Standing.DECIDED, ends="early_help nfa", family_told=True),
            _group(1, standing=Standing.ENDED, ends="to_allocated_worker"),
            _group(
                4,
                standing=Standing.ENDED,
                ends="answered",
                is_referral=False,
                path=Path.REQUEST_TO_THE_HUB,
            ),
        ),
        (),
    )
    assert (tally.received, tally.referrals) == (10, 6)
    assert (tally.open, tally.ended, tally.decided) == (3, 5, 2)
    assert tally.by_path == dict.fromkeys(Path, 0) | {"child_concern": 6, "request_to_the_hub": 4}
    ended = {"early_help": 2, "nfa": 2, "to_allocated_worker": 1, "answered": 4}
    assert tally.by_ending == dict.fromkeys(FUNCTIONS, 0) | ended
    assert tally.by_function == {
        Function.EARLY_INTERVENTION: 2,
        Function.HARM_REDUCTION: 3,
        Function.COORDINATION: 4,
    }
    assert tally.family_told == 2
    assert tally.times == dict.fromkeys(TIMES, Times())


@pytest.mark.rule("O6", "O14")
@pytest.mark.parametrize(
    ("took", "median", "p90"),
    [
        ([(5, 1)], 5, 5),
        ([(5, 1), (9, 1)], 5, 9),
        ([(1, 5), (2, 4), (60, 1)], 1, 2),
        ([(1, 5), (2, 3), (60, 2)], 1, 60),
        ([(60, 2), (1, 9)], 1, 60),
    ],
)
def test_the_middle_and_what_nine_in_ten_had_at_most(
    took: list[tuple[int, int]], median: int, p90: int
) -> None:
    times = Tally.of((), [_took(*one) for one in took]).times["to_told"]
    assert (times.median_minutes, times.p90_minutes) == (median, p90)
    assert times.count == sum(many for _, many in took)


@pytest.mark.rule("J6", "O14")
def test_a_promise_is_kept_or_not_or_was_none() -> None:
    some = [_took(5, 3, in_time=True), _took(5, 2, in_time=False), _took(5, 4)]
    times = Tally.of((), some).times["to_told"]
    assert (times.count, times.promised, times.in_time) == (9, 5, 3)


def test_a_row_is_a_week_and_a_level_in_order() -> None:
    counted = rows(
        (_group(week="2026-W12"), _group(level="red"), _group()),
        (_took(5, level="red"), _took(7, what="to_level")),
    )
    places = [(row.week, row.level) for row in counted]
    assert places == [("2026-W11", "amber"), ("2026-W11", "red"), ("2026-W12", "amber")]
    assert [row.tally.times["to_told"].count for row in counted] == [0, 1, 0]
    assert [row.tally.received for row in counted] == [1, 1, 1]
