"""What people are kept under and looked for by: who is alike shares a key."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intake.domain.finding import asked, keys
from intake.domain.likeness import (
    Certainty,
    Identity,
    likeness,
)

NUMBER, OTHER_NUMBER = "9990000026", "9990000034"
HOME = "4 Quarry Lane, Hornchurch"
TOBIAS = Identity(full_name="Tobias Fenwick-Adair", date_of_birth="2016-05-31", address=HOME)
CERTAIN, POSSIBLE = Certainty.CERTAIN, Certainty.POSSIBLE

FAR_APART = ("tobias", "wren", "fenwick", "okafor", "José", "Ιωάννης", "अनीता")
WHOLE, IN_PART = ("2016-05-31", "2016-05-30", "2017-01-01"), ("2016", "2016-05", "2017")
PLACES = (None, "", HOME, "4, Quarry Lane Hornchurch", "5 Quarry Lane, Hornchurch", "9 Mill Walk")


def _people(names: tuple[str, ...], dates: tuple[str | None, ...]) -> st.SearchStrategy[Identity]:
    words = st.lists(st.sampled_from(names), min_size=1, max_size=3, unique=True).map(" ".join)
    return st.builds(
        Identity,
        full_name=st.one_of(st.none(), words),
        date_of_birth=st.sampled_from(dates),
        nhs_number=st.sampled_from((None, None, NUMBER, OTHER_NUMBER)),
        address=st.sampled_from(PLACES),
    )


misspelt = _people((*FAR_APART, "tobyas", "fenwyck", "okafors"), (None, *WHOLE, *IN_PART))
spelt = _people(FAR_APART, (None, *WHOLE, *IN_PART))
born = _people((*FAR_APART, "tobyas", "fenwyck", "okafors"), WHOLE[:1])


def _certainty(one: Identity, other: Identity) -> Certainty | None:
    alike = likeness(one, other)
    return alike.certainty if alike else None


def _tobias(**changes: str | None) -> Identity:
    said = {"full_name": TOBIAS.full_name, "date_of_birth": TOBIAS.date_of_birth, "address": HOME}
    return Identity(**said | changes)


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
    if _certainty(one, other) is CERTAIN:
        assert set(asked(one)) & set(keys(other))


def test_a_postcode_counts_as_a_street() -> None:
    one = Identity(full_name="Wren", address="4 Quarry Lane RM11 1AA")
    other = Identity(full_name="Orla", address="4 Qarry Lane rm111aa")
    assert set(asked(one)) & set(keys(other)) == {"at:4 rm11 1aa", "at:4 KR"}
