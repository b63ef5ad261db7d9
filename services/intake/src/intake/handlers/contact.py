"""Recording a contact, whatever it is about and however it came (A, B, M, N)."""

from collections.abc import Iterator
from dataclasses import dataclass, fields

from intake.domain.alleged import tell_of_alleged_children
from intake.domain.contact import Contact
from intake.domain.duties import follow_circumstances
from intake.domain.facts import ChildFacts, Facts, KnownChild
from intake.domain.progress import HubRequest
from intake.domain.talks import follow_talks
from intake.domain.work import (
    await_form,
    open_request,
    start_record,
)
from intake.forms.codes import check_agency, check_codes
from intake.forms.contact import RecordContact
from intake.handlers.base import Handlers
from intake.roles import recorders
from mash_shared.act import Act
from mash_shared.messages import Message
from mash_shared.policy import Pack
from mash_shared.policy.front_door import Path
from mash_shared.rights import whose
from mash_shared.vocabulary import Channel, ContactId, FieldRefusedError, Machine, NotEntitledError


@dataclass(frozen=True, slots=True)
class ContactHandlers(Handlers):
    """The first minute of a contact."""

    @whose(recorders, "record a contact")
    def record_contact(self, contact: Contact, act: Act, form: RecordContact) -> Iterator[Message]:
        """Record a contact under the council of the person who records it (A1, A3, B1, B13, X4)."""
        contact.must_be_new()
        pack = self.packs.of(act.person.council)
        check_codes(pack, form)
        check_agency(pack, form.referrer.agency)
        yield from self._record(contact, act, form)

    def record_form(self, contact: Contact, act: Act, form: RecordContact) -> Iterator[Message]:
        """Record what came by the council's own web form, under the program's name (A8)."""
        contact.must_be_new()
        if act.person.machine is not Machine.FORMS:
            raise NotEntitledError("Only the program of the web forms may record what came by one.")
        if form.channel is not Channel.ONLINE_FORM:
            raise FieldRefusedError("channel", f"channel must be {Channel.ONLINE_FORM} here.")
        check_codes(self.packs.of(act.person.council), form)
        check_agency(self.packs.of(act.person.council), form.referrer.agency)
        yield from self._record(contact, act, form)

    def _record(self, contact: Contact, act: Act, form: RecordContact) -> Iterator[Message]:
        """Write down what has been checked, and begin what it brings."""
        pack = self.packs.of(act.person.council)
        contact.contact_id = ContactId(contact.id)
        contact.council = act.person.council
        contact.urgency = form.urgency
        contact.channel = form.channel
        contact.immediate_danger = form.immediate_danger
        contact.request_type = form.request_type
        contact.also_asked = form.also_asked
        contact.path = pack.path_of(form.request_type)
        contact.quoted_reference = form.reference
        contact.group_id = form.group_id
        contact.policy_version = pack.version
        contact.facts = _facts(contact, form)
        contact.record(received_at=form.received_at, recorded_at=act.at, by=act.person.id)
        contact.consent.say(form.consent, by=act.person.id, at=act.at)
        self._weigh(contact, act.at)
        _start(contact, pack, form, act)
        yield from self._follow(contact, act.at, by=act.person.id)
        yield from tell_of_alleged_children(contact, act)


def _start(contact: Contact, pack: Pack, form: RecordContact, act: Act) -> None:
    """Start the clocks and open the work that this contact brings (A9, E6, J4, M, N)."""
    received = contact.received_at
    assert received is not None  # noqa: S101 - it has just been recorded
    start_record(contact, pack, received)
    await_form(contact, pack, received, announced=form.written_part_follows)
    follow_talks(contact, pack, received, act.at, by=act.person.id)
    follow_circumstances(contact, pack, act)
    if form.request is not None:
        open_request(contact, pack, act.at, HubRequest(**form.request.model_dump()))


def _facts(contact: Contact, form: RecordContact) -> Facts:
    same = {field.name for field in fields(Facts)} & type(form).model_fields.keys()
    said = {name: getattr(form, name) for name in same - {"children"}}
    named = form.children if contact.path is Path.CHILD_CONCERN else _mentioned(form)
    children = tuple(
        known_child(f"{contact.id}-{place}", child) for place, child in enumerate(named, start=1)
    )
    return Facts(children=children, **said)


def _mentioned(form: RecordContact) -> tuple[ChildFacts, ...]:
    """Leave the blank child out of what need not be about one."""
    return tuple(child for child in form.children if child != ChildFacts())


def known_child(child_id: str, child: ChildFacts) -> KnownChild:
    """Put what is said of a child under our id: the contact's, and the child's place in it."""
    said = {field.name: getattr(child, field.name) for field in fields(ChildFacts)}
    return KnownChild(child_id=child_id, **said)
