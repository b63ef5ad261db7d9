"""Recording a contact, whatever it is about and however it came (A, B, M, N)."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import datetime

from intake.domain.contact import Contact
from intake.domain.facts import ChildFacts, Facts, KnownChild, YesNo
from intake.domain.progress import ANONYMOUS, NOT_OWED, FollowUp, Request
from intake.domain.tasks import Task, TaskKind
from intake.forms.recording import RecordContact, RequestForm
from intake.handlers.base import Handlers, recorders, tell_of_work
from intake.handlers.codes import check_codes
from mash_shared.act import Act
from mash_shared.messages import Message
from mash_shared.messages.contact import ChildAllegedToHarm, ContactRecorded
from mash_shared.people import Referrer
from mash_shared.policy import Pack
from mash_shared.policy.front_door import Path
from mash_shared.policy.telling import Told
from mash_shared.vocabulary import (
    Channel,
    ClockKind,
    ContactId,
    ReferrerKind,
    Urgency,
)

PROTECTION = "child_protection"
"""The service that packs name so; its cases are allocated at once (E6)."""


@dataclass(frozen=True, slots=True)
class RecordingHandlers(Handlers):
    """The first minute of a contact."""

    def record_contact(self, contact: Contact, act: Act, form: RecordContact) -> Iterator[Message]:
        """Record a contact under the council of the person who records it (A1, A3, B1, B13, X4)."""
        contact.must_be_new()
        pack = self.packs.of(act.person.council)
        act.person.must_be_one_of(recorders(pack), "record a contact")
        check_codes(pack, form)
        contact.contact_id = ContactId(contact.id)
        contact.council = act.person.council
        contact.urgency = form.urgency
        contact.channel = form.channel
        contact.immediate_danger = form.immediate_danger
        contact.request_type = form.request_type
        contact.path = pack.path_of(form.request_type)
        contact.quoted_reference = form.reference
        contact.group_id = form.group_id
        contact.policy_version = pack.version
        contact.facts = _facts(contact, form)
        contact.record(received_at=form.received_at, recorded_at=act.at, by=act.person.id)
        contact.consent.say(form.consent, by=act.person.id, at=act.at)
        yield from self._weigh(contact, act.at)
        self._start(contact, pack, form, act)
        yield self._recorded(contact, pack, act)
        yield from tell_of_work(contact, act.at)
        yield from _children_alleged_to_harm(contact, act)

    def _start(self, contact: Contact, pack: Pack, form: RecordContact, act: Act) -> None:
        """Start the clocks and open the work that this contact brings (A9, E6, J4, M, N)."""
        urgency, received = contact.urgency, form.received_at
        _start_record(contact, pack, received)
        if form.written_part_follows or _form_must_follow(contact, pack, form):
            contact.follow_up = FollowUp()
            contact.clocks.append(pack.clock(ClockKind.WRITTEN_FOLLOW_UP, urgency, received))
        start_allocation(contact, pack, received)
        if contact.path is Path.CHILD_CONCERN:
            self._open_first_talks(contact, pack, act)
        open_circumstances(contact, act)
        if form.request is not None:
            self._open_request(contact, pack, act, form.request)

    def _open_first_talks(self, contact: Contact, pack: Pack, act: Act) -> None:
        """Have somebody speak to the referring agency and, unless barred, the family (J5)."""
        referrer, said, received = contact.facts.referrer, contact.consent.said, contact.received_at
        assert referrer and said and received  # noqa: PT018, S101 - just recorded
        talks = []
        if referrer.kind is ReferrerKind.PROFESSIONAL:
            talks.append((TaskKind.TALK_TO_REFERRER, "referrer", "Speak to the referring agency."))
        if said.do_not_inform is None:
            talks.append((TaskKind.TALK_TO_FAMILY, "family", "Speak to the family."))
        for kind, of, what in talks:
            task, limits = open_task(contact, act, kind, of, what=what), pack.clocks.first_talks
            contact.clocks.append(
                pack.task_clock(limits, contact.urgency, received, of=task.task_id)
            )

    def _open_request(self, contact: Contact, pack: Pack, act: Act, form: RequestForm) -> None:
        """Open the duties that a request to the hub brings, on one clock (M1-M10)."""
        policy = pack.reverse_enquiries[form.kind]
        contact.request = Request(**form.model_dump())
        only_told = form.mode == "notification" and policy.duties_when_only_told
        owed = policy.duties_when_only_told if only_told else tuple(policy.duties)
        for duty in owed:
            open_task(contact, act, TaskKind.DUTY, duty, what=policy.duties[duty])
        received = contact.received_at or act.at
        contact.clocks.append(pack.answering_clock(form.kind, received))

    def _recorded(self, contact: Contact, pack: Pack, act: Act) -> Message:
        referrer, received = contact.facts.referrer, contact.received_at
        assert referrer is not None and received is not None  # noqa: PT018, S101 - just recorded
        is_referral = contact.path is Path.CHILD_CONCERN
        if not is_referral:
            contact.not_told_because = NOT_OWED
        elif pack.notices.referrers[referrer.kind].told is Told.NOTHING:
            contact.not_told_because = ANONYMOUS
        return ContactRecorded(
            contact_id=contact.contact_id,
            council=contact.council,
            urgency=contact.urgency,
            occurred_at=act.at,
            reference=contact.reference,
            received_at=received,
            referrer=referrer.to_be_told(),
            child_ids=contact.child_ids,
            is_referral=is_referral,
        )

    def open_for_alleged_child(
        self, contact: Contact, alleged: ChildAllegedToHarm
    ) -> Iterator[Message]:
        """Give a child who is said to do harm a contact, and so a safeguarding response (N10)."""
        if contact.is_recorded:
            return
        pack = self.packs.of(alleged.council)
        contact.contact_id = alleged.contact_id
        contact.council = alleged.council
        contact.urgency = alleged.urgency
        contact.alleged_in = alleged.arising_from
        contact.policy_version = pack.version
        contact.not_told_because = NOT_OWED
        child = KnownChild(
            child_id=f"{contact.id}-1",
            full_name=alleged.full_name,
            date_of_birth=alleged.date_of_birth_in_part,
            whereabouts=alleged.whereabouts,
        )
        contact.facts = Facts(
            concern="This child is said to be causing harm to another child.",
            children=(child,),
        )
        contact.record(
            received_at=alleged.received_at, recorded_at=alleged.occurred_at, by=alleged.recorded_by
        )
        yield from self._weigh(contact, alleged.occurred_at)
        _start_record(contact, pack, alleged.received_at)
        yield ContactRecorded(
            contact_id=contact.contact_id,
            council=contact.council,
            urgency=contact.urgency,
            occurred_at=alleged.occurred_at,
            reference=contact.reference,
            received_at=alleged.received_at,
            referrer=Referrer(kind=ReferrerKind.ANONYMOUS),
            child_ids=contact.child_ids,
            is_referral=False,
        )


def open_task(  # noqa: PLR0913 - what a task is
    contact: Contact, act: Act, kind: TaskKind, of: str, *, what: str, agency: str | None = None
) -> Task:
    """Open a task; the law's and a request's own are mandatory."""
    task = Task(
        task_id=f"{kind}.{of}",
        kind=kind,
        of=of,
        what=what,
        mandatory=kind is TaskKind.CIRCUMSTANCE,
        agency=agency,
        opened_at=act.at,
    )
    contact.tasks.append(task)
    return task


def _start_record(contact: Contact, pack: Pack, received: datetime) -> None:
    """Start the time for the record; red that comes while the hub is closed is marked (J4, O9)."""
    contact.out_of_hours = contact.urgency is Urgency.RED and not pack.calendar.is_open(received)
    contact.clocks.append(pack.clock(ClockKind.CONTACT_RECORD, contact.urgency, received))


def start_allocation(contact: Contact, pack: Pack, start: datetime) -> None:
    """Have a child protection case allocated at once, from when it is known to be one (E6)."""
    started = any(clock.kind is ClockKind.ALLOCATION for clock in contact.clocks)
    if _is_protection(contact, pack) and not started:
        contact.clocks.append(pack.clock(ClockKind.ALLOCATION, contact.urgency, start))


def open_circumstances(contact: Contact, act: Act) -> None:
    """Open the work that the circumstances bring, as far as it is not there already (N)."""
    there = {task.of for task in contact.tasks if task.kind is TaskKind.CIRCUMSTANCE}
    for duty in contact.facts.circumstances.duties():
        if duty not in there:
            open_task(contact, act, TaskKind.CIRCUMSTANCE, duty, what=duty.replace("_", " "))


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


def _form_must_follow(contact: Contact, pack: Pack, form: RecordContact) -> bool:
    """Whether a professional telephoned where the form has to follow (A9, A10)."""
    called = contact.channel is Channel.PHONE and _is_protection(contact, pack)
    return pack.contact.phone_first and called and form.referrer.kind is ReferrerKind.PROFESSIONAL


def _is_protection(contact: Contact, pack: Pack) -> bool:
    """Whether this is child protection: asked for, or significant harm is said (C8, E6)."""
    asked = pack.service_of(contact.request_type) == PROTECTION
    return asked or contact.facts.significant_harm is YesNo.YES


def _children_alleged_to_harm(contact: Contact, act: Act) -> Iterator[Message]:
    for number, person in enumerate(contact.facts.alleged_perpetrators, start=1):
        if person.is_child:
            assert contact.received_at is not None  # noqa: S101 - just recorded
            yield ChildAllegedToHarm(
                contact_id=ContactId(f"{contact.id}a{number}"),
                council=contact.council,
                urgency=contact.urgency,
                occurred_at=act.at,
                arising_from=contact.id,
                received_at=contact.received_at,
                recorded_by=act.person.id,
                full_name=person.full_name,
                date_of_birth_in_part=person.date_of_birth,
                whereabouts=person.whereabouts,
            )
