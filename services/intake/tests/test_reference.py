"""References: as the hub prints them, and however people write them down again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.domain.reference import as_printed, reference_of
from mash_shared.testing import packs
from support.front_door import form, recorded

PRINTED = "HAV-10AB1-9XYZ0"


@pytest.mark.rule("A9")
@pytest.mark.parametrize(
    "written",
    ["hav-10ab1-9xyz0", "HAV 10AB1 9XYZ0", "hav10ab19xyz0", "HAV-IOAB1-9XYZO", " HAV_l0ab1.9xyz0 "],
)
def test_a_reference_is_read_however_it_was_written_down(written: str) -> None:
    assert as_printed(written) == PRINTED
    assert form(reference=written).reference == PRINTED


@pytest.mark.rule("A9", "B3")
@pytest.mark.parametrize("other", ["case 4411", "HAV-10AB1-9XYZ", "HAV-10AB1-9XYZU", "?"])
def test_what_is_no_reference_of_ours_is_kept_as_it_was_said(other: str) -> None:
    assert as_printed(other) == other


@given(st.uuids(), st.sampled_from(["havering", "waltham-forest", "lewisham", "redbridge"]))
def test_what_is_printed_is_read_back_the_same(contact: object, council: str) -> None:
    printed = reference_of(str(contact), council)
    assert as_printed(printed.lower().replace("-", " ")) == printed


@pytest.mark.rule("N11", "A9", "O11")
def test_group_quoted_reference_and_policy_are_kept() -> None:
    contact = recorded(group_id="g1", reference="HAV-0-1").aggregate
    assert (contact.group_id, contact.quoted_reference) == ("g1", "HAV-0-1")
    assert contact.policy_version == packs().of("havering").version
