"""How a service forgets a contact that was erased: the same in every service (decision 67)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from mash_shared.clocks import Aggregate
from mash_shared.messages import Message
from mash_shared.messages.erasure import ContactErased, ContactForgotten


@dataclass(frozen=True, slots=True)
class Forgetting:
    """What the handlers of every service have that keeps something of contacts."""

    def forget_contact(self, stub: Aggregate, erased: ContactErased) -> Iterator[Message]:
        """Leave a stub under the contact's own id, by which all that is said later is refused.

        It has whatever else is kept of the contact found, and made a stub as well.
        """
        if stub.erased_at is None:
            stub.belong_to(erased)
            stub.erase(erased.occurred_at)
            stub.forgets = True
        yield from ()


def erase(aggregate: Aggregate, *, at: datetime) -> Iterator[Message]:
    """Make one document of an erased contact a stub."""
    aggregate.erase(at)
    yield from ()


def say_forgotten(stub: Aggregate, *, process: str, at: datetime) -> Iterator[Message]:
    """Say, once, that nothing but stubs is kept of the contact here."""
    if stub.forgets:
        stub.forgets = False
        yield ContactForgotten(**stub.head(at), process=process)
