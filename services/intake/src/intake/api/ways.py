"""How the ways of a contact's children are shown."""

from datetime import datetime

from pydantic import BaseModel

from intake.domain.contact import Contact
from intake.domain.ending import Ending
from intake.domain.match import Route
from intake.domain.progress import DemographicCheck, Oversight
from intake.domain.way import ChildWay, Position, Struck
from mash_shared.vocabulary import OutcomeKind


class WayShown(BaseModel):
    """How far one child has come, also one who was struck or went to another contact (N11).

    `route` is where a known child goes, `undone` are hand-overs to somebody who did not know them.
    `pointed_to` is where a decision for advice pointed them (B15), `told_as` is what the referrer
    heard of them where that was no decision. `check` is that of who they are, as they are known
    now, `stale_check` the one before that was put right (B2). `came_with` is the joined contact of
    another household that brought them.
    """

    child_id: str
    position: Position
    learnt_at: datetime | None
    came_with: str | None
    check: DemographicCheck | None
    stale_check: DemographicCheck | None
    route: Route | None
    oversight: Oversight | None
    handed_over: Ending | None
    undone: list[Ending]
    let_out_at: datetime | None
    outcome: OutcomeKind | None
    pointed_to: str | None
    struck: Struck | None
    split_off_to: str | None
    told_at: datetime | None
    told_as: str | None


def ways_shown(contact: Contact) -> tuple[WayShown, ...]:
    """Show the way of every child whom the contact is, or was, about."""
    return tuple(_shown(contact, way) for way in contact.ways.values())


def _shown(contact: Contact, way: ChildWay) -> WayShown:
    same = {name: getattr(way, name) for name in WayShown.model_fields.keys() - {"position"}}
    return WayShown(**same, position=contact.position(way.child_id))
