"""The hub closes, and opens again: what passes to the duty team, and what comes back (O9, O10)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from intake.domain.contact import Contact
from intake.domain.hours import cannot_wait, follow_hours
from intake.domain.progress import DayAcceptance
from intake.domain.refusals import AlreadyDoneError
from intake.forms.form import Note
from intake.handlers.base import Handlers
from intake.roles import by_day
from mash_shared.act import Act
from mash_shared.clocks import Clock
from mash_shared.messages import Message
from mash_shared.rights import whose
from mash_shared.vocabulary import NotYetError


@dataclass(frozen=True, slots=True)
class HoursHandlers(Handlers):
    """What passes between the hub and its duty team."""

    def pass_to_duty_team(self, contact: Contact, _: Clock, __: datetime) -> Iterator[Message]:
        """Put what cannot wait into the duty team's queue as the hub closes (O9)."""
        contact.out_of_hours = cannot_wait(contact)
        yield from ()

    @whose(by_day, "take over from the duty team")
    def accept_by_day(self, contact: Contact, act: Act, form: Note) -> Iterator[Message]:
        """Take over in the morning what stood with the duty team; it comes back at the next close.

        Raises `NotYetError` while the hub is closed.
        """
        pack = self._opened(contact, act)
        if not contact.out_of_hours:
            raise AlreadyDoneError("This contact is not with the duty team.")
        if not pack.calendar.is_open(act.at):
            raise NotYetError("The hub is closed: the duty team keeps it until the hub opens.")
        contact.out_of_hours = False
        contact.accepted_by_day.append(DayAcceptance(by=act.person.id, at=act.at, note=form.note))
        follow_hours(contact, pack, act.at)
        yield from ()
