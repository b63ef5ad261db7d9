"""What is learnt of a child when the contact has gone its way, or has been corrected."""

from datetime import timedelta
from typing import Any

import pytest

from intake.domain.case import KnownCase
from intake.domain.contact import Contact
from intake.domain.likeness import Certainty
from intake.domain.queue import Queue
from intake.domain.refusals import (
    AlreadyDoneError,
    AlreadyEndedError,
    MatchUndecidedError,
    RoutedError,
)
from intake.domain.task import TaskKind
from intake.forms.contact import AmendContact
from intake.forms.ending import DatedAction, GiveAdvice, Oversee, Reroute
from intake.forms.match import DecideMatch
from mash_shared.messages.case import CaseStatusChanged
from mash_shared.messages.contact import ContactEnded, ContactRouted, ContactWorkOutstanding
from mash_shared.plumbing.arrival import Change
from mash_shared.testing import NOW, Desk, acted, heard, sample
from support.front_door import HANDLERS as H
from support.front_door import (
    MANAGER,
    RECORDER,
    Index,
    found,
    fresh,
    indexed,
    known,
    recorded,
)
from support.turns import AUTHORISED, COMPLETED, ENOUGH

POSSIBLE = {"certainty": Certainty.POSSIBLE, "reasons": ("name",)}
REROUTED = acted(H.reroute, Reroute(to="school_admissions", acknowledged_by="sw-4022"), MANAGER)
ADVISED = acted(H.give_advice, GiveAdvice(advice="Ask them."), MANAGER)


def _decided(*, same: bool) -> Change:
    form = DecideMatch(record_id="LCS-1", same=same, reason="Her mother says so.")
    return acted(H.decide_match, form, MANAGER)


def _corrected(**said: Any) -> Change:
    form = AmendContact.model_validate({"why": "Learnt later."} | said)
    return acted(H.amend_contact, form, RECORDER)


def _told(desk: Desk[Contact]) -> list[TaskKind]:
    return [task.kind for task in desk.aggregate.tasks if task.kind is TaskKind.TELL]


@pytest.mark.rule("E1")
@pytest.mark.parametrize("gone", [AUTHORISED, ENOUGH, REROUTED])
def test_who_knows_the_child_is_told_even_after_a_contact_has_gone_its_way(gone: Change) -> None:
    desk = known()
    desk.do(gone)
    routed, *news = desk.do(indexed(found()))
    assert isinstance(routed, ContactRouted)
    assert [isinstance(one, ContactWorkOutstanding) for one in news] == [True] * (
        gone is not REROUTED
    )
    assert routed.worker == "sw-harriet-osei"
    assert desk.do(indexed(found())) == ()
    assert _told(desk) == [TaskKind.TELL]
    assert Queue.TASKS in desk.aggregate.waiting
    assert Queue.OVERSIGHT in desk.aggregate.waiting


@pytest.mark.rule("E2", "J4")
@pytest.mark.parametrize("gone", [AUTHORISED, ENOUGH, REROUTED, ADVISED])
def test_a_contact_found_open_late_is_signed_off_with_its_actions_and_goes_on(
    gone: Change,
) -> None:
    asked = "consultation" if gone is ADVISED else None
    desk = recorded(request_type=asked)
    desk.do(gone)
    desk.do(indexed(found()))
    state, ending = desk.aggregate.state, desk.aggregate.ending
    with pytest.raises(RoutedError, match="manager has to sign off"):
        desk.do(COMPLETED)
    action = DatedAction(what="Visit.", due_at=NOW + timedelta(days=1))
    signed = acted(H.oversee, Oversee(note="Seen.", actions=(action,)), MANAGER)
    assert not [one for one in desk.do(signed) if isinstance(one, ContactEnded)]
    assert (desk.aggregate.state, desk.aggregate.ending) == (state, ending)
    assert desk.aggregate.tasks[-1].what == "Visit."
    assert Queue.OVERSIGHT not in desk.aggregate.waiting
    desk.do(COMPLETED)
    assert desk.aggregate.completion is not None
    with pytest.raises((AlreadyDoneError, AlreadyEndedError)):
        desk.do(signed)


@pytest.mark.rule("E1")
def test_a_match_that_is_undone_late_is_taken_back_and_somebody_sees_to_it() -> None:
    desk = known(found())
    action = DatedAction(what="Visit.", due_at=NOW + timedelta(days=1))
    desk.do(acted(H.oversee, Oversee(note="Seen.", actions=(action,)), MANAGER))
    routed = desk.do(_decided(same=False))[0]
    assert isinstance(routed, ContactRouted)
    assert routed.route is None
    assert _told(desk) == [TaskKind.TELL]


@pytest.mark.rule("E1")
@pytest.mark.parametrize("way", [AUTHORISED, ENOUGH, REROUTED])
def test_a_contact_goes_no_way_while_it_may_be_about_the_child_of_a_case(way: Change) -> None:
    desk = known(found(**POSSIBLE))
    with pytest.raises(MatchUndecidedError):
        desk.do(way)
    desk.do(_decided(same=False))
    assert desk.do(way)


@pytest.mark.rule("E1")
def test_what_was_found_for_facts_that_were_corrected_since_says_nothing() -> None:
    desk = recorded()
    before = desk.aggregate.look_number
    desk.do(_corrected(address="4 Quarry Lane"))
    desk.do(_found_by_look(before))
    assert desk.aggregate.look_wanted
    desk.do(indexed(found()))
    assert not desk.aggregate.look_wanted
    assert desk.aggregate.ways["c1-1"].route is not None


def _found_by_look(number: int) -> Change:
    return lambda one: H.note_found(one, number=number, found=(), flags=(), at=NOW)


@pytest.mark.rule("E1")
def test_a_look_that_began_before_a_case_was_news_says_nothing() -> None:
    desk = recorded()
    before = desk.aggregate.look_number
    desk.do(H.look_again)
    desk.do(_found_by_look(before))
    assert desk.aggregate.look_wanted


@pytest.mark.rule("E1")
def test_a_contact_that_is_settled_is_not_looked_up_for_news_of_a_case() -> None:
    desk = recorded()
    desk.do(REROUTED)
    desk.do(H.look_again)
    assert not desk.aggregate.look_wanted


@pytest.mark.rule("E1")
def test_of_two_looks_the_one_that_ends_second_undoes_nothing() -> None:
    desk = fresh()
    before = desk.aggregate.look_number
    desk.do(indexed(found()))
    desk.do(_found_by_look(before))
    assert desk.aggregate.ways["c1-1"].route is not None


@pytest.mark.rule("E1")
def test_what_a_person_said_of_a_match_stays_though_it_is_not_found_again() -> None:
    desk = known(found(**POSSIBLE))
    desk.do(_decided(same=True))
    desk.do(_corrected(address="4 Quarry Lane"))
    desk.do(indexed())
    assert desk.aggregate.ways["c1-1"].route is not None
    (match,) = desk.aggregate.matching.matches
    assert match.verdicts[0].reason == "Her mother says so."


@pytest.mark.rule("E1")
async def test_a_contact_at_the_gate_is_looked_up_again_when_a_case_is_news() -> None:
    index = Index()
    child = {"full_name": "Wren Tregear", "nhs_number": "9990000018"}
    for id_ in ("c1", "c2"):
        index.record(id_, children=[child])
    await index.matcher().match(["c1", "c2"])
    index.check("c2")
    index.do("c2", AUTHORISED)
    opened = sample(CaseStatusChanged, **child, occurred_at=NOW)
    case = Desk(KnownCase, f"known-havering-{opened.contact_id}")
    case.store = index.store
    case.do(heard(H.note_case_status, opened, at=NOW))
    index.now = NOW + timedelta(seconds=3)
    await index.matcher().catch_up()
    waiting, asked = (index.store.raws[id_]["state"] for id_ in ("c1", "c2"))
    for state, child in ((waiting, "c1-1"), (asked, "c2-1")):
        assert state["ways"][child]["route"]["worker"] == opened.worker
    assert not index.store.raws[f"known-havering-{opened.contact_id}"]["state"]["look_wanted"]


@pytest.mark.rule("E1")
async def test_a_contact_is_looked_up_again_when_its_case_turns_out_to_be_of_another() -> None:
    index = Index()
    index.hear(sample(CaseStatusChanged, occurred_at=NOW, **_named("Wren Tregear", "9990000018")))
    index.now = NOW + timedelta(seconds=3)
    await index.matcher().catch_up()
    index.record("c1", children=[{"full_name": "Wren Tregear", "nhs_number": "9990000018"}])
    await index.matcher().match(["c1"])
    assert index.contact("c1").ways["c1-1"].route is not None
    corrected = _named("Osk Lanyon", "9990000026") | {"occurred_at": NOW + timedelta(minutes=1)}
    index.hear(sample(CaseStatusChanged, **corrected))
    await index.matcher().catch_up()
    assert index.contact("c1").ways["c1-1"].route is not None, "a person says that it is of another"
    assert Queue.MATCHES in index.contact("c1").waiting
    (case,) = (raw for id_, raw in index.store.raws.items() if id_.startswith("known-"))
    assert "nhs:9990000018" not in case["state"]["found_by"]


def _named(full_name: str, number: str) -> dict[str, Any]:
    return {"full_name": full_name, "nhs_number": number, "address": None}


def test_news_that_comes_while_contacts_are_looked_for_is_looked_for_again() -> None:
    case = Desk(KnownCase, "known-havering-LCS-1")
    for team in ("Team 1", "Team 2"):
        news = sample(CaseStatusChanged, occurred_at=NOW, team=team)
        case.do(heard(H.note_case_status, news, at=NOW))
    case.do(lambda one: H.note_looked_for(one, number=1))
    assert case.aggregate.look_wanted
    case.do(lambda one: H.note_looked_for(one, number=2))
    assert not case.aggregate.look_wanted
