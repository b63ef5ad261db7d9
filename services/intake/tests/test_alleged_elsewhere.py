"""A child who is said to do harm in contacts that turn out to be one, or part (N10)."""

import pytest

from intake.domain.contact import Contact
from intake.domain.found import RecordKind
from intake.forms.contact import AmendContact, JoinContact
from intake.forms.ending import Signpost
from mash_shared.messages.contact import ChildAllegedToHarm, ContactJoined, ContactSplit
from mash_shared.testing import Desk, acted, heard
from support.front_door import HANDLERS as H
from support.front_door import MANAGER, RECORDER, found, known, recorded
from support.siblings import of, opened, siblings

CASPER = {"full_name": "Casper Lindqvist-Moor", "is_child": True}
WAITS = found(record_id="c0", kind=RecordKind.CONTACT, awaits_form=True, same_referrer=True)


def _joined(**changes: object) -> tuple[Desk[Contact], ContactJoined]:
    desk = known(WAITS, alleged_perpetrators=[CASPER], **changes)
    said = desk.do(acted(H.join_contact, JoinContact(earlier="c0"), RECORDER))
    (joined,) = of(ContactJoined, said)
    return desk, joined


@pytest.mark.rule("N10", "A9")
def test_what_the_other_part_has_told_of_is_not_told_of_again() -> None:
    part, joined = _joined()
    whole = recorded(id_="c0")
    said = whole.do(heard(H.take_in_joined, joined))
    assert of(ChildAllegedToHarm, said) == []
    assert whole.aggregate.alleged_contacts == part.aggregate.alleged_contacts != {}


@pytest.mark.rule("N10", "A9")
def test_whom_both_parts_have_told_of_goes_on_as_the_whole_has_it() -> None:
    _, joined = _joined()
    whole = recorded(id_="c0", alleged_perpetrators=[CASPER])
    before = dict(whole.aggregate.alleged_contacts)
    assert of(ChildAllegedToHarm, whole.do(heard(H.take_in_joined, joined))) == []
    assert whole.aggregate.alleged_contacts == before


@pytest.mark.rule("N10", "N11")
def test_one_alleged_together_with_a_late_child_is_told_of_by_the_ended_contact_alone() -> None:
    desk = siblings()
    desk.do(acted(H.signpost, Signpost(to="library"), MANAGER))
    late = {"facts": {"full_name": "Piran Fenwick-Adair"}}
    form = AmendContact.model_validate(
        {"why": "Rang back.", "children": [late], "alleged_perpetrators": [CASPER]}
    )
    said = desk.do(acted(H.amend_contact, form, MANAGER))
    (told,) = of(ChildAllegedToHarm, said)
    assert len(of(ContactSplit, said)) == 1
    linked = opened(said).aggregate
    assert list(linked.alleged_contacts.values()) == [told.contact_id]
