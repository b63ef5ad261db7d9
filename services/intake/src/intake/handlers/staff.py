"""News of the people who work for the council."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

from intake.domain.contact import Contact
from intake.domain.staff import KnownStaff
from intake.domain.staffing import take_note
from intake.handlers.base import Handlers
from intake.roles import SOCIAL_WORKERS, triage
from mash_shared.act import StaffMember
from mash_shared.messages import Message
from mash_shared.messages.staff import StaffChanged

THE_DIRECTORY = "council-directory"
"""Who has done what follows from what the directory says."""


@dataclass(frozen=True, slots=True)
class StaffHandlers(Handlers):
    """The council's directory, of which acts are told whom they name."""

    def note_staff(
        self, staff: KnownStaff, changed: StaffChanged, *, at: datetime
    ) -> Iterator[Message]:
        """Keep the newest news of somebody; older news changes nothing (E3, F6, F7, J4, A18)."""
        staff.council = changed.council
        news = StaffMember(
            id=changed.contact_id,
            display_name=changed.display_name,
            roles=frozenset(changed.roles),
            teams=frozenset(changed.teams),
            agency=changed.agency,
            registration_number=changed.registration_number,
            since=changed.since,
            until=changed.until,
        )
        staff.take(news, said_at=changed.occurred_at, came_at=at)
        yield from ()

    def note_who_works(
        self,
        contact: Contact,
        *,
        asked: Collection[str],
        staff: Collection[KnownStaff],
        at: datetime,
    ) -> Iterator[Message]:
        """Follow who of those who work on a contact is there, or has left (E6, F6, F7, A18).

        `asked` are those of whom the directory was asked; `staff` are whom it has of them.
        """
        contact.staff_wanted = contact.staff_wanted and not set(contact.workers) <= set(asked)
        pack = self.packs.of(contact.council)
        take_note(
            contact,
            staff,
            at,
            workers=SOCIAL_WORKERS,
            coordinators=pack.gate.coordinator_roles,
            sorting=triage(pack),
        )
        yield from self._follow(contact, at, by=THE_DIRECTORY)

    def note_followed(self, staff: KnownStaff, *, number: int, at: datetime) -> Iterator[Message]:
        """Note that those who work with somebody have heard what the directory says of them."""
        staff.be_followed(number, at)
        yield from ()
