"""How long everything may take: every clock of a council as data (J)."""

from typing import Annotated

from pydantic import AfterValidator, Field

from mash_shared.policy.hours import Duration, Limits
from mash_shared.policy.terms import NOT_YET_READ, OnceEach, Section
from mash_shared.vocabulary import ClockKind, Role, Urgency


def _rising(fractions: tuple[float, ...]) -> tuple[float, ...]:
    if list(fractions) != sorted(set(fractions)):
        raise ValueError("write the fractions in rising order, each once")
    return fractions


Fractions = Annotated[
    tuple[Annotated[float, Field(gt=0, lt=1)], ...], Field(min_length=1), AfterValidator(_rising)
]


class Chase(Section):
    """At which parts of an agency's time it is reminded, 0.5 being half-way."""

    red: Fractions
    other: Fractions

    def fractions(self, urgency: Urgency) -> tuple[float, ...]:
        """Give the reminders of a case of this urgency, in rising order."""
        return self.red if urgency is Urgency.RED else self.other


class Clocks(Section):
    """One limit per kind of clock; all start at first receipt (X4) but for `agency_check`.

    Collecting and deciding are measured apart, by `enquiry` and `decision` (O14).

    An agency's check starts when the agency is asked. `set_per_case_by` names the roles that may
    set a shorter agency check for one case (G7). `written_follow_up` is the time for the form after
    a telephoned worry (A9), `call_back` for ringing a referrer back (A18), `first_talks` for
    speaking to the referring agency and the family (J5), `assessment` for what the law has somebody
    do for a child, a visit or an assessment (N).
    """

    agency_check: Limits
    enquiry: Limits
    decision: Limits
    contact_record: Limits
    acknowledgement: Annotated[Limits, NOT_YET_READ]
    referrer_told: Limits
    allocation: Limits
    written_follow_up: Limits
    call_back: Limits
    first_talks: Limits
    assessment: Limits
    chase: Annotated[Chase, NOT_YET_READ]
    set_per_case_by: Annotated[tuple[Role, ...], OnceEach, NOT_YET_READ] = ()

    def lasting(self, kind: ClockKind, urgency: Urgency) -> Duration:
        """Give the limit of one clock; a chase has fractions and no limit, so it is a KeyError."""
        limits = getattr(self, kind.value)
        if not isinstance(limits, Limits):
            raise KeyError(kind)
        return limits.lasting(urgency)
