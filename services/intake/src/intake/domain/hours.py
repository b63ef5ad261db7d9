"""What cannot wait while the hub is closed, and stands in the duty team's queue then (O9, O10)."""

from datetime import datetime

from intake.domain.contact import Contact
from mash_shared.clocks import CLOSING
from mash_shared.policy import Pack
from mash_shared.vocabulary import ClockKind, ClockState, Lane


def follow_hours(contact: Contact, pack: Pack, at: datetime) -> None:
    """Give to the duty team what cannot wait: at once where the hub is closed, else at its close.

    The red lane cannot wait, nor can protection. What has gone its way, or can wait after all,
    rings nobody.
    """
    if not cannot_wait(contact):
        contact.out_of_hours = False
        contact.end_clock(ClockKind.CHASE, CLOSING, state=ClockState.CANCELLED, at=at)
    elif not pack.calendar.is_open(at):
        contact.out_of_hours = True
    elif not contact.out_of_hours and contact.clock(ClockKind.CHASE, CLOSING) is None:
        contact.clocks.append(pack.closing_clock(at))


def cannot_wait(contact: Contact) -> bool:
    """Whether somebody has to see to it whatever the hour (O9, X5)."""
    return not contact.has_gone and (contact.is_protection or contact.lane is Lane.RED)
