"""Who works on an open contact, and what follows when they leave or come back (E6, F6, F7, A18)."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime

from intake.domain.contact import Contact
from intake.domain.staff import KnownStaff
from intake.domain.task import Task, TaskKind
from mash_shared.act import StaffMember
from mash_shared.vocabulary import Role


def take_note(  # noqa: PLR0913 - whose roles they are
    contact: Contact,
    staff: Iterable[KnownStaff],
    at: datetime,
    *,
    workers: Collection[Role],
    coordinators: Collection[Role],
    sorting: Collection[Role],
) -> None:
    """Take in what the directory says of those who work on a contact, as it holds at a time.

    The roles are those of who is allocated, who coordinates and who sorts contacts. Older news of
    somebody than was taken in before says nothing, and no look is of an earlier time than the last.
    """
    at = max(at, contact.staff_looked_at or at)
    contact.staff_looked_at = at
    for one in staff:
        if one.number < contact.staff_seen.get(one.staff_id, 0):
            continue
        contact.staff_seen[one.staff_id] = one.number
        _follow_allocated(contact, one.member, workers, at)
        _follow_coordinator(contact, one.member, coordinators, at)
        for task in contact.tasks:
            if task.is_open and task.accepted_by == one.staff_id:
                _follow_task(task, one.member, sorting, at)


def _follow_allocated(
    contact: Contact, member: StaffMember, roles: Collection[Role], at: datetime
) -> None:
    held = contact.allocation
    if held is not None and held.social_worker == member.id:
        contact.allocation = replace(held, gone_at=_gone(member, roles, held.gone_at, at))


def _follow_coordinator(
    contact: Contact, member: StaffMember, roles: Collection[Role], at: datetime
) -> None:
    held = contact.authorisation
    if held is not None and held.coordinating_social_worker == member.id:
        contact.authorisation = replace(held, gone_at=_gone(member, roles, held.gone_at, at))


def _gone(
    member: StaffMember, roles: Collection[Role], before: datetime | None, at: datetime
) -> datetime | None:
    """Give since when somebody is not there in the role any more; None as long as they are."""
    there = member.works_at(at) and bool(member.roles & set(roles))
    return None if there else before or at


def _follow_task(task: Task, member: StaffMember, sorting: Collection[Role], at: datetime) -> None:
    """Give back what somebody took on who has left, or is the agency's navigator no more (A18)."""
    of_agency = task.kind is TaskKind.CALL_BACK and task.agency is not None
    theirs = not of_agency or task.agency == member.agency or member.roles & set(sorting)
    if not (member.works_at(at) and theirs):
        task.release()
