"""What every act has: the contact of one's own council, its policy, the role it asks for."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from intake.domain.contact import Contact
from intake.domain.hours import follow_hours
from intake.domain.protection import weigh
from intake.domain.task import Done, TaskKind
from intake.domain.work import call_off, follow_protection
from intake.roles import RolesOf
from mash_shared.act import Act
from mash_shared.messages import Message
from mash_shared.messages.enquiry import ConsentWithdrawn
from mash_shared.policy import Pack, PolicyPacks


@dataclass(frozen=True, slots=True)
class Handlers:
    """The policies that handlers go by."""

    packs: PolicyPacks

    def _opened(self, contact: Contact, act: Act, roles: RolesOf, to: str) -> Pack:
        """Check the person and give the policy; other councils' contacts are not known here."""
        pack = self.packs.of(act.person.council)
        act.person.must_serve(contact.council)
        contact.must_be_recorded()
        act.person.must_be_one_of(roles(pack), to)
        return pack

    def _weigh(self, contact: Contact, at: datetime, *, by: str) -> Iterator[Message]:
        """Find whether it is about protection, and where it stands with consent.

        An enquiry that lost its consent is stopped (D15), but for one about protection: a manager
        says why that goes on. What agencies were to be asked by telephone is called off with it.
        """
        pack = self.packs.of(contact.council)
        weigh(contact, pack, at)
        first = contact.recorded_at == at and contact.received_at is not None
        follow_protection(contact, pack, contact.received_at or at if first else at)
        follow_hours(contact, pack, at)
        may_ask = contact.is_protection or contact.consent.position.lets_out
        if contact.authorisation is not None and contact.stopped_at is None and not may_ask:
            contact.stopped_at = at
            for task in contact.tasks:
                if task.kind is TaskKind.ASK and task.is_open:
                    call_off(contact, task, Done(by=by, at=at, note="Consent was lost."))
            yield ConsentWithdrawn(
                contact_id=contact.contact_id,
                council=contact.council,
                urgency=contact.urgency,
                occurred_at=at,
                enquiry_id=contact.authorisation.enquiry_id,
            )
