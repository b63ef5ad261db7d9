"""Putting a contact right, and what is checked and noted after its first minute (A19, B, J4)."""

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace

from intake.domain.contact import Contact
from intake.domain.facts import Facts, KnownChild, YesNo
from intake.domain.joined import tell_who_referred
from intake.domain.progress import Completion, DemographicCheck, FamilyTold, Standing
from intake.domain.protection import is_about_protection, referrer_kind, weakens_consent
from intake.domain.receipt import received_by
from intake.domain.refusals import (
    AlreadyDoneError,
    CheckMissingError,
    RoutedError,
    UnknownChildError,
)
from intake.domain.splitting import contact_for_late, parted
from intake.domain.work import leave_to_person
from intake.forms.codes import ASKED_ABOUT, check_amended, check_standing
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
from intake.roles import SEE_OTHERS, recorders, triage
from mash_shared.act import Act
from mash_shared.messages import Message
from mash_shared.policy import Pack
from mash_shared.policy.front_door import Path
from mash_shared.rights import Right, managers, whose
from mash_shared.vocabulary import (
    ClockKind,
    ClockState,
    FieldRefusedError,
    NotEntitledError,
)

WEAKEN_CONSENT = Right(managers, "let a weaker rule of consent hold")
NO_HARM = Right(managers, "say that it is about no harm after all")
MAKE_LESS = Right(triage, "say that it is less than was thought")
MOVE_RECEIPT = Right(managers, "move the receipt later")
CHANGE_HIDDEN = Right(SEE_OTHERS.roles, "change what is said of a child said to do harm")
CORRECTING = (WEAKEN_CONSENT, NO_HARM, MAKE_LESS, MOVE_RECEIPT, CHANGE_HIDDEN)
"""Whose it is to correct what everybody may not."""
CONCERN_ELSEWHERE = (
    "A concern was raised from this request before it was corrected: tell whoever has the child."
)


@dataclass(frozen=True, slots=True)
class CorrectionHandlers(Handlers):
    """What is learnt, checked and added later."""

    @whose(recorders, "amend", *CORRECTING)
    def amend_contact(self, contact: Contact, act: Act, form: AmendContact) -> Iterator[Message]:
        """Put right what is named and nothing else; matching begins anew (B, corrections).

        What stood before is kept, with who, when and why. Recorders raise the level; who lowers
        it, takes back harm, danger or a circumstance that brings work, or says that it is no
        concern, sorts contacts; a manager moves the receipt later, and says that what was about
        protection is not (C8). Promises run anew from what now holds.
        """
        pack = self._opened(contact, act)
        check_amended(pack, form)
        if form.asked_about is not None and contact.request is None:
            raise FieldRefusedError("asked_about", ASKED_ABOUT)
        sees_all = SEE_OTHERS.is_held(act.person, pack)
        facts, standing = _amended(contact, form, sees_all=sees_all), _standing(contact, form)
        check_standing(pack, form, standing)
        _must_be_theirs(contact, pack, act, facts, standing)
        before, who = contact.standing, referrer_kind(contact)
        if (facts, standing) != (contact.facts, before):
            if weakens_consent(contact, facts, pack):
                WEAKEN_CONSENT.must_be_held_now(act, pack)
            facts, late = parted(contact, facts)
            contact.amend(facts, standing, by=act.person.id, at=act.at, why=form.why)
            contact.take_path(pack.path_of(standing.request_type))
            if contact.is_protection and not is_about_protection(contact, pack):
                NO_HARM.must_be_held_now(act, pack)
            yield from contact_for_late(contact, late, act, received_at=act.at)
            if contact.concerns:
                leave_to_person(contact, pack, act.at, CONCERN_ELSEWHERE)
        contact.policy_version = pack.version
        yield from self._follow_change(contact, pack, act, before=before)
        yield from tell_who_referred(contact, who, act)

    @whose(recorders, "check details")
    def check_demographics(
        self, contact: Contact, act: Act, form: CheckDemographics
    ) -> Iterator[Message]:
        """Note the check of who a child is, or each is; a later one stands in its place (B2)."""
        self._opened(contact, act)
        if not set(form.child_ids) <= set(contact.child_ids):
            raise UnknownChildError("child_ids names a child that this contact is not about.")
        check = DemographicCheck(by=act.person.id, at=act.at, result=form.result, note=form.note)
        for child in form.child_ids or contact.child_ids:
            contact.ways[child].check = check
        yield from self._follow(contact, act.at, by=act.person.id)

    @whose(lambda pack: pack.contact.record_completed_by, "complete a record")
    def complete_record(self, contact: Contact, act: Act, _: CompleteRecord) -> Iterator[Message]:
        """Complete the record, as a registered social worker, within its day (J4)."""
        self._opened(contact, act)
        registration = _registration(act)
        if contact.completion is not None:
            raise AlreadyDoneError("This record has been completed.")
        if contact.wants_oversight:
            raise RoutedError("A manager has to sign off the contact of an open case first.")
        contact.must_be_sure_who_it_is()
        if contact.unchecked:
            raise CheckMissingError("First check who each child is.")
        contact.completion = Completion(
            by=act.person.id, at=act.at, registration_number=registration
        )
        contact.end_clock(ClockKind.CONTACT_RECORD, state=ClockState.MET, at=act.at)
        yield from ()

    @whose(recorders, "attach a paper")
    def attach(self, contact: Contact, act: Act, form: Attachment) -> Iterator[Message]:
        """Note a paper that belongs to the contact, an early help assessment say (C6)."""
        self._opened(contact, act)
        contact.attach(form.kind, form.kept_at, act.person.id, title=form.title)
        yield from ()

    @whose(recorders, "tell a family")
    def tell_family(self, contact: Contact, act: Act, form: TellFamily) -> Iterator[Message]:
        """Note what the family was told of the hub, and when (A19)."""
        self._opened(contact, act)
        told = FamilyTold(by=act.person.id, at=act.at, what=form.what)
        if told not in contact.told:
            contact.told.append(told)
        yield from ()


def _registration(act: Act) -> str:
    """Give the acting person's registration number.

    Raises `NotEntitledError` where they have none, or their sign-in says another one.
    """
    member = act.member(act.person.id)
    if member is None or member.registration_number is None:
        raise NotEntitledError(
            "Only somebody whom the directory has with a registration number completes a record."
        )
    if act.person.registration_number not in (None, member.registration_number):
        raise NotEntitledError("Sign-in and directory give different registration numbers.")
    return member.registration_number


def _must_be_theirs(
    contact: Contact, pack: Pack, act: Act, facts: Facts, standing: Standing
) -> None:
    """Raise `NotEntitledError` where a correction takes more back than the person may."""
    was = contact.standing
    harm = contact.facts.significant_harm is YesNo.YES
    path = pack.path_of(standing.request_type)
    less_than_a_concern = path not in (contact.path, Path.CHILD_CONCERN)
    lowered = (
        pack.is_graver(was.urgency, standing.urgency),
        was.immediate_danger and not standing.immediate_danger,
        harm and facts.significant_harm is not YesNo.YES,
        contact.path is not Path.INFORMATION and less_than_a_concern,
        facts.circumstances.takes_back(contact.facts.circumstances, _only(contact.child_ids)),
    )
    hidden = contact.alleged_in is not None and facts.concern != contact.facts.concern
    if hidden:
        CHANGE_HIDDEN.must_be_held_now(act, pack)
    if any(lowered):
        MAKE_LESS.must_be_held_now(act, pack)
    if standing.received_at > was.received_at:
        MOVE_RECEIPT.must_be_held_now(act, pack)


def _only(child_ids: tuple[str, ...]) -> tuple[str, ...]:
    return child_ids if len(child_ids) == 1 else ()


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
    free_ids = contact.free_ids()
    for one in amended:
        if one.child_id is None:
            id_ = next(free_ids)
            by_id[id_] = known_child(id_, begun(one.facts))
        elif one.child_id not in by_id:
            raise UnknownChildError("child_id names no child of this contact.")
        else:
            by_id[one.child_id] = corrected(by_id[one.child_id], one.facts)
    return tuple(by_id.values())
