"""A route that does not say whose it is keeps its service from starting; a right is the pack's."""

from datetime import UTC, datetime
from typing import Any

import pytest
from fastapi import APIRouter
from pydantic import BaseModel

from mash_shared.act import Act
from mash_shared.audit.line import Kind
from mash_shared.http.access import Relation, UndeclaredRouteError, access
from mash_shared.http.api import api, router
from mash_shared.policy import Pack
from mash_shared.policy.front_door import NightAct
from mash_shared.rights import Right, managers
from mash_shared.testing import memory_audit, packs, person
from mash_shared.vocabulary import NotEntitledError, Role

pytestmark = pytest.mark.rule("S1")
NIGHT = Role.OUT_OF_HOURS_DUTY_SOCIAL_WORKER


class Sought(BaseModel):
    """Whom somebody looks for."""

    name: str


class SoughtForAReason(Sought):
    """Whom somebody looks for, and why, if they like."""

    reason_code: str | None = None


async def seek() -> None:
    """Find nobody."""


async def look_up(form: Sought) -> None:
    """Look somebody up."""


async def look_up_if_they_like(form: SoughtForAReason) -> None:
    """Look somebody up, and say why or not."""


def test_a_route_that_declares_nothing_is_refused() -> None:
    with pytest.raises(UndeclaredRouteError, match="/seek does not declare whose it is"):
        router().get("/seek")(seek)


@pytest.mark.rule("S17")
@pytest.mark.parametrize("endpoint", [look_up, look_up_if_they_like])
def test_a_look_up_that_asks_for_no_reason_is_refused(endpoint: Any) -> None:
    search = access(Kind.SEARCH, Relation.COUNCIL, None)(endpoint)
    with pytest.raises(UndeclaredRouteError, match="asks for no reason_code"):
        router().post("/look")(search)


def test_a_route_of_another_router_is_refused() -> None:
    routes = APIRouter()
    routes.get("/seek")(access(Kind.READ, Relation.NONE, None)(seek))
    with pytest.raises(UndeclaredRouteError, match="no router that asks"):
        api("Seek", "Finds nobody.", None, memory_audit(), None, packs(), routes)  # type: ignore[arg-type]


def _lending(act: NightAct) -> Pack:
    pack = packs().of("havering")
    lent = pack.out_of_hours.model_copy(update={"acts": (act,)})
    return pack.model_copy(update={"out_of_hours": lent})


@pytest.mark.rule("O9", "O10")
@pytest.mark.parametrize(
    ("at", "held"),
    [
        (datetime(2026, 3, 11, 10, 0, tzinfo=UTC), False),
        (datetime(2026, 3, 11, 23, 0, tzinfo=UTC), True),
    ],
    ids=["day", "night"],
)
def test_the_duty_team_has_what_the_pack_lends_it_while_the_hub_is_closed(
    at: datetime, *, held: bool
) -> None:
    right, pack = Right(managers, "decide", NightAct.DECIDE), _lending(NightAct.DECIDE)
    duty, silent = person(NIGHT), packs().of("havering")
    assert right.is_held(duty, pack), "a repeat after the hub has opened is not refused at the edge"
    assert (right.at_times(pack), right.at_times(silent)) == ({NIGHT}, set())
    assert not right.is_held(duty, silent)
    act = Act(person=duty, at=at)
    if held:
        right.must_be_held_now(act, pack)
    else:
        with pytest.raises(NotEntitledError, match=r"^Only .* may decide\.$"):
            right.must_be_held_now(act, pack)
