"""Adding to a contact after its first minute: checks, corrections, the written part (A9, B, J4)."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from intake.domain.contact import Contact, received_by
from intake.domain.ending import Ended, Ending
from intake.domain.facts import Facts, KnownChild
from intake.domain.news import end, tell_of_referrer, tell_of_work
from intake.domain.progress import Completion, DemographicCheck, FamilyTold, FollowUp
from intake.domain.protection import weakens_consent
from intake.domain.refusals import (
    AlreadyDoneError,
    RoutedError,
    UnknownChildError,
)
from intake.domain.work import open_circumstances
from intake.forms.codes import check_attestations
from intake.forms.contact import (
    AmendContact,
    AmendedChild,
    Attachment,
    CheckDemographics,
    CompleteRecord,
    JoinContact,
    TellFamily,
    WrittenFollowUp,
)
from intake.handlers.alleged import tell_of_alleged_children
from intake.handlers.base import Handlers
from intake.handlers.contact import known_child
from intake.roles import MANAGERS, recorders
from mash_shared.act import Act
from mash_shared.messages import Message
from mash_shared.messages.contact import ContactJoined
from mash_shared.people import Referrer
from mash_shared.vocabulary import ClockKind, ClockState, ContactId


@dataclass(frozen=True, slots=True)
class CorrectionHandlers(Handlers):
    """What is learnt, checked and added later."""

    def amend_contact(self, contact: Contact, act: Act, form: AmendContact) -> Iterator[Message]:
        """Correct facts; those before are kept as they were, and matching begins anew (B)."""
        pack = self._opened(contact, act, recorders, "amend")
        check_attestations(pack, form.attestations)
        facts = _amended(contact, form)
        if facts != contact.facts:
            if weakens_consent(contact, facts, pack):
                act.person.must_be_one_of(MANAGERS, "let a weaker rule of consent hold")
            owed = _owed(contact)
            contact.amend(facts, by=act.person.id, at=act.at, why=form.why)
            open_circumstances(contact, act)
            if _owed(contact) != owed and contact.told_at is None and contact.ending is None:
                yield from tell_of_referrer(contact, pack, act.at)
            yield from tell_of_alleged_children(contact, act)
        contact.policy_version = pack.version
        yield from self._weigh(contact, act.at, by=act.person.id)
        yield from tell_of_work(contact, act.at)

    def check_demographics(
        self, contact: Contact, act: Act, form: CheckDemographics
    ) -> Iterator[Message]:
        """Note the check of identifying details; a later one stands in its place (B2)."""
        self._opened(contact, act, recorders, "check details")
        contact.demographic_check = DemographicCheck(
            by=act.person.id, at=act.at, result=form.result, note=form.note
        )
        yield from ()

    def complete_record(
        self, contact: Contact, act: Act, form: CompleteRecord
    ) -> Iterator[Message]:
        """Complete the record, as a registered social worker, within its day (J4)."""
        self._opened(
            contact, act, lambda pack: pack.contact.record_completed_by, "complete a record"
        )
        if contact.completion is not None:
            raise AlreadyDoneError("This record has been completed.")
        if contact.route is not None and contact.route.overseen and contact.oversight is None:
            raise RoutedError("A manager has to sign off the contact of an open case first.")
        contact.completion = Completion(
            by=act.person.id, at=act.at, registration_number=form.registration_number
        )
        contact.end_clock(ClockKind.CONTACT_RECORD, state=ClockState.MET, at=act.at)
        yield from ()

    def add_written_follow_up(
        self, contact: Contact, act: Act, form: WrittenFollowUp
    ) -> Iterator[Message]:
        """Put the written part to the telephoned contact it belongs to (A9, A10)."""
        self._opened(contact, act, recorders, "add a form")
        if contact.follow_up is not None and contact.follow_up.arrived_at is not None:
            raise AlreadyDoneError("The written part of this contact has arrived.")
        arrived_at = received_by(form.received_at, act.at)
        self._follow_up(contact, FollowUp(arrived_at=arrived_at, by=act.person.id, text=form.text))
        yield from ()

    def join_contact(self, contact: Contact, act: Act, form: JoinContact) -> Iterator[Message]:
        """Say that this contact is the written part of an earlier one, found by matching (A9)."""
        pack = self._opened(contact, act, recorders, "join contacts")
        if form.earlier not in contact.matching.awaiting_form():
            raise UnknownChildError("No contact that waits for its written part is that one.")
        ending = Ending(ended_as=Ended.JOINED, by=act.person.id, at=act.at, to=form.earlier)
        yield from end(contact, pack, ending)
        assert contact.received_at is not None  # noqa: S101 - a recorded contact has it
        yield ContactJoined(
            contact_id=ContactId(form.earlier),
            council=contact.council,
            urgency=contact.urgency,
            occurred_at=act.at,
            joining=contact.id,
            received_at=contact.received_at,
            text=contact.facts.concern,
            by=act.person.id,
        )

    def take_in_joined(self, contact: Contact, joined: ContactJoined) -> Iterator[Message]:
        """Take in the written part that came as a contact of its own (A9, A10)."""
        contact.must_be_recorded()
        if contact.follow_up is None or contact.follow_up.arrived_at is None:
            self._follow_up(
                contact,
                FollowUp(
                    arrived_at=joined.received_at,
                    by=joined.by,
                    text=joined.text,
                    from_contact=joined.joining,
                ),
            )
        elif contact.follow_up.from_contact != joined.joining:
            _attach(contact, "written part", f"contact {joined.joining}", joined.by)
        yield from ()

    def attach(self, contact: Contact, act: Act, form: Attachment) -> Iterator[Message]:
        """Note a paper that belongs to the contact, an early help assessment say (C6)."""
        self._opened(contact, act, recorders, "attach a paper")
        _attach(contact, form.kind, form.kept_at, act.person.id, title=form.title)
        yield from ()

    def tell_family(self, contact: Contact, act: Act, form: TellFamily) -> Iterator[Message]:
        """Note what the family was told of the hub, and when (A19)."""
        self._opened(contact, act, recorders, "tell a family")
        told = FamilyTold(by=act.person.id, at=act.at, what=form.what)
        if told not in contact.told:
            contact.told.append(told)
        yield from ()

    @staticmethod
    def _follow_up(contact: Contact, follow_up: FollowUp) -> None:
        contact.follow_up = follow_up
        assert follow_up.arrived_at is not None  # noqa: S101 - it has just arrived
        contact.end_clock(
            ClockKind.WRITTEN_FOLLOW_UP, state=ClockState.MET, at=follow_up.arrived_at
        )


def _attach(contact: Contact, kind: str, kept_at: str, by: str, title: str = "") -> None:
    """Note a paper once, however often it is sent."""
    paper = {"kind": kind, "title": title or kind, "kept_at": kept_at, "by": by}
    if paper not in contact.attachments:
        contact.attachments.append(paper)


def _owed(contact: Contact) -> tuple[Referrer | None, tuple[str, ...]]:
    """Give whom notify has to tell, and of which children."""
    referrer = contact.facts.referrer
    return referrer.to_be_told() if referrer else None, contact.child_ids


def _amended(contact: Contact, form: AmendContact) -> Facts:
    given = form.model_fields_set - {"why", "children", *(() if form.referrer else ("referrer",))}
    changed = {name: getattr(form, name) for name in given}
    children = _children(contact, form.children)
    return replace(contact.facts, children=children, **changed)


def _children(contact: Contact, amended: tuple[AmendedChild, ...]) -> tuple[KnownChild, ...]:
    """Put corrected facts in place and new children behind; ids stay what they are."""
    by_id = {child.child_id: child for child in contact.children}
    for one in amended:
        if one.child_id is None:
            new = known_child(f"{contact.id}-{len(by_id) + 1}", one.facts)
            by_id[new.child_id] = new
        elif one.child_id not in by_id:
            raise UnknownChildError("child_id names no child of this contact.")
        else:
            by_id[one.child_id] = known_child(one.child_id, one.facts)
    return tuple(by_id.values())
