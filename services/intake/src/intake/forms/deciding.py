"""What people decide about a contact: consent, matches, its way and its work (D, E, F, N)."""

from typing import Annotated

from pydantic import Field

from intake.domain.circumstances import TextAnswers
from intake.domain.consent import Consent
from intake.forms.form import Form
from mash_shared.people import Moment, Prose, ProseOrMissing, Short, ShortOrMissing
from mash_shared.vocabulary import AgencyId


class SayConsent(Form):
    """What is now known of consent (D6)."""

    consent: Consent


class OverrideConsent(Form):
    """A manager's decision to go on without consent, for every child of the contact (D7, D12)."""

    ground: Short
    rationale: Prose
    evidence: Prose


class Note(Form):
    """Why, in plain words."""

    note: Prose


class DecideMatch(Form):
    """Whether a record is of the same child or family, and why (E)."""

    record_id: Short
    same: bool
    reason: Prose


class AnswerPrompt(Form):
    """Whether a Child & Family Assessment is to be done, and why (E4)."""

    assess: bool
    reason: Prose


class DatedAction(Form):
    """One action of a manager's sign-off: what, and until when (E2, J11)."""

    what: Prose
    due_at: Moment


class Oversee(Form):
    """A manager's sign-off on the contact of an open case (E2)."""

    note: Prose
    actions: Annotated[tuple[DatedAction, ...], Field(min_length=1, max_length=20)]


class HandOver(Form):
    """That a team took the contact over, and who there said so (E3, E7)."""

    to: Short
    acknowledged_by: Short
    note: ProseOrMissing = None


class Reroute(HandOver):
    """The right place for a contact that came to the wrong one (E7, M11)."""

    other_authority: bool = False


class Allocate(Form):
    """The social worker of a child protection case (E6); a manager may name one `instead_of`."""

    social_worker: Short
    instead_of: ShortOrMissing = None


class Signpost(Form):
    """The service or agency to which somebody was pointed (B14, B15).

    Unless `told_at_once` says otherwise, who telephoned or came in person heard it then, and nobody
    else did.
    """

    to: Short
    note: ProseOrMissing = None
    told_at_once: bool | None = None


class GiveAdvice(Form):
    """The advice given to whoever asked before referring (A14, A15)."""

    advice: Prose


class ExtraAgency(Form):
    """An agency beyond the mandatory ones, with the reason for asking it (F10)."""

    agency: AgencyId
    reason: Prose


class AuthoriseEnquiry(Form):
    """A manager's act: let the enquiry go out (F1-F4, F6, C11).

    `reason` says why the enquiry is necessary and proportionate.
    """

    reason_code: Short
    reason: Prose
    coordinating_social_worker: Short
    extra_agencies: Annotated[tuple[ExtraAgency, ...], Field(max_length=20)] = ()


class SendForDecision(Form):
    """Why what is known is enough to decide on (F3)."""

    reason: Prose


class CallBack(Form):
    """That the referrer is to be rung back, by the navigator of their own agency (A18)."""

    what: Prose
    agency: ShortOrMissing = None


class AcceptTask(Form):
    """The task that somebody takes on; a manager may `take_over` from who cannot do it any more."""

    task_id: Short
    take_over: bool = False


class CompleteTask(Form):
    """How a task ended, with the answers that it asks for (M, N)."""

    task_id: Short
    note: Prose
    answers: TextAnswers = Field(default_factory=dict)
