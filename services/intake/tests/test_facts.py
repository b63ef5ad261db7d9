"""What is said of a family: nine groups, each as far as known, and what an enquiry gets of them."""

from dataclasses import fields
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from intake.domain.circumstances import Circumstances, DisabledChild, Duty
from intake.domain.facts import (
    Adult,
    Background,
    FactGroup,
    Facts,
    Knowledge,
    KnownChild,
    ReferrerFacts,
    YesNo,
)
from intake.domain.family import NAME_NOT_KNOWN, family_of
from mash_shared.people import Family, Referrer
from mash_shared.vocabulary import ReferrerKind
from support.front_door import form, recorded

TO_TEXT = TypeAdapter(Family)
IN_ANY_SCRIPT = ("Ngũgĩ wa Mbogo", "李小龙", "علي بن يوسف", "Zoë O'Dálaigh-Ćosić", "ಕಾವ್ಯ")


def _child(**said: Any) -> KnownChild:
    return TypeAdapter(KnownChild).validate_python({"child_id": "c1-1"} | said)


@pytest.mark.rule("B3")
def test_nothing_said_is_nothing_asked_and_blocks_nothing() -> None:
    known = Facts().known()
    assert set(known) == set(FactGroup)
    assert len(known) == 9
    assert set(known.values()) == {Knowledge.NOT_ASKED}
    assert recorded(children=[{}]).aggregate.is_recorded


@pytest.mark.parametrize(
    ("group", "said"),
    [
        pytest.param(FactGroup.CHILDREN, {"children": [{"full_name": "Tobias"}]}, id="B4"),
        pytest.param(FactGroup.ADDRESS_AND_SCHOOL, {"address": "1 Sample Row"}, id="B5"),
        pytest.param(
            FactGroup.ADDRESS_AND_SCHOOL,
            {"children": [{"school_or_nursery": "Marlpit Lane Primary"}]},
            id="B5 school",
        ),
        pytest.param(
            FactGroup.PARENTAL_RESPONSIBILITY,
            {"parental_responsibility": [{"full_name": "Maud Adair"}]},
            id="B6",
        ),
        pytest.param(FactGroup.HOUSEHOLD, {"household": [{"date_of_birth": "1950"}]}, id="B7"),
        pytest.param(FactGroup.BACKGROUND, {"children": [{"religion": "Sikh"}]}, id="B8"),
        pytest.param(
            FactGroup.BACKGROUND,
            {"parental_responsibility": [{"first_language": "Twi"}]},
            id="B8 parent",
        ),
        pytest.param(FactGroup.SPECIAL_NEEDS, {"children": [{"special_needs": "Deaf"}]}, id="B9"),
        pytest.param(
            FactGroup.SPECIAL_NEEDS,
            {"children": [{"communication_means": "British Sign Language"}]},
            id="B9 means",
        ),
        pytest.param(
            FactGroup.ALLEGED_PERPETRATOR,
            {"alleged_perpetrators": [{"whereabouts": "Lives next door."}]},
            id="B10",
        ),
        pytest.param(
            FactGroup.REFERRER,
            {"referrer": {"kind": "public", "knowledge": "Has known them for a year."}},
            id="B11",
        ),
        pytest.param(FactGroup.PARENTS_VIEW, {"parents_aware": "no"}, id="B12"),
    ],
)
@pytest.mark.rule("B3", "B4", "B5", "B6", "B7", "B8", "B9", "B10", "B11", "B12")
def test_a_group_of_which_something_was_said_is_known(
    group: FactGroup, said: dict[str, Any]
) -> None:
    bare: dict[str, Any] = {"children": [{}], "referrer": {"kind": "public"}}
    assert recorded(**bare).aggregate.facts.known()[group] is Knowledge.NOT_ASKED
    assert recorded(**bare | said).aggregate.facts.known()[group] is Knowledge.KNOWN


@pytest.mark.rule("B3")
@pytest.mark.parametrize("how", Knowledge)
def test_what_was_said_of_a_group_stands_before_what_is_there(how: Knowledge) -> None:
    facts = recorded(knowledge={"household": how, "children": how}).aggregate.facts
    known = facts.known()
    assert known[FactGroup.HOUSEHOLD] is known[FactGroup.CHILDREN] is how
    assert known[FactGroup.BACKGROUND] is Knowledge.NOT_ASKED


@pytest.mark.rule("B12")
def test_that_parents_know_and_that_they_agree_are_two_answers() -> None:
    facts = recorded(parents_aware="yes", parents_agree="no").aggregate.facts
    assert (facts.parents_aware, facts.parents_agree) == ("yes", "no")
    assert recorded().aggregate.facts.parents_agree == "unknown"


@pytest.mark.rule("B4", "B7")
@pytest.mark.parametrize(
    ("said", "whole", "part"),
    [
        (None, None, None),
        ("2016", None, "2016"),
        ("2016-05", None, "2016-05"),
        ("2016-05-31", "2016-05-31", None),
        ("2015-02-29", None, "2015-02-29"),
        ("2016-02-29", "2016-02-29", None),
    ],
)
def test_a_date_is_kept_as_far_as_it_is_known(
    said: str | None, whole: str | None, part: str | None
) -> None:
    facts = Facts(children=(_child(date_of_birth=said),), household=(Adult(date_of_birth=said),))
    family = family_of(facts, ["c1-1"])
    everybody: tuple[Any, ...] = (*family.children, *family.household)
    for person in everybody:
        assert (str(person.date_of_birth) if person.date_of_birth else None) == whole
        assert person.date_of_birth_in_part == part


@pytest.mark.rule("B4")
def test_a_child_not_yet_born_has_a_contact_without_name_or_date() -> None:
    contact = recorded(children=[{"unborn": True}]).aggregate
    (child,) = family_of(contact.facts, contact.child_ids).children
    assert child.unborn
    assert (child.child_id, child.full_name, child.date_of_birth) == ("c1-1", None, None)


@pytest.mark.rule("B4", "B7")
@pytest.mark.parametrize("name", IN_ANY_SCRIPT)
def test_a_name_is_kept_in_its_own_script(name: str) -> None:
    desk = recorded(children=[{"full_name": f"  {name} "}], household=[{"full_name": name}])
    family = family_of(desk.aggregate.facts, desk.aggregate.child_ids)
    assert family.children[0].full_name == family.household[0].full_name == name


@pytest.mark.rule("B8", "F10")
def test_an_enquiry_learns_no_origin_belief_or_language_of_anybody() -> None:
    origin = {"ethnicity": "Origin-1", "first_language": "Tongue-2", "religion": "Belief-3"}
    assert set(origin) == {field.name for field in fields(Background)}
    people: dict[str, Any] = {"children": [{"full_name": "Tobias"} | origin], "household": [origin]}
    facts = recorded(**people, parental_responsibility=[origin]).aggregate.facts
    assert facts.children[0].ethnicity == facts.household[0].ethnicity == "Origin-1"
    text = TO_TEXT.dump_json(family_of(facts, ["c1-1"])).decode()
    assert not [value for value in origin.values() if value in text]


@pytest.mark.rule("B10", "F10")
def test_an_enquiry_learns_nothing_of_needs_or_of_who_is_said_to_do_harm() -> None:
    facts = recorded(
        children=[{"special_needs": "Deaf", "vulnerabilities": ["Goes missing"]}],
        alleged_perpetrators=[{"full_name": "Barnaby Rook", "whereabouts": "Next door"}],
    ).aggregate.facts
    text = TO_TEXT.dump_json(family_of(facts, ["c1-1"])).decode()
    assert not [word for word in ("Deaf", "missing", "Rook", "Next door") if word in text]


@pytest.mark.rule("B4", "B5", "B7")
def test_an_enquiry_learns_what_it_needs_of_the_family() -> None:
    facts = recorded(
        address="1 Sample Row, Romford",
        children=[
            {"full_name": "Tobias", "gender": "boy", "nhs_number": "9990000018"}
            | {"school_or_nursery": "Marlpit Lane Primary", "date_of_birth": "2016-05-31"}
        ],
        household=[{"full_name": "Maud Adair", "relationship_to_child": "grandmother"}, {}],
    ).aggregate.facts
    family = family_of(facts, ["c1-1"])
    assert family.address == "1 Sample Row, Romford"
    assert family.children[0].gender == "boy"
    assert family.children[0].nhs_number == "9990000018"
    assert family.children[0].school_or_nursery == "Marlpit Lane Primary"
    assert family.household[0].relationship_to_child == "grandmother"
    assert family.household[1].full_name == NAME_NOT_KNOWN


@pytest.mark.rule("B11", "M11")
def test_whoever_tells_the_referrer_learns_only_how_to_reach_them() -> None:
    referrer = ReferrerFacts(
        kind=ReferrerKind.PROFESSIONAL,
        full_name="Imogen Saltmarsh",
        organisation="Marlpit Lane Primary",
        relationship_to_child="teacher",
        email="i.saltmarsh@marlpit-lane.example",
        telephone="020 7946 0123",
        source="multi_agency",
        agency="education",
        knowledge="Has taught the child for two years.",
        their_reference="MLP/7",
    )
    told = referrer.to_be_told()
    assert type(told) is Referrer
    assert all(getattr(told, f.name) == getattr(referrer, f.name) for f in fields(Referrer))


def test_facts_beyond_the_form_are_not_taken() -> None:
    for said in ({"children": [{"shoe_size": "3"}]}, {"household": [{"shoe_size": "8"}]}):
        with pytest.raises(ValidationError, match="shoe_size"):
            form(**said)


@pytest.mark.rule("C4", "C7", "O13")
def test_what_a_professional_says_beside_the_worry_is_kept() -> None:
    wanted: dict[str, Any] = {
        "discussed_with_family": "yes",
        "best_placed_provider": "Health visitor",
    }
    wanted |= {"services_involved": ["Play scheme"], "why_not_enough": "It has ended."}
    facts = recorded(
        help_wanted=wanted,
        children=[{"vulnerabilities": ["Goes missing", "Out of school"]}],
    ).aggregate.facts
    assert facts.help_wanted is not None
    assert facts.help_wanted.discussed_with_family is YesNo.YES
    assert facts.help_wanted.best_placed_provider == "Health visitor"
    assert facts.help_wanted.services_involved == ("Play scheme",)
    assert facts.help_wanted.why_not_enough == "It has ended."
    assert facts.children[0].vulnerabilities == ("Goes missing", "Out of school")


@pytest.mark.rule("N1")
def test_pressures_of_a_disability_are_kept_as_they_were_said() -> None:
    said = {"disabled_child": {"pressures": "Nobody has slept through for a year."}}
    circumstances = recorded(circumstances=said).aggregate.facts.circumstances
    assert circumstances == Circumstances(
        disabled_child=DisabledChild(pressures="Nobody has slept through for a year.")
    )
    assert list(circumstances.duties()) == [(Duty.PARENT_CARER_SUPPORT, ())]
