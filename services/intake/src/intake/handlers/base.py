"""What every act has: the contact of one's own council, its policy, the role it asks for."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from intake.domain.contact import Contact
from intake.domain.hours import follow_hours
from intake.domain.news import (
    tell_if_owed_otherwise,
    tell_of_alleged_children,
    tell_of_enquiry,
    tell_of_work,
)
from intake.domain.progress import Standing
from intake.domain.protection import weigh
from intake.domain.standing import follow_standing
from intake.domain.task import Done, TaskKind
from intake.domain.work import call_off, follow_protection, promise_to_ask
from intake.roles import RolesOf
from mash_shared.act import Act
from mash_shared.messages import Message
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
        says why that goes on. Once consent is given again, or overridden, what was stopped is asked
        anew. What agencies were to be asked by telephone is called off, and on again, with it.
        """
        pack = self.packs.of(contact.council)
        weigh(contact, pack, at)
        first = contact.recorded_at == at and contact.received_at is not None
        follow_protection(contact, pack, contact.received_at or at if first else at)
        follow_hours(contact, pack, at)
        self._follow_consent(contact, pack, at, by=by)
        yield from tell_of_enquiry(contact, at)

    def _follow_change(
        self, contact: Contact, pack: Pack, act: Act, *, before: Standing, owed: object
    ) -> Iterator[Message]:
        """Let everything follow what was put right, and tell whoever knows otherwise.

        `before` is what the contact went by until then, `owed` what notify had to tell.
        """
        yield from self._weigh(contact, act.at, by=act.person.id)
        follow_standing(contact, pack, before, act)
        yield from tell_if_owed_otherwise(contact, pack, act.at, before=owed)
        yield from tell_of_alleged_children(contact, act)
        yield from tell_of_work(contact, act.at)

    @staticmethod
    def _follow_consent(contact: Contact, pack: Pack, at: datetime, *, by: str) -> None:
        """Stop an enquiry that may not ask any more, let one go on that may again (D15)."""
        may_ask = contact.is_protection or contact.consent.position.lets_out
        if contact.authorisation is None or may_ask is (contact.stopped_at is None):
            return
        contact.stopped_at = None if may_ask else at
        asked = [task for task in contact.tasks if task.kind is TaskKind.ASK]
        for task in [one for one in asked if one.is_open and not may_ask]:
            call_off(contact, task, Done(by=by, at=at, note="Consent was lost."))
        for task in [one for one in asked if one.is_called_off and may_ask]:
            task.reopen(at)
            promise_to_ask(contact, pack, task, at)
