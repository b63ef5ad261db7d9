"""People around a child: found with their role, and never taken for the child."""

from typing import Any

import pytest

from intake.domain.case import CaseStatus, KnownCase, known_id
from intake.domain.contact import Contact
from intake.domain.found import FlagKind, Found, PersonRole, RecordKind, Tie
from intake.domain.likeness import Certainty, Identity
from intake.domain.match import RouteKind
from intake.domain.search import flags_for, found_for
from intake.forms.match import DecideMatch
from mash_shared.testing import NOW, acted
from support.front_door import HANDLERS as H
from support.front_door import MANAGER, Index, fresh, known

HOME = "14 Mill Lane, Hornchurch"
AMINA = {"full_name": "Amina Khan", "date_of_birth": "2009-03-22"}
MOTHER = {"parental_responsibility": [AMINA | {"relationship_to_child": "mother"}]}
UNBORN = {"children": [{"unborn": True}], "address": HOME}
EARLIER = NOW.replace(year=NOW.year - 1)


def _contact(id_: str, **changes: Any) -> Contact:
    return fresh(id_=id_, **changes).aggregate


def _case(child: Identity, **changes: Any) -> KnownCase:
    kept: dict[str, Any] = {"id": known_id("havering", "LCS-1"), "case_ref": "LCS-1"}
    return KnownCase(**kept | {"child": child, "status": CaseStatus.OPEN} | changes)


def _only(found: tuple[Found, ...]) -> Found:
    (one,) = found
    return one


@pytest.mark.rule("M3", "M10", "E1")
async def test_a_parent_whose_own_case_is_open_is_shown_and_routes_nothing() -> None:
    index = Index()
    index.record("c1", children=[{"full_name": "Zara Khan"}], **MOTHER)
    contact = index.contact("c1")
    amina = Identity(full_name="Amina Khan", date_of_birth="2009-03-22")
    found = _only(found_for(contact, [_case(amina)], ()))
    assert (found.tie, found.our_role) == (Tie.PERSON, PersonRole.PARENTAL_RESPONSIBILITY)
    assert (found.child_id, found.certainty) == (None, Certainty.POSSIBLE)
    desk = known(found)
    assert desk.aggregate.ways["c1-1"].route is None
    assert not desk.aggregate.matching.is_undecided
    assert not desk.aggregate.matching.may_be_cases()


@pytest.mark.rule("M3", "M10")
def test_somebody_of_one_contacts_household_is_found_in_another_with_both_roles() -> None:
    jory = {"full_name": "Jory Trevanion", "date_of_birth": "1980-02-11"}
    first = _contact("c1", children=[{"full_name": "Wren Okafor"}], household=[jory, {}])
    second = _contact(
        "c2", children=[{"full_name": "Perran Nance"}], parental_responsibility=[jory]
    )
    found = _only(found_for(second, (), [first]))
    assert (found.record_id, found.kind, found.tie) == ("c1", RecordKind.CONTACT, Tie.PERSON)
    assert (found.our_role, found.role) == (
        PersonRole.PARENTAL_RESPONSIBILITY,
        PersonRole.HOUSEHOLD,
    )
    assert set(first.found_by) & set(second.found_by)
    desk = known(found)
    assert desk.aggregate.referrals == 1
    assert desk.aggregate.matching.awaiting_form() == ()


@pytest.mark.rule("E4", "M10")
def test_a_child_of_both_contacts_is_the_match_and_not_the_mother_too() -> None:
    child = {"full_name": "Zara Khan", "date_of_birth": "2021-07-15"}
    first, second = (_contact(id_, children=[child], **MOTHER) for id_ in ("c1", "c2"))
    assert _only(found_for(second, (), [first])).tie is Tie.CHILD


@pytest.mark.rule("E1")
@pytest.mark.parametrize(
    ("case", "reasons"),
    [
        (Identity(full_name="Tobias Khan", date_of_birth="2015-06-30", address=HOME), ("address",)),
        (Identity(full_name="Amina Khan", date_of_birth="2009-03-22"), ("name", "date_of_birth")),
    ],
    ids=["a case at the home", "the mother's own case"],
)
def test_an_unborn_childs_case_is_asked_of_a_person_and_then_routes(
    case: Identity, reasons: tuple[str, ...]
) -> None:
    contact = _contact("c1", **UNBORN, **MOTHER)
    found = _only(
        tuple(
            one
            for one in found_for(contact, [_case(case, worker="sw-1")], ())
            if one.tie is Tie.FAMILY
        )
    )
    assert (found.certainty, found.reasons, found.child_id) == (
        Certainty.POSSIBLE,
        reasons,
        "c1-1",
    )
    desk = known(found)
    assert desk.aggregate.matching.may_be_cases()
    same = DecideMatch(record_id="LCS-1", same=True, reason="Her mother says so.")
    desk.do(acted(H.decide_match, same, MANAGER))
    assert desk.aggregate.ways["c1-1"].route is not None
    assert desk.aggregate.ways["c1-1"].route.kind is RouteKind.TO_ALLOCATED_WORKER


@pytest.mark.rule("E1")
def test_an_unborn_child_is_not_every_case_and_a_born_one_is_not_found_by_its_home() -> None:
    elsewhere = _case(Identity(full_name="Tobias Nance", address="80 Dock Road, London"))
    assert found_for(_contact("c1", **UNBORN), [elsewhere], ()) == ()
    at_home = _case(Identity(full_name="Tobias Khan", date_of_birth="2015-06-30", address=HOME))
    born = _contact("c1", children=[{"full_name": "Zara Khan"}], address=HOME)
    assert found_for(born, [at_home], ()) == ()


@pytest.mark.rule("E1")
def test_an_unborn_childs_own_case_is_found_by_home_and_expected_day() -> None:
    said = {"unborn": True, "date_of_birth": "2026-06-20"}
    contact = _contact("c1", children=[said], address=HOME)
    case = _case(Identity(full_name="Unborn Khan", address=HOME, unborn=True))
    found = _only(found_for(contact, [case], ()))
    assert (found.tie, found.certainty) == (Tie.CHILD, Certainty.POSSIBLE)


@pytest.mark.rule("E4")
@pytest.mark.parametrize(
    ("one", "other", "certainty"),
    [
        (HOME, "14 Mill Ln, Hornchurch", Certainty.CERTAIN),
        (HOME, "Flat 2, 14 Mill Lane, Hornchurch", Certainty.POSSIBLE),
        (HOME, "12 Mill Lane, Hornchurch", None),
        ("Flat 1, 14 Mill Lane", "Flat 2, 14 Mill Lane", None),
    ],
)
def test_one_family_name_makes_neighbours_no_family(
    one: str, other: str, certainty: Certainty | None
) -> None:
    first = _contact("c1", address=one, children=[{"full_name": "Zara Khan"}])
    second = _contact("c2", address=other, children=[{"full_name": "Imran Khan"}])
    found = found_for(second, (), [first])
    assert [match.certainty for match in found] == ([certainty] if certainty else [])
    flags = {flag.kind for flag in flags_for(second, [first])}
    assert FlagKind.REPEAT_ADDRESS not in flags


@pytest.mark.rule("E4")
async def test_three_neighbours_of_one_name_raise_no_prompt() -> None:
    index = Index()
    for number in (10, 12, 14, 16):
        child = {"full_name": f"{['Zara', 'Imran', 'Omar', 'Sana'][number // 2 - 5]} Khan"}
        index.record(f"c{number}", address=f"{number} Mill Lane, Hornchurch", children=[child])
        await index.matcher().match([f"c{number}"])
    assert [index.contact(f"c{n}").referrals for n in (10, 12, 14, 16)] == [1, 1, 1, 1]
    assert index.contact("c16").matching.prompt is None
