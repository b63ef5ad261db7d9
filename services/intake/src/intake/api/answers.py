"""How whoever acts on a contact, or reads one, is answered."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from intake.api.naming import named_in
from intake.api.parts import ContactShown, shown
from intake.directory import StaffDesk
from intake.domain.case import KNOWN_PREFIX
from intake.domain.contact import Contact
from intake.domain.staff import STAFF_PREFIX
from mash_shared.act import Person
from mash_shared.http.api import Asked, Performed, own
from mash_shared.http.readers import Readers
from mash_shared.plumbing.documents import Store
from mash_shared.vocabulary import NotKnownError

Looked = Callable[[str], Awaitable[tuple[Contact, int] | None]]
"""Has one contact looked up in the case index before its recorder is answered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """Shows contacts, with the names of the staff whom they name."""

    store: Store[Contact]
    staff: StaffDesk
    readers: Readers
    look: Looked

    async def after(self, done: Performed[Contact], ask: Asked) -> ContactShown:
        """Show a contact to whoever changed it, with what the index found of it since."""
        contact, version = self.readers.see(done, ask.person)
        if contact.look_wanted:
            found = await self.look(contact.id)
            contact, version = found or await self.own(contact.id, ask.person)
        return await self._shown(contact, version, ask.person)

    async def read(self, contact_id: str, person: Person) -> ContactShown:
        """Show a contact of the person's own council to whoever works at the front door."""
        self.readers.must_include(person)
        contact, version = await self.own(contact_id, person)
        return await self._shown(contact, version, person)

    async def own(self, contact_id: str, person: Person) -> tuple[Contact, int]:
        """Give a contact of the person's own council; raises `NotKnownError` for any other."""
        must_be_of_contact(contact_id)
        return await own(self.store, contact_id, person)

    async def _shown(self, contact: Contact, version: int, person: Person) -> ContactShown:
        staff = await self.staff.members(contact.council, named_in(contact))
        return shown(contact, version, self.readers.packs, person, staff)


def must_be_of_contact(id_: str) -> None:
    """Raise `NotKnownError` for an id under which a case or somebody of the staff is kept."""
    if id_.startswith((KNOWN_PREFIX, STAFF_PREFIX)):
        raise NotKnownError("Nothing is known here under this id.")
