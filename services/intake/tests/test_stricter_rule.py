"""Contacts that are one go by the strictest rule of whoever referred in them (D4)."""

from collections.abc import Iterable
from typing import Any

import pytest

from intake.domain.consent import ConsentPosition, NoConsentError
from intake.domain.contact import Contact
from intake.domain.facts import ReferrerFacts
from intake.domain.joined import WHO_REFERRED
from intake.domain.reference import reference_of
from intake.forms.contact import AmendContact, JoinContact
from intake.forms.ending import Reroute
from mash_shared.messages import Message
from mash_shared.messages.contact import ChildAllegedToHarm, ContactJoined
from mash_shared.testing import Desk, acted, heard
from mash_shared.vocabulary import NotEntitledError, ReferrerKind
from support.front_door import HANDLERS as H
from support.front_door import MANAGER, RECORDER, SOCIAL_WORKER, form, indexed, recorded
from support.siblings import of, opened, split

pytestmark = pytest.mark.rule("D4")
PUBLIC = {"referrer": {"kind": "public"}, "consent": {"status": "not_expected"}}
UNASKED = {"consent": {"status": "not_sought"}}
CHILD = {"full_name": "Tobias Fenwick-Adair", "date_of_birth": "2016-05-31"}
TO_EARLY_HELP = acted(H.reroute, Reroute(to="localities", acknowledged_by="sw-4022"), SOCIAL_WORKER)


def _contact(id_: str, **said: Any) -> Desk[Contact]:
    return recorded(id_=id_, **{"children": [CHILD], "request_type": "early_help"} | said)


def _join(desk: Desk[Contact], to: Desk[Contact]) -> ContactJoined:
    """Join one contact to another, which takes it in."""
    earlier = to.aggregate.id
    quoted = JoinContact(earlier=earlier, reference=reference_of(earlier, "havering"))
    (joined,) = of(ContactJoined, desk.do(acted(H.join_contact, quoted, RECORDER)))
    to.do(heard(H.take_in_joined, joined))
    to.do(indexed())
    return joined


def _referrer(desk: Desk[Contact], kind: str) -> list[ContactJoined]:
    said = {"why": "Put right.", "referrer": {"kind": kind}}
    amended = acted(H.amend_contact, AmendContact.model_validate(said), MANAGER)
    return of(ContactJoined, desk.do(amended))


def _is_barred(desk: Desk[Contact]) -> bool:
    barred = desk.aggregate.consent.position is ConsentPosition.MUST_RETURN
    if barred:
        with pytest.raises(NoConsentError):
            desk.do(TO_EARLY_HELP)
    return barred


@pytest.mark.parametrize("professional_first", [True, False])
def test_of_a_professional_and_the_public_the_professionals_rule_holds(
    *, professional_first: bool
) -> None:
    theirs, ours = _contact("p1", **UNASKED), _contact("c1", **PUBLIC)
    assert (_is_barred(theirs), _is_barred(ours)) == (True, False)
    joins, goes_on = (ours, theirs) if professional_first else (theirs, ours)
    _join(joins, goes_on)
    assert _is_barred(goes_on)


def test_who_referred_is_handed_on_with_a_contact_that_is_part_of_another() -> None:
    first, second, third = (_contact(id_, **PUBLIC) for id_ in ("c1", "c2", "c3"))
    professional = _contact("p1", **UNASKED)
    _join(professional, first)
    _join(first, second)
    assert _is_barred(second)
    late = _contact("p2", **UNASKED)
    quoted = JoinContact(earlier="c3", reference=reference_of("c3", "havering"))
    (joined,) = of(ContactJoined, late.do(acted(H.join_contact, quoted, RECORDER)))
    fourth = _contact("c4", **PUBLIC)
    _join(third, fourth)
    assert not _is_barred(fourth)
    (on,) = of(ContactJoined, third.do(heard(H.take_in_joined, joined)))
    fourth.do(heard(H.take_in_joined, on))
    assert _is_barred(fourth)


def test_a_correction_of_who_referred_reaches_the_contact_that_goes_on() -> None:
    part, whole = _contact("p1", **PUBLIC), _contact("c1", **PUBLIC)
    first = _join(part, whole)
    assert not _is_barred(whole)
    children = whole.aggregate.facts
    (again,) = _referrer(part, "professional")
    whole.do(heard(H.take_in_joined, again))
    assert _is_barred(whole)
    assert whole.aggregate.facts == children, "nothing else is taken in again"
    whole.do(heard(H.take_in_joined, first))
    assert _is_barred(whole), "what was said before holds no more"
    (back,) = _referrer(part, "public")
    whole.do(heard(H.take_in_joined, back))
    assert not _is_barred(whole)
    assert not _referrer(part, "public")


def test_news_of_who_referred_that_comes_first_holds_and_loses_nothing() -> None:
    part, whole = _contact("p1", **PUBLIC, concern="Bruises."), _contact("c1", **PUBLIC)
    quoted = JoinContact(earlier="c1", reference=reference_of("c1", "havering"))
    (first,) = of(ContactJoined, part.do(acted(H.join_contact, quoted, RECORDER)))
    (again,) = _referrer(part, "professional")
    for said in (again, again, first):
        whole.do(heard(H.take_in_joined, said))
    assert "Bruises." in whole.aggregate.facts.concern
    assert _is_barred(whole)


def test_such_news_is_handed_on_where_the_contact_is_itself_part_of_another() -> None:
    part, middle, whole = (_contact(id_, **PUBLIC) for id_ in ("p1", "c1", "c2"))
    _join(part, middle)
    _join(middle, whole)
    (again,) = _referrer(part, "professional")
    (on,) = of(ContactJoined, middle.do(heard(H.take_in_joined, again)))
    assert on.contact_id == "c2"
    whole.do(heard(H.take_in_joined, on))
    assert _is_barred(whole)


def test_children_who_go_apart_are_under_the_same_rule() -> None:
    two = {"children": [CHILD, {"full_name": "Isolde Lanyon"}]}
    whole = _contact("c1", **PUBLIC | two)
    _join(_contact("p1", **UNASKED), whole)
    apart = opened(split(whole, "c1-2"))
    assert apart.aggregate.facts.referrer == ReferrerFacts(kind=ReferrerKind.PUBLIC)
    assert _is_barred(apart)


HARMED = {"alleged_perpetrators": [{"full_name": "Osk Lanyon", "is_child": True}]}


def _alleged(said: Iterable[Message]) -> tuple[Desk[Contact], ChildAllegedToHarm]:
    (told,) = of(ChildAllegedToHarm, said)
    return Desk(Contact, told.contact_id), told


def _recorded(id_: str, **said: Any) -> tuple[Desk[Contact], ChildAllegedToHarm, Desk[Contact]]:
    """Record a contact that names a child said to do harm; give what it tells, and that contact."""
    desk = Desk(Contact, id_)
    form_ = form(**{"children": [CHILD], "request_type": "early_help"} | HARMED | said)
    child, told = _alleged(desk.do(acted(H.record_contact, form_, RECORDER)))
    desk.do(indexed())
    return desk, told, child


@pytest.mark.parametrize("opened_first", [True, False])
def test_a_child_said_to_do_harm_is_under_the_same_rule(*, opened_first: bool) -> None:
    whole, told, child = _recorded("c1", **PUBLIC)
    if opened_first:
        child.do(heard(H.open_for_alleged_child, told))
        assert child.aggregate.consent.position is ConsentPosition.NOT_EXPECTED
    part = _contact("p1", **UNASKED)
    quoted = JoinContact(earlier="c1", reference=reference_of("c1", "havering"))
    (joined,) = of(ContactJoined, part.do(acted(H.join_contact, quoted, RECORDER)))
    (news,) = of(ContactJoined, whole.do(heard(H.take_in_joined, joined)))
    assert (news.contact_id, news.text, news.said) == (told.contact_id, WHO_REFERRED, {})
    child.do(heard(H.take_in_joined, news))
    if not opened_first:
        child.do(heard(H.open_for_alleged_child, told))
    assert told.referred_by is ReferrerKind.PUBLIC
    assert child.aggregate.consent.position is ConsentPosition.MUST_OVERRIDE


def test_a_child_said_to_do_harm_hears_of_a_correction_of_who_said_so() -> None:
    contact, told, child = _recorded("c1", **PUBLIC)
    child.do(heard(H.open_for_alleged_child, told))
    (news,) = _referrer(contact, "professional")
    child.do(heard(H.take_in_joined, news))
    assert child.aggregate.consent.position is ConsentPosition.MUST_OVERRIDE


def test_no_correction_weakens_the_rule_of_a_part() -> None:
    whole = _contact("p1", **UNASKED)
    _join(_contact("c1", **PUBLIC), whole)
    said = AmendContact.model_validate({"why": "Put right.", "referrer": {"kind": "public"}})
    with pytest.raises(NotEntitledError):
        whole.do(acted(H.amend_contact, said, RECORDER))
    other = _contact("p2", **UNASKED)
    _join(_contact("p3", **UNASKED), other)
    other.do(acted(H.amend_contact, said, RECORDER))
    assert _is_barred(other)
