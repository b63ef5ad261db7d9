"""Contacts of which every child is on a way of their own; everybody is invented."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, TypeVar

from intake.domain.case import CaseStatus
from intake.domain.contact import Contact
from intake.domain.found import Found
from intake.domain.way import Position
from intake.forms.children import SplitContact, StrikeChild
from intake.forms.contact import AmendContact
from intake.forms.ending import DatedAction, HandOver, Oversee
from mash_shared.act import Person
from mash_shared.messages import Message
from mash_shared.messages.contact import ContactSplit
from mash_shared.testing import NOW, Desk, acted, heard
from support.front_door import HANDLERS as H
from support.front_door import MANAGER, RECORDER, checked, found, indexed, recorded

TOBIAS, WREN, ISOLDE = (
    {"full_name": "Tobias Fenwick-Adair", "date_of_birth": "2016-05-31"},
    {"full_name": "Wren Fenwick-Adair", "date_of_birth": "2018-01-02"},
    {"full_name": "Isolde Fenwick-Adair", "date_of_birth": "2019-07-09"},
)
ANOTHER = {"worker": "sw-lennart-boyce", "record_id": "LCS-9"}
"""Whose case another child is."""
APART = SplitContact.model_validate(
    {"reason": "They are no siblings.", "family": "A", "concern": "She was there."}
    | {"families": [{"family": "B", "child_ids": ["c1-2"], "concern": "So was he."}]}
)
"""Has the second child of a contact leave it."""
M = TypeVar("M", bound=Message)


def open_case(child: str, *, worker: str = "sw-harriet-osei", record_id: str = "LCS-1") -> Found:
    """Give an open case of one child."""
    return found(child_id=child, worker=worker, record_id=record_id)


def closed_case(child: str, *, team: str = "Assessment team 2", record_id: str = "LCS-2") -> Found:
    """Give a case of one child that was closed lately."""
    closed = {"status": CaseStatus.CLOSED, "closed_at": NOW - timedelta(days=9)}
    return found(child_id=child, worker=None, team=team, record_id=record_id, **closed)


def siblings(*records: Found, **changes: Any) -> Desk[Contact]:
    """Give a contact about three siblings, with what is on record of them."""
    desk = recorded(**{"children": [TOBIAS, WREN, ISOLDE]} | changes)
    desk.do(indexed(*records))
    return desk


def two_families() -> Desk[Contact]:
    """Give a contact that names a child of each of two families."""
    return siblings(children=[TOBIAS | {"family": "A"}, WREN | {"family": "B"}])


def of(kind: type[M], said: Iterable[Message]) -> list[M]:
    """Give the messages of one kind."""
    return [one for one in said if isinstance(one, kind)]


def positions(desk: Desk[Contact]) -> list[Position]:
    """Give how far each child has come, in order."""
    contact = desk.aggregate
    return [contact.position(child) for child in contact.ways]


def signed_off(desk: Desk[Contact], *children: str, at: datetime = NOW) -> tuple[Message, ...]:
    """Have a manager sign off that children of an open case came."""
    action = DatedAction(what="Visit.", due_at=NOW + timedelta(days=1))
    form = Oversee(note="Seen.", actions=(action,), child_ids=children)
    return desk.do(acted(H.oversee, form, MANAGER, at))


def handed_over(desk: Desk[Contact], *children: str, at: datetime = NOW) -> tuple[Message, ...]:
    """Hand children over to somebody of the team that knows them."""
    form = HandOver(to="sw-4022", acknowledged_by="sw-4022", child_ids=children)
    return desk.do(acted(H.hand_over, form, MANAGER, at))


def struck(desk: Desk[Contact], child: str, by: Person = MANAGER) -> tuple[Message, ...]:
    """Strike a child who was recorded by mistake."""
    form = StrikeChild(child_id=child, reason="A friend, not a sibling.")
    return desk.do(acted(H.strike_child, form, by))


def added(desk: Desk[Contact], **facts: Any) -> tuple[Message, ...]:
    """Add a child who was learnt of later and checked; nobody has looked them up."""
    said = {"why": "Learnt later.", "children": [{"facts": facts or {"full_name": "Piran"}}]}
    told = desk.do(acted(H.amend_contact, AmendContact.model_validate(said), RECORDER))
    return (*told, *checked(desk))


def split(
    desk: Desk[Contact], *children: str, by: Person = MANAGER, at: datetime = NOW, **of_them: Any
) -> tuple[Message, ...]:
    """Give children a contact of their own family's."""
    apart = {"family": "Lanyon", "child_ids": children, "concern": "He was there too."} | of_them
    said = {"reason": "They are no siblings.", "family": "Fenwick-Adair", "families": [apart]}
    form = SplitContact.model_validate(said | {"concern": "She was seen at the arcade."})
    return desk.do(acted(H.split_contact, form, by, at))


def opened(said: Iterable[Message]) -> Desk[Contact]:
    """Give the contact that a split opens, looked up; nothing is on record."""
    (one,) = of(ContactSplit, said)
    desk = Desk(Contact, one.contact_id)
    desk.do(heard(H.open_split, one))
    desk.do(indexed())
    return desk
