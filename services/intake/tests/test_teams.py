"""A case closed lately goes to its last team: who of that team takes the child over."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from intake.domain.contact import Contact
from intake.domain.ending import Ended, Ending
from intake.domain.way import Position
from intake.forms.ending import HandOver
from mash_shared.act import Directory, StaffMember
from mash_shared.policy import PolicyPacks
from mash_shared.testing import NOW, Desk, acted, packs
from mash_shared.vocabulary import CouncilId, FieldRefusedError, Role
from support.front_door import HANDLERS as H
from support.front_door import MANAGER, RECORDER, SOCIAL_WORKER, indexed, known
from support.siblings import added, closed_case, open_case, siblings, split, struck

TEAM, OTHER = "Assessment team 2", "Children in Need team 4"


def _of(*teams: str, id_: str = "sw-9", **said: Any) -> StaffMember:
    roles = frozenset({Role.SOCIAL_WORKER})
    return StaffMember(id=id_, roles=roles, teams=frozenset(teams), **said)


OURS, THEIRS = _of(TEAM), _of(OTHER, id_="sw-8")
SORTING = StaffMember(id=MANAGER.id, roles=MANAGER.roles)
RECORDING = StaffMember(id=RECORDER.id, roles=RECORDER.roles)


def _there(*people: StaffMember) -> Directory:
    return {one.id: one for one in people}


def _over(
    desk: Desk[Contact], to: str, by: str, staff: Iterable[StaffMember], *children: str
) -> Ending:
    form = HandOver(to=to, acknowledged_by=by, child_ids=children)
    desk.do(acted(H.hand_over, form, SOCIAL_WORKER, staff=_there(*staff)))
    way = desk.aggregate.ways[children[0] if children else "c1-1"]
    assert way.handed_over is not None
    return way.handed_over


@pytest.mark.rule("E3")
@pytest.mark.parametrize("to", [TEAM, "  assessment  TEAM 2 ", OURS.id])
def test_somebody_of_the_last_team_takes_the_child_over(to: str) -> None:
    ending = _over(known(closed_case("c1-1")), to, OURS.id, [OURS, THEIRS])
    assert ending.to == " ".join(to.split())
    assert (ending.acknowledged_by, ending.on_behalf) == (OURS.id, False)


NOT_OF_THE_TEAM = {
    "of another team": (THEIRS, "acknowledged_by"),
    "who sorts contacts": (SORTING, "acknowledged_by"),
    "of the team no longer": (_of(TEAM, id_="sw-8", until=NOW), "acknowledged_by"),
    "of the team not yet": (
        _of(TEAM, id_="sw-8", since=NOW + timedelta(minutes=1)),
        "acknowledged_by",
    ),
}


@pytest.mark.rule("E3")
@pytest.mark.parametrize("why", NOT_OF_THE_TEAM)
def test_nobody_else_takes_it_over_while_the_team_has_somebody(why: str) -> None:
    somebody, field = NOT_OF_THE_TEAM[why]
    desk = known(closed_case("c1-1"))
    with pytest.raises(FieldRefusedError, match="child's team now") as refused:
        _over(desk, TEAM, somebody.id, [OURS, somebody])
    assert refused.value.field == field
    with pytest.raises(FieldRefusedError, match="in that team now"):
        _over(desk, THEIRS.id, OURS.id, [OURS, THEIRS])
    assert desk.aggregate.position("c1-1") is Position.NEW


@pytest.mark.rule("E3")
@pytest.mark.parametrize("gone", [[], [THEIRS], [_of(TEAM, until=NOW)]])
def test_for_a_team_of_nobody_who_sorts_contacts_takes_it_over_and_that_is_shown(
    gone: list[StaffMember],
) -> None:
    ending = _over(known(closed_case("c1-1")), TEAM, SORTING.id, [SORTING, *gone])
    assert (ending.acknowledged_by, ending.on_behalf) == (SORTING.id, True)
    for other in (RECORDING, *gone):
        wanted = Role.SOCIAL_WORKER in other.roles and other.works_at(NOW)
        if not wanted:
            with pytest.raises(FieldRefusedError, match="acknowledged_by must"):
                _over(known(closed_case("c1-1")), TEAM, other.id, [other, *gone])


@pytest.mark.rule("E3")
def test_of_a_case_without_a_team_who_sorts_contacts_says_who_has_the_child() -> None:
    case = replace(closed_case("c1-1"), team=None)
    ending = _over(known(case), THEIRS.id, SORTING.id, [THEIRS, SORTING])
    assert (ending.to, ending.on_behalf) == (THEIRS.id, True)
    with pytest.raises(FieldRefusedError, match="acknowledged_by must"):
        _over(known(case), THEIRS.id, RECORDING.id, [THEIRS, RECORDING])


@pytest.mark.rule("E3", "E5")
def test_of_siblings_each_goes_to_their_own_last_team() -> None:
    desk = siblings(closed_case("c1-1"), closed_case("c1-2", team=OTHER, record_id="LCS-3"))
    with pytest.raises(FieldRefusedError):
        _over(desk, TEAM, OURS.id, [OURS, THEIRS], "c1-2")
    assert _over(desk, OTHER, THEIRS.id, [OURS, THEIRS], "c1-2").acknowledged_by == THEIRS.id
    assert _over(desk, TEAM, OURS.id, [OURS, THEIRS], "c1-1").acknowledged_by == OURS.id


@pytest.mark.rule("E3")
@pytest.mark.parametrize("changed", ["a child more", "a child struck", "a family apart"])
def test_a_changed_contact_leads_no_child_to_another_team(changed: str) -> None:
    desk = siblings(closed_case("c1-1"), children=[{"full_name": "Tobias"}, {"full_name": "Wren"}])
    if changed == "a child more":
        added(desk)
    else:
        (struck if changed == "a child struck" else split)(desk, "c1-2")
    with pytest.raises(FieldRefusedError):
        _over(desk, OTHER, THEIRS.id, [OURS, THEIRS], "c1-1")
    assert _over(desk, TEAM, OURS.id, [OURS, THEIRS], "c1-1").acknowledged_by == OURS.id


@pytest.mark.rule("E1")
def test_where_no_manager_signs_off_the_allocated_worker_takes_the_child_over() -> None:
    havering = packs().of("havering")
    routing = havering.routing.model_copy(update={"open_case_needs_oversight": False})
    pack = havering.model_copy(update={"routing": routing})
    handlers = replace(H, packs=PolicyPacks({CouncilId("havering"): pack}))
    desk = known()
    desk.do(indexed(open_case("c1-1", worker=THEIRS.id), handlers=handlers))
    with pytest.raises(FieldRefusedError):
        _over(desk, OURS.id, OURS.id, [OURS, THEIRS])
    ending = _over(desk, THEIRS.id, THEIRS.id, [OURS, THEIRS])
    assert (ending.ended_as, ending.on_behalf) == (Ended.TO_ALLOCATED_WORKER, False)
