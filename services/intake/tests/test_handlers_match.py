"""What is found of a contact's children, sent twice: once is enough, and twice is no more."""

import pytest

from intake.domain.case import KnownCase
from intake.domain.found import RecordKind
from intake.domain.likeness import Certainty
from intake.forms.form import Note
from intake.forms.match import AnswerPrompt, DecideMatch
from mash_shared.messages import contact as c
from mash_shared.messages.case import CaseStatusChanged
from mash_shared.testing import NOW, Desk, acted, heard, sample, send_twice
from support.front_door import HANDLERS as H
from support.front_door import (
    MANAGER,
    SOCIAL_WORKER,
    found,
    fresh,
    known,
)

REFUSED = {"status": "refused"}
NOTE = Note(note="The school rang back at noon.")


@pytest.mark.rule("E1")
def test_note_case_status_twice_keeps_one_case() -> None:
    changed = sample(CaseStatusChanged)
    assert not send_twice(Desk(KnownCase, "known-1"), heard(H.note_case_status, changed, at=NOW))


@pytest.mark.rule("E1")
def test_note_found_twice_routes_once() -> None:
    desk = fresh()
    look = desk.aggregate.look_number
    told = {"number": look, "found": (found(),), "flags": (), "at": NOW}
    said = send_twice(desk, lambda contact: H.note_found(contact, **told))
    assert list(map(type, said)) == [c.ContactRouted]


def test_decide_match_twice_decides_once() -> None:
    desk = known(found(certainty=Certainty.POSSIBLE))
    same = DecideMatch(record_id="LCS-1", same=True, reason="The mother says so.")
    said = send_twice(desk, acted(H.decide_match, same, SOCIAL_WORKER))
    assert list(map(type, said)) == [c.ContactRouted]


@pytest.mark.rule("E4")
def test_answer_prompt_twice_keeps_the_first_answer() -> None:
    desk = known(*(found(record_id=id_, kind=RecordKind.CONTACT) for id_ in ("a", "b")))
    answer = AnswerPrompt(assess=True, reason="Three times in a month.")
    assert not send_twice(desk, acted(H.answer_prompt, answer, MANAGER))
