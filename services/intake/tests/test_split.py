"""What goes along when a contact is split between two families, and what does not (N11)."""

import pytest
from pydantic import TypeAdapter

from intake.domain.consent import ConsentPosition
from intake.domain.contact import Contact
from intake.domain.progress import NOT_OWED
from intake.domain.queue import Queue
from intake.domain.reference import split_contact
from intake.domain.refusals import (
    TwoFamiliesError,
)
from intake.domain.way import Position
from intake.forms.contact import AmendContact
from intake.forms.task import CompleteTask
from mash_shared.messages.contact import (
    ChildAllegedToHarm,
    ContactRecorded,
    ContactSplit,
)
from mash_shared.messages.enquiry import EnquiryAuthorised
from mash_shared.people import Referrer
from mash_shared.testing import Desk, acted, heard, person, sample
from mash_shared.vocabulary import ReferrerKind, Role
from support.cases import POSSIBLE, decide
from support.families import GIVEN, OSK, put_right, siblings_and_another
from support.front_door import HANDLERS as H
from support.front_door import MANAGER, RECORDER, SOCIAL_WORKER, found, indexed, known
from support.siblings import (
    of,
    opened,
    positions,
    split,
)
from support.turns import AUTHORISED

NOBODY = Referrer(kind=ReferrerKind.ANONYMOUS)
SPLITTING = Queue.SPLITTING
CONTACT = TypeAdapter(Contact)


@pytest.mark.rule("N11")
def test_a_split_parts_the_families_and_nothing_of_one_goes_along_with_the_other() -> None:
    desk = siblings_and_another(
        address="4 Quarry Lane",
        household=[{"full_name": "Ada Fenwick"}, {"full_name": "Jory Lanyon"}],
        parental_responsibility=[{"full_name": "Elowen Lanyon"}, {"full_name": "Orla Fenwick"}],
        alleged_perpetrators=[{"full_name": "Barnaby Rook"}],
        referrer={
            "kind": "professional", "email": "i.saltmarsh@marlpit-lane.example",
            "knowledge": "Teaches Tobias.", "relationship_to_child": "teacher",
        },
    )  # fmt: skip
    theirs = {"household": [1], "parental_responsibility": [0], "alleged_perpetrators": [0]}
    said = split(desk, "c1-3", address="2 Tannery Row", **theirs)
    new, facts = opened(said).aggregate, desk.aggregate.facts
    assert (new.facts.address, facts.address) == ("2 Tannery Row", "4 Quarry Lane")
    assert [one.full_name for one in facts.household] == ["Ada Fenwick"]
    assert [one.full_name for one in facts.parental_responsibility] == ["Orla Fenwick"]
    assert [one.full_name for one in new.facts.household] == ["Jory Lanyon"]
    assert [one.full_name for one in new.facts.parental_responsibility] == ["Elowen Lanyon"]
    assert new.facts.alleged_perpetrators == facts.alleged_perpetrators != ()
    assert [child.full_name for child in new.children] == ["Osk Lanyon"]
    assert (new.facts.concern, facts.concern) == (
        "He was there too.",
        "She was seen at the arcade.",
    )
    text = CONTACT.dump_json(new).decode()
    assert not [word for word in ("Fenwick", "Quarry", "Tobias", "Wren", "teacher") if word in text]
    assert "Lanyon" not in str(facts)
    assert new.facts.referrer is not None
    assert new.facts.referrer.email == "i.saltmarsh@marlpit-lane.example"


@pytest.mark.rule("E4", "N11", "X4")
def test_families_that_were_split_are_linked_and_came_in_one_referral() -> None:
    desk = siblings_and_another(urgency="red", immediate_danger=True)
    new = opened(split(desk, "c1-3")).aggregate
    assert new.id == split_contact("c1", "c1-3") == desk.aggregate.ways["c1-3"].split_off_to
    assert (new.split_from, new.group_id, desk.aggregate.group_id) == ("c1", "c1", "c1")
    assert (new.received_at, new.urgency) == (desk.aggregate.received_at, "red")
    assert (new.channel, new.immediate_danger, new.is_protection) == ("phone", True, True)
    assert {f"group:{one}" for one in ("c1",)} <= set(new.found_by) & set(desk.aggregate.found_by)
    assert positions(desk) == [Position.NEW, Position.NEW, Position.ENDED]
    in_group = siblings_and_another(group_id="g-7")
    assert opened(split(in_group, "c1-3")).aggregate.group_id == "g-7"


@pytest.mark.rule("N11")
def test_each_family_goes_its_own_way_after_the_split() -> None:
    desk = siblings_and_another()
    said = split(desk, "c1-3")
    assert of(ContactRecorded, said)[-1].child_ids == ("c1-1", "c1-2")
    desk.do(indexed())
    (asked,) = of(EnquiryAuthorised, desk.do(AUTHORISED))
    assert [child.child_id for child in asked.family.children] == ["c1-1", "c1-2"]
    new = opened(said)
    new.do(acted(H.say_consent, GIVEN, RECORDER))
    (asked,) = of(EnquiryAuthorised, new.do(AUTHORISED))
    assert [child.full_name for child in asked.family.children] == ["Osk Lanyon"]


@pytest.mark.rule("D1", "N10", "N11")
@pytest.mark.parametrize(
    ("status", "position"),
    [("given", ConsentPosition.MUST_EXPLAIN), ("refused", ConsentPosition.MUST_OVERRIDE)],
)
def test_one_familys_yes_is_no_yes_of_another_and_its_no_is_one(
    status: str, position: ConsentPosition
) -> None:
    said = {"status": status, "given_by": "parent", "given_by_name": "Orla Fenwick"}
    desk = siblings_and_another(consent=said, council="lewisham")
    manager = person(Role.MASH_MANAGER, council="lewisham")
    new = opened(split(desk, "c1-3", by=manager)).aggregate
    assert new.consent.said is not None
    assert new.consent.said.given_by_name is None
    assert new.consent.position is position


@pytest.mark.rule("N6", "N11")
def test_circumstances_and_what_was_done_for_a_child_go_along_with_them() -> None:
    desk = siblings_and_another()
    carers = {
        "young_carer": {"child_ids": ["c1-1", "c1-3"], "cared_for": "Ada Fenwick"},
        "remand": {"child_ids": ["c1-3"], "accommodation": "Suffield"},
        "extra_familial_harm": {"context": "The arcade."},
    }
    put_right(desk, circumstances=carers)
    visit = next(t.task_id for t in desk.aggregate.tasks if t.of == "remand_visit")
    done = CompleteTask(
        task_id=visit, note="Seen.", answers={"done_on": "2026-03-10", "needs": "A bed."}
    )
    desk.do(acted(H.complete_task, done, SOCIAL_WORKER))
    new = opened(split(desk, "c1-3")).aggregate
    (child,) = new.child_ids
    law = {task.of: task.is_open for task in new.tasks if task.mandatory}
    assert law == {
        "remand_visit": False, "remand_care_plan": True, "young_carer_assessment": True
    }  # fmt: skip
    assert {task.child_id for task in new.tasks if task.mandatory} == {child}
    theirs = new.facts.circumstances
    assert theirs.young_carer is not None
    assert (theirs.young_carer.child_ids, theirs.young_carer.cared_for) == ((child,), None)
    assert theirs.remand is not None
    assert theirs.remand.accommodation == "Suffield"
    assert theirs.extra_familial_harm == desk.aggregate.facts.circumstances.extra_familial_harm
    ours = {task.child_id: task.is_open for task in desk.aggregate.tasks if task.mandatory}
    assert ours == {"c1-1": True, "c1-3": False}


@pytest.mark.rule("N11")
def test_a_circumstance_of_nobody_named_says_first_whose_it_is() -> None:
    desk = siblings_and_another(circumstances={"young_carer": {}})
    with pytest.raises(TwoFamiliesError, match="which child"):
        split(desk, "c1-3")


@pytest.mark.rule("E1", "N11")
def test_what_a_person_said_of_a_match_goes_along_with_the_child() -> None:
    desk = siblings_and_another()
    desk.do(indexed(found(child_id="c1-3", **POSSIBLE)))
    decide(desk, same=True)
    said = split(desk, "c1-3")
    assert desk.aggregate.matching.matches == []
    new = opened(said)
    (child,) = new.aggregate.child_ids
    assert new.aggregate.routes[child].worker == "sw-harriet-osei"


@pytest.mark.rule("N10", "N11")
def test_a_child_said_to_do_harm_to_two_families_has_one_contact() -> None:
    casper = {"full_name": "Casper Lindqvist-Moor", "is_child": True}
    desk = siblings_and_another(alleged_perpetrators=[casper])
    (once,) = desk.aggregate.alleged_contacts.values()
    new = Desk(Contact, split_contact("c1", "c1-3"))
    (one,) = of(ContactSplit, split(desk, "c1-3", alleged_perpetrators=[0]))
    said = new.do(heard(H.open_split, one))
    assert of(ChildAllegedToHarm, said) == []
    assert list(new.aggregate.alleged_contacts.values()) == [once]
    assert new.do(heard(H.open_split, one)) == ()


@pytest.mark.rule("A7", "N11")
def test_of_a_contact_without_a_referrer_nobody_is_told_after_a_split() -> None:
    desk = known(id_="c1")
    alleged = Desk(Contact, "a1")
    alleged.do(heard(H.open_for_alleged_child, sample(ChildAllegedToHarm, contact_id="a1")))
    alleged.do(indexed())
    form = AmendContact.model_validate({"why": "Two.", "children": [{"facts": OSK}]})
    alleged.do(acted(H.amend_contact, form, MANAGER))
    alleged.do(indexed())
    (part,) = of(ContactSplit, split(alleged, "a1-2"))
    linked = Desk(Contact, part.contact_id)
    (told,) = of(ContactRecorded, linked.do(heard(H.open_split, part)))
    assert (told.referrer, told.child_ids) == (NOBODY, linked.aggregate.child_ids)
    new = linked.aggregate
    assert (new.not_told_because, desk.aggregate.not_told_because) == (NOT_OWED, None)


@pytest.mark.rule("D1", "N11")
def test_of_whom_nothing_was_said_of_consent_it_is_still_to_be_asked() -> None:
    (one,) = of(ContactSplit, split(siblings_and_another(), "c1-3"))
    silent = one.model_copy(update={"said": one.said | {"consent": None}})
    assert opened([silent]).aggregate.consent.said is None
