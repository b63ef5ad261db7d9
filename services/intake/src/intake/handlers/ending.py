"""Sending a contact its way: to whoever knows the child, elsewhere, or nowhere (B14, E, A14)."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from intake.domain.consent import WHY_NOT, NoConsentError, Position
from intake.domain.contact import Contact
from intake.domain.ending import Ended, Ending, SignOff
from intake.domain.match import Route
from intake.domain.news import end
from intake.domain.progress import Allocation, Oversight
from intake.domain.protection import always_needs_consent
from intake.domain.refusals import AlreadyDoneError, NotAChildConcernError, RoutedError
from intake.domain.task import TaskKind
from intake.domain.work import open_task
from intake.forms.ending import (
    Allocate,
    GiveAdvice,
    HandOver,
    Oversee,
    Reroute,
    SignOffEnding,
    Signpost,
)
from intake.forms.form import Note
from intake.handlers.base import Handlers
from intake.roles import MANAGERS, or_on_duty, recorders, triage
from mash_shared.act import Act
from mash_shared.clocks import Clock
from mash_shared.messages import Message
from mash_shared.policy import Pack
from mash_shared.policy.front_door import NightAct, Path
from mash_shared.vocabulary import (
    Channel,
    ClockKind,
    ClockState,
    FieldRefusedError,
    NotInPolicyError,
    NotKnownError,
)


@dataclass(frozen=True, slots=True)
class EndingHandlers(Handlers):
    """The ways that a contact goes without an enquiry."""

    def signpost(self, contact: Contact, act: Act, form: Signpost) -> Iterator[Message]:
        """Point somebody to a service (B14, B15).

        Business support does so alone for whoever only asks where to turn; a worry about a child
        is sorted first.
        """
        only_asks = contact.path is Path.INFORMATION
        pack = self._opened(contact, act, recorders if only_asks else triage, "signpost")
        spoken = contact.channel in (Channel.PHONE, Channel.IN_PERSON)
        yield from self._end(
            contact,
            pack,
            Ending(
                ended_as=Ended.SIGNPOSTED,
                by=act.person.id,
                at=act.at,
                to=form.to,
                note=form.note,
                told_at_once=spoken if form.told_at_once is None else form.told_at_once,
            ),
        )

    def give_advice(self, contact: Contact, act: Act, form: GiveAdvice) -> Iterator[Message]:
        """End a consultation with the advice that was given (A14, A15, D20)."""
        pack = self._opened(contact, act, triage, "advise")
        if contact.path is not Path.CONSULTATION:
            raise NotAChildConcernError("Advice ends a consultation; this contact is none.")
        ending = Ending(
            ended_as=Ended.ADVICE_GIVEN,
            by=act.person.id,
            at=act.at,
            note=form.advice,
            told_at_once=True,
        )
        yield from self._end(contact, pack, ending)

    def return_to_referrer(self, contact: Contact, act: Act, form: Note) -> Iterator[Message]:
        """Give a contact back that may not go on without consent (D4)."""
        pack = self._opened(contact, act, triage, "return a contact")
        if contact.consent.position not in (Position.MUST_RETURN, Position.MUST_EXPLAIN):
            raise AlreadyDoneError(
                "Only a contact that may not go on without consent, or without an explanation of "
                "why there is none, goes back to the referrer."
            )
        ending = Ending(
            ended_as=Ended.RETURNED_TO_REFERRER, by=act.person.id, at=act.at, note=form.note
        )
        yield from self._end(contact, pack, ending)

    def reroute(self, contact: Contact, act: Act, form: Reroute) -> Iterator[Message]:
        """Send a contact that came to the wrong place to the right one (E7, M11).

        To a service that always needs consent none goes without it (D4).
        """
        pack = self._opened(contact, act, triage, "reroute a contact")
        other = form.other_authority
        if not other:
            _must_have_consent(contact, pack, form.service)
        ended_as = Ended.TRANSFERRED_TO_OTHER_LA if other else Ended.REROUTED
        yield from self._end(contact, pack, _handed_over(ended_as, act, form))

    def sign_off_ending(self, contact: Contact, act: Act, form: SignOffEnding) -> Iterator[Message]:
        """Let a worry about harm end as somebody proposed, or send it back; a manager's act."""
        roles = or_on_duty(lambda _: MANAGERS, NightAct.SIGN_OFF_ENDING, act.at)
        pack = self._opened(contact, act, roles, "sign off an ending")
        proposed = contact.proposed_ending
        if proposed is None:
            raise NotKnownError("No ending waits for a sign-off.")
        contact.sign_off(
            SignOff(
                agrees=form.agrees,
                by=act.person.id,
                at=act.at,
                reason=form.reason,
                proposed=proposed,
            )
        )
        if form.agrees:
            yield from end(contact, pack, replace(proposed, at=act.at, signed_off_by=act.person.id))

    def oversee(self, contact: Contact, act: Act, form: Oversee) -> Iterator[Message]:
        """Sign off an open case's contact, with dated actions; it may then be completed (E1, E2).

        It goes to the allocated worker so, unless it went another way before the case was known:
        then the actions are added to it.
        """
        pack = self._opened(contact, act, lambda _: MANAGERS, "sign off a contact of an open case")
        route = self._route(contact, overseen=True)
        if any(action.due_at < act.at for action in form.actions):
            raise FieldRefusedError("actions", "An action cannot be due before it is asked for.")
        contact.oversight = Oversight(by=act.person.id, at=act.at, note=form.note)
        for number, action in enumerate(form.actions, start=1):
            task = open_task(contact, act.at, TaskKind.ACTION, str(number), what=action.what)
            clock = pack.dated_clock(act.at, action.due_at, of=task.task_id)
            contact.clocks.append(clock)
        if contact.has_gone:
            return
        ending = Ending(
            ended_as=Ended.TO_ALLOCATED_WORKER,
            by=act.person.id,
            at=act.at,
            to=route.worker or route.team,
        )
        yield from end(contact, pack, ending)

    def hand_over(self, contact: Contact, act: Act, form: HandOver) -> Iterator[Message]:
        """Give a known child's contact to the team or worker that knows the child (E1, E3)."""
        pack = self._opened(contact, act, triage, "hand a contact over")
        route = self._route(contact, overseen=False)
        yield from end(contact, pack, _handed_over(Ended(route.kind), act, form))

    def allocate(self, contact: Contact, act: Act, form: Allocate) -> Iterator[Message]:
        """Give a protection case its social worker, which stops the alarm (E6).

        Only a manager gives it to another.
        """
        self._opened(contact, act, triage, "allocate a contact")
        if not contact.is_protection:
            contact.must_go_on()
        if (earlier := contact.allocation) is not None:
            if earlier.social_worker != form.instead_of:
                raise AlreadyDoneError(f"{earlier.social_worker} is allocated.")
            act.person.must_be_one_of(MANAGERS, "allocate somebody else")
            contact.earlier_allocations.append(earlier)
        contact.allocation = Allocation(
            by=act.person.id, at=act.at, social_worker=form.social_worker
        )
        contact.end_clock(ClockKind.ALLOCATION, state=ClockState.MET, at=act.at)
        yield from ()

    def raise_allocation_alarm(
        self, contact: Contact, _: Clock, now: datetime
    ) -> Iterator[Message]:
        """Raise the alarm over a protection case that nobody has (E6)."""
        contact.allocation_alarmed_at = now
        yield from ()

    @staticmethod
    def _end(contact: Contact, pack: Pack, ending: Ending) -> Iterator[Message]:
        """End it, or keep how it would end until a manager says: nobody ends protection alone."""
        if contact.is_protection and ending.closes_a_worry:
            contact.propose_ending(ending)
        else:
            yield from end(contact, pack, ending)

    @staticmethod
    def _route(contact: Contact, *, overseen: bool) -> Route:
        """Give the route of a contact that goes to whoever knows the child."""
        if overseen and contact.oversight is not None:
            raise AlreadyDoneError("A manager has signed this contact off.")
        if not overseen:
            contact.must_go_on()
        if contact.route is None:
            raise RoutedError("The child is not known: this contact goes to nobody who knows them.")
        if contact.route.overseen and not overseen:
            raise RoutedError("A manager has to sign off the contact of an open case.")
        if overseen and not contact.route.overseen:
            raise RoutedError("This contact is handed over, not signed off.")
        return contact.route


def _must_have_consent(contact: Contact, pack: Pack, named: str | None) -> None:
    """Raise `NoConsentError` for a service that always needs the consent that is missing (D4).

    Where none is named it is the one that was asked for, but for a worry about harm.
    """
    if named is not None and named not in pack.contact.services:
        raise NotInPolicyError("service", pack.contact.services)
    asked = "" if contact.is_protection else pack.service_of(contact.request_type)
    if always_needs_consent(contact, pack, named or asked) and contact.without_consent_to_service:
        raise NoConsentError(WHY_NOT[Position.MUST_RETURN])


def _handed_over(ended_as: Ended, act: Act, form: HandOver) -> Ending:
    """Give the end of a contact that somebody elsewhere has acknowledged."""
    return Ending(
        ended_as=ended_as,
        by=act.person.id,
        at=act.at,
        to=f"{form.to}, acknowledged by {form.acknowledged_by}",
        note=form.note,
    )
