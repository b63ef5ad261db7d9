"""Putting a contact right, and what is checked and noted after its first minute (A19, B, J4)."""

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace

from intake.domain.contact import Contact
from intake.domain.duties import follow_circumstances
from intake.domain.facts import Facts, KnownChild, YesNo
from intake.domain.news import owed_to
from intake.domain.progress import Completion, DemographicCheck, FamilyTold, Standing
from intake.domain.protection import weakens_consent
from intake.domain.receipt import received_by
from intake.domain.refusals import AlreadyDoneError, RoutedError, UnknownChildError
from intake.forms.codes import check_amended
from intake.forms.contact import (
    AmendContact,
    AmendedChild,
    Attachment,
    CheckDemographics,
    CompleteRecord,
    TellFamily,
)
from intake.forms.part import begun, corrected, put
from intake.handlers.base import Handlers
from intake.handlers.contact import known_child
from intake.roles import MANAGERS, reads_of_others, recorders, triage
from mash_shared.act import Act
from mash_shared.messages import Message
from mash_shared.policy import Pack
from mash_shared.policy.front_door import Path
from mash_shared.vocabulary import ClockKind, ClockState, Urgency


@dataclass(frozen=True, slots=True)
class CorrectionHandlers(Handlers):
    """What is learnt, checked and added later."""

    def amend_contact(self, contact: Contact, act: Act, form: AmendContact) -> Iterator[Message]:
        """Put right what is named and nothing else; matching begins anew (B, corrections).

        What stood before is kept, with who, when and why. Recorders raise the level; who lowers
        it, takes harm or danger back or says that it is no concern sorts contacts; a manager moves
        the receipt later. Promises run anew from what now holds.
        """
        pack = self._opened(contact, act, recorders, "amend")
        check_amended(pack, form)
        sees_all = reads_of_others(pack, act.person)
        facts, standing = _amended(contact, form, sees_all=sees_all), _standing(contact, form)
        _must_be_theirs(contact, pack, act, facts, standing)
        before, owed = contact.standing, owed_to(contact)
        if (facts, standing) != (contact.facts, before):
            if weakens_consent(contact, facts, pack):
                act.person.must_be_one_of(MANAGERS, "let a weaker rule of consent hold")
            contact.amend(facts, standing, by=act.person.id, at=act.at, why=form.why)
            contact.take_path(pack.path_of(standing.request_type))
            follow_circumstances(contact, pack, act)
        contact.policy_version = pack.version
        yield from self._follow_change(contact, pack, act, before=before, owed=owed)

    def check_demographics(
        self, contact: Contact, act: Act, form: CheckDemographics
    ) -> Iterator[Message]:
        """Note the check of identifying details; a later one stands in its place (B2)."""
        self._opened(contact, act, recorders, "check details")
        contact.demographic_check = DemographicCheck(
            by=act.person.id, at=act.at, result=form.result, note=form.note
        )
        contact.settle()
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
        contact.must_be_sure_who_it_is()
        contact.completion = Completion(
            by=act.person.id, at=act.at, registration_number=form.registration_number
        )
        contact.end_clock(ClockKind.CONTACT_RECORD, state=ClockState.MET, at=act.at)
        contact.settle()
        yield from ()

    def attach(self, contact: Contact, act: Act, form: Attachment) -> Iterator[Message]:
        """Note a paper that belongs to the contact, an early help assessment say (C6)."""
        self._opened(contact, act, recorders, "attach a paper")
        contact.attach(form.kind, form.kept_at, act.person.id, title=form.title)
        yield from ()

    def tell_family(self, contact: Contact, act: Act, form: TellFamily) -> Iterator[Message]:
        """Note what the family was told of the hub, and when (A19)."""
        self._opened(contact, act, recorders, "tell a family")
        told = FamilyTold(by=act.person.id, at=act.at, what=form.what)
        if told not in contact.told:
            contact.told.append(told)
        yield from ()


def _must_be_theirs(
    contact: Contact, pack: Pack, act: Act, facts: Facts, standing: Standing
) -> None:
    """Raise `NotEntitledError` where a correction takes more back than the person may."""
    was, red = contact.standing, Urgency.RED
    harm = contact.facts.significant_harm is YesNo.YES
    concern = contact.path is Path.CHILD_CONCERN
    lowered = (
        was.urgency is red and standing.urgency is not red,
        was.immediate_danger and not standing.immediate_danger,
        harm and facts.significant_harm is not YesNo.YES,
        concern and pack.path_of(standing.request_type) is not Path.CHILD_CONCERN,
    )
    if any(lowered):
        act.person.must_be_one_of(triage(pack), "say that it is less than was thought")
    if standing.received_at > was.received_at:
        act.person.must_be_one_of(MANAGERS, "move the receipt later")


def _standing(contact: Contact, form: AmendContact) -> Standing:
    """Give what the contact goes by with what is put right; received is not after recorded (X4)."""
    was = contact.standing
    given = {one.name for one in fields(was)} & form.model_fields_set
    changed = {name: getattr(form, name) for name in given}
    if changed.get("received_at") is None:
        changed.pop("received_at", None)
    else:
        assert contact.recorded_at is not None  # noqa: S101 - it was recorded
        changed["received_at"] = received_by(changed["received_at"], contact.recorded_at)
    return replace(was, **changed)


def _amended(contact: Contact, form: AmendContact, *, sees_all: bool) -> Facts:
    """Give the facts with what is named put right.

    Whoever may not see the people alleged to do harm adds to them and replaces none (B10).
    """
    facts = contact.facts
    given = {one.name for one in fields(Facts)} & form.model_fields_set - {"children"}
    changed = {name: put(getattr(facts, name), getattr(form, name)) for name in given}
    if form.referrer is None:
        changed.pop("referrer", None)
    if "knowledge" in changed:
        changed["knowledge"] = facts.knowledge | changed["knowledge"]
    if "alleged_perpetrators" in changed and not sees_all:
        people = dict.fromkeys((*facts.alleged_perpetrators, *form.alleged_perpetrators))
        changed["alleged_perpetrators"] = tuple(people)
    return replace(facts, children=_children(contact, form.children), **changed)


def _children(contact: Contact, amended: tuple[AmendedChild, ...]) -> tuple[KnownChild, ...]:
    """Put corrected facts in place and new children behind; ids stay what they are."""
    by_id = {child.child_id: child for child in contact.children}
    for one in amended:
        if one.child_id is None:
            id_ = f"{contact.id}-{len(by_id) + 1}"
            by_id[id_] = known_child(id_, begun(one.facts))
        elif one.child_id not in by_id:
            raise UnknownChildError("child_id names no child of this contact.")
        else:
            by_id[one.child_id] = corrected(by_id[one.child_id], one.facts)
    return tuple(by_id.values())
