"""The gate: whether the agencies are asked, or what is known is enough (F1-F5)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from intake.domain.contact import Contact
from intake.domain.news import authorised, tell_of_work
from intake.domain.progress import Authorisation, SentForDecision, enquiry_of
from intake.domain.task import TaskKind
from intake.domain.work import open_task, promise_to_ask
from intake.forms.gate import AuthoriseEnquiry, SendForDecision
from intake.handlers.base import Handlers
from intake.roles import gatekeepers, or_on_duty
from mash_shared.act import Act
from mash_shared.messages import Message
from mash_shared.messages.contact import ContactReadyForDecision
from mash_shared.policy import Pack
from mash_shared.policy.front_door import NightAct
from mash_shared.vocabulary import AgencyId, ClockKind, ClockState, NotInPolicyError


@dataclass(frozen=True, slots=True)
class GateHandlers(Handlers):
    """Letting an enquiry out, which is the exception (F3)."""

    def authorise_enquiry(
        self, contact: Contact, act: Act, form: AuthoriseEnquiry
    ) -> Iterator[Message]:
        """Let an enquiry go out by the role and for a reason that the policy names (F1-F4, F9).

        Consent is weighed by the policy of this moment, which is the one that its envelope names.
        """
        roles = or_on_duty(gatekeepers, NightAct.AUTHORISE_ENQUIRY, act.at)
        pack = self._opened(contact, act, roles, "authorise an enquiry")
        if form.reason_code not in pack.gate.reasons:
            raise NotInPolicyError("reason_code", pack.gate.reasons)
        yield from self._weigh(contact, act.at, by=act.person.id)
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
        contact.authorise_enquiry(let_out)
        contact.end_clock(ClockKind.ALLOCATION, state=ClockState.MET, at=act.at)
        for agency in asked:
            if not pack.agencies[agency].has_gateway:
                _ask_by_telephone(contact, pack, act, agency)
        yield authorised(contact, agencies, act.at)
        yield from tell_of_work(contact, act.at)

    def send_for_decision(
        self, contact: Contact, act: Act, form: SendForDecision
    ) -> Iterator[Message]:
        """Have it decided on what is known, without asking the agencies (F3)."""
        roles = or_on_duty(gatekeepers, NightAct.SEND_FOR_DECISION, act.at)
        self._opened(contact, act, roles, "send for decision")
        yield from self._weigh(contact, act.at, by=act.person.id)
        contact.send_for_decision(SentForDecision(by=act.person.id, at=act.at, reason=form.reason))
        assert contact.received_at is not None  # noqa: S101 - a recorded contact has it
        yield ContactReadyForDecision(
            contact_id=contact.contact_id,
            council=contact.council,
            urgency=contact.urgency,
            occurred_at=act.at,
            received_at=contact.received_at,
            child_ids=contact.child_ids,
        )
        yield from tell_of_work(contact, act.at)


def _ask_by_telephone(contact: Contact, pack: Pack, act: Act, agency: str) -> None:
    """Have an agency asked by a person, as long as nothing can be sent to it (F9, F10)."""
    what = f"Ask {pack.agencies[agency].name} by telephone what they know."
    task = open_task(contact, act.at, TaskKind.ASK, agency, what=what, agency=agency)
    promise_to_ask(contact, pack, task, act.at)


def _asked(pack: Pack, form: AuthoriseEnquiry) -> Iterable[str]:
    """Give the mandatory agencies and the reasoned extras, which must be members (F9-F11)."""
    extras = [extra.agency for extra in form.extra_agencies]
    for agency in extras:
        if agency not in pack.optional_agencies:
            raise NotInPolicyError("extra_agencies", pack.optional_agencies)
    return dict.fromkeys((*pack.partners.mandatory, *extras))
