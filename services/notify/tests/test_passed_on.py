"""Children of one contact go different ways: what the referrer is told, and when."""

from typing import Any

import pytest

from mash_shared.messages.contact import ContactRecorded
from mash_shared.messages.decision import DecisionRecorded
from mash_shared.people import Referrer
from mash_shared.testing import NOW, Desk, heard, packs, sample
from mash_shared.vocabulary import ReferrerKind
from notify.domain import Notice, Phase
from notify.handlers import NotifyHandlers
from notify.letters import letter

HANDLERS = NotifyHandlers(packs())
HAVERING = packs().of("havering")
WORKER = HAVERING.routing.routes["to_allocated_worker"]
TEAM = HAVERING.routing.routes["to_last_team"]


def _told(
    *, kind: ReferrerKind = ReferrerKind.PROFESSIONAL, edition: int = 1, **said: Any
) -> ContactRecorded:
    referrer = Referrer(kind=kind, email="somebody@street.example")
    fields = {"passed_on": {}} | said
    return sample(ContactRecorded, referrer=referrer, edition=edition, **fields)


def _desk(*news: ContactRecorded | str) -> Desk[Notice]:
    """Let notify hear what intake says, and that it is decided on the child who is named."""
    desk = Desk(Notice, "c1", "notify")
    for one in news:
        if isinstance(one, ContactRecorded):
            desk.do(heard(HANDLERS.expect_notice, one))
        else:
            decided = sample(DecisionRecorded, child_id=one, outcome_code=None)
            desk.do(heard(HANDLERS.note_decision, decided))
    return desk


def _lines(desk: Desk[Notice]) -> list[str]:
    notice = desk.aggregate
    notice.claimed_at = NOW
    text = letter(notice, HAVERING, "mash@hub.example").get_content()
    return [line[2:] for line in text.splitlines() if line.startswith("- ")]


@pytest.mark.rule("E1", "J6")
def test_a_professional_is_told_what_was_decided_and_who_has_the_others() -> None:
    passed_on = {"c1-2": "to_allocated_worker", "c1-3": "to_last_team"}
    desk = _desk(_told(child_ids=("c1-1",), passed_on=passed_on))
    assert desk.aggregate.phase is Phase.WAITING, "a decision is still owed"
    desk = _desk(_told(child_ids=("c1-1",), passed_on=passed_on), "c1-1")
    assert desk.aggregate.phase is Phase.READY
    (decided,) = set(_lines(desk)) - {WORKER, TEAM}
    assert sorted(_lines(desk)) == sorted([decided, WORKER, TEAM])


@pytest.mark.rule("E1", "E3")
def test_where_all_were_passed_on_that_is_told_and_no_decision_waited_for() -> None:
    two = {"c1-1": "to_allocated_worker", "c1-2": "to_allocated_worker"}
    desk = _desk(_told(child_ids=(), passed_on=two))
    assert desk.aggregate.phase is Phase.READY
    assert _lines(desk) == [WORKER]


@pytest.mark.rule("J6")
def test_a_child_who_is_no_longer_there_is_waited_for_no_longer_and_not_told_of() -> None:
    desk = _desk(_told(child_ids=("c1-1", "c1-2")), "c1-1", "c1-2")
    both = _lines(desk)
    desk = _desk(_told(child_ids=("c1-1", "c1-2")), "c1-1")
    assert desk.aggregate.phase is Phase.WAITING
    desk.do(heard(HANDLERS.expect_notice, _told(child_ids=("c1-1",), edition=2)))
    assert desk.aggregate.phase is Phase.READY
    assert _lines(desk) == both, "both were told the same, one line"
    desk = _desk(_told(child_ids=()), "c1-1")
    assert desk.aggregate.phase is Phase.WAITING, "of nobody there is nothing to tell"


@pytest.mark.rule("E1")
def test_a_hand_over_that_is_undone_is_waited_for_again() -> None:
    gone = _told(child_ids=(), passed_on={"c1-1": "to_last_team"})
    desk = _desk(gone, _told(child_ids=("c1-1",), edition=2))
    assert desk.aggregate.phase is Phase.WAITING
    desk = _desk(gone, _told(child_ids=("c1-1",), edition=2), "c1-1")
    assert TEAM not in _lines(desk)


@pytest.mark.rule("I7")
def test_nobody_is_told_twice_however_the_children_go_on() -> None:
    desk = _desk(_told(child_ids=("c1-1",)), "c1-1")
    desk.do(lambda notice: HANDLERS.claim(notice, courier="one", over=0, sure=False, at=NOW))
    desk.do(lambda notice: HANDLERS.record_delivery(notice, attempt=notice.attempts, at=NOW))
    desk.do(heard(HANDLERS.expect_notice, _told(child_ids=("c1-1",), edition=2)))
    assert desk.aggregate.phase is Phase.DELIVERED
    later = _told(child_ids=("c1-1",), passed_on={"c1-2": "to_last_team"}, edition=3)
    desk.do(heard(HANDLERS.expect_notice, later))
    assert desk.aggregate.phase is Phase.READY
    assert _lines(desk) == [TEAM]


@pytest.mark.rule("K2")
def test_a_member_of_the_public_is_told_of_no_way() -> None:
    public = ReferrerKind.PUBLIC
    desk = _desk(_told(kind=public, child_ids=(), passed_on={"c1-1": "to_allocated_worker"}))
    assert desk.aggregate.phase is Phase.READY
    assert _lines(desk) == []
