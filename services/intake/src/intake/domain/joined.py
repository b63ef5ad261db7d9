"""What is said of a contact that turned out to be part of another (A9, A10)."""

from collections.abc import Iterator

from intake.domain.carried import CARRIED, Carried
from intake.domain.contact import Contact
from intake.domain.ending import Ending
from intake.domain.protection import referrer_kind
from mash_shared.act import Act
from mash_shared.messages.contact import ContactJoined, HeardFrom
from mash_shared.vocabulary import ContactId, ReferrerKind

WHO_REFERRED = "Who spoke of this child is said anew."
"""In place of a worry, which is another family's."""


def joined(
    contact: Contact, ending: Ending, going: Carried, act: Act, *, again: bool = False
) -> ContactJoined:
    """Say that this contact goes on in the one that it is part of, with what goes there."""
    return ContactJoined(
        **{**contact.head(act.at), "contact_id": ContactId(ending.to or "")},
        joining=contact.id,
        asked_for=tuple(code for code in contact.asked_for if code),
        received_at=contact.standing.received_at,
        text=contact.facts.concern,
        by=act.person.id,
        said=CARRIED.dump_python(going, mode="json"),
        immediate_danger=contact.immediate_danger,
        own_notice=ending.own_notice,
        again=again,
        heard_from=_who_referred(contact),
    )


def tell_who_referred(contact: Contact, before: ReferrerKind, act: Act) -> Iterator[ContactJoined]:
    """Say anew who referred, where that was corrected, to whoever goes by it as well (D4).

    That is the contact that this one is part of, and those of children said to do harm.
    """
    if referrer_kind(contact) is before:
        return
    if contact.is_joined and contact.ending is not None:
        yield joined(contact, contact.ending, Carried(), act, again=True)
    yield from tell_alleged(contact, act)


def tell_alleged(contact: Contact, act: Act) -> Iterator[ContactJoined]:
    """Say who referred to the contacts of children said to do harm, and nothing else (D4)."""
    for alleged in contact.alleged_contacts.values():
        yield ContactJoined(
            **{**contact.head(act.at), "contact_id": ContactId(alleged)},
            joining=contact.id,
            received_at=contact.standing.received_at,
            text=WHO_REFERRED,
            by=act.person.id,
            heard_from=_who_referred(contact),
            again=True,
        )


def _who_referred(contact: Contact) -> dict[str, HeardFrom]:
    """Say who referred, here and in all that is part of this.

    It has a higher edition only where it is another than was said before: contacts that are part
    of each other, in whatever circle, so stop telling each other.
    """
    said, kind = contact.referrer_said, referrer_kind(contact)
    if said is None or said.kind is not kind:
        said = contact.referrer_said = HeardFrom(kind=kind, edition=contact.next_edition())
    return {**contact.heard_from, contact.id: said}


def hand_on(contact: Contact, told: ContactJoined) -> Iterator[ContactJoined]:
    """Say to the contact that this one is part of what was said to this one.

    No contact is told what it said itself.
    """
    ending = contact.ending if contact.is_joined else None
    if ending is not None and ending.to != told.joining:
        yield told.model_copy(update={"contact_id": ContactId(ending.to or "")})


def are_each_others(contact: Contact, told: ContactJoined) -> bool:
    """Whether the contact that is joined to this one is the one that this is part of."""
    return contact.ending is not None and contact.ending.to == told.joining
