"""A contact: recorded at once, authorised by the right person, closed when its referrer is told."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from mash_shared.clocks import Aggregate
from mash_shared.people import Child, Consent, Family, LawfulBasis, Referrer
from mash_shared.vocabulary import (
    AgencyId,
    Channel,
    ConsentStatus,
    ContactId,
    EnquiryId,
    NotKnownError,
    OutcomeKind,
    ReferrerKind,
    Refusal,
)

ANONYMOUS = "anonymous"
"""Why nothing is owed to a referrer who did not say who they are (A7)."""


class ContactState(StrEnum):
    """How far a contact has come."""

    RECORDED = "recorded"
    ENQUIRY_AUTHORISED = "enquiry_authorised"
    DECIDED = "decided"
    CLOSED = "closed"


class ContactAlreadyRecordedError(Refusal):
    """A contact is recorded once; what is learnt later never overwrites it."""


class UnknownChildError(Refusal):
    """A decision names a child of another contact; it is never attached."""


class EnquiryAlreadyAuthorisedError(Refusal):
    """An enquiry goes out once (I3)."""


class NoLawfulBasisError(Refusal):
    """No request leaves without its lawful basis (invariant 1)."""


class ReceivedInTheFutureError(Refusal):
    """A contact cannot have been received later than it is recorded (X4)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Authorisation:
    """Who let the enquiry go out, when and why, and why to further agencies (F2-F4, F10, T12)."""

    by: str
    at: datetime
    reason_code: str
    reason: str
    enquiry_id: EnquiryId
    agencies: tuple[AgencyId, ...]
    extra_reasons: dict[AgencyId, str]
    coordinating_social_worker: str
    lawful_basis: LawfulBasis


@dataclass(slots=True, kw_only=True)
class Contact(Aggregate):
    """One approach to the hub about one or more children (A1, B1)."""

    state: ContactState = ContactState.RECORDED
    reference: str = ""
    channel: Channel = Channel.PHONE
    received_at: datetime | None = None
    recorded_at: datetime | None = None
    recorded_by: str = ""
    immediate_danger: bool = False
    concern: str = ""
    family: Family | None = None
    referrer: Referrer | None = None
    consent: Consent | None = None
    authorisation: Authorisation | None = None
    outcomes: dict[str, OutcomeKind] = field(default_factory=dict)
    told_at: datetime | None = None
    not_told_because: str | None = None

    @property
    def is_recorded(self) -> bool:
        """Whether anything beyond the id is known."""
        return self.recorded_at is not None

    @property
    def _children(self) -> tuple[Child, ...]:
        return self.family.children if self.family else ()

    def must_be_new(self) -> None:
        """Raise `ContactAlreadyRecordedError` for a contact that somebody recorded before."""
        if self.is_recorded:
            raise ContactAlreadyRecordedError("A contact is recorded under this id.")

    def must_be_recorded(self) -> None:
        """Raise `NotKnownError` for a contact nobody recorded."""
        if not self.is_recorded:
            raise NotKnownError("No contact is recorded under this id.")

    def record(self, *, received_at: datetime, recorded_at: datetime, by: str) -> None:
        """Take the contact in: its clock runs from first receipt, not from typing (X4)."""
        if received_at > recorded_at:
            raise ReceivedInTheFutureError("received_at is later than now.")
        self.received_at = received_at
        self.recorded_at = recorded_at
        self.recorded_by = by
        self.reference = reference_of(self.id, self.council)
        if self.referrer and self.referrer.kind is ReferrerKind.ANONYMOUS:
            self.not_told_because = ANONYMOUS

    def authorise_enquiry(self, authorisation: Authorisation) -> None:
        """Let the enquiry go out, once, and only on a lawful basis (F1-F4, D12)."""
        self.must_be_recorded()
        if self.authorisation is not None:
            raise EnquiryAlreadyAuthorisedError("An enquiry has been authorised for this contact.")
        consent = self.consent
        if consent and consent.status is ConsentStatus.OVERRIDDEN and not consent.rationale:
            raise NoLawfulBasisError("Consent was overridden without a rationale on record.")
        self.authorisation = authorisation
        self._advance(ContactState.ENQUIRY_AUTHORISED)

    def record_outcome(self, child_id: str, outcome: OutcomeKind) -> None:
        """Note what was decided for one child; the contact is decided when all are.

        Raises `UnknownChildError` for a child the contact is not about.
        """
        if child_id not in {child.child_id for child in self._children}:
            raise UnknownChildError("The decision is about a child that this contact is not.")
        self.outcomes[child_id] = outcome
        self._settle()

    def record_told(self, at: datetime) -> None:
        """Note that the referrer's notice was delivered."""
        self.told_at = at
        self._settle()

    def record_not_told(self, reason: str) -> None:
        """Note why the referrer could not be told; a person still has to."""
        self.not_told_because = reason
        self._settle()

    def _settle(self) -> None:
        if any(child.child_id not in self.outcomes for child in self._children):
            return
        self._advance(ContactState.DECIDED)
        if self.told_at or self.not_told_because == ANONYMOUS:
            self._advance(ContactState.CLOSED)

    def _advance(self, to: ContactState) -> None:
        order = list(ContactState)
        if order.index(to) > order.index(self.state):
            self.state = to


def reference_of(contact_id: str, council: str) -> str:
    """Give the short reference that people quote; it opens nothing (S24)."""
    alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
    number = int.from_bytes(hashlib.sha256(contact_id.encode()).digest()[:8])
    letters = "".join(alphabet[(number >> (5 * place)) & 31] for place in range(10))
    return f"{council[:3].upper()}-{letters[:5]}-{letters[5:]}"


def lawful_basis(consent: Consent, policy_version: str) -> LawfulBasis:
    """Give the envelope under which agencies are asked: a public task (T10)."""
    return LawfulBasis(
        basis="public_task",
        consent_status=consent.status,
        override_rationale_recorded=consent.rationale is not None,
        policy_version=policy_version,
    )


def enquiry_of(contact: ContactId) -> EnquiryId:
    """Give the id of a contact's enquiry."""
    return EnquiryId(f"enq-{contact}")


def child_ids(contact_id: str, number: int) -> Iterable[str]:
    """Give our ids for the children of a contact, in the order they were named."""
    return (f"{contact_id}-{place}" for place in range(1, number + 1))
