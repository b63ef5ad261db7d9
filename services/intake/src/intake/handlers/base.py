"""What every act has: the contact of one's own council, its policy, the role it asks for."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

from intake.domain.contact import Contact
from intake.domain.tasks import Done, TaskKind
from intake.handlers.opening import call_off
from mash_shared.act import Act
from mash_shared.messages import Message
from mash_shared.messages.enquiry import ConsentWithdrawn
from mash_shared.policy import Pack, PolicyPacks
from mash_shared.policy.consent import ConsentRule
from mash_shared.vocabulary import ReferrerKind, Role

EVERYBODY = (
    Role.BUSINESS_SUPPORT_OFFICER,
    Role.SCREENING_TEAM,
    Role.SOCIAL_WORKER,
    Role.MASH_MANAGER,
    Role.HEAD_OF_MASH,
    Role.OUT_OF_HOURS_DUTY_SOCIAL_WORKER,
)
"""Who works at the front door."""
MANAGERS = (Role.MASH_MANAGER, Role.HEAD_OF_MASH)
RolesOf = Callable[[Pack], Collection[Role]]
"""Whose act it is, by the council's policy."""


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
        """Find where the contact stands with consent, and stop an enquiry that lost it (D15).

        What agencies were to be asked by telephone is called off with it.
        """
        could_go_out = contact.consent.position.lets_out
        rule = consent_rule(contact, self.packs.of(contact.council))
        contact.consent.weigh(rule, set(contact.child_ids))
        lost = could_go_out and not contact.consent.position.lets_out
        if lost and contact.authorisation is not None:
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


def consent_rule(contact: Contact, pack: Pack) -> ConsentRule:
    """Give the policy's rule for the contact's referrer and service (D)."""
    kind = contact.facts.referrer.kind if contact.facts.referrer else ReferrerKind.ANONYMOUS
    return pack.consent.rule(kind, pack.service_of(contact.request_type))


def everybody(_: Pack) -> Collection[Role]:
    """Who works at the front door, in every council."""
    return EVERYBODY


def triage(pack: Pack) -> set[Role]:
    """Who sorts what came in (O12): the pack's triage roles, managers, the duty social worker."""
    return {*pack.contact.triage_roles, *MANAGERS, Role.OUT_OF_HOURS_DUTY_SOCIAL_WORKER}


def recorders(pack: Pack) -> set[Role]:
    """Who writes contacts down (B1)."""
    return {*pack.contact.first_recorders, *triage(pack), Role.SOCIAL_WORKER}
