"""The written part of a telephoned worry, and contacts that turn out to be one (A9, A10)."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from intake.domain.brought import (
    checks_for,
    strangers,
    take_in_checks,
    take_in_consent,
    take_in_level,
)
from intake.domain.carried import CARRIED, Carried
from intake.domain.contact import Contact
from intake.domain.ending import Ended, Ending
from intake.domain.facts import Facts
from intake.domain.found import Found, RecordKind
from intake.domain.joined import are_each_others, hand_on, tell_alleged
from intake.domain.joined import joined as said_of
from intake.domain.merging import asked_beside, both, merged
from intake.domain.news import end
from intake.domain.progress import FollowUp
from intake.domain.receipt import received_by
from intake.domain.reference import reference_of
from intake.domain.refusals import AlreadyDoneError, UnknownChildError
from intake.domain.splitting import contact_for_late, parted
from intake.domain.task import TALKS, Done
from intake.domain.way import Position
from intake.domain.work import call_off, leave_to_person
from intake.forms.contact import JoinContact, WrittenFollowUp
from intake.handlers.base import Handlers
from intake.roles import recorders, triage
from mash_shared.act import Act, Person
from mash_shared.messages import Message
from mash_shared.messages.contact import ContactJoined
from mash_shared.rights import Right, whose
from mash_shared.vocabulary import ClockKind, ClockState

JOIN_POSSIBLE = Right(triage, "join a contact that is merely possible")
NEITHER = (
    "This contact and contact {} were made part of each other, so that neither goes on: record "
    "anew what they say."
)
NEW_WORRY = "The other part of this contact came after it had gone its way: look at what it says."


@dataclass(frozen=True, slots=True)
class JoiningHandlers(Handlers):
    """What came in two parts and is one contact."""

    @whose(recorders, "add a form")
    def add_written_follow_up(
        self, contact: Contact, act: Act, form: WrittenFollowUp
    ) -> Iterator[Message]:
        """Put the written part to the telephoned contact it belongs to (A9, A10).

        Where it came before the call, the contact was received then (X4). What it says is part of
        the worry: whoever was asked or decides hears of it.
        """
        pack = self._opened(contact, act)
        if contact.follow_up is not None and contact.follow_up.arrived_at is not None:
            raise AlreadyDoneError("The written part of this contact has arrived.")
        arrived_at = received_by(form.received_at, act.at)
        _follow_up(contact, FollowUp(arrived_at=arrived_at, by=act.person.id, text=form.text))
        if contact.has_gone:
            leave_to_person(contact, pack, act.at, NEW_WORRY)
        before = contact.standing
        standing = replace(before, received_at=min(before.received_at, arrived_at))
        facts = replace(contact.facts, concern=both(contact.facts.concern, form.text))
        if (facts, standing) != (contact.facts, before):
            contact.amend(
                facts, standing, by=act.person.id, at=act.at, why="Its written part came."
            )
            yield from self._follow_change(contact, pack, act, before=before)

    @whose(recorders, "join contacts", JOIN_POSSIBLE)
    def join_contact(self, contact: Contact, act: Act, form: JoinContact) -> Iterator[Message]:
        """Say that this contact is the other part of one that goes on with all it says (A9, A10).

        That one was found by matching, or its reference is quoted; one that is merely possible is
        joined by who sorts contacts. A known child's contact joins only one that goes to the same
        case. Who sorts contacts says which children are the same under names that differ, so that
        nobody is asked about one child twice. A referrer who is somebody else is told apart.
        """
        pack = self._opened(contact, act)
        act.must_be_there("earlier", form.earlier)
        _must_be_ours(contact, form)
        found = _other_part(contact, form)
        held = found is not None and contact.matching.is_held(found)
        if form.same_children or not (_is_quoted(contact, form) or held):
            JOIN_POSSIBLE.must_be_held_now(act, pack)
        contact.must_be_free_to_join(found.goes_to if found else ())
        ending = _joined_to(contact, form.earlier, found, act)
        _call_off_what_goes_on(contact, form.earlier, act)
        going = Carried(
            facts=contact.facts.about(contact.at(Position.NEW), form.same_children),
            consent=contact.consent.said,
            alleged=contact.alleged_contacts,
            checks=checks_for(contact, form.same_children),
            first_graded_at=contact.first_graded_at,
            graded_at=contact.graded_at,
        )
        yield from end(contact, pack, ending)
        yield said_of(contact, ending, going, act)
        yield from self._follow(contact, act.at, by=act.person.id)

    def take_in_joined(self, contact: Contact, joined: ContactJoined) -> Iterator[Message]:
        """Take in everything that the other part says, once (A9, A10).

        What came first counts as receipt (X4). A contact that has gone its way takes it in as well,
        and somebody is to look at it; one that is itself part of another hands it on. Who referred
        is heard by the contacts of children said to do harm too, even before they open (D4). A
        concern that comes back into the request it was raised from has no worker found (E6).
        """
        act = Act(
            person=Person(id=joined.by, council=joined.council, roles=frozenset()),
            at=joined.occurred_at,
        )
        is_news = contact.hear_from(joined.heard_from)
        if joined.again and not contact.is_recorded:
            contact.belong_to(joined)
            contact.facts = Facts(concern=joined.text)
            return
        contact.must_be_recorded()
        if joined.again or _has_taken_in(contact, joined.joining):
            if is_news:
                yield from hand_on(contact, joined)
                yield from self._follow(contact, act.at, by=joined.by)
                yield from tell_alleged(contact, act)
            return
        contact.raised_for.pop(joined.joining, None)
        if contact.follow_up is None or contact.awaits_form:
            text, from_ = joined.text, joined.joining
            arrived = FollowUp(
                arrived_at=joined.received_at, by=joined.by, text=text, from_contact=from_
            )
            _follow_up(contact, arrived)
        else:
            contact.attach("written part", _paper(joined.joining), joined.by)
        if contact.is_joined:
            yield from self._hand_on_or_ask(contact, joined)
            return
        yield from self._bring_together(contact, joined, act)

    def _hand_on_or_ask(self, contact: Contact, joined: ContactJoined) -> Iterator[Message]:
        """Hand it on; somebody is asked where both became part of each other at one moment."""
        if not are_each_others(contact, joined):
            yield from hand_on(contact, joined)
        elif contact.id < joined.joining:  # the other hears of this one, and leaves it to us
            pack = self.packs.of(contact.council)
            leave_to_person(contact, pack, joined.occurred_at, NEITHER.format(joined.joining))
            yield from self._follow(contact, joined.occurred_at, by=joined.by)

    def _bring_together(
        self, contact: Contact, joined: ContactJoined, act: Act
    ) -> Iterator[Message]:
        pack, before = self.packs.of(contact.council), contact.standing
        said = CARRIED.validate_python(joined.said, extra="ignore")
        contact.alleged_contacts = said.alleged | contact.alleged_contacts
        facts, late = parted(contact, merged(contact.facts, said.facts, contact.free_ids()))
        others = strangers(contact, said, replace(facts, children=facts.children + late.children))
        if contact.has_gone:
            leave_to_person(contact, pack, act.at, NEW_WORRY)
        standing = replace(
            before,
            received_at=min(before.received_at, joined.received_at),
            urgency=pack.graver(before.urgency, joined.urgency),
            immediate_danger=before.immediate_danger or joined.immediate_danger,
            also_asked=asked_beside(contact, joined.asked_for),
        )
        if (facts, standing) != (contact.facts, before):
            why = f"What contact {joined.joining} says, which is part of this one."
            contact.amend(facts, standing, by=joined.by, at=act.at, why=why)
        yield from contact_for_late(
            contact,
            late,
            act,
            received_at=joined.received_at,
            strangers=said if others else None,
        )
        for child in others:
            contact.ways[child].came_with = joined.joining
        take_in_checks(contact, said)
        take_in_level(contact, said, joined.urgency, before.urgency)
        if said.consent is not None and not (others and said.consent.is_given):
            take_in_consent(contact, said.consent, act, received_at=joined.received_at)
        yield from self._follow_change(contact, pack, act, before=before)
        yield from tell_alleged(contact, act)


def _joined_to(contact: Contact, earlier: str, found: Found | None, act: Act) -> Ending:
    """Give the end of a contact that goes on in another; a referrer of its own is told apart."""
    same = found is not None and found.same_referrer
    return Ending(
        ended_as=Ended.JOINED,
        by=act.person.id,
        at=act.at,
        to=earlier,
        own_notice=not same and contact.is_referral,
    )


def _call_off_what_goes_on(contact: Contact, earlier: str, act: Act) -> None:
    """Leave undone here what is part of the other contact now."""
    for task in contact.tasks:
        if task.is_open and (task.mandatory or task.kind in TALKS):
            why = f"It goes on as part of contact {earlier}."
            call_off(contact, task, Done(by=act.person.id, at=act.at, note=why))


def _must_be_ours(contact: Contact, form: JoinContact) -> None:
    """Raise `UnknownChildError` unless each child named is here, and one of theirs only once."""
    theirs = form.same_children.values()
    if not form.same_children.keys() <= set(contact.child_ids) or len(set(theirs)) < len(theirs):
        raise UnknownChildError("same_children names a child that is not there, or one twice.")
    if any(not child.startswith(f"{form.earlier}-") for child in theirs):
        raise UnknownChildError("same_children names a child that the other contact has not.")


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
