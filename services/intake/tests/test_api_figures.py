"""The figures over HTTP: for managers, by week and level, as JSON and as CSV."""

import csv
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from intake.forms.ending import Signpost
from mash_shared.act import Person
from mash_shared.testing import NOW, acted, person
from mash_shared.vocabulary import Role
from support.front_door import HANDLERS, MANAGER, RECORDER, SOCIAL_WORKER, recorded
from support.in_process import Face, face

THIS_WEEK = "2026-W11"
LAST_WEEK = NOW - timedelta(days=7)
HEAD = person(Role.HEAD_OF_MASH, id="p-5")


@pytest.fixture
def intake(tmp_path: Path) -> Face:
    made = face("intake", tmp_path)
    for number, said in enumerate(
        ({}, {"urgency": "red"}, {"received_at": LAST_WEEK}, {"council": "lewisham"})
    ):
        desk = recorded(id_=f"c{number}", **said)  # type: ignore[arg-type]
        made.keep(desk.aggregate)
    ended = recorded(id_="c9", children=[{"full_name": "Tobias Fenwick-Adair"}])
    ended.do(acted(HANDLERS.signpost, Signpost(to="library"), MANAGER))
    made.keep(ended.aggregate)
    return made


async def _read(intake: Face, by: Person = MANAGER, accept: str = "", **query: str) -> Any:
    headers = {"accept": accept} if accept else {}
    async with intake.client(by) as client:
        return await client.get("/figures", params={"from": THIS_WEEK} | query, headers=headers)


@pytest.mark.rule("O1", "O6")
async def test_a_week_is_counted_by_level_and_in_all(intake: Face) -> None:
    shown = (await _read(intake)).json()
    assert (shown["council"], shown["first_week"], shown["last_week"]) == (
        "havering",
        THIS_WEEK,
        THIS_WEEK,
    )
    rows = [(row["week"], row["level"], row["tally"]["received"]) for row in shown["rows"]]
    assert rows == [(THIS_WEEK, "amber", 2), (THIS_WEEK, "red", 1)]
    total = shown["total"]
    assert (total["received"], total["open"], total["ended"]) == (3, 2, 1)
    assert total["by_ending"]["signposted"] == 1
    assert total["by_function"]["early_intervention"] == 1
    first = total["times"]["to_first_level"]
    assert (first["count"], first["median_minutes"]) == (3, 40)
    assert total["times"]["to_told"]["in_time"] == 1


@pytest.mark.rule("O6", "S1")
async def test_only_the_councils_own_contacts_of_the_weeks_asked_for_are_counted(
    intake: Face,
) -> None:
    both = (await _read(intake, **{"from": "2026-W10", "to": THIS_WEEK})).json()
    assert both["total"]["received"] == 4
    assert (await _read(intake, **{"from": "2026-W12"})).json()["rows"] == []
    elsewhere = person(Role.MASH_MANAGER, id="p-2", council="lewisham")
    assert (await _read(intake, elsewhere)).json()["total"]["received"] == 1


@pytest.mark.rule("O6")
@pytest.mark.parametrize("how", [{"format": "csv"}, {"accept": "text/csv"}])
async def test_as_csv_every_row_has_every_column_of_the_same_figures(
    intake: Face, how: dict[str, str]
) -> None:
    answer = await _read(intake, **how)
    assert answer.headers["content-type"].startswith("text/csv")
    amber, red = csv.DictReader(StringIO(answer.text))
    assert (amber["week"], amber["level"], amber["received"]) == (THIS_WEEK, "amber", "2")
    assert (amber["by_ending.signposted"], red["by_ending.signposted"]) == ("1", "0")
    assert (amber["times.to_told.median_minutes"], red["times.to_told.median_minutes"]) == (
        "40",
        "",
    )
    assert None not in {*amber.values(), *red.values(), *amber, *red}
    as_json = await _read(intake, accept="text/csv", format="json")
    assert as_json.headers["content-type"] == "application/json"


@pytest.mark.rule("O6")
async def test_the_figures_name_nobody(intake: Face) -> None:
    for how in ({}, {"format": "csv"}):
        text = (await _read(intake, **how)).text
        assert not [w for w in ("Tobias", "saltmarsh", "Library", "c9", "p-2") if w in text]


@pytest.mark.rule("O6", "S1")
async def test_managers_and_the_head_read_them_and_nobody_else(intake: Face) -> None:
    assert (await _read(intake, HEAD)).status_code == 200
    for by in (RECORDER, SOCIAL_WORKER, person(Role.HEAD_OF_SERVICE, id="p-6")):
        assert (await _read(intake, by)).status_code == 403


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ({"from": "2026-11"}, "from"),
        ({"from": "2025-W53"}, "from"),
        ({"from": "2026-W00"}, "from"),
        ({"from": "1999-W01"}, "from"),
        ({"to": "2026-W10"}, "to is a week before from"),
        ({"to": "2028-W13"}, "more than 106 weeks"),
        ({"format": "xml"}, "format"),
    ],
)
async def test_weeks_that_are_none_or_too_many_are_refused(
    intake: Face, query: dict[str, str], says: str
) -> None:
    answer = await _read(intake, **query)
    assert answer.status_code == 422
    assert says in answer.text
    assert (await _read(intake, **{"from": "2026-W53", "to": "2026-W53"})).status_code == 200
