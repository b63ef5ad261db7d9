"""Who has a case: every one has one social worker, and an alarm rings where none has (E6, F7)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from intake.domain.contact import Contact
from intake.domain.progress import Allocation
from intake.domain.refusals import AlreadyDoneError
from intake.forms.ending import Allocate
from intake.handlers.base import Handlers
from intake.roles import SOCIAL_WORKERS, triage
from mash_shared.act import Act
from mash_shared.clocks import Clock
from mash_shared.messages import Message
from mash_shared.policy import Pack
from mash_shared.rights import Right, managers, whose
from mash_shared.vocabulary import ClockKind, ClockState

ALLOCATE_ANOTHER = Right(managers, "allocate somebody else")


@dataclass(frozen=True, slots=True)
class AllocationHandlers(Handlers):
    """Allocation, and the alarm where there is none."""

    @whose(triage, "allocate a contact", ALLOCATE_ANOTHER)
    def allocate(self, contact: Contact, act: Act, form: Allocate) -> Iterator[Message]:
        """Give a case its social worker, which stops the alarm (E6, F7).

        Only a manager gives it to another, as long as the one before is there.
        """
        pack = self._opened(contact, act)
        if not (contact.is_protection or contact.needs_worker):
            contact.must_go_on()
        give_to(contact, pack, act, form.social_worker, instead_of=form.instead_of)
        yield from self._follow(contact, act.at, by=act.person.id)

    def raise_allocation_alarm(
        self, contact: Contact, _: Clock, now: datetime
    ) -> Iterator[Message]:
        """Raise the alarm over a case that nobody has (E6, F7)."""
        contact.allocation_alarmed_at = now
        yield from ()


def give_to(
    contact: Contact, pack: Pack, act: Act, social_worker: str, *, instead_of: str | None = None
) -> None:
    """Give a case its social worker; who had it before stays on record (E6, F7).

    Raises `FieldRefusedError` for who is no social worker of the directory, `AlreadyDoneError` or
    `NotEntitledError` where somebody has it who is there.
    """
    act.must_name("social_worker", social_worker, SOCIAL_WORKERS)
    if (there := contact.social_worker) is not None:
        if there != instead_of:
            raise AlreadyDoneError(f"{there} is allocated.")
        ALLOCATE_ANOTHER.must_be_held_now(act, pack)
    if contact.allocation is not None:
        contact.earlier_allocations.append(contact.allocation)
    contact.allocation = Allocation(by=act.person.id, at=act.at, social_worker=social_worker)
    contact.end_clock(ClockKind.ALLOCATION, state=ClockState.MET, at=act.at)
