"""A match that was certain: a correction does not undo it, one person does not either (E1, E3)."""

from datetime import timedelta
from typing import Any

import pytest

from intake.domain.case import CaseStatus
from intake.domain.contact import Contact
from intake.domain.found import RecordKind
from intake.domain.likeness import Certainty
from intake.domain.match import RouteKind
from intake.domain.queue import Queue
from intake.domain.refusals import MatchUndecidedError, StillLookingError
from intake.forms.contact import AmendContact, CompleteRecord
from intake.forms.match import DecideMatch
from mash_shared.act import Person
from mash_shared.messages.case import CaseStatusChanged
from mash_shared.testing import NOW, Desk, acted, sample
from mash_shared.vocabulary import FieldRefusedError, NotEntitledError, NotKnownError
from support.front_door import HANDLERS as H
from support.front_door import (
    MANAGER,
    RECORDER,
    SOCIAL_WORKER,
    Index,
    asking,
    found,
    fresh,
    indexed,
    known,
)

pytestmark = pytest.mark.rule("E1", "E3")
NUMBER, OTHER = "9990000026", "9990000034"
CASE = sample(
    CaseStatusChanged, contact_id="LCS-1", status="open", worker="w-1", nhs_number=NUMBER,
    occurred_at=NOW, full_name="Tobias Fenwick-Adair", date_of_birth_in_part=None, address=None,
)  # fmt: skip
COMPLETE = CompleteRecord()


async def _corrected() -> Index:
    """Give a contact whose NHS number matched an open case, and was then corrected."""
    index = Index()
    index.hear(CASE)
    index.record("c1", children=[{"full_name": "Tobias Fenwick-Adair", "nhs_number": NUMBER}])
    await index.matcher().match(["c1"])
    assert index.contact("c1").ways["c1-1"].route is not None
    child = {"child_id": "c1-1", "facts": {"nhs_number": OTHER}}
    form = AmendContact.model_validate({"why": "A slip.", "children": [child]})
    index.do("c1", acted(H.amend_contact, form, RECORDER))
    await index.matcher().match(["c1"])
    return index


def _say(*, same: bool, child_id: str | None = None) -> DecideMatch:
    said = {"same": same, "child_id": child_id}
    return DecideMatch.model_validate(
        {"record_id": "LCS-1", "reason": "Spoken to the worker.", **said}
    )


async def test_a_corrected_number_leaves_match_and_route_until_a_person_decides() -> None:
    index = await _corrected()
    contact = index.contact("c1")
    route = contact.ways["c1-1"].route
    assert route is not None
    assert (route.kind, route.worker) == (RouteKind.TO_ALLOCATED_WORKER, "w-1")
    assert Queue.MATCHES in contact.waiting
    with pytest.raises(MatchUndecidedError):
        index.do("c1", acted(H.authorise_enquiry, asking(), MANAGER))
    index.do("c1", acted(H.decide_match, _say(same=False), MANAGER))
    assert index.contact("c1").ways["c1-1"].route is None
    assert Queue.MATCHES not in index.contact("c1").waiting
    index.check("c1")
    index.do("c1", acted(H.authorise_enquiry, asking(), MANAGER))


async def test_the_case_goes_on_being_known_behind_the_correction() -> None:
    index = await _corrected()
    index.do("c1", acted(H.decide_match, _say(same=True), SOCIAL_WORKER))
    later = NOW + timedelta(hours=1)
    index.hear(CASE.model_copy(update={"worker": "w-2", "occurred_at": later}))
    index.now = later
    index.do("c1", H.look_again)
    await index.matcher().match(["c1"])
    route = index.contact("c1").ways["c1-1"].route
    assert route is not None
    assert route.worker == "w-2"
    assert not index.contact("c1").matching.is_undecided


async def test_a_number_that_comes_back_makes_it_certain_again() -> None:
    index = await _corrected()
    child = {"child_id": "c1-1", "facts": {"nhs_number": NUMBER}}
    form = AmendContact.model_validate({"why": "It was right.", "children": [child]})
    index.do("c1", acted(H.amend_contact, form, RECORDER))
    await index.matcher().match(["c1"])
    (match,) = index.contact("c1").matching.matches
    assert (match.holds, match.is_undecided, match.rested_on) == (True, False, ())


@pytest.mark.parametrize("by", [SOCIAL_WORKER, MANAGER])
async def test_what_rests_or_rested_on_a_number_is_undone_by_a_manager_only(by: Person) -> None:
    certain = known(found())
    index = await _corrected()
    no = acted(H.decide_match, _say(same=False), by)
    if by is MANAGER:
        certain.do(no)
        index.do("c1", no)
        assert (certain.aggregate.ways["c1-1"].route, index.contact("c1").ways["c1-1"].route) == (
            None,
            None,
        )
        return
    with pytest.raises(NotEntitledError, match="rests on a number"):
        certain.do(no)
    with pytest.raises(NotEntitledError, match="rests on a number"):
        index.do("c1", no)
    by_name = known(found(reasons=("name", "date_of_birth", "address")))
    by_name.do(no)
    assert by_name.aggregate.ways["c1-1"].route is None


async def test_a_no_to_what_was_merely_possible_does_not_outlast_a_number() -> None:
    index = Index()
    index.hear(CASE)
    index.record("c1", children=[{"full_name": "Tobias Fenwick-Adair"}])
    await index.matcher().match(["c1"])
    index.do("c1", acted(H.decide_match, _say(same=False), SOCIAL_WORKER))
    child = {"child_id": "c1-1", "facts": {"nhs_number": NUMBER}}
    form = AmendContact.model_validate({"why": "Learnt later.", "children": [child]})
    index.do("c1", acted(H.amend_contact, form, RECORDER))
    await index.matcher().match(["c1"])
    assert index.contact("c1").ways["c1-1"].route is not None
    with pytest.raises(NotEntitledError, match="rests on a number"):
        index.do("c1", acted(H.decide_match, _say(same=False), SOCIAL_WORKER))
    index.do("c1", acted(H.decide_match, _say(same=False), MANAGER))
    assert index.contact("c1").ways["c1-1"].route is None
    await index.matcher().match(["c1"])
    assert index.contact("c1").ways["c1-1"].route is None


def test_what_was_only_possible_goes_with_the_correction() -> None:
    desk = known(found(certainty=Certainty.POSSIBLE, reasons=("name",)))
    desk.do(indexed())
    assert desk.aggregate.matching.matches == []
    certain: Desk[Contact] = known(found(kind=RecordKind.CONTACT, status=None))
    certain.do(indexed())
    assert certain.aggregate.matching.matches == []


def test_a_case_that_is_certain_of_another_child_by_now_is_asked_about_for_the_first() -> None:
    desk = known(found(), children=[{}, {}])
    desk.do(indexed(found(child_id="c1-2")))
    matches = desk.aggregate.matching.matches
    undecided = {match.found.child_id: match.is_undecided for match in matches}
    assert undecided == {"c1-1": True, "c1-2": False}
    with pytest.raises(FieldRefusedError, match="child_id must say of which child"):
        desk.do(acted(H.decide_match, _say(same=False), MANAGER))
    anybody = acted(H.decide_match, _say(same=False, child_id="c1-1"), SOCIAL_WORKER)
    with pytest.raises(NotEntitledError):
        desk.do(anybody)
    desk.do(acted(H.decide_match, _say(same=False, child_id="c1-1"), MANAGER))
    ways = desk.aggregate.ways
    assert ways["c1-1"].route is None
    assert ways["c1-2"].route is not None, "the verdict was about the other"
    with pytest.raises(NotKnownError):
        desk.do(acted(H.decide_match, _say(same=False, child_id="c1-3"), MANAGER))


def test_what_is_found_less_surely_keeps_what_it_rested_on_and_takes_the_newest_news() -> None:
    desk = known(found())
    less: dict[str, Any] = {"certainty": Certainty.POSSIBLE, "reasons": ("name",)}
    desk.do(indexed(found(**less, status=CaseStatus.CLOSED, closed_at=NOW)))
    (match,) = desk.aggregate.matching.matches
    assert (match.rested_on, match.holds, match.is_undecided) == (("nhs_number",), True, True)
    assert desk.aggregate.ways["c1-1"].route is not None
    assert desk.aggregate.ways["c1-1"].route.kind is RouteKind.TO_LAST_TEAM


@pytest.mark.rule("J4")
def test_a_record_is_not_complete_before_it_is_known_who_the_child_is() -> None:
    complete = acted(H.complete_record, COMPLETE, SOCIAL_WORKER)
    with pytest.raises(StillLookingError):
        fresh().do(complete)
    same_child = {"kind": RecordKind.CONTACT, "status": None, "record_id": "c0"}
    maybe = found(certainty=Certainty.POSSIBLE, reasons=("name",), **same_child)
    desk = known(maybe)
    with pytest.raises(MatchUndecidedError):
        desk.do(complete)
    other = DecideMatch(record_id="c0", same=False, reason="Another child.")
    desk.do(acted(H.decide_match, other, SOCIAL_WORKER))
    desk.do(indexed(maybe))
    desk.do(complete)
    assert desk.aggregate.completion is not None
