"""How whoever acts on a contact, or reads one, is answered."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from intake.api.naming import named_in
from intake.api.parts import ContactShown, shown
from intake.directory import StaffDesk
from intake.domain.case import KNOWN_PREFIX
from intake.domain.contact import Contact
from intake.domain.glass import shows
from intake.domain.staff import STAFF_PREFIX
from intake.handlers import IntakeHandlers
from intake.roles import READ_CONTACT, SEE_OTHERS
from mash_shared.act import Person
from mash_shared.http.api import Asked, Performed, own
from mash_shared.plumbing.documents import Store
from mash_shared.plumbing.times import Now
from mash_shared.policy import PolicyPacks
from mash_shared.rights import Right, whose_is
from mash_shared.vocabulary import NotKnownError

Looked = Callable[[str], Awaitable[tuple[Contact, int] | None]]
"""Has one contact looked up in the case index before its recorder is answered."""


GLASS = whose_is(IntakeHandlers.break_glass).right
"""By which somebody is shown one contact that their role does not read (S12)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """Shows contacts, with the names of the staff whom they name."""

    store: Store[Contact]
    staff: StaffDesk
    packs: PolicyPacks
    now: Now
    look: Looked

    async def after(self, done: Performed[Contact], ask: Asked) -> ContactShown:
        """Show a contact to whoever changed it, with what the index found of it since.

        An act that was performed before changes nothing, so that sending it again is a read:
        raises `NotEntitledError` for whoever is shown nothing now.
        """
        contact, version = done.aggregate, done.version
        if done.repeated:
            self._must_be_shown(contact, ask.person, READ_CONTACT)
        if contact.look_wanted:
            found = await self.look(contact.id)
            contact, version = found or await self.own(contact.id, ask.person)
        return await self._shown(contact, version, ask.person)

    async def read(self, contact_id: str, person: Person) -> ContactShown:
        """Show a contact of the person's own council to whoever reads it, or broke its glass."""
        contact, version = await self.open_to(person, contact_id, READ_CONTACT)
        return await self._shown(contact, version, person)

    async def open_to(self, person: Person, contact_id: str, right: Right) -> tuple[Contact, int]:
        """Give a contact to whoever has a right to what is read of it, or broke its glass (S12).

        Raises `NotEntitledError` for anybody else, whether there is such a contact or not.
        """
        if right.is_held(person, self.packs.of(person.council)):
            return await self.own(contact_id, person)
        must_be_of_contact(contact_id)
        found = await self.store.get(contact_id)
        contact = found[0] if found and found[0].council == person.council else None
        self._must_be_shown(contact, person, right)
        assert found is not None  # noqa: S101 - nobody is shown what is not there
        return found

    async def own(self, contact_id: str, person: Person) -> tuple[Contact, int]:
        """Give a contact of the person's own council; raises `NotKnownError` for any other."""
        must_be_of_contact(contact_id)
        return await own(self.store, contact_id, person)

    async def _shown(self, contact: Contact, version: int, person: Person) -> ContactShown:
        staff = await self.staff.members(contact.council, named_in(contact))
        whole = SEE_OTHERS.is_held(person, self.packs.of(person.council)) or shows(
            contact.broken_glass, person.id, self.now()
        )
        return shown(contact, version, self.packs, staff, whole=whole)

    def _must_be_shown(self, contact: Contact | None, person: Person, right: Right) -> None:
        broken = contact.broken_glass if contact else ()
        if not shows(broken, person.id, self.now()):
            right.must_be_held(person, self.packs.of(person.council))


def must_be_of_contact(id_: str) -> None:
    """Raise `NotKnownError` for an id under which a case or somebody of the staff is kept."""
    if id_.startswith((KNOWN_PREFIX, STAFF_PREFIX)):
        raise NotKnownError("Nothing is known here under this id.")
