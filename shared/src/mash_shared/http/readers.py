"""Who may read what a service keeps: asked of every read, and of an act that is sent again."""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from mash_shared.act import Person
from mash_shared.http.api import Performed, own
from mash_shared.plumbing.documents import A, Store
from mash_shared.policy import Pack, PolicyPacks
from mash_shared.vocabulary import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Readers:
    """The roles, by the council's policy, of those who read one kind of document (S1, F14)."""

    packs: PolicyPacks
    roles: Callable[[Pack], Collection[Role]]
    what: str

    def must_include(self, person: Person) -> None:
        """Raise `NotEntitledError` unless the person is one of them."""
        person.must_be_one_of(self.roles(self.packs.of(person.council)), f"read {self.what}")

    async def own(self, store: Store[A], id_: str, person: Person) -> tuple[A, int]:
        """Give a document of the reader's own council and its version.

        Raises `NotEntitledError` for whoever is no reader, whether there is such a document or
        not, and `NotKnownError` for a document of another council.
        """
        self.must_include(person)
        return await own(store, id_, person)

    def see(self, done: Performed[A], person: Person) -> tuple[A, int]:
        """Give what an act came to.

        Whoever performed it is shown that. An act that was performed before changes nothing, so
        that sending it again is a read; raises `NotEntitledError` for whoever is no reader now.
        """
        if done.repeated:
            self.must_include(person)
        return done.aggregate, done.version
