"""Who may be named: somebody whom the directory has, now, in the role that is wanted."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from intake.api.acts import acts
from intake.domain.contact import Contact
from intake.domain.match import RouteKind
from intake.forms.contact import CompleteRecord
from intake.forms.ending import Allocate, HandOver
from intake.forms.form import Form, Names
from intake.forms.gate import ChangeCoordinator, SendForDecision
from intake.forms.task import CallBack
from mash_shared.act import Directory, StaffMember
from mash_shared.policy import PolicyPacks
from mash_shared.testing import NOW, STAFF, Desk, acted, packs
from mash_shared.vocabulary import (
    CouncilId,
    FieldRefusedError,
    NotEntitledError,
    Role,
)
from support.cases import CLOSED
from support.front_door import (
    HANDLERS,
    MANAGER,
    SOCIAL_WORKER,
    asking,
    found,
    known,
    recorded,
)

H = HANDLERS
SOMEBODY = replace(STAFF["sw-4021"], teams=frozenset({"Assessment team 2"}))
MINUTE = timedelta(minutes=1)
TEAM = found(**CLOSED | {"closed_at": NOW - timedelta(days=9)})
NOT_THERE: dict[str, Directory] = {
    "unknown": {},
    "in another role": {
        SOMEBODY.id: replace(SOMEBODY, roles=frozenset({Role.BUSINESS_SUPPORT_OFFICER}))
    },
    "in no role": {SOMEBODY.id: replace(SOMEBODY, roles=frozenset())},
    "not yet": {SOMEBODY.id: replace(SOMEBODY, since=NOW + MINUTE)},
    "no longer": {SOMEBODY.id: replace(SOMEBODY, since=NOW - MINUTE, until=NOW)},
}
"""Directories in which whom an act names may not be named at the time of the act."""


def _let_out() -> Desk[Contact]:
    desk = recorded()
    desk.do(acted(H.authorise_enquiry, asking(coordinating_social_worker="sw-4022"), MANAGER))
    return desk


NAMING: dict[str, tuple[Callable[[], Desk[Contact]], str, Form]] = {
    "authorise_enquiry": (recorded, "coordinating_social_worker", asking()),
    "change_coordinator": (
        _let_out,
        "coordinating_social_worker",
        ChangeCoordinator(coordinating_social_worker=SOMEBODY.id, reason="She is on leave."),
    ),
    "allocate": (
        lambda: recorded(significant_harm="yes"),
        "social_worker",
        Allocate(social_worker=SOMEBODY.id),
    ),
    "send_for_decision": (
        recorded,
        "social_worker",
        SendForDecision(reason="All is known.", social_worker=SOMEBODY.id),
    ),
    "hand_over": (
        lambda: known(TEAM),
        "to",
        HandOver(to=SOMEBODY.id, acknowledged_by=SOMEBODY.id),
    ),
}
"""Every act that names somebody, on a contact on which it may be done."""


def _registered(number: str | None = "SW12345", **changes: Any) -> Directory:
    member = StaffMember(id=SOCIAL_WORKER.id, registration_number=number)
    return {SOCIAL_WORKER.id: replace(member, **changes)}


def test_every_act_that_names_somebody_has_its_line_here() -> None:
    naming = {handler.__name__: form for _, handler, form in acts(H) if _names_staff(form)}
    del naming["reroute"]  # whom it names holds any role: test_places.py
    assert naming == {act: type(form) for act, (_, _, form) in NAMING.items()}


def _names_staff(form: type[Form]) -> bool:
    return any(Names.STAFF in field.metadata for field in form.model_fields.values())


@pytest.mark.rule("F6", "F7", "E6", "E1", "E3")
@pytest.mark.parametrize("act", NAMING)
@pytest.mark.parametrize("why", NOT_THERE)
def test_whoever_is_not_there_in_the_role_is_not_named(act: str, why: str) -> None:
    made, field, form = NAMING[act]
    desk = made()
    before = desk.raw
    with pytest.raises(FieldRefusedError, match=f"^{field} must ") as refused:
        desk.do(acted(getattr(H, act), form, MANAGER, staff=NOT_THERE[why]))
    assert refused.value.field == field
    assert SOMEBODY.id not in str(refused.value)
    assert desk.raw == before


@pytest.mark.rule("F6", "F7", "E6", "E1", "E3")
@pytest.mark.parametrize("act", NAMING)
@pytest.mark.parametrize("open_ended", [True, False])
def test_whoever_is_there_in_the_role_is_named(act: str, *, open_ended: bool) -> None:
    made, _, form = NAMING[act]
    somebody = SOMEBODY if open_ended else replace(SOMEBODY, since=NOW, until=NOW + MINUTE)
    made().do(acted(getattr(H, act), form, MANAGER, staff={somebody.id: somebody}))


def test_a_field_without_a_name_names_nobody() -> None:
    assert CallBack(what="Which class?").named(Names.STAFF) == {}


@pytest.mark.rule("F6", "F7")
def test_who_may_coordinate_is_the_councils_to_say() -> None:
    pack = packs().of("havering")
    gate = pack.gate.model_copy(update={"coordinator_roles": (Role.SCREENING_TEAM,)})
    of_screeners = {CouncilId("havering"): pack.model_copy(update={"gate": gate})}
    other = replace(H, packs=PolicyPacks(of_screeners))
    with pytest.raises(FieldRefusedError, match="as screening_team now"):
        recorded(handlers=other).do(acted(other.authorise_enquiry, asking(), MANAGER))
    screener = replace(SOMEBODY, roles=frozenset({Role.SCREENING_TEAM}))
    act = acted(other.authorise_enquiry, asking(), MANAGER, staff={screener.id: screener})
    assert recorded(handlers=other).do(act)


@pytest.mark.rule("F6", "F7")
def test_an_act_that_was_taken_stays_taken_when_its_coordinator_leaves() -> None:
    desk = recorded()
    first = desk.take(acted(H.authorise_enquiry, asking(), MANAGER), arrival_id="a")
    assert first.settled.error is None
    left = NOT_THERE["no longer"]
    again = desk.take(acted(H.authorise_enquiry, asking(), MANAGER, staff=left), arrival_id="a")
    assert (again.settled.error, again.said) == (None, ())


@pytest.mark.rule("E3")
def test_a_contact_is_handed_over_to_the_cases_own_team_and_to_no_other() -> None:
    def over(to: str, **case: Any) -> Desk[Contact]:
        desk = known(replace(TEAM, **case))
        desk.do(acted(H.hand_over, HandOver(to=to, acknowledged_by="sw-4022"), MANAGER))
        return desk

    ending = over("Assessment team 2").aggregate.ending
    assert ending is not None
    assert ending.ended_as == RouteKind.TO_LAST_TEAM
    for refused, case in (
        ("Some other team", {}),
        ("Assessment team 2", {"team": None}),
        ("sw-gone", {"worker": "sw-gone"}),
        ("sw-4021", {}),
    ):
        with pytest.raises(FieldRefusedError, match="team of the child's case"):
            over(refused, **case)


@pytest.mark.rule("J4")
@pytest.mark.parametrize(
    "staff",
    [
        {},
        _registered(None),
        _registered(until=NOW),
        _registered(since=NOW + MINUTE),
        {SOMEBODY.id: SOMEBODY},
    ],
    ids=["unknown", "unregistered", "left", "not yet here", "a colleague is registered"],
)
def test_nobody_without_a_registration_number_completes_a_record(staff: Directory) -> None:
    desk = recorded()
    with pytest.raises(NotEntitledError, match="with a registration number"):
        desk.do(acted(H.complete_record, CompleteRecord(), SOCIAL_WORKER, staff=staff))
    assert desk.aggregate.completion is None


@pytest.mark.rule("J4")
def test_a_completion_bears_the_number_that_the_directory_holds() -> None:
    desk = recorded()
    desk.do(acted(H.complete_record, CompleteRecord(), SOCIAL_WORKER, staff=_registered()))
    assert desk.aggregate.completion is not None
    assert desk.aggregate.completion.registration_number == "SW12345"
