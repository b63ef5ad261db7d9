"""Whom of the staff a contact names, so that their names can stand beside their ids."""

from collections.abc import Iterator

from intake.domain.contact import Contact

WHO = (
    *("by", "accepted_by", "acknowledged_by"),
    *("social_worker", "coordinating_social_worker", "worker"),
)
"""Under which names the parts of a contact name staff."""


def named_in(contact: Contact) -> set[str]:
    """Give the ids of everybody whom a contact names, and of who did what with it."""
    who = (getattr(part, name, None) for part in _parts(contact) for name in WHO)
    return {contact.recorded_by, *(one for one in who if one)}


def _parts(contact: Contact) -> Iterator[object]:
    yield from (contact.completion, contact.allocation, *contact.one_family)
    yield from (contact.authorisation, contact.sent_for_decision)
    if contact.authorisation is not None:
        yield from contact.authorisation.earlier_coordinators
    yield from (contact.ending, contact.proposed_ending, *contact.sign_offs)
    yield from (*contact.earlier_allocations, *contact.pauses, *contact.told)
    yield from (*contact.consent.overrides, *contact.consent.withdrawals)
    yield from (*contact.tasks, *(task.done for task in contact.tasks), *contact.accepted_by_day)
    for way in contact.ways.values():
        yield from (way.route, way.oversight, way.handed_over, *way.undone, way.struck)
        yield from (way.check, way.stale_check)
