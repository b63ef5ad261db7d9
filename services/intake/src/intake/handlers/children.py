"""A child recorded by mistake, and two families in one contact (N11, corrections)."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from intake.domain.carried import CARRIED, FamilyApart, left, must_say_whose, of_other_family
from intake.domain.contact import Contact
from intake.domain.facts import Facts
from intake.domain.news import recorded_of_nobody
from intake.domain.one_family import OneFamily, print_of
from intake.domain.progress import NOT_OWED
from intake.domain.refusals import (
    AlreadyDoneError,
    LastChildError,
    NotAChildConcernError,
    UnknownChildError,
)
from intake.domain.splitting import linked_contact, said
from intake.domain.talks import follow_talks
from intake.domain.task import Done
from intake.domain.way import ON_THE_WAY, Position, Struck
from intake.domain.work import call_off_for, start_record
from intake.forms.children import SayOneFamily, SplitContact, StrikeChild
from intake.handlers.base import Handlers
from intake.roles import triage
from mash_shared.act import Act, Person
from mash_shared.messages import Message
from mash_shared.messages.contact import ContactSplit
from mash_shared.policy.front_door import Path
from mash_shared.rights import Right, managers, whose

STRIKE_AT_RISK = Right(managers, "strike a child who is known or at risk")


@dataclass(frozen=True, slots=True)
class ChildHandlers(Handlers):
    """What becomes of one child, or one family, of a contact."""

    @whose(triage, "strike a child", STRIKE_AT_RISK)
    def strike_child(self, contact: Contact, act: Act, form: StrikeChild) -> Iterator[Message]:
        """Take a child out who was recorded by mistake; what was said is kept.

        A manager does where the child is known, or it is about protection. The last child of a
        concern is not taken out, nor one who is said to do harm, whatever is asked of the hub by
        now: the contact is ended instead.
        """
        pack = self._opened(contact, act)
        if form.child_id not in contact.child_ids:
            raise UnknownChildError("child_id names no child of this contact.")
        way = contact.ways[form.child_id]
        known = way.route or way.handed_over or contact.matching.knows_by_number(form.child_id)
        if contact.is_protection or known:
            STRIKE_AT_RISK.must_be_held_now(act, pack)
        concern = contact.path is Path.CHILD_CONCERN or contact.alleged_in is not None
        if concern and len(contact.children) == 1:
            raise LastChildError("This is the only child of the concern: end the contact instead.")
        by, before = act.person.id, contact.standing
        matches = contact.let_go({form.child_id}, by=by, at=act.at, why=form.reason)
        way.struck = Struck(by=by, at=act.at, reason=form.reason, matches=matches)
        done = Done(by=by, at=act.at, note="The child was recorded by mistake.")
        call_off_for(contact, {form.child_id}, done)
        yield from self._follow_change(contact, pack, act, before=before)

    @whose(triage, "say whose children these are")
    def say_one_family(self, contact: Contact, act: Act, form: SayOneFamily) -> Iterator[Message]:
        """Say that children are of one family, whatever speaks against it (N11).

        That stands for them as they are known now: who proves to be somebody else is asked about
        again, and so is a child who comes later.
        """
        self._opened(contact, act)
        contact.must_go_on()
        named = [one for one in contact.children if one.child_id in form.child_ids]
        if len(named) < len(set(form.child_ids)):
            raise UnknownChildError("child_ids names a child that this contact is not about.")
        children = {one.child_id: print_of(one) for one in named or contact.children}
        if any(children.items() <= said.children.items() for said in contact.one_family):
            raise AlreadyDoneError("That has been said of these children.")
        contact.one_family.append(
            OneFamily(by=act.person.id, at=act.at, reason=form.reason, children=children)
        )
        yield from self._follow(contact, act.at, by=act.person.id)

    @whose(triage, "split a contact")
    def split_contact(self, contact: Contact, act: Act, form: SplitContact) -> Iterator[Message]:
        """Give families that were named in one contact one each; who is not named stays (N11).

        Nothing of one family goes along with another. Together they count as one referral (E4).
        """
        pack = self._opened(contact, act)
        contact.must_go_on()
        if contact.path is not Path.CHILD_CONCERN:
            raise NotAChildConcernError("Only a concern about children is split.")
        leaving = _leaving(contact, form)
        must_say_whose(contact.facts.circumstances)
        by, before = act.person.id, contact.standing
        received, parts = before.received_at, []
        for apart in form.families:
            linked, ids = linked_contact(contact, apart.child_ids)
            carried = of_other_family(contact, apart, ids)
            parts.append(said(contact, linked, carried, act, received_at=received))
            for child in ids:
                contact.ways[child].split_off_to = linked
        contact.amend(_staying(contact, form), before, by=by, at=act.at, why=form.reason)
        contact.matching.forget(leaving)
        done = Done(by=by, at=act.at, note="It goes on in the contact of the child's own family.")
        call_off_for(contact, leaving, done)
        yield from parts
        yield from self._follow_change(contact, pack, act, before=before)

    def open_split(self, contact: Contact, split: ContactSplit) -> Iterator[Message]:
        """Open the contact of children who went from another, once (N11)."""
        if contact.is_recorded:
            return
        pack, at = self.packs.of(split.council), split.occurred_at
        carried = CARRIED.validate_python(split.said, extra="ignore")
        contact.belong_to(split)
        contact.channel = split.channel
        contact.immediate_danger = split.immediate_danger
        contact.request_type, contact.path = split.request_type, pack.path_of(split.request_type)
        contact.also_asked = split.also_asked
        contact.split_from, contact.group_id = split.split_from, split.group_id
        contact.policy_version = pack.version
        contact.facts = carried.facts
        contact.record(received_at=split.received_at, recorded_at=at, by=split.by)
        contact.matching.matches = list(carried.matches)
        contact.tasks = list(carried.tasks)
        contact.alleged_contacts = carried.alleged
        contact.hear_from(carried.heard_from)
        for child, check in carried.checks.items():
            contact.ways[child].check = check
        contact.first_graded_at = carried.first_graded_at or contact.first_graded_at
        contact.graded_at = carried.graded_at or contact.graded_at
        if carried.consent is not None:
            contact.consent.say(carried.consent, by=split.by, at=at)
        of_nobody = contact.facts.referrer is None
        if of_nobody:
            contact.not_told_because = NOT_OWED
        self._weigh(contact, at)
        start_record(contact, pack, split.received_at)
        follow_talks(contact, pack, split.received_at, at, by=split.by)
        person = Person(id=split.by, council=contact.council, roles=frozenset())
        act = Act(person=person, at=at)
        yield from self._follow_change(contact, pack, act, before=contact.standing)
        if of_nobody:
            yield recorded_of_nobody(contact, at)


def _leaving(contact: Contact, form: SplitContact) -> set[str]:
    """Give who goes; raises for who is not here, named twice, or has come too far."""
    named = [child for apart in form.families for child in apart.child_ids]
    if len(set(named)) < len(named):
        raise UnknownChildError("child_ids names a child twice.")
    if not set(named) <= set(contact.child_ids):
        raise UnknownChildError("child_ids names a child that this contact is not about.")
    if set(named) == set(contact.child_ids):
        raise LastChildError("One family stays in this contact: name the others.")
    if not set(named) <= set(contact.at(Position.NEW, *ON_THE_WAY)):
        raise AlreadyDoneError("Who has been decided on or handed over stays: name the others.")
    return set(named)


def _staying(contact: Contact, form: SplitContact) -> Facts:
    """Give what is said of the family that stays."""
    leaving, facts = form.families, contact.facts
    gone = {child for apart in leaving for child in apart.child_ids}
    theirs = facts.about([child for child in contact.child_ids if child not in gone])
    return replace(
        theirs,
        concern=form.concern,
        children=tuple(replace(one, family=one.family or form.family) for one in theirs.children),
        household=left(facts.household, _places(leaving, "household")),
        parental_responsibility=left(
            facts.parental_responsibility, _places(leaving, "parental_responsibility")
        ),
    )


def _places(families: tuple[FamilyApart, ...], of: str) -> set[int]:
    return {place for apart in families for place in getattr(apart, of)}
