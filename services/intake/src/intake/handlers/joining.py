"""The written part of a telephoned worry, and contacts that turn out to be one (A9, A10)."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from pydantic import TypeAdapter

from intake.domain.contact import Contact
from intake.domain.duties import follow_circumstances
from intake.domain.ending import Ended, Ending
from intake.domain.facts import Facts
from intake.domain.found import Found, RecordKind
from intake.domain.merging import merged
from intake.domain.news import (
    end,
    owed_to,
)
from intake.domain.progress import FollowUp
from intake.domain.receipt import received_by
from intake.domain.reference import reference_of
from intake.domain.refusals import AlreadyDoneError, UnknownChildError
from intake.domain.said import Consent
from intake.domain.task import TALKS, Done
from intake.domain.work import (
    call_off,
    follow_whether_family_may_know,
    leave_to_person,
)
from intake.forms.contact import JoinContact, WrittenFollowUp
from intake.handlers.base import Handlers
from intake.roles import recorders, triage
from mash_shared.act import Act, Person
from mash_shared.messages import Message
from mash_shared.messages.contact import ContactJoined
from mash_shared.vocabulary import ClockKind, ClockState, ConsentStatus, ContactId, Urgency


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """Everything that a contact says, as it goes to the one that it is part of."""

    facts: Facts = field(default_factory=Facts)
    consent: Consent | None = None


SAID = TypeAdapter(Said)
NEW_WORRY = "The other part of this contact came after it had gone its way: look at what it says."
MORE_CHILDREN = (
    "The other part of this contact names children that it is not about: record a contact for them."
)


@dataclass(frozen=True, slots=True)
class JoiningHandlers(Handlers):
    """What came in two parts and is one contact."""

    def add_written_follow_up(
        self, contact: Contact, act: Act, form: WrittenFollowUp
    ) -> Iterator[Message]:
        """Put the written part to the telephoned contact it belongs to (A9, A10).

        Where it came before the call, the contact was received then (X4).
        """
        pack = self._opened(contact, act, recorders, "add a form")
        if contact.follow_up is not None and contact.follow_up.arrived_at is not None:
            raise AlreadyDoneError("The written part of this contact has arrived.")
        arrived_at = received_by(form.received_at, act.at)
        _follow_up(contact, FollowUp(arrived_at=arrived_at, by=act.person.id, text=form.text))
        before = contact.standing
        earliest = min(before.received_at, arrived_at)
        if earliest < before.received_at:
            standing = replace(before, received_at=earliest)
            contact.amend(
                contact.facts, standing, by=act.person.id, at=act.at, why="Its form came before it."
            )
            yield from self._follow_change(contact, pack, act, before=before, owed=None)

    def join_contact(self, contact: Contact, act: Act, form: JoinContact) -> Iterator[Message]:
        """Say that this contact is the other part of one that goes on with all it says (A9, A10).

        That one was found by matching, or its reference is quoted; one that is merely possible is
        joined by who sorts contacts. A known child's contact joins only one that goes to the same
        case. A referrer who is somebody else is told apart.
        """
        pack = self._opened(contact, act, recorders, "join contacts")
        found = _other_part(contact, form)
        if not _is_quoted(contact, form) and not (found and contact.matching.is_held(found)):
            act.person.must_be_one_of(triage(pack), "join a contact that is merely possible")
        contact.must_be_free_to_join(found.goes_to if found else None)
        same = found is not None and found.same_referrer
        ending = Ending(
            ended_as=Ended.JOINED,
            by=act.person.id,
            at=act.at,
            to=form.earlier,
            own_notice=not same and contact.is_referral,
        )
        for task in contact.tasks:
            if task.is_open and (task.mandatory or task.kind in TALKS):
                why = f"It goes on as part of contact {form.earlier}."
                call_off(contact, task, Done(by=act.person.id, at=act.at, note=why))
        yield from end(contact, pack, ending)
        yield ContactJoined(
            contact_id=ContactId(form.earlier),
            council=contact.council,
            urgency=contact.urgency,
            occurred_at=act.at,
            joining=contact.id,
            received_at=contact.standing.received_at,
            text=contact.facts.concern,
            by=act.person.id,
            said=SAID.dump_python(
                Said(facts=contact.facts, consent=contact.consent.said), mode="json"
            ),
            immediate_danger=contact.immediate_danger,
            own_notice=ending.own_notice,
        )

    def take_in_joined(self, contact: Contact, joined: ContactJoined) -> Iterator[Message]:
        """Take in everything that the other part says, once (A9, A10).

        What came first counts as receipt (X4). A contact that has gone its way takes it in as well,
        and somebody is to look at it.
        """
        contact.must_be_recorded()
        if _has_taken_in(contact, joined.joining):
            return
        act = Act(
            person=Person(id=joined.by, council=contact.council, roles=frozenset()),
            at=joined.occurred_at,
        )
        if contact.follow_up is None or contact.awaits_form:
            text, from_ = joined.text, joined.joining
            arrived = FollowUp(
                arrived_at=joined.received_at, by=joined.by, text=text, from_contact=from_
            )
            _follow_up(contact, arrived)
        else:
            contact.attach("written part", _paper(joined.joining), joined.by)
        yield from self._bring_together(contact, joined, act)

    def _bring_together(
        self, contact: Contact, joined: ContactJoined, act: Act
    ) -> Iterator[Message]:
        pack, before = self.packs.of(contact.council), contact.standing
        owed, said = owed_to(contact), SAID.validate_python(joined.said, extra="ignore")
        facts = merged(contact.facts, said.facts, contact.id)
        if contact.has_gone:
            leave_to_person(contact, act.at, NEW_WORRY)
            if len(facts.children) > len(contact.children):
                leave_to_person(contact, act.at, MORE_CHILDREN)
                facts = _of_known_children(contact, facts)
        standing = replace(
            before,
            received_at=min(before.received_at, joined.received_at),
            urgency=Urgency.RED if joined.urgency is Urgency.RED else before.urgency,
            immediate_danger=before.immediate_danger or joined.immediate_danger,
        )
        if (facts, standing) != (contact.facts, before):
            why = f"What contact {joined.joining} says, which is part of this one."
            contact.amend(facts, standing, by=joined.by, at=act.at, why=why)
            follow_circumstances(contact, pack, act)
        if said.consent is not None:
            _take_in_consent(contact, said.consent, act)
            follow_whether_family_may_know(contact, pack, act)
        yield from self._follow_change(contact, pack, act, before=before, owed=owed)


def _follow_up(contact: Contact, follow_up: FollowUp) -> None:
    contact.follow_up = follow_up
    assert follow_up.arrived_at is not None  # noqa: S101 - it has just arrived
    contact.end_clock(ClockKind.WRITTEN_FOLLOW_UP, state=ClockState.MET, at=follow_up.arrived_at)


def _paper(joined: str) -> str:
    return f"contact {joined}"


def _has_taken_in(contact: Contact, joined: str) -> bool:
    first = contact.follow_up.from_contact if contact.follow_up else None
    return first == joined or any(p["kept_at"] == _paper(joined) for p in contact.attachments)


def _is_quoted(contact: Contact, form: JoinContact) -> bool:
    return form.reference == reference_of(form.earlier, contact.council)


def _other_part(contact: Contact, form: JoinContact) -> Found | None:
    """Give what was found of the contact that is named; raises unless that, or it is quoted."""
    for match in contact.matching.matches:
        found = match.found
        if found.kind is RecordKind.CONTACT and found.record_id == form.earlier:
            quoted_or_waits = _is_quoted(contact, form) or found.awaits_form
            if quoted_or_waits and (match.holds or match.is_undecided):
                return found
    if not _is_quoted(contact, form) or form.earlier == contact.id:
        raise UnknownChildError("No contact that waits for its other part is that one.")
    return None


def _of_known_children(contact: Contact, facts: Facts) -> Facts:
    """Give what is said of the children that the contact is about already."""
    ids = {child: child for child in contact.child_ids}
    return replace(
        facts,
        children=tuple(child for child in facts.children if child.child_id in ids),
        circumstances=facts.circumstances.about(ids),
    )


def _take_in_consent(contact: Contact, consent: Consent, act: Act) -> None:
    """Take in what the other part says of consent, unless it only says that nobody asked."""
    says = consent.status is not ConsentStatus.NOT_SOUGHT or consent.do_not_inform is not None
    said = contact.consent.said
    if said is None or (says and consent != said):
        contact.consent.say(consent, by=act.person.id, at=act.at)
