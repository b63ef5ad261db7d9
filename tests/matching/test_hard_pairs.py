"""Pairs that are hard to tell: none is falsely certain, and every answer is the right one."""

from dataclasses import replace

import pytest

from matching.hard import HardPair, hard_pairs

PAIRS = hard_pairs()


@pytest.mark.rule("E1", "E3", "E5")
@pytest.mark.parametrize("pair", PAIRS, ids=[f"{n}-{pair.kind}" for n, pair in enumerate(PAIRS)])
def test_a_hard_pair_is_told_right(pair: HardPair) -> None:
    turned = replace(pair, one=pair.other, other=pair.one)
    assert pair.answer == turned.answer == (pair.but or pair.right)
    assert not pair.is_falsely_certain


@pytest.mark.rule("E1")
def test_each_answer_is_asked_for_and_few_are_known_to_be_wrong() -> None:
    assert {pair.right for pair in PAIRS} == {"certain", "possible", "none"}
    assert sum(pair.but is not None for pair in PAIRS) <= 2
