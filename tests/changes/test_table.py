"""Every change at every stage of a contact: exactly those hear of it whom the table names."""

import pytest

from changes.stages import to
from changes.table import TABLE, Row
from changes.way import At, Hears, Way
from simulation.loop import run

CASES = [
    pytest.param(row, stage, id=f"{row.change.__name__} {stage}")
    for row in TABLE
    for stage in row.cells
]


@pytest.mark.parametrize(("row", "stage"), CASES)
def test_who_hears_of_a_change(row: Row, stage: At) -> None:
    assert run(_heard(row, stage)) == row.cells[stage]


async def _heard(row: Row, stage: At) -> frozenset[Hears]:
    way: Way = await to(stage)
    for change in row.first:
        await way.heard(change)
    return await way.heard(row.change)
