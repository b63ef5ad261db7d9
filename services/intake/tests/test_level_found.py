"""From when a level counts that was found in another contact, before a split or a join (O6)."""

from datetime import timedelta

import pytest

from intake.forms.contact import AmendContact
from mash_shared.messages.contact import ContactSplit
from mash_shared.testing import NOW, acted, heard
from support.front_door import HANDLERS as H
from support.front_door import MANAGER
from support.siblings import of, opened, siblings, split
from support.two_parts import joined, telephoned


@pytest.mark.rule("O6", "X4")
def test_a_level_that_was_found_before_the_split_counts_from_then() -> None:
    desk = siblings()
    later = NOW + timedelta(hours=1)
    raised = AmendContact.model_validate({"why": "She rang again.", "urgency": "red"})
    desk.do(acted(H.amend_contact, raised, MANAGER, later))
    before = desk.aggregate.figures
    (one,) = of(ContactSplit, split(desk, "c1-3", at=later + timedelta(days=1)))
    new = opened([one])
    figures = new.aggregate.figures
    assert before is not None
    assert figures is not None
    assert new.aggregate.recorded_at == later + timedelta(days=1)
    assert (figures.to_first_level, figures.to_level) == (before.to_first_level, before.to_level)
    lowered = AmendContact.model_validate({"why": "Looked at again.", "urgency": "amber"})
    new.do(acted(H.amend_contact, lowered, MANAGER, later + timedelta(days=2)))
    figures = new.aggregate.figures
    assert figures is not None
    assert figures.to_level == 49 * 60, "two days, an hour and what it took, in whole hours"
    assert figures.to_first_level == before.to_first_level


@pytest.mark.rule("A9", "O6")
@pytest.mark.parametrize(
    ("ours", "theirs", "found_at"),
    [("amber", "red", -1), ("red", "red", -1), ("red", "amber", 0)],
)
def test_a_level_that_the_other_part_had_is_counted_from_when_it_was_found_there(
    ours: str, theirs: str, found_at: int
) -> None:
    desk = telephoned(urgency=ours)
    was = desk.aggregate.graded_at
    assert was is not None
    form = joined(urgency=theirs)
    earlier = (NOW - timedelta(minutes=30)).isoformat()
    said = form.said | {"graded_at": earlier, "first_graded_at": earlier}
    desk.do(heard(H.take_in_joined, form.model_copy(update={"said": said})))
    contact = desk.aggregate
    assert contact.urgency == "red"
    assert contact.first_graded_at == NOW - timedelta(minutes=30)
    assert contact.graded_at == (was if found_at == 0 else NOW - timedelta(minutes=30))
    silent = telephoned(urgency=ours)
    nothing = form.said | {"graded_at": None}
    silent.do(heard(H.take_in_joined, form.model_copy(update={"said": nothing})))
    assert silent.aggregate.first_graded_at == was
