"""A child said to do harm: a contact of their own, which holds nothing of the other family."""

from datetime import timedelta
from typing import Any

import pytest

from intake.api.parts import shown
from intake.domain.consent import ConsentPosition
from intake.domain.contact import Contact
from intake.domain.progress import NOT_OWED, ContactState
from intake.domain.queue import Queue
from intake.forms.contact import AmendContact
from intake.forms.ending import Reroute
from mash_shared.messages.contact import ChildAllegedToHarm, ContactRecorded
from mash_shared.messages.enquiry import EnquiryAuthorised
from mash_shared.testing import NOW, Desk, acted, heard, packs, sample
from mash_shared.vocabulary import ClockKind, NotEntitledError
from support.consenting import overridden
from support.front_door import (
    GIVEN,
    MANAGER,
    RECEIVED,
    RECORDER,
    SOCIAL_WORKER,
    asking,
    checked,
    form,
    indexed,
    made_whole,
    recorded,
)
from support.front_door import HANDLERS as H

CASPER = {"full_name": "Casper Lindqvist-Moor", "date_of_birth": "2010", "is_child": True}
ADULT = {"full_name": "Barnaby Rook"}
OTHERS = ("Tobias", "1 Sample Row", "saltmarsh", "crying", "Maud")


def _alleged(**changes: Any) -> list[ChildAllegedToHarm]:
    said = Desk(Contact, "c1").do(acted(H.record_contact, form(**changes), RECORDER))
    return [message for message in said if isinstance(message, ChildAllegedToHarm)]


def _opened(**changes: Any) -> Desk[Contact]:
    (alleged,) = _alleged(
        **changes,
        alleged_perpetrators=[ADULT, CASPER],
        address="1 Sample Row, Romford",
        household=[{"full_name": "Maud Adair"}],
    )
    desk = Desk(Contact, alleged.contact_id)
    (said,) = desk.do(heard(H.open_for_alleged_child, alleged))
    assert isinstance(said, ContactRecorded)
    assert not said.is_referral
    return desk


@pytest.mark.rule("N10")
def test_a_child_said_to_do_harm_is_announced_and_an_adult_is_not() -> None:
    assert not _alleged(alleged_perpetrators=[ADULT])
    (alleged,) = _alleged(alleged_perpetrators=[ADULT, CASPER])
    assert alleged.arising_from == "c1"
    assert "c1" not in alleged.contact_id
    assert (alleged.full_name, alleged.date_of_birth_in_part) == ("Casper Lindqvist-Moor", "2010")
    assert len(_alleged(alleged_perpetrators=[CASPER, CASPER])) == 2


@pytest.mark.rule("N10", "O9")
def test_where_the_child_is_and_that_the_hub_was_closed_are_kept() -> None:
    at_night = sample(
        ChildAllegedToHarm,
        contact_id="c1a1",
        urgency="red",
        occurred_at=NOW.replace(hour=2),
        received_at=NOW.replace(hour=2),
        whereabouts="With an aunt.",
    )
    desk = Desk(Contact, "c1a1")
    desk.do(heard(H.open_for_alleged_child, at_night))
    contact = desk.aggregate
    assert contact.children[0].whereabouts == "With an aunt."
    assert contact.out_of_hours
    assert Queue.OUT_OF_HOURS in contact.waiting
    desk.do(indexed())
    overridden(desk)
    said, *_ = desk.do(acted(H.authorise_enquiry, asking(), MANAGER))
    assert isinstance(said, EnquiryAuthorised)
    assert "aunt" not in said.model_dump_json()


@pytest.mark.rule("N10", "J4", "X4")
def test_the_child_gets_a_contact_of_their_own_with_its_clock_from_the_first_receipt() -> None:
    contact = _opened().aggregate
    assert contact.is_recorded
    assert contact.recorded_by == RECORDER.id
    assert contact.received_at == RECEIVED
    assert contact.policy_version == packs().of("havering").version
    assert contact.not_told_because == NOT_OWED
    assert [(clock.kind, clock.due_at) for clock in contact.clocks] == [
        (ClockKind.CONTACT_RECORD, RECEIVED + timedelta(hours=24))
    ]
    assert {Queue.CONSENT, Queue.DEMOGRAPHIC_CHECKS, Queue.RECORD_COMPLETION} == set(
        contact.waiting
    )


@pytest.mark.rule("N10", "N11")
def test_the_new_contact_holds_nothing_of_the_other_family() -> None:
    desk = _opened()
    contact = desk.aggregate
    assert contact.alleged_in == "c1"
    assert [(child.child_id, child.full_name) for child in contact.children] == [
        (f"{contact.id}-1", "Casper Lindqvist-Moor")
    ]
    assert contact.facts.referrer is None
    assert not [word for word in OTHERS if word in str(desk.raw)]


@pytest.mark.rule("N10")
def test_the_child_is_answered_like_any_other() -> None:
    desk = _opened()
    desk.do(indexed())
    checked(desk)
    overridden(desk)
    said, *_ = desk.do(acted(H.authorise_enquiry, asking(), MANAGER))
    assert isinstance(said, EnquiryAuthorised)
    assert said.family.children[0].full_name == "Casper Lindqvist-Moor"


@pytest.mark.rule("N10", "D1", "D8", "D12")
@pytest.mark.parametrize(
    ("kind", "consent", "stands", "status"),
    [
        ("professional", GIVEN, ConsentPosition.MUST_OVERRIDE, "not_sought"),
        ("professional", {"status": "refused"}, ConsentPosition.MUST_OVERRIDE, "refused"),
        ("public", {"status": "not_expected"}, ConsentPosition.NOT_EXPECTED, "not_expected"),
        ("public", {"status": "refused"}, ConsentPosition.MUST_OVERRIDE, "refused"),
        ("anonymous", {"status": "not_possible"}, ConsentPosition.NOT_EXPECTED, "not_possible"),
    ],
)
def test_the_contact_goes_by_the_consent_rule_of_whoever_spoke_of_the_child(
    kind: str, consent: dict[str, Any], stands: ConsentPosition, status: str
) -> None:
    said = consent | {"do_not_inform": "risk_to_a_person"}
    desk = _opened(referrer={"kind": kind}, consent=said)
    assert desk.aggregate.consent.position is stands
    assert desk.aggregate.consent.said is not None
    assert desk.aggregate.consent.said.status == status
    assert desk.aggregate.consent.must_not_inform


@pytest.mark.rule("N10")
@pytest.mark.parametrize(
    ("born", "young"),
    [
        ("2008-03-12", True),
        ("2008-03-11", False),
        ("2008-03", True),
        ("2008-02", False),
        ("2014", True),
        ("2008", True),
        ("2007", False),
        ("2008-02-30", True),
        ("2007-02-30", False),
        ("9990000018", False),
        ("young", False),
        (None, False),
    ],
)
def test_whoever_may_be_under_eighteen_is_a_child_whether_or_not_it_was_ticked(
    born: str | None, *, young: bool
) -> None:
    said = {"full_name": "Casper Lindqvist-Moor", "date_of_birth": born}
    assert bool(_alleged(alleged_perpetrators=[said])) is young


def test_nobody_is_told_how_such_a_contact_ended_for_nobody_referred_it() -> None:
    desk = _opened()
    desk.do(indexed())
    checked(desk)
    to = Reroute(to="school_admissions", acknowledged_by="sw-4022")
    assert not desk.do(acted(H.reroute, to, SOCIAL_WORKER))
    assert desk.aggregate.state is ContactState.ENDED
    made_whole(desk)
    assert desk.aggregate.state is ContactState.CLOSED


@pytest.mark.rule("N10")
def test_a_late_announcement_changes_nothing_of_a_contact_that_is_worked_on() -> None:
    desk = _opened()
    desk.do(indexed())
    before = desk.raw
    late = sample(ChildAllegedToHarm, contact_id="c1a2", full_name="Somebody Else", occurred_at=NOW)
    assert not desk.do(heard(H.open_for_alleged_child, late))
    assert before is not None
    assert desk.raw is not None
    assert desk.raw["state"] == before["state"]
    assert not recorded().do(heard(H.open_for_alleged_child, sample(ChildAllegedToHarm)))


@pytest.mark.rule("B10", "N10")
def test_people_without_the_right_do_not_learn_in_whose_contact_the_child_was_named() -> None:
    contact = _opened().aggregate
    seen, entitled = (shown(contact, 1, packs(), {}, whole=who) for who in (False, True))
    assert (seen.alleged_in, seen.concern) == (None, None)
    assert {"alleged_in", "concern"} <= set(seen.withheld)
    assert entitled.alleged_in == "c1"
    assert entitled.concern is not None


@pytest.mark.rule("B10", "N10")
def test_who_may_not_read_what_is_said_of_the_child_does_not_replace_it() -> None:
    desk = _opened()
    words = AmendContact.model_validate({"why": "Heard again.", "concern": "It was nothing."})
    with pytest.raises(NotEntitledError):
        desk.do(acted(H.amend_contact, words, RECORDER))
    desk.do(acted(H.amend_contact, words, MANAGER))
    assert desk.aggregate.facts.concern == "It was nothing."
