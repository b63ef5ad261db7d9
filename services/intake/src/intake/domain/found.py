"""What the case index finds for a contact: records of its children, its family, its people (E)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from intake.domain.case import CaseStatus
from intake.domain.likeness import Certainty

BY_NUMBER = "nhs_number"
BY_QUOTED = "reference"
"""Why a contact was found whose reference somebody quoted (A9)."""


class RecordKind(StrEnum):
    """Where a match is on record."""

    CASE = "case"
    CONTACT = "contact"


class Tie(StrEnum):
    """How an earlier record belongs to this contact.

    It is of the same child or of the same family, or names somebody around the child: the last is
    shown, and neither routes nor counts (E1, E4).
    """

    CHILD = "child"
    FAMILY = "family"
    PERSON = "person"


class PersonRole(StrEnum):
    """As whom a contact names somebody (B4, B6, B7); a request is about its subject (M3)."""

    CHILD = "child"
    HOUSEHOLD = "household"
    PARENTAL_RESPONSIBILITY = "parental_responsibility"
    SUBJECT = "subject"


class FlagKind(StrEnum):
    """What people with the right to know are told of other families (requirements, 5.16)."""

    REPEAT_PERPETRATOR = "repeat_perpetrator"
    REPEAT_ADDRESS = "repeat_address"
    SUBJECT_OF_REQUEST = "subject_of_request"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One record that the case index found; facts as they were when it looked.

    For a contact `since` is when it was received, `prompted` whether it raised the prompt (E4),
    `awaits_form` whether one of the two is the telephoned and the other the written part (A9,
    A10), `is_referral` whether it counts as one: a question or a request does not. `goes_to` are
    the cases that its children's routes lead to, `same_referrer` says whether one person made both.
    `role` says as whom the record names who was found, and `our_role` as whom the contact does.
    `because` says it field by field, without a value. `of_children` are those of ours whom an
    earlier contact names, `of_subject` says whether one of the same child or family also names whom
    a request is about. `home` tells the home of a case from another, as far as the case names one
    house; it is no address (N11).
    """

    record_id: str
    kind: RecordKind
    tie: Tie
    child_id: str | None
    certainty: Certainty
    score: float
    reasons: tuple[str, ...]
    status: CaseStatus | None = None
    worker: str | None = None
    team: str | None = None
    since: datetime | None = None
    closed_at: datetime | None = None
    prompted: bool = False
    awaits_form: bool = False
    is_referral: bool = True
    group_id: str | None = None
    goes_to: tuple[str, ...] = ()
    same_referrer: bool = False
    role: PersonRole = PersonRole.CHILD
    our_role: PersonRole = PersonRole.CHILD
    because: tuple[str, ...] = ()
    of_children: tuple[str, ...] = ()
    of_subject: bool = False
    home: str | None = None

    @property
    def is_about_the_children(self) -> bool:
        """Whether it is of a child of the contact, or of their family (E1, E4)."""
        return self.tie is not Tie.PERSON

    @property
    def is_decided_on(self) -> bool:
        """Whether somebody says if it is the same: of the children, and whom a request is about."""
        return self.is_about_the_children or self.is_held_of_them

    @property
    def is_held_of_them(self) -> bool:
        """Whether it is of whom the hub is asked about, and more than another question (M4)."""
        theirs = self.our_role is PersonRole.SUBJECT or self.tie is Tie.CHILD
        return theirs and (self.kind is RecordKind.CASE or self.is_referral)

    @property
    def is_held_of_subject(self) -> bool:
        """Whether it is of whom the hub is asked about, be it found by a child or by them (M4)."""
        record = self.kind is RecordKind.CASE or self.is_referral
        return record and (self.our_role is PersonRole.SUBJECT or self.of_subject)

    def is_held_of(self, child_id: str, *, only: bool) -> bool:
        """Whether it is of this child, the `only` one or not, and more than a question (M8, M9)."""
        if self.tie is not Tie.CHILD:
            return False
        if self.kind is RecordKind.CASE:
            return self.child_id == child_id
        unsaid = only and not self.of_children
        return self.is_referral and (unsaid or child_id in self.of_children)

    @property
    def is_sure(self) -> bool:
        """Whether nobody has to look: of a case closed without a date somebody has (E3)."""
        undated = self.status is CaseStatus.CLOSED and self.closed_at is None
        return self.certainty is Certainty.CERTAIN and not undated

    @property
    def rests_on(self) -> tuple[str, ...]:
        """What makes it certain, if it is."""
        return self.reasons if self.certainty is Certainty.CERTAIN else ()

    @property
    def counts_as(self) -> str:
        """What it is counted under: all children of one group came in one referral (E4, N11)."""
        return self.group_id or self.record_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """The same alleged perpetrator, or the same address, in another family's contacts.

    Or somebody of one contact whom a request to the hub, the other one, is about: somebody of whom
    probation told the hub, say (M10).
    """

    kind: FlagKind
    contact_ids: tuple[str, ...]
