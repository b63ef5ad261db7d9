"""Answers to requests: what has to be in them, what may not, and the line of each disclosure."""

from typing import Any

import pytest

from intake.domain.answer_basis import MOST_ANSWERS
from intake.domain.case import CaseStatus
from intake.domain.contact import Contact
from intake.domain.found import PersonRole, RecordKind, Tie
from intake.domain.likeness import Certainty
from intake.domain.refusals import MatchUndecidedError, NoAnswerOwedError
from intake.forms.match import DecideMatch
from intake.forms.task import AcceptTask
from mash_shared.testing import NOW, Desk, acted, send_twice
from mash_shared.vocabulary import (
    FieldRefusedError,
    NotEntitledError,
    NotInPolicyError,
)
from support.front_door import HANDLERS as H
from support.front_door import RECORDER, SOCIAL_WORKER, found, indexed, recorded
from support.requests import (
    NOT_KNOWN,
    ONLY_KNOWN,
    PRISON,
    REPORT,
    RESPONSE,
    STATUTORY,
    TO_PRISON,
    answer,
    answering,
    asked,
    do,
    of,
    to_prison,
)

ROOK = {"full_name": "Barnaby Rook", "date_of_birth": "1981-07-02"}
SUBJECT = {"about": "subject", "text": "He was told to stay away.", "basis": "legal_obligation"}


def _about_rook(**changes: Any) -> Desk[Contact]:
    return asked(STATUTORY | {"subject": "adult"}, asked_about=ROOK, **changes)


def _on_record(**changes: Any) -> Any:
    his = {"tie": Tie.PERSON, "our_role": PersonRole.SUBJECT, "child_id": None, "record_id": "c0"}
    return found(**his | {"kind": RecordKind.CONTACT, "status": None} | changes)


@pytest.mark.rule("M4", "M7", "M8")
def test_every_thing_that_is_told_has_its_line_without_a_word_of_it() -> None:
    desk = asked(PRISON, asked_about=ROOK, children=[{"full_name": "Tobias"}])
    do(desk, "review_and_record")
    child = {"about": "c1-1", "text": "He lives with his aunt.", "basis": "vital_interests"}
    tobias = of("c1-1", REPORT, basis="legal_obligation")
    answer(desk, **to_prison(tobias, known="previously", disclosed=[SUBJECT, child]))
    contact = desk.aggregate
    lines = [(line.what, line.basis) for line in contact.disclosures]
    assert lines == [
        ("previously", "public_task"),
        ("respond_with_concerns", "public_task"),
        ("contribute_to_contact_assessment", "public_task"),
        ("known", "legal_obligation"),
        ("best_interests_report", "legal_obligation"),
        ("identity_verified", "legal_obligation"),
        ("information", "legal_obligation"),
        ("information", "vital_interests"),
    ]
    told = {(line.to, line.by, line.at, line.answer) for line in contact.disclosures}
    assert told == {("prison_service", SOCIAL_WORKER.id, NOW, 1)}
    about = [line.about for line in contact.disclosures]
    assert len({*about[:3], about[6]}) == 1
    assert {*about[3:6], about[7]} == {"c1-1"}
    assert len({line.text_hash for line in contact.disclosures}) == len(lines)
    assert not [w for w in ("Rook", "aunt", "away") if w in repr(contact.disclosures)]


@pytest.mark.rule("M7")
def test_the_same_person_is_named_otherwise_in_every_ledger() -> None:
    named = set()
    for id_ in ("c1", "c2"):
        desk = _about_rook(id_=id_)
        answer(desk)
        named |= {line.about for line in desk.aggregate.disclosures}
    assert len(named) == 2
    nobody = asked(STATUTORY)
    answer(nobody)
    assert nobody.aggregate.disclosures[0].about.startswith("subject:")


@pytest.mark.rule("M4")
@pytest.mark.parametrize("known", ["known", "previously", "not_known"])
def test_who_asks_whether_somebody_is_known_is_told_that_and_no_more(known: str) -> None:
    desk = asked(ONLY_KNOWN)
    with pytest.raises(FieldRefusedError, match="duties must be left out"):
        answer(desk, known=known)
    with pytest.raises(FieldRefusedError, match="no more than known or not known"):
        answer(desk, known=known, duties=(), disclosed=[SUBJECT])
    answer(desk, known=known, duties=())
    (line,) = desk.aggregate.disclosures
    assert line.what == known
    (task,) = desk.aggregate.tasks
    assert task.done is not None
    assert task.done.note == known


@pytest.mark.rule("M4")
def test_nothing_is_told_of_whom_nothing_is_known() -> None:
    with pytest.raises(FieldRefusedError, match="no more than known or not known"):
        answer(_about_rook(), known="not_known", disclosed=[SUBJECT])


@pytest.mark.rule("M7", "M8")
@pytest.mark.parametrize("duties", [(), RESPONSE, TO_PRISON[:1], (*TO_PRISON, *TO_PRISON[:1])])
def test_an_answer_says_something_to_each_duty_it_is_made_of_once(duties: Any) -> None:
    desk = asked(PRISON)
    do(desk, "review_and_record")
    with pytest.raises(FieldRefusedError, match="answer each of respond_with_concerns, contribute"):
        answer(desk, **to_prison(duties=duties))


@pytest.mark.rule("M7")
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"basis": "because"}, "basis must be one of legal_obligation"),
        ({"disclosed": [SUBJECT | {"basis": "because"}]}, r"disclosed\.basis must be one of"),
        ({"disclosed": [SUBJECT | {"about": "c9-1"}]}, r"disclosed\.about must be one of subject"),
        (
            {"children": [of("c1-1", NOT_KNOWN, basis="because")]},
            r"children\.basis must be one of legal",
        ),
    ],
)
def test_what_is_told_rests_on_a_coded_basis_and_is_of_somebody_here(
    changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(NotInPolicyError, match=field):
        answer(_about_rook(), **changes)


@pytest.mark.rule("M7")
def test_of_a_record_that_was_found_something_may_be_told() -> None:
    desk = _about_rook()
    desk.do(indexed(_on_record()))
    answer(desk, disclosed=[SUBJECT | {"about": "c0"}])
    assert desk.aggregate.disclosures[-1].about == "c0"


@pytest.mark.rule("M4")
@pytest.mark.parametrize(
    "on_record",
    [
        _on_record(),
        _on_record(our_role=PersonRole.CHILD, tie=Tie.CHILD, of_subject=True),
        _on_record(record_id="LCS-9", kind=RecordKind.CASE, status=CaseStatus.OPEN),
    ],
)
def test_of_whom_something_is_on_record_nobody_says_that_they_are_not_known(
    on_record: Any,
) -> None:
    desk = _about_rook()
    desk.do(indexed(on_record))
    with pytest.raises(FieldRefusedError, match="something is on record"):
        answer(desk, known="not_known")
    answer(desk, known="previously")


@pytest.mark.rule("M4")
@pytest.mark.parametrize(
    "other",
    [
        _on_record(is_referral=False),
        _on_record(tie=Tie.FAMILY, our_role=PersonRole.CHILD),
        _on_record(our_role=PersonRole.HOUSEHOLD),
        _on_record(tie=Tie.CHILD, our_role=PersonRole.CHILD),
    ],
)
def test_another_question_and_who_lives_there_make_nobody_known(other: Any) -> None:
    desk = _about_rook()
    desk.do(indexed(other))
    answer(desk, known="not_known")


@pytest.mark.rule("M4", "M3")
def test_who_may_be_whom_the_hub_is_asked_about_is_decided_before_it_answers() -> None:
    desk = _about_rook()
    desk.do(indexed(_on_record(certainty=Certainty.POSSIBLE)))
    with pytest.raises(MatchUndecidedError):
        answer(desk, known="not_known")
    no = DecideMatch(record_id="c0", same=False, reason="Born in another year.")
    desk.do(acted(H.decide_match, no, SOCIAL_WORKER))
    desk.do(indexed(_on_record(certainty=Certainty.POSSIBLE)))
    answer(desk, known="not_known")
    assert desk.aggregate.ending is not None


@pytest.mark.rule("M7")
def test_a_wrong_answer_is_followed_by_another_that_says_why_and_both_stand() -> None:
    desk = _about_rook()
    answer(desk, known="known")
    with pytest.raises(FieldRefusedError, match="why must say"):
        answer(desk, known="previously")
    answer(desk, known="previously", why="His case was closed last year.")
    contact = desk.aggregate
    assert [(one.number, one.known) for one in contact.answers] == [(1, "known"), (2, "previously")]
    assert [line.answer for line in contact.disclosures] == [1, 1, 2, 2]
    for _ in range(MOST_ANSWERS - 2):
        answer(desk, why="Again.")
    with pytest.raises(NoAnswerOwedError, match="record a new request"):
        answer(desk, why="Again.")


@pytest.mark.rule("M7")
def test_an_answer_is_the_act_of_who_sorts_contacts_and_of_social_workers() -> None:
    desk = asked(STATUTORY)
    with pytest.raises(NotEntitledError):
        desk.do(acted(H.answer_request, answering(), RECORDER))
    with pytest.raises(NotEntitledError):
        desk.do(acted(H.accept_task, AcceptTask(task_id="duty.respond"), RECORDER))
    with pytest.raises(NoAnswerOwedError):
        answer(recorded())


@pytest.mark.rule("M7")
def test_answer_request_twice_answers_it_once() -> None:
    desk = asked(STATUTORY)
    assert not send_twice(desk, acted(H.answer_request, answering(), SOCIAL_WORKER))
    assert len(desk.aggregate.answers) == 1
