"""The council's staff: looked up for whoever an act names, and shown by name where people read."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel

from intake.api.answers import must_be_of_contact
from intake.directory import StaffDesk, working
from intake.domain.contact import Contact
from intake.forms.form import Form, Names
from intake.roles import READ_STAFF
from intake.store import load
from mash_shared.act import Act, Named, StaffMember
from mash_shared.audit.line import Kind
from mash_shared.http.access import Relation, access
from mash_shared.http.api import Asked, Doors, Performed, SignedIn, router
from mash_shared.messages import Message
from mash_shared.plumbing.documents import Store
from mash_shared.plumbing.times import Now
from mash_shared.vocabulary import Role


class FrontDoors:
    """Doors that look up, before an act, whom and what its form names."""

    def __init__(self, doors: Doors, store: Store[Contact], staff: StaffDesk) -> None:
        self._doors = doors
        self._store = store
        self._staff = staff

    async def perform(
        self,
        handler: Callable[[Contact, Act, Any], Iterable[Message]],
        contact_id: str,
        form: Form,
        ask: Asked,
    ) -> Performed[Contact]:
        """Run the handler, which is told what is known of everybody and everything named."""
        must_be_of_contact(contact_id)
        council = ask.person.council
        people = {ask.person.id, *form.named(Names.STAFF).values()}
        teams = tuple(form.named(Names.TEAM).values())
        staff = await self._staff.members(council, people, teams)
        contacts = await load(self._store, tuple(form.named(Names.CONTACT).values()))
        ours = (one for one in contacts if one.council == council)
        there = {one.id for one in ours if one.erased_at is None}
        known = replace(ask, named=Named(staff=staff, there=there))
        return await self._doors.perform(handler, contact_id, form, known)


class StaffShown(BaseModel):
    """Somebody whom the front door may name: as a worker or as a coordinator, say."""

    staff_id: str
    display_name: str | None
    roles: tuple[Role, ...]
    teams: tuple[str, ...]
    agency: str | None
    is_registered: bool


def staff_routes(store: Store[Contact], now: Now) -> APIRouter:
    """Build the route of the directory."""
    routes = router()

    @routes.get("/staff")
    @access(Kind.READ, Relation.NONE, READ_STAFF)
    async def read_staff(
        person: SignedIn,
        role: Role | None = None,
        agency: Annotated[str | None, Query(max_length=40)] = None,
        team: Annotated[str | None, Query(max_length=200)] = None,
    ) -> list[StaffShown]:
        """Name who works for the person's council now: in a role, in a team, as a navigator."""
        found = await working(store, person.council, now())
        return [
            _shown(one)
            for one in sorted(found, key=lambda one: (one.display_name or "", one.id))
            if (role is None or role in one.roles)
            and (agency is None or agency == one.agency)
            and (team is None or one.is_of(team))
        ]

    return routes


def _shown(member: StaffMember) -> StaffShown:
    return StaffShown(
        staff_id=member.id,
        display_name=member.display_name,
        roles=tuple(sorted(member.roles)),
        teams=tuple(sorted(member.teams)),
        agency=member.agency,
        is_registered=member.registration_number is not None,
    )
