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
    own = HeardFrom(kind=referrer_kind(contact), edition=contact.next_edition())
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
        heard_from={**contact.heard_from, contact.id: own},
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
    own = HeardFrom(kind=referrer_kind(contact), edition=contact.next_edition())
    for alleged in contact.alleged_contacts.values():
        yield ContactJoined(
            **{**contact.head(act.at), "contact_id": ContactId(alleged)},
            joining=contact.id,
            received_at=contact.standing.received_at,
            text=WHO_REFERRED,
            by=act.person.id,
            heard_from={**contact.heard_from, contact.id: own},
            again=True,
        )
