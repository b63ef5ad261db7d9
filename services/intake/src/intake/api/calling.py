"""Whose call-backs somebody sees: those of their own agency, or all who sort contacts (A18)."""

from collections.abc import Collection
from datetime import datetime

from intake.directory import StaffDesk, working
from intake.domain.contact import Contact
from intake.roles import READ_CONTACT, recorders, triage
from mash_shared.act import Person
from mash_shared.plumbing.documents import Store
from mash_shared.policy import PolicyPacks


async def called_back(
    staff: StaffDesk, packs: PolicyPacks, person: Person, at: datetime
) -> Collection[str] | None:
    """Give the agencies whose call-backs are somebody's to do; None where all are.

    A navigator has those of their own agency, who records contacts those of no agency of the
    policy, and who sorts contacts all of them.
    """
    pack = packs.of(person.council)
    if person.roles & triage(pack):
        return None
    member = (await staff.members(person.council, [person.id])).get(person.id)
    agencies = {""} if person.roles & recorders(pack) else set()
    is_there = member is not None and member.works_at(at) and READ_CONTACT.is_held(person, pack)
    if is_there and member and member.agency:
        agencies.add(member.agency)
    return agencies


async def navigators(store: Store[Contact], council: str, at: datetime) -> set[str]:
    """Name the agencies for which the directory has somebody now."""
    return {one.agency for one in await working(store, council, at) if one.agency}
