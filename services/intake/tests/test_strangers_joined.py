"""Two contacts of two households that were joined into one (A9, N11)."""

from typing import Any

import pytest

from intake.domain.contact import Contact
from intake.domain.kin import Apart
from intake.domain.task import TaskKind
from intake.forms.ending import Signpost
from mash_shared.messages.contact import ContactSplit
from mash_shared.messages.enquiry import EnquiryAmended, EnquiryAuthorised
from mash_shared.testing import Desk, acted, heard
from support.front_door import HANDLERS as H
from support.front_door import MANAGER, indexed
from support.households import HOME, OSK, OTHER_HOME
from support.siblings import TOBIAS, WREN, of, opened, siblings
from support.turns import AUTHORISED
from support.two_parts import joined

pytestmark = pytest.mark.rule("N11")
STRANGER: dict[str, Any] = {
    "children": [OSK], "address": OTHER_HOME, "household": [{"full_name": "Jory Lanyon"}],
    "parental_responsibility": [{"full_name": "Elowen Lanyon"}],
}  # fmt: skip


def _call(**changes: Any) -> Desk[Contact]:
    ours = {"children": [TOBIAS], "address": HOME, "household": [{"full_name": "Ada Fenwick"}]}
    return siblings(written_part_follows=True, **ours | changes)


@pytest.mark.rule("A9", "N11")
@pytest.mark.parametrize(
    "theirs",
    [STRANGER, STRANGER | {"address": None}, STRANGER | {"household": []}],
    ids=["both", "household", "home"],
)
def test_a_joined_contact_of_another_household_is_asked_about(theirs: dict[str, Any]) -> None:
    desk = _call()
    desk.do(heard(H.take_in_joined, joined("c1", **theirs)))
    assert Apart.JOINED in desk.aggregate.apart
    assert desk.aggregate.ways["c1-2"].came_with == "c9"
    osk = desk.aggregate.children[1]
    assert osk.address == theirs["address"]
    assert osk.parental_responsibility == ("Elowen Lanyon",)


@pytest.mark.rule("A9", "N11")
@pytest.mark.parametrize(
    "theirs",
    [
        {"children": [TOBIAS, WREN], "address": OTHER_HOME, "household": []},
        {"children": [WREN], "address": HOME, "household": [{"full_name": "Ada Fenwick"}]},
        {"children": [WREN], "address": None, "household": []},
        {"children": [{}], "address": OTHER_HOME},
    ],
    ids=["a child of both", "one household", "nothing said", "nobody named"],
)
def test_a_join_of_one_household_is_one_family(theirs: dict[str, Any]) -> None:
    desk = _call()
    desk.do(heard(H.take_in_joined, joined("c1", **{"circumstances": {}} | theirs)))
    assert desk.aggregate.apart == ()


@pytest.mark.rule("D1", "N11")
@pytest.mark.parametrize(("status", "holds"), [("given", "not_sought"), ("refused", "refused")])
def test_a_strangers_yes_is_no_yes_of_this_family_and_a_no_is_one(status: str, holds: str) -> None:
    desk = _call(consent={"status": "not_sought"})
    consent = {"status": status, "given_by": "parent", "given_by_name": "Elowen Lanyon"}
    desk.do(heard(H.take_in_joined, joined("c1", **STRANGER, consent=consent)))
    assert desk.aggregate.consent.said is not None
    assert desk.aggregate.consent.said.status == holds


@pytest.mark.rule("A9", "N11")
def test_a_stranger_who_is_joined_to_what_is_out_is_told_to_no_agency() -> None:
    desk = _call()
    (asked,) = of(EnquiryAuthorised, desk.do(AUTHORISED))
    said = desk.do(heard(H.take_in_joined, joined("c1", **STRANGER, concern="Osk is beaten.")))
    for amended in of(EnquiryAmended, said):
        assert (amended.family, amended.concern) == (asked.family, asked.concern)
    desk.do(indexed())
    assert desk.aggregate.let_out == ("c1-1",)
    (task,) = [one for one in desk.aggregate.tasks if one.kind is TaskKind.FAMILIES]
    assert task.is_open


@pytest.mark.rule("A9", "N11")
def test_a_stranger_who_is_joined_to_what_has_ended_takes_nothing_of_it_along() -> None:
    desk = _call(channel="phone")
    desk.do(acted(H.signpost, Signpost(to="library"), MANAGER))
    consent = {"status": "given", "given_by": "parent", "given_by_name": "Elowen Lanyon"}
    form = joined("c1", **STRANGER, concern="Osk is alone.", consent=consent)
    said = desk.do(heard(H.take_in_joined, form))
    (one,) = of(ContactSplit, said)
    assert not [word for word in ("Fenwick", "Quarry") if word in str(one.said)]
    new = opened(said).aggregate
    assert [child.full_name for child in new.children] == ["Osk Lanyon"]
    assert new.facts.address == OTHER_HOME
