"""Whom requests are about: found by search, and flagged in contacts that name them (M3, M10)."""

from typing import Any

import pytest

from intake.domain.contact import Contact
from intake.domain.found import Flag, FlagKind, PersonRole, Tie
from intake.domain.likeness import Certainty, Identity, likeness
from intake.domain.search import flags_for, found_for
from intake.forms.contact import AmendContact
from mash_shared.testing import NOW, Desk, acted
from mash_shared.vocabulary import FieldRefusedError
from support.front_door import HANDLERS as H
from support.front_door import RECORDER, Index, fresh, recorded
from support.requests import NOTIFICATION, PRISON, STATUTORY, asked, said

ROOK = {"full_name": "Barnaby Rook", "date_of_birth": "1981-07-02", "prison_number": "A1234BC"}
HIMSELF = {"full_name": "Barnaby Rook", "date_of_birth": "1981-07-02"}
pytestmark = pytest.mark.rule("M3", "M10")


def _told(id_: str = "c1", **about: Any) -> Contact:
    return fresh(id_=id_, **said(NOTIFICATION, asked_about=ROOK | about)).aggregate


def _worry(id_: str = "c2", **changes: Any) -> Contact:
    return fresh(id_=id_, children=[{"full_name": "Juniper Hallaway"}], **changes).aggregate


def _about(*ids: str) -> tuple[Flag, ...]:
    return (Flag(kind=FlagKind.SUBJECT_OF_REQUEST, contact_ids=ids),)


@pytest.mark.parametrize(
    "named",
    [
        {"household": [HIMSELF]},
        {"parental_responsibility": [HIMSELF]},
        {"alleged_perpetrators": [HIMSELF]},
    ],
)
def test_whom_probation_told_of_is_flagged_in_whatever_role_a_later_worry_names_them(
    named: dict[str, Any],
) -> None:
    told, worry = _told(), _worry(**named)
    assert set(told.found_by) & {*worry.found_by}
    assert flags_for(worry, [told]) == _about("c1")
    assert flags_for(_worry(), [told]) == ()


def test_whom_a_request_is_about_is_flagged_where_an_earlier_worry_named_them() -> None:
    worry, told = _worry("c1", alleged_perpetrators=[HIMSELF]), _told("c2")
    assert flags_for(told, [worry]) == _about("c1")


async def test_the_flag_is_there_once_the_index_was_asked() -> None:
    index = Index()
    index.record("c1", **said(NOTIFICATION, asked_about=ROOK))
    later = NOW.replace(hour=NOW.hour + 1)
    index.record("c2", at=later, alleged_perpetrators=[HIMSELF])
    await index.matcher().match(["c1", "c2"])
    assert index.contact("c2").matching.flags == _about("c1")
    assert not index.contact("c1").look_wanted


def test_a_subject_is_matched_as_one_and_by_every_name() -> None:
    told = _told(full_name=None, prison_number=None, aliases=["Barny Crow", "Barnaby Rook"])
    (found,) = found_for(_worry(household=[HIMSELF]), (), [told])
    assert (found.tie, found.role, found.our_role) == (
        Tie.PERSON,
        PersonRole.SUBJECT,
        PersonRole.HOUSEHOLD,
    )
    (again,) = found_for(_told("c2", prison_number=None), (), [told])
    assert (again.role, again.our_role) == (PersonRole.SUBJECT, PersonRole.SUBJECT)
    assert not again.is_decided_on, "another question waits for nobody"


def test_a_prison_number_finds_who_has_another_name_and_makes_nobody_certain() -> None:
    one, other = _told(), _told("c2", full_name="B. Crow", date_of_birth=None)
    (found,) = found_for(other, (), [one])
    assert (found.certainty, found.reasons[0]) == (Certainty.POSSIBLE, "prison_number")
    assert {*one.found_by} & {*other.found_by} == {"prison:A1234BC", "perpetrator:prison:A1234BC"}
    nameless = asked(PRISON, asked_about={"prison_number": " a1234bc "}).aggregate
    assert "prison:A1234BC" in nameless.found_by
    number = Identity(prison_number="A1234BC")
    assert likeness(number, Identity(prison_number="A1234BD")) is None
    assert likeness(Identity(), Identity()) is None


def test_of_whom_nothing_is_known_nobody_is_found() -> None:
    assert list(asked(PRISON).aggregate.subjects()) == []
    assert list(asked(PRISON, asked_about={"address": "1 Row"}).aggregate.subjects()) == []


def test_who_a_request_is_about_is_put_right_and_looked_up_anew() -> None:
    desk = asked(STATUTORY, asked_about=ROOK)
    form = {"why": "Misheard.", "asked_about": {"full_name": "Barnaby Brook"}}
    desk.do(acted(H.amend_contact, AmendContact.model_validate(form), RECORDER))
    about = desk.aggregate.facts.asked_about
    assert about is not None
    assert (about.full_name, about.prison_number) == ("Barnaby Brook", "A1234BC")
    assert desk.aggregate.look_wanted
    assert desk.aggregate.superseded[-1].facts is not None
    gone = {"why": "Nobody.", "asked_about": None}
    desk.do(acted(H.amend_contact, AmendContact.model_validate(gone), RECORDER))
    assert desk.aggregate.facts.asked_about is None


def test_a_worry_is_about_children_and_has_no_subject() -> None:
    with pytest.raises(FieldRefusedError, match="belongs to a request"):
        recorded(asked_about=ROOK)
    desk: Desk[Contact] = recorded()
    form = {"why": "Learnt later.", "asked_about": ROOK}
    with pytest.raises(FieldRefusedError, match="belongs to a request"):
        desk.do(acted(H.amend_contact, AmendContact.model_validate(form), RECORDER))
