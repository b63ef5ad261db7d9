"""How long everything may take: every clock of a council as data (J)."""

from typing import Annotated

from pydantic import AfterValidator, Field

from mash_shared.policy.hours import Duration
from mash_shared.policy.levels import ByLevel, Limits
from mash_shared.policy.terms import NOT_YET_READ, OnceEach, Section
from mash_shared.vocabulary import ClockKind, Role


def _rising(fractions: tuple[float, ...]) -> tuple[float, ...]:
    if list(fractions) != sorted(set(fractions)):
        raise ValueError("write the fractions in rising order, each once")
    return fractions


Fractions = Annotated[
    tuple[Annotated[float, Field(gt=0, lt=1)], ...], Field(min_length=1), AfterValidator(_rising)
]


class Chase(ByLevel[Fractions]):
    """At which parts of an agency's time it is reminded, in rising order, 0.5 being half-way."""


class Clocks(Section):
    """One limit per kind of clock; all start at first receipt (X4) but for `agency_check`.

    An agency's check starts when the agency is asked. `set_per_case_by` names the roles that
    may set a shorter agency check for one case (G7); where it names none nobody may.
    `written_follow_up` is the time for the form after a telephoned worry (A9), `call_back` for
    ringing a referrer back (A18), `first_talks` for speaking to the referring agency and the
    family (J5), `assessment` for what the law has somebody do for a child (N), but for the
    `visit` to one who is remanded (N12). `late_news` is the time for looking at what became
    known after a contact had gone its way, `demographic_check` that for checking who a child is
    who could not wait for it (B2). Within `erasure` every service has forgotten a contact that
    is erased, and its key is destroyed (S18).
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
    visit: Limits
    late_news: Limits
    demographic_check: Limits
    erasure: Limits
    chase: Chase
    set_per_case_by: Annotated[tuple[Role, ...], OnceEach] = ()

    def lasting(self, kind: ClockKind, level: str) -> Duration:
        """Give the limit of one clock (J3, J9); a chase has fractions, so it is a KeyError."""
        limits = getattr(self, kind.value)
        if not isinstance(limits, Limits):
            raise KeyError(kind)
        return limits.of(level)
