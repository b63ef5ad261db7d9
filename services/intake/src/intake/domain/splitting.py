"""Children who go from one contact to a linked one of their own: what is said of that (N11)."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from intake.domain.alleged import tell_of_alleged_children
from intake.domain.carried import CARRIED, Carried, of_same_family, of_strangers
from intake.domain.contact import Contact
from intake.domain.facts import Facts
from intake.domain.reference import split_contact
from intake.domain.refusals import AlreadyEndedError
from intake.domain.way import ChildWay
from mash_shared.act import Act
from mash_shared.messages import Message
from mash_shared.messages.contact import ContactSplit
from mash_shared.policy.front_door import Path
from mash_shared.vocabulary import ContactId


def parted(contact: Contact, facts: Facts) -> tuple[Facts, Facts]:
    """Give facts without the children who are new to a concern that has ended, and theirs.

    Raises `AlreadyEndedError` where it goes on in another contact: they belong there.
    """
    ids = [child.child_id for child in facts.children]
    new = [child for child in ids if child not in contact.ways]
    asked_of_hub = contact.path is Path.REQUEST_TO_THE_HUB
    concern = contact.path is Path.CHILD_CONCERN or (contact.is_protection and not asked_of_hub)
    if contact.ending is None or not new or not concern:
        return facts, Facts()
    if contact.is_joined:
        raise AlreadyEndedError(f"It goes on as contact {contact.ending.to}: add the child there.")
    return facts.about([child for child in ids if child not in new]), facts.about(new)


def contact_for_late(
    contact: Contact,
    late: Facts,
    act: Act,
    *,
    received_at: datetime,
    strangers: Carried | None = None,
) -> Iterator[Message]:
    """Have a linked contact opened for children who were learnt of after this one had ended.

    Of `strangers`, who came with a contact of another household, only that one's words go along.
    """
    if not late.children:
        return
    yield from tell_of_alleged_children(contact, act)
    linked, ids = linked_contact(contact, [child.child_id for child in late.children])
    for child in ids:
        way = ChildWay(child_id=child, learnt_at=act.at, split_off_to=linked)
        contact.ways[child] = way
    carried = of_same_family(contact, late, ids)
    if strangers is not None:
        carried = of_strangers(strangers, late, ids)
    yield said(contact, linked, carried, act, received_at=received_at)


def linked_contact(contact: Contact, child_ids: Sequence[str]) -> tuple[ContactId, dict[str, str]]:
    """Give the id of the contact to which these children go, and theirs there, by those here."""
    linked = split_contact(contact.id, child_ids[0])
    ids = {child: f"{linked}-{place}" for place, child in enumerate(child_ids, start=1)}
    return ContactId(linked), ids


def said(
    contact: Contact, linked: ContactId, carried: Carried, act: Act, *, received_at: datetime
) -> ContactSplit:
    """Say that children go to a contact of their own, which is linked with this one by a group."""
    contact.group_id = contact.group_id or contact.id
    return ContactSplit(
        **{**contact.head(act.at), "contact_id": linked},
        split_from=contact.id,
        group_id=contact.group_id,
        received_at=received_at,
        channel=contact.channel,
        request_type=contact.request_type,
        also_asked=contact.also_asked,
        immediate_danger=contact.immediate_danger,
        by=act.person.id,
        said=CARRIED.dump_python(carried, mode="json"),
    )
