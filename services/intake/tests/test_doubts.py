"""Doubtful input is taken as it was written, shown, and not relied on (B3)."""

from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from intake.domain.doubts import of_reference
from intake.domain.family import family_of
from intake.domain.found import BY_QUOTED, RecordKind
from intake.domain.likeness import Certainty, Identity, likeness
from mash_shared.testing import person
from mash_shared.vocabulary import Role
from support.front_door import MANAGER, found, fresh, indexed, recorded
from support.in_process import Face, face

CONTACT = {
    "channel": "phone",
    "urgency": "red",
    "received_at": "2026-03-11T09:20:00Z",
    "concern": "A neighbour hears crying every night.",
    "referrer": {"kind": "public"},
    "consent": {"status": "not_possible"},
}
WRONG = "9990000027"
DOUBTED: list[tuple[dict[str, Any], str, str]] = [
    ({"children": [{"nhs_number": "999 000 0027"}]}, "children.0.nhs_number", "check_digit"),
    ({"children": [{}, {"nhs_number": "12"}]}, "children.1.nhs_number", "not_ten_digits"),
    (
        {"children": [{"date_of_birth": "31/02/2016"}]},
        "children.0.date_of_birth",
        "not_in_the_calendar",
    ),
    ({"household": [{"date_of_birth": "1799"}]}, "household.0.date_of_birth", "too_long_ago"),
    (
        {"parental_responsibility": [{"date_of_birth": "old"}]},
        "parental_responsibility.0.date_of_birth",
        "not_a_date",
    ),
    (
        {"alleged_perpetrators": [{"date_of_birth": "2062"}]},
        "alleged_perpetrators.0.date_of_birth",
        "in_the_future",
    ),
    ({"referrer": {"kind": "public", "email": "jo@home"}}, "referrer.email", "not_an_address"),
    ({"referrer": {"kind": "public", "telephone": "12"}}, "referrer.telephone", "not_a_telephone"),
]
NORMAL: list[tuple[dict[str, Any], tuple[str | int, ...], Any]] = [
    ({"children": [{"nhs_number": "999 000 0026"}]}, ("children", 0, "nhs_number"), "9990000026"),
    ({"children": [{"full_name": "  "}]}, ("children", 0, "full_name"), None),
    (
        {"children": [{"date_of_birth": "11/03/2016"}]},
        ("children", 0, "date_of_birth"),
        "2016-03-11",
    ),
    ({"address": ""}, ("address",), None),
    (
        {"referrer": {"kind": "public", "email": " o\u2019brien@Street.Example "}},
        ("referrer", "email"),
        "o'brien@street.example",
    ),
    (
        {"referrer": {"kind": "public", "telephone": "+44 (0)1632 960 001"}},
        ("referrer", "telephone"),
        "01632960001",
    ),
]


@pytest.fixture
def intake(tmp_path: Path) -> Face:
    return face("intake", tmp_path)


async def _recorded(intake: Face, change: dict[str, Any], by: Any = MANAGER) -> dict[str, Any]:
    async with intake.client(by) as client:
        headers = {"idempotency-key": uuid4().hex}
        answer = await client.post("/contacts", json=CONTACT | change, headers=headers)
    assert answer.status_code == 201, answer.text
    shown: dict[str, Any] = answer.json()
    return shown


@pytest.mark.rule("B3")
@pytest.mark.parametrize(("change", "path", "kept"), NORMAL)
async def test_normal_input_is_taken_and_put_in_order(
    intake: Face, change: dict[str, Any], path: tuple[str | int, ...], kept: Any
) -> None:
    shown: Any = await _recorded(intake, change)
    assert shown["doubts"] == []
    for part in path:
        shown = shown[part]
    assert shown == kept


@pytest.mark.rule("B3")
@pytest.mark.parametrize(("change", "field", "code"), DOUBTED)
async def test_doubtful_input_is_taken_and_shown(
    intake: Face, change: dict[str, Any], field: str, code: str
) -> None:
    shown = await _recorded(intake, change)
    assert [(one["field"], one["code"]) for one in shown["doubts"]] == [(field, code)]


@pytest.mark.rule("B3", "B10")
async def test_doubts_of_an_alleged_perpetrator_are_withheld_with_them(intake: Face) -> None:
    change = {"alleged_perpetrators": [{"date_of_birth": "2062"}]}
    shown = await _recorded(intake, change, person(Role.BUSINESS_SUPPORT_OFFICER))
    assert shown["doubts"] == []


@pytest.mark.rule("B3")
def test_a_doubtful_nhs_number_makes_nobody_certain_and_speaks_against_nobody() -> None:
    wrong, right = Identity(nhs_number=WRONG), Identity(nhs_number="9990000026")
    same = likeness(wrong, wrong)
    assert same is not None
    assert (same.certainty, same.reasons) == (Certainty.POSSIBLE, ("nhs_number_in_doubt",))
    assert likeness(wrong, right) is None
    named = {"full_name": "Tobias Fenwick-Adair", "date_of_birth": "2016-05-31"}
    assert likeness(Identity(nhs_number=WRONG, **named), Identity(nhs_number="9990000026", **named))


@pytest.mark.rule("B3")
def test_what_is_in_doubt_does_not_leave_for_agencies() -> None:
    contact = recorded(children=[{"nhs_number": WRONG, "date_of_birth": "31/02/2016"}]).aggregate
    (child,) = family_of(contact.facts, contact.child_ids).children
    assert (child.nhs_number, child.date_of_birth) == (None, None)
    assert child.date_of_birth_in_part == "2016-02-31"
    ((_, identity),) = contact.identities()
    assert identity.date_of_birth == "2016-02-31"


@pytest.mark.rule("A9")
def test_a_quoted_reference_is_doubted_where_no_contact_has_it() -> None:
    there = recorded().aggregate.reference
    by_reference = found(record_id="c0", kind=RecordKind.CONTACT, reasons=(BY_QUOTED,))
    asked = fresh(id_="c2", reference=there)
    assert of_reference(asked.aggregate) == ()
    asked.do(indexed(by_reference))
    assert of_reference(asked.aggregate) == ()
    for others in ((), (found(),)):
        wrong = fresh(id_="c3", reference="HAV-00000-00000")
        wrong.do(indexed(*others))
        assert [one.code for one in of_reference(wrong.aggregate)] == ["unknown_reference"]
    assert of_reference(recorded().aggregate) == ()
