"""What whoever runs the enquiry is told: of whom to ask, over what, and on what basis (F)."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from pydantic_core import to_jsonable_python

from intake.domain.contact import Contact
from intake.domain.family import Asked, family_of
from mash_shared.keeping import hash_of
from mash_shared.messages import Message
from mash_shared.messages.enquiry import EnquiryAmended, EnquiryAuthorised
from mash_shared.reminders import Reminder
from mash_shared.vocabulary import AgencyId


def authorised(contact: Contact, agencies: tuple[AgencyId, ...], at: datetime) -> EnquiryAuthorised:
    """Say that an enquiry is let out, and the whole of what it may ask."""
    asked = _may_be_asked(contact)
    contact.enquiry_told = _asked_by(contact, asked)
    contact.asked = Asked(family=asked["family"], concern=asked["concern"])
    edition = contact.next_edition()
    return EnquiryAuthorised(**contact.head(at), **asked, edition=edition, agencies=agencies)


def tell_of_enquiry(contact: Contact, at: datetime) -> Iterator[Message]:
    """Tell whoever runs the enquiry what it goes by now, whenever any of that has changed.

    Children who went to another family's contact stay apart: of an answer that names them as well
    whoever decides here learns nothing (N11).
    """
    if contact.authorisation is None:
        return
    asked = _may_be_asked(contact)
    now = _asked_by(contact, asked)
    if now != contact.enquiry_told:
        contact.enquiry_told = now
        contact.asked = Asked(family=asked["family"], concern=asked["concern"])
        contact.amendments += 1
        yield EnquiryAmended(
            **contact.head(at),
            **asked,
            edition=contact.next_edition(),
            may_ask=contact.stopped_at is None,
            apart=tuple(way.child_id for way in contact.ways.values() if way.is_apart),
        )


def _may_be_asked(contact: Contact) -> dict[str, Any]:
    let_out = contact.authorisation
    assert let_out is not None  # noqa: S101 - asked of what has been let out
    now = _asked_now(contact)
    return {
        "enquiry_id": let_out.enquiry_id,
        "received_at": contact.received_at,
        "coordinating_social_worker": let_out.coordinating_social_worker,
        "lawful_basis": contact.consent.lawful_basis(let_out.lawful_basis.policy_version),
        "family": now.family,
        "concern": now.concern,
        "times": let_out.minutes,
        "reminders": reminders_of(contact),
    }


def reminders_of(contact: Contact) -> dict[str, tuple[Reminder, ...]]:
    """Give what is easily overlooked of each child who is let out, where anything is (N1, O13)."""
    out = (child for child in contact.children if child.child_id in contact.let_out)
    found = {child.child_id: contact.facts.reminders(child) for child in out}
    return {child: reminders for child, reminders in found.items() if reminders}


def _asked_now(contact: Contact) -> Asked:
    """Give the family and the worry; as agencies know them while it is open whose they are (N11).

    What was learnt meanwhile may be of another family: no agency is told before that is said.
    """
    if contact.asked is not None and contact.must_be_split:
        return contact.asked.about(contact.let_out)
    family = family_of(contact.facts, contact.let_out)
    return Asked(family=family, concern=contact.facts.concern)


def _asked_by(contact: Contact, asked: Mapping[str, Any]) -> str:
    level, stopped = (contact.urgency, contact.lane), contact.stopped_at is not None
    return fingerprint(**asked, level=level, stopped=stopped)


def fingerprint(**parts: object) -> str:
    """Give what is compared with what was told last."""
    return hash_of(to_jsonable_python(parts))
