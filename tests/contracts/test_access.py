"""Every route, asked by every role of every council in every state: open to those and nobody else.

What is expected is written by hand in `support.who_may`; what routes declare is held to it, and
what they answer as well. So neither is compared with itself.
"""

from collections import Counter
from collections.abc import Mapping
from copy import deepcopy
from enum import StrEnum
from functools import partial
from typing import Any

import httpx
import pytest
from fastapi.routing import APIRoute

from agency_gateway.handlers import GatewayHandlers
from decision.handlers import DecisionHandlers
from enquiry.handlers import EnquiryHandlers
from mash_shared.act import Person
from mash_shared.audit.line import Kind
from mash_shared.http.access import Access, Relation, asks_why, declared
from mash_shared.messages.agency_check import AgencyCheckRequested
from mash_shared.messages.clock import ClockChanged
from mash_shared.messages.contact import ContactRecorded
from mash_shared.messages.enquiry import EnquiryAuthorised, EnquiryCollated
from mash_shared.testing import NOW, Desk, heard, packs, person, sample
from mash_shared.vocabulary import ReplyState, Role
from notify.handlers import NotifyHandlers
from ops.handlers import OpsHandlers
from support.act_forms import FORMS, RETENTION
from support.front_door import recorded
from support.in_process import FACES, Face, face
from support.over_http import CONTACT
from support.who_may import (
    BROKEN_GLASS_SHOWS,
    COUNCILS,
    SEARCHES,
    WHO_MAY,
    WHY_ASKED,
)
from support.who_may import (
    OF_NOBODY as OF_NO_CASE,
)

Route = tuple[str, str, str]
ID = "c1"
JUDGEMENT = {"outcome": "early_help", "rationale": "The family asks for help."}
ASKED_OF_CHILD = {"child_ids": (ID,), "slots": {"police": {ID: ReplyState.NOTHING_KNOWN}}}
ACTS = {**FORMS, **RETENTION}
BODIES: Mapping[tuple[str, str], Any] = {
    ("POST", "/contacts"): CONTACT,
    ("POST", "/form-contacts"): CONTACT,
    ("POST", "/group-contacts"): {},
    ("POST", "/contacts/search"): {"reason_code": "caller_asks", "full_name": "Tobias Fenwick"},
    ("PATCH", "/contacts/{contact_id}"): {"why": "Misheard.", "address": "1 Marlpit Lane"},
    ("POST", "/decisions/{decision_id}/recommendation"): JUDGEMENT,
    ("POST", "/decisions/{decision_id}/outcome"): JUDGEMENT,
    ("POST", "/notices/{contact_id}/told-by-person"): {"by": "telephone"},
    **{("POST", f"/contacts/{{contact_id}}/{path}"): form for path, form in ACTS.items()},
}
BY_THE_CASE = {"/contacts/{contact_id}/answer": 404, "/cases/{case_id}/held": 404}
"""Reads that are refused of the contact that is there: it is no request, and no case."""
QUERIES = {"/figures": "?from=2026-W11"}
ROLES: tuple[Role | None, ...] = (*Role, None)


class State(StrEnum):
    """What there is under the id that is asked for, and whether this was done under the key."""

    NOTHING = "nothing there"
    THERE = "one's own council's"
    OTHERS = "another council's"
    DONE = "done before under the same key"


def _kept(service: str, council: str) -> Any:
    """Give a document of a council as its service keeps it, under the id that is asked for."""
    if service == "intake":
        return recorded(council, id_=ID).aggregate
    change = {
        "enquiry": (EnquiryHandlers(packs()).open_enquiry, EnquiryAuthorised, {}),
        "agency-gateway": (
            partial(GatewayHandlers(packs()).hand_over, at=NOW),
            AgencyCheckRequested,
            {},
        ),
        "decision": (DecisionHandlers(packs()).open_decision, EnquiryCollated, ASKED_OF_CHILD),
        "notify": (NotifyHandlers(packs()).expect_notice, ContactRecorded, {}),
        "ops": (OpsHandlers().note_clocks, ClockChanged, {}),
    }
    handler, message, more = change[service]
    desk: Desk[Any] = Desk(FACES[service][0], ID, service)
    desk.do(heard(handler, sample(message, council=council, **more)))
    return desk.aggregate


@pytest.fixture(scope="module")
def faces(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Face]:
    return {name: face(name, tmp_path_factory.mktemp(name)) for name in FACES}


@pytest.fixture(scope="module")
def routes(faces: dict[str, Face]) -> dict[Route, APIRoute]:
    return {
        (name, method, route.path): route
        for name, one in faces.items()
        for route in one.app.routes
        if isinstance(route, APIRoute)
        for method in route.methods
    }


@pytest.mark.rule("S1")
def test_every_route_is_expected_and_every_expected_one_there(
    routes: dict[Route, APIRoute],
) -> None:
    assert routes.keys() == WHO_MAY.keys()


@pytest.mark.rule("S9", "S17")
@pytest.mark.parametrize("route", WHO_MAY, ids=" ".join)
def test_a_route_declares_what_it_is(routes: dict[Route, APIRoute], route: Route) -> None:
    said = declared(routes[route])
    kind = Kind.READ if route[1] == "GET" else Kind.ACT
    kind = Kind.SEARCH if route in SEARCHES else Kind.NOBODY if route in OF_NO_CASE else kind
    assert said.kind is kind
    assert asks_why(routes[route]) is (route in WHY_ASKED)
    assert (said.glass is not None) is (route in BROKEN_GLASS_SHOWS)
    one = said.relation in (Relation.CASE, Relation.REQUEST)
    assert one is ("_id}" in route[2])
    parts = {part for part in routes[route].param_convertors if not part.endswith("_id")}
    assert parts <= {"queue"}, "an id in a path is in the audit line where it is called one"


@pytest.mark.rule("S1")
@pytest.mark.parametrize("council", COUNCILS)
def test_a_route_declares_whose_it_is(routes: dict[Route, APIRoute], council: str) -> None:
    pack = packs().of(council)
    for name, route in routes.items():
        said = declared(route)
        right, nobodys = said.right, set(Role) if said.machine is None else set()
        roles = right.by_day(pack) | right.at_times(pack) if right else nobodys
        assert roles == set(WHO_MAY[name][council]), name


class Asking:
    """One service, asked by people of one council, as often as there is something to ask."""

    def __init__(self, one: Face, council: str) -> None:
        self.face, self.council, self.number = one, council, 0
        other = COUNCILS[COUNCILS.index(council) - 1]
        self.subject = _kept(one.name, council).contact_id
        self.raws = {State.NOTHING: self._raws(None)}
        self.raws[State.THERE] = self.raws[State.DONE] = self._raws(council)
        self.raws[State.OTHERS] = self._raws(other)

    def _raws(self, council: str | None) -> dict[str, Any]:
        self.face.store.raws.clear()
        if council is not None:
            self.face.keep(_kept(self.face.name, council))
        self.face.employ(self.who(*Role)) if self.face.name == "intake" else None
        return deepcopy(self.face.store.raws)

    def who(self, *roles: Role) -> Person:
        return person(*roles, id="p-9", council=self.council)

    async def ask(self, route: Route, role: Role | None, state: State) -> httpx.Response:
        """Ask once, in a state as if nothing had been asked before."""
        self.face.store.raws.clear()
        self.face.store.raws.update(deepcopy(self.raws[state]))
        self.number += 1
        if state is State.DONE:
            await self._send(route, self.who(*Role))
        return await self._send(route, self.who(*((role,) if role else ())))

    async def _send(self, route: Route, by: Person) -> httpx.Response:
        _, method, path = route
        where = path.replace("{queue}", "oversight") + QUERIES.get(path, "")
        if path.endswith(("}/held", "}/access")):
            where = where.replace("{contact_id}", self.subject)
        for part in ("contact_id", "case_id", "enquiry_id", "request_id", "decision_id"):
            where = where.replace(f"{{{part}}}", ID)
        headers = {"idempotency-key": f"asked-{self.number:06}"}
        headers |= {"if-match": '"1"'} if method == "PATCH" else {}
        async with self.face.client(by) as client:
            body = BODIES.get((method, path))
            return await client.request(method, where, json=body, headers=headers)


def _must_be_let_in(
    answer: httpx.Response, route: Route, said: Access, state: State, lacking: list[str]
) -> None:
    """Check that an entitled role gets what the state gives it, and 403 by a further right only."""
    if answer.status_code == 403:
        detail = answer.json()["detail"]
        assert any(detail.endswith(f"may {to}.") for to in lacking), (route, detail)
    elif said.relation in (Relation.CASE, Relation.REQUEST):
        not_known = state in (State.NOTHING, State.OTHERS)
        if not_known:
            assert answer.status_code == 404, (route, state, answer.text)
        elif route[1] == "GET":
            assert answer.status_code == BY_THE_CASE.get(route[2], 200), (route, answer.text)
    else:
        assert answer.status_code != 404, (route, answer.text)


COMBINATIONS = {
    service: sum(route[0] == service for route in WHO_MAY) * len(ROLES) * len(State)
    for service in FACES
}


@pytest.mark.rule("S1", "F14")
@pytest.mark.parametrize("council", COUNCILS)
@pytest.mark.parametrize(
    "service", FACES, ids=[f"{name}: {many} combinations" for name, many in COMBINATIONS.items()]
)
async def test_a_route_is_for_its_roles(
    faces: dict[str, Face], routes: dict[Route, APIRoute], service: str, council: str
) -> None:
    """The status of each combination is asserted, and that a refusal says the same in any state."""
    asking, counted = Asking(faces[service], council), Counter[bool]()
    pack = packs().of(council)
    for route in (one for one in WHO_MAY if one[0] == service):
        for role in ROLES:
            answers = {state: await asking.ask(route, role, state) for state in State}
            said = declared(routes[route])
            anybody = said.right is None and said.machine is None
            entitled = anybody or role in WHO_MAY[route][council]
            for state, answer in answers.items():
                counted[entitled] += 1
                if not entitled:
                    assert answer.status_code == 403, (route, role, state, answer.text)
                elif role is not None:
                    lacking = [one.to for one in said.further if role not in one.by_day(pack)]
                    _must_be_let_in(answer, route, said, state, lacking)
            if not entitled:
                assert len({answer.text for answer in answers.values()}) == 1, (route, role)
    assert sum(counted.values()) == COMBINATIONS[service]
    assert min(counted[True], counted[False]) > 0
