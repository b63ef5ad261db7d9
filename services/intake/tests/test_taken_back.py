"""What was said of a worry and is less after all: who may say so (B14, C8)."""

from typing import Any

import pytest

from intake.domain.contact import Contact
from intake.forms.contact import AmendContact
from mash_shared.act import Person
from mash_shared.policy.front_door import Path
from mash_shared.testing import Desk, acted
from mash_shared.vocabulary import NotEntitledError
from support.front_door import HANDLERS as H
from support.front_door import MANAGER, RECORDER, SOCIAL_WORKER, recorded


def _right(desk: Desk[Contact], by: Person = RECORDER, **said: Any) -> None:
    form = AmendContact.model_validate({"why": "It was misheard."} | said)
    desk.do(acted(H.amend_contact, form, by))


@pytest.mark.rule("C8")
@pytest.mark.parametrize(
    "worry",
    [
        {"significant_harm": "yes"},
        {"immediate_danger": True},
        {"urgency": "red"},
        {"request_type": "child_protection"},
    ],
    ids=str,
)
def test_only_a_manager_says_that_it_is_about_no_harm_after_all(worry: dict[str, Any]) -> None:
    less = {"significant_harm": "no", "immediate_danger": False, "urgency": "amber"}
    less |= {"request_type": "early_help"}
    desk = recorded(**worry)
    with pytest.raises(NotEntitledError):
        _right(desk, SOCIAL_WORKER, **less)
    assert desk.aggregate.is_protection
    _right(desk, MANAGER, **less)
    assert not desk.aggregate.is_protection


@pytest.mark.rule("B14")
@pytest.mark.parametrize("asked", ["consultation", "early_help"])
def test_only_who_sorts_says_that_somebody_only_asks_where_to_turn(asked: str) -> None:
    desk = recorded(request_type=asked)
    with pytest.raises(NotEntitledError):
        _right(desk, request_type="information")
    _right(desk, SOCIAL_WORKER, request_type="information")
    assert desk.aggregate.path is Path.INFORMATION
