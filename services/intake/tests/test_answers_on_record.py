"""An answer that rested on what the records held, and holds no longer by that (M4, M8)."""

from datetime import timedelta

import pytest

from intake.domain.answer import Stale
from intake.domain.found import PersonRole, RecordKind, Tie
from intake.domain.likeness import Certainty
from intake.forms.contact import AmendContact
from intake.forms.match import DecideMatch
from mash_shared.testing import NOW, acted
from mash_shared.vocabulary import FieldRefusedError
from support.front_door import HANDLERS as H
from support.front_door import MANAGER, found, indexed
from support.requests import NOT_KNOWN, ONLY_KNOWN, STATUTORY, answer, asked, of

TOBIAS = {"full_name": "Tobias Fenwick-Adair"}
ROOK = {"full_name": "Barnaby Rook"}
LATER = NOW + timedelta(hours=1)


@pytest.mark.rule("M4", "M8")
def test_what_was_told_from_the_record_of_another_child_is_put_right() -> None:
    desk = asked(STATUTORY, children=[TOBIAS])
    desk.do(indexed(found(certainty=Certainty.POSSIBLE)))
    yes, no = (DecideMatch(record_id="LCS-1", same=same, reason="Rung.") for same in (True, False))
    desk.do(acted(H.decide_match, yes, MANAGER))
    answer(desk, children=[of("c1-1", {"known": "known", "text": "He has a worker."})])
    desk.do(acted(H.decide_match, no, MANAGER))
    contact = desk.aggregate
    assert contact.reopened[0].because["c1-1"] is Stale.RECORD_OF_ANOTHER
    told = {"about": "LCS-1", "text": "He has a worker.", "basis": "public_task"}
    again = {"children": [of("c1-1", NOT_KNOWN)], "known": "not_known", "why": "Another Tobias."}
    with pytest.raises(FieldRefusedError, match="disclosed must be left out"):
        answer(desk, **again, disclosed=[told])
    answer(desk, **again)
    assert desk.aggregate.ending is not None


@pytest.mark.rule("M4")
def test_whom_nothing_was_known_of_and_is_on_record_now_has_the_answer_given_anew_once() -> None:
    desk = asked(ONLY_KNOWN | {"subject": "adult"}, asked_about=ROOK, children=[TOBIAS])
    children = [of("c1-1", NOT_KNOWN)]
    answer(desk, known="not_known", duties=(), children=children)
    his = found(record_id="c0", kind=RecordKind.CONTACT, tie=Tie.PERSON, child_id=None,
                our_role=PersonRole.SUBJECT)  # fmt: skip
    said = {"why": "She rang.", "address": "9 Mill Walk", "significant_harm": "yes"}
    desk.do(acted(H.amend_contact, AmendContact.model_validate(said), MANAGER, LATER))
    desk.do(indexed())
    assert desk.aggregate.reopened == [], "whether he is known does not hang on that"
    for _ in range(2):
        desk.do(indexed(his))
    assert [one.because for one in desk.aggregate.reopened] == [
        {"subject": Stale.ON_RECORD_AFTER_ALL}
    ]
    answer(desk, known="known", duties=(), children=children, why="His name was misheard.")
    desk.do(indexed(his))
    assert len(desk.aggregate.reopened) == 1
