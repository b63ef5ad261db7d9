"""What others are told when a correction changes whom, or what, a contact is about."""

from typing import Any

import pytest

from intake.domain.contact import Contact
from intake.domain.found import RecordKind
from intake.domain.progress import ANONYMOUS, NOT_OWED
from intake.forms.contact import AmendContact, JoinContact
from intake.forms.ending import Reroute
from mash_shared.messages import Message
from mash_shared.messages.contact import ChildAllegedToHarm, ContactRecorded
from mash_shared.messages.notice import NoticeDelivered, NoticeFailed
from mash_shared.testing import Desk, acted, heard, sample
from support.front_door import HANDLERS as H
from support.front_door import MANAGER, RECORDER, found, known, recorded

CASPER = {"full_name": "Casper Lindqvist-Moor"}


def _corrected(desk: Desk[Contact], **said: Any) -> tuple[Message, ...]:
    form = AmendContact.model_validate({"why": "Learnt later."} | said)
    return desk.do(acted(H.amend_contact, form, MANAGER))


@pytest.mark.rule("J6", "K2")
def test_notify_learns_of_a_corrected_referrer_and_of_further_children() -> None:
    desk = recorded()
    public = {"kind": "public", "email": "c.hale@street.example"}
    (said,) = _corrected(desk, referrer=public)
    assert isinstance(said, ContactRecorded)
    assert (said.referrer.kind, said.referrer.email) == ("public", "c.hale@street.example")
    (said,) = _corrected(desk, children=[{"facts": {"full_name": "Isolde Fenwick-Adair"}}])
    assert isinstance(said, ContactRecorded)
    assert said.child_ids == ("c1-1", "c1-2", "c1-3")
    assert _corrected(desk, address="4 Quarry Lane") == ()


@pytest.mark.rule("A7")
def test_an_anonymous_caller_who_gives_a_name_later_is_owed_an_answer() -> None:
    desk = recorded(referrer={"kind": "anonymous"})
    assert desk.aggregate.not_told_because == ANONYMOUS
    _corrected(desk, referrer={"kind": "public", "telephone": "020 7946 0123"})
    assert desk.aggregate.not_told_because is None


@pytest.mark.rule("J6")
def test_a_corrected_address_reaches_notify_until_the_referrer_is_told_after_the_end_too() -> None:
    desk = recorded()
    to = Reroute(to="school_admissions", acknowledged_by="sw-4022")
    desk.do(acted(H.reroute, to, MANAGER))
    (said,) = _corrected(desk, referrer={"email": "imogen@marlpit-lane.example"})
    assert isinstance(said, ContactRecorded)
    assert said.referrer.email == "imogen@marlpit-lane.example"
    desk.do(
        heard(
            H.note_referrer_told,
            sample(NoticeDelivered, contact_id="c1", child_ids=("c1-1", "c1-2")),
        )
    )
    assert _corrected(desk, referrer={"email": "i.saltmarsh@marlpit-lane.example"}) == ()


@pytest.mark.rule("J6", "A9")
def test_of_a_contact_that_was_joined_and_owes_nothing_notify_hears_no_more() -> None:
    desk = known(
        found(record_id="c0", kind=RecordKind.CONTACT, awaits_form=True, same_referrer=True)
    )
    desk.do(acted(H.join_contact, JoinContact(earlier="c0"), RECORDER))
    assert _corrected(desk, referrer={"email": "imogen@marlpit-lane.example"}) == ()
    assert desk.aggregate.not_told_because == NOT_OWED


@pytest.mark.rule("N10")
def test_a_child_who_turns_out_to_be_alleged_to_harm_is_announced_once() -> None:
    desk = recorded(alleged_perpetrators=[CASPER])
    (said,) = _corrected(desk, alleged_perpetrators=[CASPER | {"is_child": True}])
    assert isinstance(said, ChildAllegedToHarm)
    two = [{"full_name": "Wren Tregear", "is_child": True}, CASPER | {"is_child": True}]
    (other,) = _corrected(desk, alleged_perpetrators=two)
    assert isinstance(other, ChildAllegedToHarm)
    assert other.full_name == "Wren Tregear"
    assert list(desk.aggregate.alleged_contacts.values()) == [said.contact_id, other.contact_id]


@pytest.mark.rule("N5", "B3", "B13")
@pytest.mark.parametrize("asked", ["consultation", "information"])
def test_a_carer_whose_child_is_not_named_is_recorded(asked: str) -> None:
    desk = recorded(request_type=asked, children=[{}], circumstances={"parent_carer": {}})
    assert [task.of for task in desk.aggregate.open_law] == ["parent_carer_assessment"]
    assert desk.aggregate.child_ids == ()


@pytest.mark.rule("N10", "A7")
def test_of_a_child_alleged_to_harm_nobody_is_told_whoever_is_named_later() -> None:
    desk = Desk(Contact, "c1a1")
    desk.do(heard(H.open_for_alleged_child, sample(ChildAllegedToHarm, contact_id="c1a1")))
    said = _corrected(desk, referrer={"kind": "public", "email": "c.hale@street.example"})
    assert said == ()


@pytest.mark.rule("J6")
def test_who_could_not_be_told_before_is_named_anew_and_still_has_to_be_told() -> None:
    desk = recorded()
    failed = sample(NoticeFailed, contact_id="c1")
    desk.do(heard(H.note_referrer_not_told, failed))
    (said,) = _corrected(desk, referrer={"kind": "professional", "telephone": "020 7946 0123"})
    assert isinstance(said, ContactRecorded)
    assert desk.aggregate.not_told_because == failed.reason
