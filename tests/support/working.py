"""What the directory says of those who work on a contact, as its couriers tell the contact."""

from datetime import datetime

from intake.domain.staff import KnownStaff
from mash_shared.act import StaffMember
from mash_shared.plumbing.arrival import Change
from mash_shared.testing import NOW
from support.front_door import HANDLERS as H


def who_works(*members: StaffMember, at: datetime = NOW, number: int = 1) -> Change:
    """Give the change that is made when the directory was asked of these people."""
    known = [_known(one, number) for one in members]
    asked = [one.id for one in members]
    return lambda contact: H.note_who_works(contact, asked=asked, staff=known, at=at)


def _known(member: StaffMember, number: int) -> KnownStaff:
    known = KnownStaff(id=f"staff-havering:{member.id}")
    known.take(member, said_at=NOW, came_at=NOW)
    known.number = number
    return known
