"""What intake does with people's acts and with news of its contacts."""

from collections.abc import Iterator
from dataclasses import dataclass

from intake.domain import Authorisation, Contact, child_ids, enquiry_of, lawful_basis
from intake.forms import AuthoriseEnquiry, RecordContact
from mash_shared.act import Act
from mash_shared.messages import Message
from mash_shared.messages.contact import ContactRecorded
from mash_shared.messages.decision import DecisionRecorded
from mash_shared.messages.enquiry import EnquiryAuthorised
from mash_shared.messages.notice import NoticeDelivered, NoticeFailed
from mash_shared.people import Child, Family
from mash_shared.policy import Pack, PolicyPacks
from mash_shared.vocabulary import AgencyId, ContactId, Refusal, Role


class ReasonNotInPolicyError(Refusal):
    """An enquiry needs one of the council's coded reasons (F3, F4)."""


class AgencyNotInPolicyError(Refusal):
    """An enquiry goes only to agencies of that council (F11)."""


@dataclass(frozen=True, slots=True)
class IntakeHandlers:
    """Acts of business support and managers, and what the other services say back."""

    packs: PolicyPacks

    def record_contact(self, contact: Contact, act: Act, form: RecordContact) -> Iterator[Message]:
        """Record a contact under the council of the person who records it (A1, B1, X4)."""
        contact.must_be_new()
        pack = self.packs.of(act.person.council)
        recorders = {*pack.contact.first_recorders, Role.SOCIAL_WORKER, Role.MASH_MANAGER}
        act.person.must_be_one_of(recorders, "record a contact")
        contact.contact_id = ContactId(contact.id)
        contact.council = act.person.council
        contact.urgency = form.urgency
        contact.channel = form.channel
        contact.concern = form.concern
        contact.immediate_danger = form.immediate_danger
        contact.family = _family(contact.id, form)
        contact.referrer = form.referrer
        contact.consent = form.consent
        contact.record(received_at=form.received_at, recorded_at=act.at, by=act.person.id)
        yield ContactRecorded(
            contact_id=contact.contact_id,
            council=contact.council,
            urgency=contact.urgency,
            occurred_at=act.at,
            reference=contact.reference,
            received_at=form.received_at,
            referrer=form.referrer,
            child_ids=tuple(child.child_id for child in contact.family.children),
        )

    def authorise_enquiry(
        self, contact: Contact, act: Act, form: AuthoriseEnquiry
    ) -> Iterator[Message]:
        """Let an enquiry go out by the role and for a reason that the policy names (F1-F4, F9)."""
        act.person.must_serve(contact.council)
        pack = self.packs.of(contact.council)
        act.person.must_be_one_of(pack.gate.roles, "authorise an enquiry")
        if form.reason_code not in pack.gate.reasons:
            raise ReasonNotInPolicyError(
                f"reason_code must be one of {', '.join(sorted(pack.gate.reasons))}."
            )
        family, consent, received_at = contact.family, contact.consent, contact.received_at
        assert family is not None and consent is not None and received_at is not None  # noqa: PT018, S101
        authorised = Authorisation(
            by=act.person.id,
            at=act.at,
            reason_code=form.reason_code,
            reason=form.reason,
            enquiry_id=enquiry_of(contact.contact_id),
            agencies=_agencies(pack, form),
            extra_reasons={extra.agency: extra.reason for extra in form.extra_agencies},
            coordinating_social_worker=form.coordinating_social_worker,
            lawful_basis=lawful_basis(consent, pack.version),
        )
        contact.authorise_enquiry(authorised)
        yield EnquiryAuthorised(
            contact_id=contact.contact_id,
            council=contact.council,
            urgency=contact.urgency,
            occurred_at=act.at,
            enquiry_id=authorised.enquiry_id,
            received_at=received_at,
            agencies=authorised.agencies,
            coordinating_social_worker=authorised.coordinating_social_worker,
            lawful_basis=authorised.lawful_basis,
            family=family,
            concern=contact.concern,
        )

    def note_decision(self, contact: Contact, decided: DecisionRecorded) -> Iterator[Message]:
        """Note the outcome for one child."""
        contact.must_be_recorded()
        contact.record_outcome(decided.child_id, decided.outcome)
        yield from ()

    def note_referrer_told(self, contact: Contact, delivered: NoticeDelivered) -> Iterator[Message]:
        """Note that the promise to the referrer is kept (J6)."""
        contact.must_be_recorded()
        contact.record_told(delivered.occurred_at)
        yield from ()

    def note_referrer_not_told(self, contact: Contact, failed: NoticeFailed) -> Iterator[Message]:
        """Note that a person has to tell the referrer; the contact stays open until then."""
        contact.must_be_recorded()
        contact.record_not_told(failed.reason)
        yield from ()


def _family(contact_id: str, form: RecordContact) -> Family:
    ids = child_ids(contact_id, len(form.children))
    children = tuple(
        Child(child_id=child_id, **child.model_dump())
        for child_id, child in zip(ids, form.children, strict=True)
    )
    return Family(children=children, household=form.household, address=form.address)


def _agencies(pack: Pack, form: AuthoriseEnquiry) -> tuple[AgencyId, ...]:
    extras = [extra.agency for extra in form.extra_agencies]
    for agency in extras:
        if agency not in pack.optional_agencies:
            raise AgencyNotInPolicyError(
                "An extra agency must be a member that can be asked: "
                f"{', '.join(pack.optional_agencies) or 'this council names none'}."
            )
    asked = (*pack.mandatory_agencies, *extras)
    return tuple(AgencyId(agency) for agency in dict.fromkeys(asked))
