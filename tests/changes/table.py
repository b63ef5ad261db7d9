"""What changes, at which stage, and who hears of it: the one table, from which tests are made.

Whoever was told something that no longer holds hears of it, and nobody else. A cell in which nobody
hears says so.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from changes import acts
from changes.acts import Change
from changes.way import At, Hears

Heard = frozenset[Hears]
NOBODY: Heard = frozenset()
ENQUIRY = frozenset({Hears.ENQUIRY})
TOLD = frozenset({Hears.TOLD})
ASKED = frozenset({Hears.ASKED})
STOPPED = frozenset({Hears.STOPPED})
DECISION = frozenset({Hears.DECISION})
REVIEW = frozenset({Hears.REVIEW})
NOTIFY = frozenset({Hears.NOTIFY})
CASES = frozenset({Hears.CASES})
PERSON = frozenset({Hears.PERSON})


@dataclass(frozen=True)
class Row:
    """One change; `first` are changes that come before it, at the same stage."""

    change: Change
    cells: Mapping[At, Heard]
    first: tuple[Change, ...] = ()


def _row(change: Change, *cells: Heard, first: tuple[Change, ...] = ()) -> Row:
    return Row(change, dict(zip(At, cells, strict=True)), first)


_GRADED = ENQUIRY | TOLD | DECISION
_SHOWN = ENQUIRY | TOLD | DECISION
_LATE = ENQUIRY | REVIEW
TABLE = (
    _row(acts.level_raised, NOTIFY, *[_GRADED | NOTIFY] * 4, *[_GRADED] * 2),
    _row(
        acts.level_lowered,
        *(NOTIFY, *[_GRADED | NOTIFY] * 4, *[_GRADED] * 2),
        first=(acts.level_raised,),
    ),
    _row(
        acts.receipt_earlier,
        *(NOTIFY, *[_GRADED | NOTIFY] * 2, *[ENQUIRY | DECISION | NOTIFY] * 2),
        *[ENQUIRY | DECISION] * 2,
    ),
    _row(acts.school_corrected, NOBODY, *[_SHOWN] * 6),
    _row(acts.concern_corrected, NOBODY, *[_SHOWN] * 6),
    _row(acts.referrer_corrected, *[NOTIFY] * 5, NOBODY, NOBODY),
    _row(acts.consent_lost, NOBODY, *[ENQUIRY | STOPPED | DECISION] * 2, *[ENQUIRY | DECISION] * 4),
    _row(
        acts.consent_given_again,
        *(NOBODY, *[ENQUIRY | ASKED | DECISION] * 2, *[ENQUIRY | DECISION] * 4),
        first=(acts.consent_lost,),
    ),
    _row(
        acts.consent_overridden,
        *(NOBODY, ENQUIRY | ASKED, ENQUIRY | ASKED | TOLD, *[ENQUIRY | TOLD] * 4),
        first=(acts.consent_lost,),
    ),
    _row(acts.case_opened, CASES, *[CASES | DECISION | PERSON] * 3, *[NOBODY] * 3),
    _row(
        acts.case_closed,
        *(CASES, *[CASES | DECISION | PERSON] * 3, *[NOBODY] * 3),
        first=(acts.case_opened,),
    ),
    _row(acts.form_joined, NOTIFY, *[_SHOWN | NOTIFY | PERSON] * 6),
    _row(
        acts.child_added,
        *(NOTIFY, _SHOWN | NOTIFY, _SHOWN | ASKED | NOTIFY),
        *[ENQUIRY | ASKED | DECISION | NOTIFY] * 4,
    ),
    _row(
        acts.child_struck,
        *(NOTIFY, _SHOWN | NOTIFY, _SHOWN | STOPPED | NOTIFY),
        *[ENQUIRY | STOPPED | DECISION | NOTIFY] * 4,
        first=(acts.child_added,),
    ),
    _row(acts.coordinator_changed, NOBODY, *[_SHOWN] * 6),
    _row(acts.worker_changed, NOBODY, *[DECISION] * 6),
    _row(acts.answered_again, NOBODY, ENQUIRY, ENQUIRY, *[_LATE] * 4),
)
