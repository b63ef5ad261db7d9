"""What waits, and what is known: queues by role, search, families who came again."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel

from intake.directory import StaffDesk
from intake.domain.case import KnownCase
from intake.domain.contact import Contact
from intake.domain.finding import GROUP, asked
from intake.domain.found import PersonRole, RecordKind
from intake.domain.likeness import Certainty, Identity, best, likeness
from intake.domain.reference import Reference
from intake.forms.form import Form
from intake.handlers import IntakeHandlers
from intake.roles import COMPARE_FAMILIES, LOOK_UP, READ_CONTACT
from intake.store import alike, repeated
from mash_shared.act import Directory, Person
from mash_shared.audit.line import Kind
from mash_shared.audit.noting import noting
from mash_shared.doubts import Doubt, relied_on_birth
from mash_shared.http.access import REASON, Relation, access
from mash_shared.http.api import SignedIn, router
from mash_shared.http.often import Often, known_as
from mash_shared.people import DateOrMissing, NhsNumberOrMissing, PrisonNumber, ShortOrMissing
from mash_shared.plumbing.documents import Store
from mash_shared.plumbing.times import Now
from mash_shared.policy import Pack
from mash_shared.rights import ANSWER_REQUEST
from mash_shared.vocabulary import FieldRefusedError, NotInPolicyError

NO_BIRTH = "date_of_birth must be one, as far as it is known: 2016, 2016-05 or 2016-05-31."


class LookReason(StrEnum):
    """Why somebody is looked up; the audit trail keeps it (S17)."""

    NEW_CONTACT = "new_contact"
    CONTACT_IN_HAND = "contact_in_hand"
    REQUEST_TO_THE_HUB = "request_to_the_hub"
    CALLER_ASKS = "caller_asks"
    RECORDS_CHECK = "records_check"
    SUBJECT_ACCESS_REQUEST = "subject_access_request"
    """Somebody asks what is held about them; only who answers that may give it."""


class Search(Form):
    """Why somebody is looked up, and what is known of whom or what; at least one field of that."""

    reason_code: LookReason
    reference: Reference | None = None
    group_id: ShortOrMissing = None
    nhs_number: NhsNumberOrMissing = None
    full_name: ShortOrMissing = None
    date_of_birth: DateOrMissing = None
    address: ShortOrMissing = None
    prison_number: PrisonNumber = None


class Hit(BaseModel):
    """Something on record: that it is there and whose it is, and no more for the unentitled.

    The owner is named as the council's directory has them.
    `role` says as whom the record names the person; `because` says field by field why, in words.
    """

    kind: RecordKind
    owner: str | None
    owner_name: str | None = None
    contact_id: str | None = None
    reference: str | None = None
    state: str | None = None
    certainty: Certainty | None = None
    reasons: tuple[str, ...] = ()
    because: tuple[str, ...] = ()
    role: PersonRole | None = None
    doubts: tuple[Doubt, ...] = ()


class RepeatFamily(BaseModel):
    """A family that came again: how often, and how great the harm was (N17, N18)."""

    contact_id: str
    reference: str
    referrals: int
    harm_level: int


def search_routes(
    store: Store[Contact], staff: StaffDesk, handlers: IntakeHandlers, lookups: Often[str], now: Now
) -> APIRouter:
    """Build the routes that look for people."""
    routes, packs = router(), handlers.packs

    @routes.post("/contacts/search")
    @access(Kind.SEARCH, Relation.COUNCIL, LOOK_UP, READ_CONTACT, ANSWER_REQUEST)
    async def search(form: Search, person: SignedIn) -> list[Hit]:
        """Look for a person or a reference on record; nothing that is looked for is logged."""
        entitled = _is_entitled(form, person, packs.of(person.council))
        lookups.count(known_as(person))
        noting().why = form.reason_code
        looked_for = _identity(form, now())
        wanted = [*asked(looked_for), *([f"ref:{form.reference}"] if form.reference else [])]
        wanted += [f"{GROUP}{form.group_id}"] if form.group_id else []
        if not wanted:
            raise NotInPolicyError("(one field at least)", Search.model_fields.keys() - {REASON})
        cases, contacts = await alike(store, person.council, wanted)
        on_record: list[KnownCase | Contact] = [*cases, *contacts]
        found = (_hit(one, looked_for, form) for one in on_record)
        hits = [hit for hit in found if hit is not None]
        owners = {hit.owner for hit in hits if hit.owner}
        named = await staff.members(person.council, owners)
        noting().of(*(hit.contact_id for hit in hits if hit.contact_id))
        return [_for(hit, named, entitled=entitled) for hit in hits]

    @routes.get("/top-families")
    @access(Kind.READ, Relation.COUNCIL, COMPARE_FAMILIES)
    async def read_top_families(
        person: SignedIn, limit: Annotated[int, Query(ge=1, le=100)] = 100
    ) -> list[RepeatFamily]:
        """Name the families with the greatest harm that came most often, each once (N17, N18)."""
        found = list(_families(await repeated(store, person.council, 5 * limit)))[:limit]
        noting().of(*(family.contact_id for family in found))
        return found

    return routes


def _is_entitled(form: Search, person: Person, pack: Pack) -> bool:
    """Say whether somebody is shown hits whole, for the reason that they give.

    Raises `NotEntitledError` where that reason is none of theirs.
    """
    if form.reason_code is LookReason.SUBJECT_ACCESS_REQUEST:
        ANSWER_REQUEST.must_be_held(person, pack)
        return True
    return READ_CONTACT.is_held(person, pack)


def _identity(form: Search, at: datetime) -> Identity:
    """Give whom a search is for; raises `FieldRefusedError` for a date that nobody can compare."""
    born = relied_on_birth(form.date_of_birth, at)
    if form.date_of_birth and born is None:
        raise FieldRefusedError("date_of_birth", NO_BIRTH)
    who = form.model_dump(exclude={REASON, "reference", "group_id", "date_of_birth"})
    return Identity(**who, date_of_birth=born)


def _families(contacts: Iterable[Contact]) -> Iterator[RepeatFamily]:
    """Give each family once, by the contact that ranks highest."""
    told_of: set[str] = set()
    for contact in contacts:
        family = {contact.id, *contact.matching.earlier(since=None)}
        known = bool(told_of & family)
        told_of |= family
        if not known:
            yield RepeatFamily(
                contact_id=contact.id,
                reference=contact.reference,
                referrals=contact.referrals,
                harm_level=contact.harm_level,
            )


def _hit(one: KnownCase | Contact, looked_for: Identity, form: Search) -> Hit | None:
    if isinstance(one, KnownCase):
        alike_to = likeness(looked_for, one.child) if one.child else None
        if alike_to is None:
            return None
        return Hit(
            kind=RecordKind.CASE,
            owner=one.worker or one.team,
            reference=one.case_ref,
            state=one.status,
            certainty=alike_to.certainty,
            reasons=alike_to.reasons,
            because=alike_to.because,
            role=PersonRole.CHILD,
            doubts=one.doubts(),
        )
    people = [(role, likeness(looked_for, theirs)) for role, theirs in one.people()]
    found = best(alike_to for _, alike_to in people)
    named = {
        "reference": form.reference is not None and one.reference == form.reference,
        "group_id": form.group_id is not None and one.group_id == form.group_id,
    }
    if found is None and not any(named.values()):
        return None
    owner = one.allocation.social_worker if one.allocation else None
    return Hit(
        kind=RecordKind.CONTACT,
        owner=owner
        or (one.authorisation.coordinating_social_worker if one.authorisation else None),
        contact_id=one.id,
        reference=one.reference,
        state=one.state,
        certainty=found.certainty if found else Certainty.CERTAIN,
        reasons=found.reasons if found else tuple(name for name, same in named.items() if same),
        because=found.because if found else (),
        role=next((role for role, alike_to in people if alike_to is found), None)
        if found
        else None,
    )


def _for(hit: Hit, staff: Directory, *, entitled: bool) -> Hit:
    owner = staff.get(hit.owner or "")
    named = hit.model_copy(update={"owner_name": owner.display_name if owner else None})
    if entitled:
        return named
    return Hit(kind=hit.kind, owner=hit.owner, owner_name=named.owner_name)
