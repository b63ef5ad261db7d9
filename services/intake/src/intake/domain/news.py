"""What others are told of a contact: that it is here, what comes first, how it ended."""

from collections.abc import Iterator
from datetime import datetime

from intake.domain.circumstances import BEFORE_ANY_DECISION
from intake.domain.contact import Contact
from intake.domain.ending import Ending
from intake.domain.progress import ANONYMOUS, NOT_OWED
from mash_shared.messages import Message
from mash_shared.messages.contact import ContactEnded, ContactRecorded, ContactWorkOutstanding
from mash_shared.people import Referrer
from mash_shared.policy import Pack
from mash_shared.policy.telling import TellWhat


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


def tell_of_work(contact: Contact, at: datetime) -> Iterator[Message]:
    """Tell whoever decides what comes first, whenever that or the children changed (D4, N)."""
    outstanding = contact.work_outstanding
    first = tuple(one for one in outstanding if one in BEFORE_ANY_DECISION)
    barred = contact.is_on_its_way and contact.without_consent_to_service
    told = bool(outstanding or first or barred)
    news = (outstanding, first, contact.child_ids if told else contact.work_told[2])
    known = (contact.work_told, contact.service_barred_told)
    if (news, barred) != known and contact.children:
        contact.work_told, contact.service_barred_told = news, barred
        yield ContactWorkOutstanding(
            contact_id=contact.contact_id,
            council=contact.council,
            urgency=contact.urgency,
            occurred_at=at,
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
        )
