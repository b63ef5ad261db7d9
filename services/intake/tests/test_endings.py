"""Endings that do not fit: advice for what is no consultation, a return that nothing calls for."""

import pytest

from intake.domain.refusals import AlreadyDoneError, NotAChildConcernError, RoutedError
from intake.forms import deciding as d
from mash_shared.testing import acted
from support.front_door import HANDLERS, MANAGER, found, known, recorded


@pytest.mark.rule("A14", "A15")
def test_advice_ends_a_consultation_and_nothing_else() -> None:
    advice = acted(HANDLERS.give_advice, d.GiveAdvice(advice="Ask the parents."), MANAGER)
    with pytest.raises(NotAChildConcernError):
        recorded().do(advice)
    desk = recorded(request_type="consultation", council="lewisham")
    assert desk.aggregate.path == "consultation"


@pytest.mark.rule("D4")
def test_a_contact_with_consent_is_not_returned_for_want_of_it() -> None:
    back = acted(HANDLERS.return_to_referrer, d.Note(note="Please ask."), MANAGER)
    with pytest.raises(AlreadyDoneError):
        recorded().do(back)


@pytest.mark.rule("E6")
def test_a_protection_case_is_allocated_once() -> None:
    desk = recorded(significant_harm="yes")
    desk.do(acted(HANDLERS.allocate, d.Allocate(social_worker="sw-1"), MANAGER))
    with pytest.raises(AlreadyDoneError, match="sw-1"):
        desk.do(acted(HANDLERS.allocate, d.Allocate(social_worker="sw-2"), MANAGER))


@pytest.mark.rule("E1", "E7")
def test_a_known_childs_contact_ends_with_whoever_knows_the_child() -> None:
    away = d.Reroute(to="School admissions", acknowledged_by="admissions officer")
    with pytest.raises(RoutedError):
        known(found()).do(acted(HANDLERS.reroute, away, MANAGER))


@pytest.mark.rule("E2", "E3")
def test_a_contact_of_nobody_known_is_not_handed_over() -> None:
    over = d.HandOver(to="Team 4", acknowledged_by="duty manager")
    with pytest.raises(RoutedError, match="does not go to last team"):
        recorded().do(acted(HANDLERS.hand_over, over, MANAGER))
