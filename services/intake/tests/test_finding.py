"""What people are kept under and looked for by: who is alike shares a key."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intake.domain.finding import asked, kept_by_any, keys
from intake.domain.likeness import (
    Identity,
    likeness,
)
from support.alike import CERTAIN, TOBIAS, born, certainty, misspelt, spelt


def test_a_single_name_is_looked_for_with_the_year_of_birth() -> None:
    assert list(keys(Identity(full_name="Tobias", date_of_birth="2016-05"))) == [
        "name:TBS",
        "name:lone TBS 2016",
    ]
    assert "name:ATR" not in set(keys(TOBIAS))
    assert {"born:2016-05-31 T", "name:ATR TBS", "name:one ATR 2016", "at:4 KR"} < set(keys(TOBIAS))
    assert "name:one ATR 2016" not in set(asked(TOBIAS))
    alone = Identity(full_name="Tobias", date_of_birth="2016")
    assert set(asked(TOBIAS)) & set(keys(alone))
    assert set(asked(alone)) & set(keys(TOBIAS))


def test_a_child_without_a_name_is_looked_for_by_the_whole_birth() -> None:
    assert list(keys(Identity(date_of_birth="2016-05-31"))) == ["born:2016-05-31"]


@pytest.mark.rule("E1", "E3")
@settings(deadline=None, max_examples=500)
@given(st.one_of(st.tuples(born, born), st.tuples(spelt, spelt)))
def test_a_record_shares_a_key_with_any_that_it_is_alike_to(
    pair: tuple[Identity, Identity],
) -> None:
    one, other = pair
    if likeness(one, other) is not None:
        assert set(asked(one)) & set(keys(other))


@pytest.mark.rule("E1", "E3")
@settings(deadline=None, max_examples=500)
@given(misspelt, misspelt)
def test_a_record_shares_a_key_with_any_that_is_certainly_the_same(
    one: Identity, other: Identity
) -> None:
    if certainty(one, other) is CERTAIN:
        assert set(asked(one)) & set(keys(other))


@pytest.mark.rule("E1", "E3")
@settings(deadline=None, max_examples=500)
@given(st.one_of(st.tuples(born, born), st.tuples(spelt, spelt), st.tuples(misspelt, misspelt)))
def test_whoever_found_a_record_is_found_from_it(pair: tuple[Identity, Identity]) -> None:
    one, other = pair
    if set(asked(one)) & set(keys(other)):
        assert set(keys(one)) & {*kept_by_any(keys(other)), *asked(other)}


@pytest.mark.rule("E1")
def test_a_lone_name_that_is_news_finds_whole_ones_that_were_matched_with_it() -> None:
    alone = Identity(full_name="Quillon", date_of_birth="2025")
    whole = Identity(full_name="Zara Quillon", date_of_birth="2025-12")
    assert set(keys(whole)) & set(kept_by_any(keys(alone)))
    assert set(keys(alone)) & set(kept_by_any(keys(whole)))


def test_a_postcode_counts_as_a_street() -> None:
    one = Identity(full_name="Wren", address="4 Quarry Lane RM11 1AA")
    other = Identity(full_name="Orla", address="4 Qarry Lane rm111aa")
    assert set(asked(one)) & set(keys(other)) == {"at:4 rm11 1aa", "at:4 KR"}
