"""A correction changes what it names and nothing else: absent stays, null clears (B3)."""

from typing import Any

import pytest
from pydantic import ValidationError

from intake.domain.contact import Contact
from intake.domain.facts import FactGroup, Knowledge
from intake.forms.contact import AmendContact
from mash_shared.testing import NOW, Desk, acted
from mash_shared.vocabulary import FieldRefusedError, Role
from support.front_door import HANDLERS as H
from support.front_door import RECORDER, SOCIAL_WORKER, recorded, staff

pytestmark = pytest.mark.rule("B3", "B4", "B5", "B8", "B9")
CHILD = {
    "full_name": "Tobias Fenwick-Adair", "date_of_birth": "2016-05-31", "nhs_number": "9990000026",
    "special_needs": "Wears hearing aids.", "vulnerabilities": ["asthma"],
}  # fmt: skip
CARER = {"young_carer": {"cared_for": "mother", "requested_by": "parent"}}


def _corrected(desk: Desk[Contact], by: Any = SOCIAL_WORKER, **said: Any) -> Contact:
    form = AmendContact.model_validate({"why": "Learnt later."} | said)
    desk.do(acted(H.amend_contact, form, by, NOW))
    return desk.aggregate


def _of_child(desk: Desk[Contact], **facts: Any) -> Contact:
    return _corrected(desk, children=[{"child_id": "c1-1", "facts": facts}])


def test_a_corrected_name_of_a_child_leaves_number_birth_date_and_needs() -> None:
    desk = recorded(children=[CHILD, {"full_name": "Wren"}])
    first, second = _of_child(desk, full_name="Tobiah Fenwick-Adair").children
    assert (first.full_name, first.date_of_birth) == ("Tobiah Fenwick-Adair", "2016-05-31")
    assert (first.nhs_number, first.special_needs) == ("9990000026", "Wears hearing aids.")
    assert (first.vulnerabilities, second.full_name) == (("asthma",), "Wren")


def test_null_clears_what_may_be_unknown_and_a_list_takes_the_place_of_the_list() -> None:
    desk = recorded(children=[CHILD])
    (child,) = _of_child(desk, nhs_number=None, vulnerabilities=["eczema"]).children
    assert (child.nhs_number, child.vulnerabilities) == (None, ("eczema",))
    assert child.full_name == CHILD["full_name"]
    for name in ("unborn", "vulnerabilities"):
        with pytest.raises(ValidationError, match=name):
            _of_child(desk, **{name: None})
    with pytest.raises(ValidationError, match="shoe_size"):
        _of_child(desk, shoe_size="4")


def test_a_corrected_telephone_of_the_referrer_leaves_the_address() -> None:
    desk = recorded(referrer={"kind": "public", "email": "c.hale@street.example"})
    referrer = _corrected(desk, referrer={"telephone": "020 7946 0123"}).facts.referrer
    assert referrer is not None
    assert (referrer.kind, referrer.email) == ("public", "c.hale@street.example")
    assert referrer.telephone is not None


@pytest.mark.rule("N6", "N12")
def test_naming_a_remand_leaves_the_young_carer_and_null_takes_one_back() -> None:
    desk = recorded(circumstances=CARER, children=[CHILD])
    contact = _corrected(desk, circumstances={"remand": {"accommodation": "Aldine House"}})
    carer = contact.facts.circumstances.young_carer
    assert carer is not None
    assert (carer.cared_for, carer.requested_by) == ("mother", "parent")
    assert contact.facts.circumstances.remand is not None
    contact = _corrected(desk, circumstances={"young_carer": {"cared_for": None}})
    assert contact.facts.circumstances.young_carer is not None
    assert contact.facts.circumstances.young_carer.requested_by == "parent"
    contact = _corrected(desk, circumstances={"young_carer": None})
    assert contact.facts.circumstances.young_carer is None
    assert contact.facts.circumstances.remand is not None


@pytest.mark.rule("N14")
def test_what_was_not_there_begins_with_what_is_given_and_needs_what_it_needs() -> None:
    desk = recorded()
    contact = _corrected(desk, help_wanted={"best_placed_provider": "Family hub"})
    contact = _corrected(desk, help_wanted={"why_not_enough": "Tried twice."})
    assert contact.facts.help_wanted is not None
    assert contact.facts.help_wanted.best_placed_provider == "Family hub"
    with pytest.raises(FieldRefusedError, match="prison_authority"):
        _corrected(desk, circumstances={"mother_and_baby_unit": {"home_authority": "Havering"}})


def test_groups_of_facts_that_are_not_named_stand_as_they_were_said() -> None:
    desk = recorded(knowledge={"household": "refused"})
    contact = _corrected(desk, knowledge={"background": "unknown"})
    assert contact.facts.knowledge == {
        FactGroup.HOUSEHOLD: Knowledge.REFUSED,
        FactGroup.BACKGROUND: Knowledge.UNKNOWN,
    }


@pytest.mark.rule("B10")
def test_whoever_cannot_see_alleged_people_adds_to_them_and_replaces_none() -> None:
    desk = recorded(alleged_perpetrators=[{"full_name": "Casper Lindqvist-Moor"}])
    added = [{"full_name": "Ivo Pemberton-Quill"}]
    for _ in range(2):
        contact = _corrected(desk, RECORDER, alleged_perpetrators=added)
    names = [one.full_name for one in contact.facts.alleged_perpetrators]
    assert names == ["Casper Lindqvist-Moor", "Ivo Pemberton-Quill"]
    assert _corrected(desk, RECORDER, alleged_perpetrators=[]).facts == contact.facts
    manager = staff(Role.MASH_MANAGER)
    contact = _corrected(desk, manager, alleged_perpetrators=added)
    assert [one.full_name for one in contact.facts.alleged_perpetrators] == ["Ivo Pemberton-Quill"]


def test_the_published_form_of_a_correction_names_no_default() -> None:
    schema = AmendContact.model_json_schema()
    of_a_child = schema["$defs"]["ChildFactsPart"]
    for form in (schema, of_a_child):
        assert not [name for name, field in form["properties"].items() if "default" in field]
    assert "null clears it" in of_a_child["description"]
