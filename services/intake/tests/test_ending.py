"""The ways a contact goes without an enquiry: by whom, to whom, and who is told of it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from intake.domain.contact import Contact
from intake.domain.ending import Ended, Ending
from intake.domain.function import FUNCTIONS, Function
from intake.domain.progress import NOT_OWED, ContactState
from intake.domain.refusals import RoutedError
from intake.domain.task import TaskKind
from intake.forms.ending import (
    Allocate,
    DatedAction,
    GiveAdvice,
    HandOver,
    Oversee,
    Reroute,
    SignOffEnding,
    Signpost,
)
from intake.forms.form import Note
from intake.forms.match import DecideMatch
from mash_shared.act import Person
from mash_shared.messages import Message
from mash_shared.messages.contact import ChildAllegedToHarm, ContactEnded
from mash_shared.testing import NOW, Desk, acted, heard, packs, sample
from mash_shared.vocabulary import ClockKind, ClockState, NotEntitledError, Role
from support.cases import CLOSED as CLOSED_CASE
from support.front_door import HANDLERS as H
from support.front_door import (
    MANAGER,
    RECORDER,
    found,
    indexed,
    known,
    recorded,
    staff,
)

REFUSED = {"status": "refused"}
ACTION = DatedAction(what="See both children.", due_at=NOW + timedelta(days=2))
PLACE = {"to": "school_admissions", "acknowledged_by": "sw-4022"}
FORMS: dict[str, Any] = {
    "signpost": Signpost(to="library", note="Opens at nine."),
    "give_advice": GiveAdvice(advice="Ask the parents."),
    "return_to_referrer": Note(note="Please talk to the parents."),
    "reroute": Reroute(**PLACE, note="Their case."),
    "oversee": Oversee(note="Seen.", actions=(ACTION, ACTION)),
    "hand_over": HandOver(to="Assessment team 2", acknowledged_by="sw-4022", note="They know her."),
    "allocate": Allocate(social_worker="sw-4021"),
}
CLOSED = found(**CLOSED_CASE, closed_at=NOW - timedelta(days=9))


TYPES = {"give_advice": "consultation", "return_to_referrer": "early_help"}


def _fitting(way: str, council: str = "havering") -> Desk[Contact]:
    """Give a contact that may go this way."""
    desk = recorded(
        council,
        consent=REFUSED if way == "return_to_referrer" else {"status": "given"},
        request_type=TYPES.get(way),
    )
    if way in ("oversee", "hand_over"):
        desk = known(found() if way == "oversee" else CLOSED)
    return desk


def _send(desk: Desk[Contact], way: str, by: Person = MANAGER, **form: Any) -> tuple[Message, ...]:
    sent = FORMS[way].model_copy(update=form)
    handler: Callable[..., Any] = getattr(H, way)
    return desk.do(acted(handler, sent, by))


def _ending(desk: Desk[Contact]) -> Ending:
    ending = desk.aggregate.ending
    assert ending is not None
    return ending


FRONT = {Role.SOCIAL_WORKER, Role.MASH_MANAGER, Role.HEAD_OF_MASH}
FRONT |= {Role.OUT_OF_HOURS_DUTY_SOCIAL_WORKER}


@pytest.mark.rule("B14", "E2")
@pytest.mark.parametrize("way", FORMS)
@pytest.mark.parametrize("role", Role)
def test_each_way_is_for_the_roles_whose_work_it_is(way: str, role: Role) -> None:
    entitled = {
        "oversee": {Role.MASH_MANAGER, Role.HEAD_OF_MASH},
    }.get(way, FRONT)
    desk = _fitting(way)
    if role in entitled:
        _send(desk, way, staff(role))
        return
    with pytest.raises(NotEntitledError):
        _send(desk, way, staff(role))
    assert (desk.aggregate.ending, desk.aggregate.allocation) == (None, None)


@pytest.mark.rule("O12")
def test_in_redbridge_the_screening_team_sorts_contacts() -> None:
    by = staff(Role.SCREENING_TEAM, council="redbridge")
    _send(_fitting("reroute", "redbridge"), "reroute", by)
    with pytest.raises(NotEntitledError):
        _send(
            _fitting("reroute", "redbridge"),
            "reroute",
            staff(Role.SOCIAL_WORKER, council="redbridge"),
        )


@pytest.mark.rule("B14", "B15", "E1", "E3", "E7", "D4", "O1")
@pytest.mark.parametrize(
    ("way", "ended", "to", "function"),
    [
        ("signpost", Ended.SIGNPOSTED, "Library", Function.EARLY_INTERVENTION),
        ("return_to_referrer", Ended.RETURNED_TO_REFERRER, None, Function.COORDINATION),
        ("reroute", Ended.REROUTED, "School admissions", Function.COORDINATION),
        ("oversee", Ended.TO_ALLOCATED_WORKER, "sw-harriet-osei", Function.HARM_REDUCTION),
        ("hand_over", Ended.TO_LAST_TEAM, "Assessment team 2", Function.HARM_REDUCTION),
    ],
)
def test_a_referral_that_ends_says_how_and_notify_is_told(
    way: str, ended: Ended, to: str | None, function: Function
) -> None:
    desk = _fitting(way)
    (said,) = _send(desk, way)
    assert isinstance(said, ContactEnded)
    assert (said.ended_as, said.told_at_once) == (ended, way == "signpost")
    assert said.policy_version == packs().of("havering").version
    ending = _ending(desk)
    assert (ending.ended_as, ending.to, FUNCTIONS[ending.ended_as]) == (ended, to, function)
    assert (ending.by, ending.at) == (MANAGER.id, NOW)
    assert desk.aggregate.authorisation is None


@pytest.mark.rule("A14", "A15", "D20", "O1")
def test_the_advice_that_ends_a_consultation_is_kept_and_nobody_else_is_told() -> None:
    desk = _fitting("give_advice")
    assert _send(desk, "give_advice") == ()
    ending = _ending(desk)
    assert (ending.ended_as, ending.note) == (Ended.ADVICE_GIVEN, "Ask the parents.")
    assert FUNCTIONS[ending.ended_as] is Function.EARLY_INTERVENTION
    assert desk.aggregate.state is ContactState.CLOSED


@pytest.mark.rule("B14")
def test_a_question_about_a_service_is_answered_at_once_and_owes_nobody_anything() -> None:
    desk = recorded(request_type="information", children=[{}])
    assert _send(desk, "signpost", RECORDER) == ()
    assert desk.aggregate.not_told_because == NOT_OWED
    assert desk.aggregate.state is ContactState.CLOSED


@pytest.mark.rule("B14", "J4")
def test_whoever_is_signposted_hears_it_at_once_unless_it_is_said_later() -> None:
    at_once, later = recorded(), recorded()
    _send(at_once, "signpost")
    _send(later, "signpost", told_at_once=False)
    written = recorded(channel="online_form")
    _send(written, "signpost")
    assert written.aggregate.told_at is None
    assert (at_once.aggregate.told_at, at_once.aggregate.state) == (NOW, ContactState.CLOSED)
    assert (later.aggregate.told_at, later.aggregate.state) == (None, ContactState.ENDED)
    (record,) = (c for c in later.aggregate.clocks if c.kind is ClockKind.CONTACT_RECORD)
    assert record.state is ClockState.CANCELLED


@pytest.mark.rule("N10")
def test_of_a_child_who_is_said_to_do_harm_no_referrer_is_told() -> None:
    desk = Desk(Contact, "c1a1")
    desk.do(heard(H.open_for_alleged_child, sample(ChildAllegedToHarm, contact_id="c1a1")))
    desk.do(indexed())
    assert _send(desk, "reroute") == ()
    signed = SignOffEnding(agrees=True, reason="They have him.")
    assert desk.do(acted(H.sign_off_ending, signed, staff(Role.HEAD_OF_MASH))) == ()
    assert desk.aggregate.ending is not None


@pytest.mark.rule("E7", "M11")
def test_a_contact_for_another_authority_goes_there() -> None:
    desk = recorded()
    (said,) = _send(desk, "reroute", to="kent")
    assert isinstance(said, ContactEnded)
    assert said.ended_as == "transferred_to_other_la"


@pytest.mark.rule("E2", "J11")
def test_a_managers_sign_off_has_actions_each_with_its_time() -> None:
    with pytest.raises(ValidationError):
        Oversee(note="Seen.", actions=())
    with pytest.raises(ValidationError):
        DatedAction.model_validate({"what": "See both children."})
    desk = _fitting("oversee")
    _send(desk, "oversee")
    contact = desk.aggregate
    oversight = contact.ways["c1-1"].oversight
    assert oversight is not None
    assert (oversight.by, oversight.note) == (MANAGER.id, "Seen.")
    actions = [task for task in contact.tasks if task.kind is TaskKind.ACTION]
    assert [task.what for task in actions] == ["See both children."] * 2
    clocks = [contact.clock(ClockKind.TASK, task.task_id) for task in actions]
    assert [clock.due_at for clock in clocks if clock] == [ACTION.due_at] * 2


@pytest.mark.rule("E1", "E2", "E3")
@pytest.mark.parametrize("way", ["signpost", "return_to_referrer", "reroute"])
@pytest.mark.parametrize("case", [found(), CLOSED])
def test_a_known_childs_contact_ends_no_other_way_until_the_match_is_undone(
    way: str, case: Any
) -> None:
    desk = _fitting(way)
    desk.do(indexed(case))
    with pytest.raises(RoutedError, match="goes to whoever knows them"):
        _send(desk, way)
    other = DecideMatch(record_id="LCS-1", same=False, reason="Another child.")
    desk.do(acted(H.decide_match, other, MANAGER))
    assert _send(desk, way)


@pytest.mark.rule("E1", "E2", "E3")
def test_oversight_and_handing_over_are_each_for_their_own_route() -> None:
    with pytest.raises(RoutedError, match="handed over, not signed off"):
        _send(known(CLOSED), "oversee")
    with pytest.raises(RoutedError, match="manager has to sign off"):
        _send(known(found()), "hand_over")


@pytest.mark.rule("E1", "A14")
def test_whoever_asks_for_advice_about_a_known_child_is_given_it() -> None:
    desk = known(found(), request_type="consultation")
    _send(desk, "give_advice")
    assert _ending(desk).ended_as is Ended.ADVICE_GIVEN
