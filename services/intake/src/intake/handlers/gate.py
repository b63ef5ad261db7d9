"""The gate: whether the agencies are asked, or what is known is enough (F)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from intake.domain.asking import authorised
from intake.domain.authorisation import Authorisation, TimeGiven
from intake.domain.contact import Contact
from intake.domain.news import tell_of_ready
from intake.domain.progress import SentForDecision
from intake.domain.reference import enquiry_of
from intake.domain.refusals import AlreadyDoneError
from intake.domain.task import TaskKind
from intake.domain.work import open_task, promise_to_ask
from intake.forms.gate import AuthoriseEnquiry, ChangeCoordinator, SendForDecision, SetTimes
from intake.handlers.allocation import give_to
from intake.handlers.base import Handlers
from intake.roles import SET_TIMES, gatekeepers, timers
from mash_shared.act import Act
from mash_shared.messages import Message
from mash_shared.policy import Pack
from mash_shared.policy.front_door import NightAct
from mash_shared.rights import whose
from mash_shared.vocabulary import (
    AgencyId,
    ClockKind,
    ClockState,
    FieldRefusedError,
    NotInPolicyError,
    NotKnownError,
)

COORDINATOR = "coordinating_social_worker"


Timing = AuthoriseEnquiry | SetTimes


@dataclass(frozen=True, slots=True)
class GateHandlers(Handlers):
    """Letting an enquiry out, which is the exception (F3)."""

    @whose(gatekeepers, "authorise an enquiry", SET_TIMES, at_night=NightAct.AUTHORISE_ENQUIRY)
    def authorise_enquiry(
        self, contact: Contact, act: Act, form: AuthoriseEnquiry
    ) -> Iterator[Message]:
        """Let an enquiry go out by the role, for a reason that the policy names (F1, F2, F4, F9).

        It has one coordinator, in a role that the policy names as well (F6, F7).
        Consent is weighed by the policy of this moment, which is the one that its envelope names.
        """
        pack = self._opened(contact, act)
        if form.reason_code not in pack.gate.reasons:
            raise NotInPolicyError("reason_code", pack.gate.reasons)
        act.must_name(COORDINATOR, form.coordinating_social_worker, pack.gate.coordinator_roles)
        self._weigh(contact, act.at)
        asked = _asked(pack, form)
        agencies = tuple(AgencyId(a) for a in asked if pack.agencies[a].has_gateway)
        let_out = Authorisation(
            by=act.person.id,
            at=act.at,
            reason_code=form.reason_code,
            reason=form.reason,
            enquiry_id=enquiry_of(contact.contact_id),
            agencies=agencies,
            extra_reasons={extra.agency: extra.reason for extra in form.extra_agencies},
            coordinating_social_worker=form.coordinating_social_worker,
            lawful_basis=contact.consent.lawful_basis(pack.version),
        )
        if form.times:
            let_out = _timed(contact, let_out, pack, act, form)
        contact.authorise_enquiry(let_out)
        if not contact.needs_worker:
            contact.end_clock(ClockKind.ALLOCATION, state=ClockState.MET, at=act.at)
        for agency in asked:
            if not pack.agencies[agency].has_gateway:
                _ask_by_telephone(contact, pack, act, agency)
        yield authorised(contact, agencies, act.at)
        yield from self._follow(contact, act.at, by=act.person.id)

    @whose(gatekeepers, "change who coordinates an enquiry", at_night=NightAct.AUTHORISE_ENQUIRY)
    def change_coordinator(
        self, contact: Contact, act: Act, form: ChangeCoordinator
    ) -> Iterator[Message]:
        """Give an enquiry to another coordinating social worker, and tell whom to address (F6)."""
        pack = self._opened(contact, act)
        act.must_name(COORDINATOR, form.coordinating_social_worker, pack.gate.coordinator_roles)
        let_out = contact.authorisation
        if let_out is None:
            raise NotKnownError("No enquiry has been authorised for this contact.")
        if let_out.coordinating_social_worker == form.coordinating_social_worker:
            raise AlreadyDoneError("This social worker coordinates the enquiry already.")
        contact.authorisation = let_out.given_to(
            form.coordinating_social_worker, by=act.person.id, at=act.at, why=form.reason
        )
        if not contact.needs_worker:
            contact.end_clock(ClockKind.ALLOCATION, state=ClockState.MET, at=act.at)
        yield from self._follow(contact, act.at, by=act.person.id)

    @whose(timers, SET_TIMES.to)
    def set_times(self, contact: Contact, act: Act, form: SetTimes) -> Iterator[Message]:
        """Give single agencies a shorter time for this case, counted from now, or their own (G7).

        None has ever longer than the council's policy says.
        """
        pack = self._opened(contact, act)
        if contact.authorisation is None:
            raise NotKnownError("No enquiry has been authorised for this contact.")
        contact.authorisation = _timed(contact, contact.authorisation, pack, act, form)
        yield from self._follow(contact, act.at, by=act.person.id)

    @whose(gatekeepers, "send for decision", at_night=NightAct.SEND_FOR_DECISION)
    def send_for_decision(
        self, contact: Contact, act: Act, form: SendForDecision
    ) -> Iterator[Message]:
        """Have it decided on what is known, without asking the agencies (F3).

        Its social worker is named with the act, or it waits until somebody is (F7).
        """
        pack = self._opened(contact, act)
        self._weigh(contact, act.at)
        if form.social_worker is not None:
            give_to(contact, pack, act, form.social_worker)
        elif pack.gate.names_worker and contact.social_worker is None:
            raise FieldRefusedError(
                "social_worker", "social_worker must name who has the case from now on."
            )
        contact.send_for_decision(SentForDecision(by=act.person.id, at=act.at, reason=form.reason))
        yield from tell_of_ready(contact, act.at, contact.let_out)
        yield from self._follow(contact, act.at, by=act.person.id)


def _timed(
    contact: Contact, let_out: Authorisation, pack: Pack, act: Act, form: Timing
) -> Authorisation:
    """Give what was let out with the times of a form; they are of agencies that are asked (G7)."""
    SET_TIMES.must_be_held(act.person, pack)
    own = pack.due(ClockKind.AGENCY_CHECK, contact.urgency, act.at).at
    for time in form.times:
        if time.agency not in let_out.agencies:
            raise NotInPolicyError("times", let_out.agencies)
        if time.minutes is not None and act.at + timedelta(minutes=time.minutes) > own:
            raise FieldRefusedError("times", "times must be shorter than the policy's own.")
    if all(let_out.minutes.get(time.agency) == time.minutes for time in form.times):
        raise AlreadyDoneError("Each of these agencies has this time already.")
    return let_out.given_time(
        TimeGiven(
            by=act.person.id, at=act.at, agency=time.agency, minutes=time.minutes, why=form.reason
        )
        for time in form.times
    )


def _ask_by_telephone(contact: Contact, pack: Pack, act: Act, agency: str) -> None:
    """Have an agency asked by a person, as long as nothing can be sent to it (F9, F10)."""
    what = f"Ask {pack.agencies[agency].name} by telephone what they know."
    task = open_task(contact, act.at, TaskKind.ASK, agency, what=what, agency=agency)
    promise_to_ask(contact, pack, task, act.at)


def _asked(pack: Pack, form: AuthoriseEnquiry) -> Iterable[str]:
    """Give the mandatory agencies and the reasoned extras, which must be members (F9, F10, F11)."""
    extras = [extra.agency for extra in form.extra_agencies]
    for agency in extras:
        if agency not in pack.optional_agencies:
            raise NotInPolicyError("extra_agencies", pack.optional_agencies)
    return dict.fromkeys((*pack.partners.mandatory, *extras))
