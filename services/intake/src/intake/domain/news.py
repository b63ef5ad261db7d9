"""What others are told of a contact: that it is here, what comes first, how it ended."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from intake.domain.ages import ADULT_FROM, may_be_under
from intake.domain.circumstances import BEFORE_ANY_DECISION
from intake.domain.consent import ConsentRecord
from intake.domain.contact import Contact
from intake.domain.ending import Ending
from intake.domain.progress import ANONYMOUS, NOT_OWED
from intake.domain.protection import referrer_kind
from intake.domain.reference import alleged_contact
from mash_shared.act import Act
from mash_shared.keeping import hash_of
from mash_shared.messages import Message
from mash_shared.messages.contact import (
    ChildAllegedToHarm,
    ContactEnded,
    ContactRecorded,
    ContactWorkOutstanding,
)
from mash_shared.messages.enquiry import EnquiryAmended, EnquiryAuthorised
from mash_shared.people import Referrer
from mash_shared.policy import Pack
from mash_shared.policy.telling import TellWhat
from mash_shared.vocabulary import AgencyId, ConsentStatus, ContactId


def tell_of_referrer(contact: Contact, pack: Pack, at: datetime) -> Iterator[Message]:
    """Tell notify whom it owes news of which children, whenever that changed (A7, J6)."""
    referrer = contact.facts.referrer
    if referrer is None or contact.alleged_in is not None:
        return
    nothing = pack.notices.referrers[referrer.kind].told is TellWhat.NOTHING
    if contact.not_told_because in (None, ANONYMOUS, NOT_OWED):
        why_not = ANONYMOUS if nothing else None
        contact.not_told_because = why_not if contact.is_referral else NOT_OWED
    yield recorded(contact, referrer.to_be_told(), at)


def owed_to(contact: Contact) -> object:
    """Give whom notify has to tell, of which children, from when on and how soon."""
    referrer = contact.facts.referrer
    to_be_told = referrer.to_be_told() if referrer else None
    return to_be_told, contact.child_ids, contact.is_referral, contact.standing


def tell_if_owed_otherwise(
    contact: Contact, pack: Pack, at: datetime, *, before: object
) -> Iterator[Message]:
    """Tell notify whom it owes news, where that changed and is not told yet (J6, A7)."""
    if owed_to(contact) != before and contact.owes_news:
        yield from tell_of_referrer(contact, pack, at)


def recorded(contact: Contact, referrer: Referrer, at: datetime) -> ContactRecorded:
    """Say that a contact is here, and whom to tell of it."""
    assert contact.received_at is not None  # noqa: S101 - a recorded contact has it
    return ContactRecorded(
        contact_id=contact.contact_id,
        council=contact.council,
        urgency=contact.urgency,
        occurred_at=at,
        reference=contact.reference,
        received_at=contact.received_at,
        referrer=referrer,
        child_ids=contact.child_ids,
        is_referral=contact.is_referral,
        edition=contact.next_edition(),
    )


def authorised(contact: Contact, agencies: tuple[AgencyId, ...], at: datetime) -> EnquiryAuthorised:
    """Say that an enquiry is let out, and the whole of what it may ask (F1-F4)."""
    asked = _may_be_asked(contact)
    contact.enquiry_told = _fingerprint(contact, asked)
    edition = contact.next_edition()
    return EnquiryAuthorised(**asked, edition=edition, occurred_at=at, agencies=agencies)


def tell_of_enquiry(contact: Contact, at: datetime) -> Iterator[Message]:
    """Tell whoever runs the enquiry what it goes by now, whenever any of that has changed."""
    if contact.authorisation is None:
        return
    asked = _may_be_asked(contact)
    now = _fingerprint(contact, asked)
    if now != contact.enquiry_told:
        contact.enquiry_told = now
        contact.amendments += 1
        yield EnquiryAmended(
            **asked,
            edition=contact.next_edition(),
            occurred_at=at,
            may_ask=contact.stopped_at is None,
        )


def _may_be_asked(contact: Contact) -> dict[str, Any]:
    let_out = contact.authorisation
    assert let_out is not None  # noqa: S101 - asked of what has been let out
    return {
        "contact_id": contact.contact_id,
        "council": contact.council,
        "urgency": contact.urgency,
        "enquiry_id": let_out.enquiry_id,
        "received_at": contact.received_at,
        "coordinating_social_worker": let_out.coordinating_social_worker,
        "lawful_basis": contact.consent.lawful_basis(let_out.lawful_basis.policy_version),
        "family": contact.facts.family(),
        "concern": contact.facts.concern,
    }


def _fingerprint(contact: Contact, asked: dict[str, Any]) -> str:
    """Give what is compared with what was told last."""
    parts = {name: repr(value) for name, value in asked.items()}
    return hash_of(parts | {"stopped": contact.stopped_at is not None})


def tell_of_work(contact: Contact, at: datetime) -> Iterator[Message]:
    """Tell whoever decides what comes first, whenever that, the children or the level changed."""
    outstanding = contact.work_outstanding
    first = tuple(one for one in outstanding if one in BEFORE_ANY_DECISION)
    barred = contact.is_on_its_way and contact.without_consent_to_service
    graded_anew = contact.graded != contact.graded_told
    told = bool(outstanding or first or barred or graded_anew)
    news = (outstanding, first, contact.child_ids if told else contact.work_told[2])
    known = (contact.work_told, contact.service_barred_told, contact.graded_told)
    if (news, barred, contact.graded) != known and contact.children:
        contact.work_told, contact.service_barred_told = news, barred
        contact.graded_told = contact.graded
        yield ContactWorkOutstanding(
            contact_id=contact.contact_id,
            council=contact.council,
            urgency=contact.urgency,
            occurred_at=at,
            received_at=contact.received_at,
            child_ids=contact.child_ids,
            outstanding=outstanding,
            before_any_decision=first,
            without_consent_to_service=barred,
            edition=contact.next_edition(),
        )


def end(contact: Contact, pack: Pack, ending: Ending) -> Iterator[Message]:
    """End a contact, and tell notify where a referral's referrer is owed news of it (B14, E1)."""
    contact.end(ending)
    if contact.is_referral:
        yield ContactEnded(
            contact_id=contact.contact_id,
            council=contact.council,
            urgency=contact.urgency,
            occurred_at=ending.at,
            ended_as=ending.ended_as,
            told_at_once=ending.told_at_once,
            policy_version=pack.version,
            own_notice=ending.own_notice,
        )


def tell_of_alleged_children(contact: Contact, act: Act) -> Iterator[Message]:
    """Tell of every child now said to do harm who has no contact for that yet (N10)."""
    received, seen = contact.received_at, dict[object, int]()
    assert received is not None  # noqa: S101 - a recorded contact has it
    for person in contact.facts.alleged_perpetrators:
        who = (person.full_name, person.date_of_birth)
        nth = seen[who] = seen.get(who, 0) + 1
        id_ = alleged_contact(contact.id, *who, nth)
        young = may_be_under(ADULT_FROM, person.date_of_birth, received)
        if not (person.is_child or young) or id_ in contact.alleged_contacts:
            continue
        contact.alleged_contacts.append(id_)
        yield ChildAllegedToHarm(
            contact_id=ContactId(id_),
            council=contact.council,
            urgency=contact.urgency,
            occurred_at=act.at,
            arising_from=contact.id,
            received_at=received,
            recorded_by=act.person.id,
            full_name=person.full_name,
            date_of_birth_in_part=person.date_of_birth,
            whereabouts=person.whereabouts,
            referred_by=referrer_kind(contact),
            consent_status=_of_another_family(contact.consent),
            do_not_inform=contact.consent.said.do_not_inform if contact.consent.said else None,
        )


def _of_another_family(consent: ConsentRecord) -> ConsentStatus:
    """Give what one family's word means for another's child: a no counts, a yes does not (N10)."""
    if consent.is_refused:
        return ConsentStatus.REFUSED
    said = consent.said.status if consent.said else ConsentStatus.NOT_SOUGHT
    return ConsentStatus.NOT_SOUGHT if said is ConsentStatus.GIVEN else said
