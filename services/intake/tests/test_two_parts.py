"""Two contacts that are one: nothing either says is lost, whichever was typed first (A9, A10)."""

from datetime import timedelta
from typing import Any

import pytest

from intake.domain.case import CaseStatus
from intake.domain.consent import ConsentPosition
from intake.domain.contact import Contact
from intake.domain.ending import Ended
from intake.domain.likeness import Certainty
from intake.domain.progress import NOT_OWED, ContactState
from intake.domain.reference import reference_of
from intake.domain.refusals import (
    MatchUndecidedError,
    RoutedError,
    StillLookingError,
    UnknownChildError,
)
from intake.forms.contact import JoinContact, WrittenFollowUp
from mash_shared.messages import Message
from mash_shared.messages.contact import ContactEnded, ContactJoined, ContactRecorded
from mash_shared.testing import NOW, acted, heard
from mash_shared.vocabulary import ClockKind, ClockState, NotEntitledError
from support.front_door import HANDLERS as H
from support.front_door import (
    RECEIVED,
    RECORDER,
    SOCIAL_WORKER,
    Index,
    found,
    fresh,
    known,
    recorded,
)
from support.two_parts import BORN, NUMBER, TOBIAS, WREN, call, join, joined, telephoned

pytestmark = pytest.mark.rule("A9", "A10")
JOIN = JoinContact(earlier="c0")


def test_a_form_brings_children_numbers_harm_danger_people_and_circumstances() -> None:
    desk = telephoned()
    said = desk.do(heard(H.take_in_joined, joined()))
    contact, facts = desk.aggregate, desk.aggregate.facts
    tobias, wren = facts.children
    assert (tobias.child_id, tobias.nhs_number, tobias.date_of_birth) == ("c0-1", NUMBER, BORN)
    assert (wren.child_id, wren.full_name) == ("c0-2", WREN["full_name"])
    assert (facts.significant_harm, facts.address) == ("yes", "4 Quarry Lane")
    assert (contact.urgency, contact.immediate_danger) == ("red", True)
    assert [one.full_name for one in facts.alleged_perpetrators] == ["Casper Lindqvist-Moor"]
    assert [one.full_name for one in facts.household] == ["Ada Fenwick"]
    assert facts.knowledge == {"household": "known"}
    assert "young_carer_assessment" in contact.work_of("c0-1")
    assert contact.is_protection
    assert contact.look_wanted
    assert [m.child_ids for m in said if isinstance(m, ContactRecorded)] == [("c0-1", "c0-2")]
    assert contact.superseded[-1].facts.children[0].nhs_number is None
    assert "c9" in contact.superseded[-1].why


def test_what_the_call_said_stays_where_the_form_says_otherwise() -> None:
    desk = telephoned(address="1 Sample Row", significant_harm="no", parents_aware="yes")
    form = joined(significant_harm="unknown", parents_aware="no", immediate_danger=False)
    desk.do(heard(H.take_in_joined, form))
    facts = desk.aggregate.facts
    assert (facts.address, facts.significant_harm, facts.parents_aware) == (
        "1 Sample Row", "no", "yes"
    )  # fmt: skip
    silent = telephoned()
    silent.do(heard(H.take_in_joined, joined(significant_harm="no")))
    assert silent.aggregate.facts.significant_harm == "no"


@pytest.mark.parametrize(
    ("ours", "theirs", "number"),
    [
        ([{}], [TOBIAS], 1),
        ([{}, TOBIAS], [TOBIAS, WREN], 2),
        ([TOBIAS | {"date_of_birth": BORN}], [TOBIAS | {"date_of_birth": "2010-01-01"}], 2),
        ([{"nhs_number": NUMBER}], [TOBIAS | {"nhs_number": NUMBER}], 1),
        ([TOBIAS | {"nhs_number": NUMBER}], [TOBIAS | {"nhs_number": "9990000034"}], 2),
        ([TOBIAS], [{}], 1),
    ],
)
def test_a_child_of_both_is_one_child(
    ours: list[dict[str, Any]], theirs: list[dict[str, Any]], number: int
) -> None:
    desk = recorded(id_="c0", written_part_follows=True, children=ours)
    desk.do(heard(H.take_in_joined, joined(children=theirs)))
    assert len(desk.aggregate.children) == number
    assert len(set(desk.aggregate.child_ids)) == number


@pytest.mark.rule("X4", "J4")
def test_a_form_that_came_before_its_call_moves_the_receipt_whichever_way_it_comes() -> None:
    earlier = RECEIVED - timedelta(hours=3)
    written = WrittenFollowUp(received_at=earlier, text="The form.")
    desk, other, on_time = telephoned(), telephoned(), telephoned()
    desk.do(acted(H.add_written_follow_up, written, RECORDER))
    other.do(heard(H.take_in_joined, joined(received_at=earlier)))
    on_time.do(heard(H.take_in_joined, joined(received_at=RECEIVED + timedelta(minutes=1))))
    for one in (desk, other):
        assert one.aggregate.received_at == earlier
        clock = one.aggregate.clock(ClockKind.CONTACT_RECORD)
        assert clock is not None
        assert clock.started_at == earlier
        assert one.aggregate.superseded[0].standing is not None
        assert one.aggregate.superseded[0].standing.received_at == RECEIVED
    assert on_time.aggregate.received_at == RECEIVED
    before = ClockState.MET
    ends = [c.state for c in desk.aggregate.clocks if c.kind is ClockKind.WRITTEN_FOLLOW_UP]
    assert ends == [before]


async def test_a_call_that_came_behind_its_form_is_joined_to_it() -> None:
    index = Index()
    index.record("form", children=[TOBIAS | {"nhs_number": NUMBER}], channel="online_form")
    later = NOW + timedelta(hours=1)
    index.record(
        "call", later, children=[TOBIAS | {"nhs_number": NUMBER}], written_part_follows=True
    )
    await index.matcher().match(["form", "call"])
    assert index.contact("call").matching.awaiting_form() == ("form",)
    index.do("call", acted(H.join_contact, JoinContact(earlier="form"), RECORDER))
    assert index.contact("call").ending is not None
    assert index.contact("call").not_told_because == NOT_OWED


def test_a_form_is_joined_to_a_later_call_by_the_reference_that_is_quoted() -> None:
    desk = recorded()
    for wrong in ({}, {"reference": reference_of("c00", "havering")}):
        with pytest.raises(UnknownChildError):
            join(desk, **wrong)
    with pytest.raises(UnknownChildError):
        join(desk, earlier="c1", reference=reference_of("c1", "havering"))
    join(desk, reference=reference_of("c0", "havering"))
    assert desk.aggregate.ending is not None
    assert desk.aggregate.ending.ended_as is Ended.JOINED


def test_business_support_joins_what_is_certain_and_who_sorts_what_is_possible() -> None:
    maybe: dict[str, Any] = {"certainty": Certainty.POSSIBLE, "reasons": ("name",)}
    with pytest.raises(NotEntitledError, match="merely possible"):
        join(known(call(**maybe)))
    assert join(known(call(**maybe)), SOCIAL_WORKER)
    assert join(known(call(**maybe)), reference=reference_of("c0", "havering"))
    assert join(known(call()))


@pytest.mark.rule("E1", "E2")
def test_a_known_childs_contact_joins_only_one_that_goes_to_the_same_case() -> None:
    case = found(record_id="LCS-1")
    with pytest.raises(RoutedError, match="goes elsewhere"):
        join(known(case, call()))
    with pytest.raises(RoutedError):
        join(known(case), reference=reference_of("c0", "havering"))
    assert join(known(case, call(goes_to=("LCS-1",))))
    perhaps = found(certainty=Certainty.POSSIBLE, reasons=("name",), status=CaseStatus.OPEN)
    with pytest.raises(MatchUndecidedError):
        join(known(perhaps, call()))
    with pytest.raises(StillLookingError):
        join(fresh(), reference=reference_of("c0", "havering"))


@pytest.mark.rule("J6", "A7")
def test_another_referrer_keeps_a_notice_of_their_own() -> None:
    ours, theirs = known(call()), known(call(same_referrer=False))
    own = [m.own_notice for m in join(ours) if isinstance(m, ContactEnded | ContactJoined)]
    assert own == [False, False]
    own = [m.own_notice for m in join(theirs) if isinstance(m, ContactEnded | ContactJoined)]
    assert own == [True, True]
    assert (ours.aggregate.state, theirs.aggregate.state) == (
        ContactState.CLOSED,
        ContactState.ENDED,
    )
    assert theirs.aggregate.not_told_because is None


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ({"email": "a@x.example"}, {"email": "a@x.example"}, True),
        ({"email": "a@x.example"}, {"email": "b@x.example", "full_name": "Ada"}, False),
        ({"full_name": "Ada Penrose"}, {"full_name": "ADA PENROSE", "email": "a@x.example"}, True),
        ({"telephone": "020 7946 0123"}, {"telephone": "020 7946 0123"}, True),
        ({"telephone": "020 7946 0123"}, {"kind": "public", "telephone": "020 7946 0123"}, False),
        ({}, {}, False),
    ],
)
async def test_who_made_both_contacts_is_known_by_what_they_gave(
    one: dict[str, Any], other: dict[str, Any], *, same: bool
) -> None:
    index, child = Index(), [TOBIAS | {"nhs_number": NUMBER}]
    kind = {"kind": "professional"}
    index.record("c1", children=child, referrer=kind | one)
    index.record("c2", NOW + timedelta(hours=1), children=child, referrer=kind | other)
    await index.matcher().match(["c1", "c2"])
    assert [m.found.same_referrer for m in index.contact("c2").matching.matches] == [same]


@pytest.mark.rule("D1", "D8")
def test_what_the_form_says_of_consent_is_taken_in_unless_it_says_nothing() -> None:
    desk = telephoned()
    desk.do(heard(H.take_in_joined, joined(consent={"status": "not_sought"})))
    assert desk.aggregate.consent.is_given
    refused = {"status": "refused"}
    other = telephoned()
    form = joined(consent=refused, significant_harm="no", urgency="amber",
                     immediate_danger=False)  # fmt: skip
    other.do(heard(H.take_in_joined, form))
    assert other.aggregate.consent.position is not ConsentPosition.GIVEN
    silent = telephoned()
    facts_only = {"facts": form.said["facts"]}
    silent.do(heard(H.take_in_joined, form.model_copy(update={"said": facts_only})))
    assert silent.aggregate.consent.superseded == []
    never = recorded(id_="c0")
    never.do(_forget_consent)
    never.do(heard(H.take_in_joined, joined(consent={"status": "not_sought"})))
    assert never.aggregate.consent.said is not None


def _forget_consent(contact: Contact) -> tuple[Message, ...]:
    contact.consent.said = None
    return ()
