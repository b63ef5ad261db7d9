"""One form of two parts: which of them a contact came on, and that both are one contact (A5)."""

from typing import Any

import pytest

from intake.api.parts import shown
from intake.domain.contact import Contact
from intake.domain.earlier import in_contact
from intake.forms.children import SplitContact
from intake.forms.contact import AmendContact, JoinContact
from mash_shared.messages.contact import ContactJoined, ContactSplit
from mash_shared.testing import Desk, acted, heard, packs, person
from mash_shared.vocabulary import NotEntitledError, NotInPolicyError, Role
from support.front_door import HANDLERS as H
from support.front_door import fresh, indexed, recorded

WALTHAM = "waltham-forest"
FORM = "Single multi-agency request form"
HELP, PROTECTION = (FORM, "help and support"), (FORM, "protection")
TOBIAS = {"full_name": "Tobias Fenwick-Adair", "date_of_birth": "2016-05-02"}
MANAGER = person(Role.MASH_MANAGER, id="p-2", council=WALTHAM)
WORKER = person(Role.SOCIAL_WORKER, id="p-3", council=WALTHAM)


def _sent(request_type: str | None, *also: str, id_: str = "c1", **changes: Any) -> Desk[Contact]:
    said = {"children": [TOBIAS], "channel": "online_form", "urgency": "amber"} | changes
    desk = fresh(WALTHAM, id_=id_, request_type=request_type, also_asked=also, **said)
    desk.do(indexed())
    return desk


def _parts(desk: Desk[Contact]) -> tuple[tuple[str, str], ...]:
    return shown(desk.aggregate, 1, packs(), {}, whole=True).form_parts


def _amend(desk: Desk[Contact], **changes: Any) -> None:
    form = AmendContact.model_validate({"why": "Read again."} | changes)
    desk.do(acted(H.amend_contact, form, MANAGER))


@pytest.mark.rule("A5")
@pytest.mark.parametrize(
    ("asked", "parts", "protection"),
    [
        (("help_and_support",), (HELP,), False),
        (("protection",), (PROTECTION,), True),
        (("help_and_support", "protection"), (HELP, PROTECTION), True),
        ((None,), (), False),
    ],
)
def test_a_contact_shows_on_which_parts_of_the_form_it_came(
    asked: Any, parts: Any, *, protection: bool
) -> None:
    desk = _sent(*asked)
    assert _parts(desk) == parts
    assert desk.aggregate.is_protection is protection


@pytest.mark.rule("A5")
def test_a_form_without_parts_has_none() -> None:
    assert recorded("lewisham", request_type="child_protection").aggregate.form_parts == ()


@pytest.mark.rule("A5")
def test_only_concerns_are_asked_for_together() -> None:
    with pytest.raises(NotInPolicyError, match=r"also_asked must be one of .*protection"):
        _sent("help_and_support", "information")
    with pytest.raises(NotInPolicyError, match="also_asked must be one of none"):
        _sent("information", "protection")
    desk = _sent("help_and_support", "protection")
    with pytest.raises(NotInPolicyError, match="also_asked must be one of none"):
        _amend(desk, request_type="information")
    with pytest.raises(NotInPolicyError, match="also_asked"):
        _amend(desk, also_asked=["gossip"])


@pytest.mark.rule("A5", "C8")
def test_a_part_that_was_overlooked_is_added_and_one_that_was_not_there_taken_back() -> None:
    desk = _sent("help_and_support")
    _amend(desk, also_asked=["protection"])
    assert (_parts(desk), desk.aggregate.is_protection) == ((HELP, PROTECTION), True)
    before = desk.aggregate.superseded[-1].standing
    assert before is not None
    assert before.also_asked == ()
    form = AmendContact.model_validate({"why": "It was empty.", "also_asked": []})
    with pytest.raises(NotEntitledError):
        desk.do(acted(H.amend_contact, form, WORKER))
    _amend(desk, also_asked=[])
    assert (_parts(desk), desk.aggregate.is_protection) == ((HELP,), False)


@pytest.mark.rule("A5")
def test_a_regrade_or_a_second_child_changes_no_part() -> None:
    desk = _sent("help_and_support", "protection")
    _amend(desk, urgency="red", children=[{"facts": {"full_name": "Wren Fenwick-Adair"}}])
    assert _parts(desk) == (HELP, PROTECTION)


@pytest.mark.rule("A5")
@pytest.mark.parametrize(
    ("asked", "changes", "one"),
    [
        ("protection", {}, True),
        ("help_and_support", {}, False),
        ("protection", {"referrer": {"kind": "professional", "email": "x@other.example"}}, False),
        (None, {}, False),
    ],
)
def test_two_parts_that_one_person_sent_apart_are_found_to_be_one(
    asked: Any, changes: dict[str, Any], *, one: bool
) -> None:
    first, second = _sent("help_and_support"), _sent(asked, id_="c2", **changes)
    (found,) = in_contact(second.aggregate, first.aggregate)
    assert found.awaits_form is one


@pytest.mark.rule("A5", "E6")
def test_joined_they_are_one_contact_that_asks_for_both_and_protection_is_not_lost() -> None:
    first, second = _sent("help_and_support"), _sent("protection", id_="c2")
    second.do(indexed(*in_contact(second.aggregate, first.aggregate)))
    said = second.do(acted(H.join_contact, JoinContact(earlier="c1"), MANAGER))
    (joined,) = (one for one in said if isinstance(one, ContactJoined))
    assert joined.asked_for == ("protection",)
    first.do(heard(H.take_in_joined, joined))
    assert (_parts(first), first.aggregate.is_protection) == ((HELP, PROTECTION), True)
    assert first.aggregate.request_type == "help_and_support"


@pytest.mark.rule("A5", "N11")
def test_who_is_split_off_goes_with_both_parts() -> None:
    wren = {"full_name": "Wren Hallaway", "family": "Hallaway"}
    desk = _sent("help_and_support", "protection", children=[TOBIAS | {"family": "F"}, wren])
    apart = {"family": "Hallaway", "child_ids": ["c1-2"], "concern": "Hers."}
    form = {"reason": "Two.", "family": "F", "concern": "His.", "families": [apart]}
    said = desk.do(acted(H.split_contact, SplitContact.model_validate(form), MANAGER))
    (split,) = (one for one in said if isinstance(one, ContactSplit))
    other = Desk(Contact, split.contact_id)
    other.do(heard(H.open_split, split))
    assert (_parts(other), other.aggregate.is_protection) == ((HELP, PROTECTION), True)
