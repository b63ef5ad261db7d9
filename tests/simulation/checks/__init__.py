"""What must hold after every step and at rest; a finding is one sentence with ids only.

`EXPECTED` names the shapes that are known and not yet mended, by the code a finding begins with:
they are counted, and do not fail a run.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType

from simulation.checks import (
    agencies,
    children,
    deciding,
    delivery,
    erased,
    front_door,
    hearing,
    held,
    known,
    owed,
    protection,
    requests,
    staff,
    telling,
    ways,
)
from simulation.news import News

Check = Callable[[News], Iterator[str]]
AFTER_EVERY_STEP: Sequence[Check] = (
    *delivery.AFTER_EVERY_STEP,
    *agencies.AFTER_EVERY_STEP,
    *children.AFTER_EVERY_STEP,
    *front_door.AFTER_EVERY_STEP,
    *known.AFTER_EVERY_STEP,
    *protection.AFTER_EVERY_STEP,
    *staff.AFTER_EVERY_STEP,
    *deciding.AFTER_EVERY_STEP,
    *telling.AFTER_EVERY_STEP,
    *hearing.AFTER_EVERY_STEP,
    *ways.AFTER_EVERY_STEP,
    *held.AFTER_EVERY_STEP,
    *requests.AFTER_EVERY_STEP,
    *owed.AFTER_EVERY_STEP,
    *erased.AFTER_EVERY_STEP,
)
AT_REST: Sequence[Check] = (
    *delivery.AT_REST,
    *children.AT_REST,
    *front_door.AT_REST,
    *known.AT_REST,
    *protection.AT_REST,
    *staff.AT_REST,
    *telling.AT_REST,
    *hearing.AT_REST,
    *ways.AT_REST,
    *held.AT_REST,
    *requests.AT_REST,
    *erased.AT_REST,
)
EXPECTED: Mapping[str, str] = MappingProxyType({})


def shape(finding: str) -> str | None:
    """Give the known shape that a finding is of, or None."""
    code = finding.partition(" ")[0]
    return code if code in EXPECTED else None
