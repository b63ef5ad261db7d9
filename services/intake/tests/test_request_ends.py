"""When a request to the hub is over: once it is answered, and the law done by, whatever is last."""

import pytest

from intake.domain.ending import Ended
from intake.forms.contact import AmendContact
from intake.forms.match import DecideMatch
from intake.forms.task import CompleteTask
from mash_shared.testing import acted
from mash_shared.vocabulary import ClockKind
from support.front_door import HANDLERS as H
from support.front_door import MANAGER, found, indexed
from support.requests import ELSEWHERE, NOT_KNOWN, answer, asked, of


@pytest.mark.rule("M1", "N5")
@pytest.mark.parametrize("last", ["answer", "assessment", "correction"])
def test_a_request_ends_as_answered_with_whatever_comes_last(last: str) -> None:
    desk = asked(ELSEWHERE, circumstances={"parent_carer": {}})
    if last != "answer":
        answer(desk)
        assert desk.aggregate.clock(ClockKind.ANSWER_TO_REQUEST) is None
    if last != "correction":
        said = {"done_on": "2026-03-10", "appropriate_to_provide_care": "yes"}
        do_law = desk.aggregate.tasks[0].task_id
        done = CompleteTask(task_id=do_law, note="Assessed.", answers=said)
        assert desk.aggregate.ending is None
        desk.do(acted(H.complete_task, done, MANAGER))
    else:
        mistake = {"why": "A slip.", "circumstances": {"parent_carer": None}}
        desk.do(acted(H.amend_contact, AmendContact.model_validate(mistake), MANAGER))
    if last == "answer":
        assert desk.aggregate.ending is None
        answer(desk)
    assert desk.aggregate.ending is not None
    assert desk.aggregate.ending.ended_as is Ended.ANSWERED


@pytest.mark.rule("E1", "M7")
def test_harm_to_a_known_child_goes_to_who_knows_the_child_and_the_answer_stands() -> None:
    desk = asked(ELSEWHERE, children=[{"full_name": "Tobias"}], significant_harm="yes")
    desk.do(indexed(found()))
    answer(desk, children=[of("c1-1", {"known": "known", "text": "He has a worker."})])
    assert desk.aggregate.ending is None
    assert desk.aggregate.answers
    no = DecideMatch(record_id="LCS-1", same=False, reason="Another Tobias.")
    desk.do(acted(H.decide_match, no, MANAGER))
    assert desk.aggregate.ending is None, "what was answered was of another Tobias"
    answer(desk, children=[of("c1-1", NOT_KNOWN)], why="Another Tobias.")
    assert desk.aggregate.ending is not None
    assert desk.aggregate.ending.ended_as is Ended.ANSWERED
