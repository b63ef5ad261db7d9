"""Endings that do not fit, and what a contact that has ended or been decided waits for."""

import pytest

from intake.domain.ending import Ended
from intake.domain.found import RecordKind
from intake.domain.queue import Queue
from intake.domain.refusals import AlreadyDoneError, NotAChildConcernError, RoutedError
from intake.forms.contact import AmendContact
from intake.forms.ending import Allocate, GiveAdvice, HandOver, Reroute
from intake.forms.form import Note
from intake.forms.gate import SendForDecision
from intake.forms.match import AnswerPrompt
from intake.handlers import IntakeHandlers
from mash_shared.messages.decision import DecisionRecorded
from mash_shared.policy import PolicyPacks
from mash_shared.testing import acted, heard, packs, sample
from mash_shared.vocabulary import NotEntitledError
from support.front_door import (
    HANDLERS,
    MANAGER,
    SOCIAL_WORKER,
    checked,
    found,
    fresh,
    indexed,
    known,
    recorded,
)


@pytest.mark.rule("A14", "A15")
def test_advice_ends_a_consultation_and_nothing_else() -> None:
    advice = acted(HANDLERS.give_advice, GiveAdvice(advice="Ask the parents."), MANAGER)
    with pytest.raises(NotAChildConcernError):
        recorded().do(advice)
    desk = recorded(request_type="consultation", council="lewisham")
    assert desk.aggregate.path == "consultation"


@pytest.mark.rule("D4")
def test_a_contact_with_consent_is_not_returned_for_want_of_it() -> None:
    back = acted(HANDLERS.return_to_referrer, Note(note="Please ask."), MANAGER)
    with pytest.raises(AlreadyDoneError):
        recorded().do(back)


@pytest.mark.rule("E6")
def test_a_protection_case_is_allocated_once() -> None:
    desk = recorded(significant_harm="yes")
    desk.do(acted(HANDLERS.allocate, Allocate(social_worker="sw-4021"), MANAGER))
    with pytest.raises(AlreadyDoneError, match="sw-4021"):
        desk.do(acted(HANDLERS.allocate, Allocate(social_worker="sw-4022"), MANAGER))
    another = Allocate(social_worker="sw-4022", instead_of="sw-4021")
    with pytest.raises(NotEntitledError):
        desk.do(acted(HANDLERS.allocate, another, SOCIAL_WORKER))
    desk.do(acted(HANDLERS.allocate, another, MANAGER))
    assert desk.aggregate.allocation is not None
    assert desk.aggregate.allocation.social_worker == "sw-4022"
    assert [one.social_worker for one in desk.aggregate.earlier_allocations] == ["sw-4021"]


@pytest.mark.rule("E1", "E7")
def test_a_known_childs_contact_ends_with_whoever_knows_the_child() -> None:
    away = Reroute(to="school_admissions", acknowledged_by="sw-4022")
    with pytest.raises(RoutedError):
        known(found()).do(acted(HANDLERS.reroute, away, MANAGER))


@pytest.mark.rule("E2", "E3")
def test_a_contact_of_nobody_known_is_not_handed_over() -> None:
    over = HandOver(to="Team 4", acknowledged_by="sw-4022")
    with pytest.raises(RoutedError, match="not known"):
        recorded().do(acted(HANDLERS.hand_over, over, MANAGER))


@pytest.mark.rule("B2", "E4")
def test_what_is_decided_waits_for_no_triage_but_a_prompt_stays_until_it_is_answered() -> None:
    desk = known(*(found(record_id=id_, kind=RecordKind.CONTACT) for id_ in ("a", "b")))
    desk.do(acted(HANDLERS.send_for_decision, SendForDecision(reason="Clear."), MANAGER))
    name = {"children": [{"child_id": "c1-1", "facts": {"full_name": "Tobias Fenwick"}}]}
    form = AmendContact.model_validate({"why": "As he writes it."} | name)
    desk.do(acted(HANDLERS.amend_contact, form, MANAGER))
    assert Queue.DEMOGRAPHIC_CHECKS in desk.aggregate.waiting
    for child in desk.aggregate.child_ids:
        decided = sample(DecisionRecorded, contact_id="c1", child_id=child)
        desk.do(heard(HANDLERS.note_decision, decided))
    waiting = desk.aggregate.waiting
    assert Queue.GATE not in waiting
    assert Queue.DEMOGRAPHIC_CHECKS in waiting
    assert Queue.ASSESSMENT_PROMPTS in waiting
    answer = AnswerPrompt(assess=False, reason="One has just been done.")
    desk.do(acted(HANDLERS.answer_prompt, answer, SOCIAL_WORKER))
    assert Queue.ASSESSMENT_PROMPTS not in desk.aggregate.waiting


@pytest.mark.rule("E1", "E2")
def test_a_council_may_leave_open_cases_to_their_workers_without_a_sign_off() -> None:
    havering = packs().of("havering")
    routing = havering.routing.model_copy(update={"open_case_needs_oversight": False})
    pack = havering.model_copy(update={"routing": routing})
    handlers = IntakeHandlers(PolicyPacks({"havering": pack}))
    desk = fresh(children=[{"full_name": "Tobias Fenwick-Adair"}])
    desk.do(indexed(found(team="Team 4"), handlers=handlers))
    checked(desk)
    assert Queue.HAND_OVER in desk.aggregate.waiting
    assert Queue.OVERSIGHT not in desk.aggregate.waiting
    over = HandOver(to="Team 4", acknowledged_by="sw-4022")
    desk.do(acted(HANDLERS.hand_over, over, MANAGER))
    assert desk.aggregate.ending is not None
    assert desk.aggregate.ending.ended_as is Ended.TO_ALLOCATED_WORKER
