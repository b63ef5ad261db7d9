"""The figures of a council's front door, by week of receipt and level of risk (O1, O6, O14)."""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import date
from io import StringIO
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Header, Query, Response
from pydantic import AfterValidator, BaseModel, StringConstraints

from intake.counting import groups, took
from intake.domain.contact import Contact
from intake.domain.tally import Row, Tally, rows
from intake.roles import READ_FIGURES
from mash_shared.audit.line import Kind
from mash_shared.http.access import Relation, access
from mash_shared.http.api import SignedIn, router
from mash_shared.plumbing.documents import Store
from mash_shared.vocabulary import CouncilId, FieldRefusedError

MOST_WEEKS = 106
"""Weeks that are counted at once: two years, whatever weeks these begin with."""
CSV = "text/csv"


def _monday(week: str) -> date:
    return date.fromisocalendar(int(week[:4]), int(week[6:]), 1)


def _is_one(week: str) -> str:
    _monday(week)
    return week


Week = Annotated[str, StringConstraints(pattern=r"^20[0-9]{2}-W[0-9]{2}$"), AfterValidator(_is_one)]
"""An ISO week, `2026-W11` for example."""


class FiguresShown(BaseModel):
    """What a council's front door received in some weeks, and how it went on."""

    council: CouncilId
    first_week: Week
    last_week: Week
    rows: list[Row]
    total: Tally


def figures_routes(store: Store[Contact]) -> APIRouter:
    """Build the route of the figures."""
    routes = router()

    @routes.get("/figures", response_model=FiguresShown, responses={200: {"content": {CSV: {}}}})
    @access(Kind.NOBODY, Relation.COUNCIL, READ_FIGURES)
    async def read_figures(
        person: SignedIn,
        first: Annotated[Week, Query(alias="from", description="The first ISO week")],
        last: Annotated[
            Week | None, Query(alias="to", description="The last one; without it the first alone")
        ] = None,
        form: Annotated[Literal["json", "csv"] | None, Query(alias="format")] = None,
        accept: Annotated[str, Header()] = "",
    ) -> Any:
        """Count what was received, how it ended and how long it took, in the person's council.

        A row is an ISO week of receipt and a level of risk. As CSV, by `format=csv` or what is
        accepted, the same rows stand under one line of names.
        """
        last = last or first
        _must_be_in_order(first, last)
        counted = await groups(store, person.council, first, last)
        times = await took(store, person.council, first, last)
        shown = FiguresShown(
            council=person.council,
            first_week=first,
            last_week=last,
            rows=rows(counted, times),
            total=Tally.of(counted, times),
        )
        wanted = form or ("csv" if CSV in accept else "json")
        return _as_csv(shown) if wanted == "csv" else shown

    return routes


def _must_be_in_order(first: str, last: str) -> None:
    weeks = (_monday(last) - _monday(first)).days // 7 + 1
    if weeks < 1:
        raise FieldRefusedError("to", "to is a week before from.")
    if weeks > MOST_WEEKS:
        raise FieldRefusedError("to", f"to is more than {MOST_WEEKS} weeks from the first.")


def _as_csv(shown: FiguresShown) -> Response:
    """Give the rows as CSV: every row has every column."""
    names = ["week", "level", *(name for name, _ in _flat(asdict(Tally.of((), ()))))]
    text = StringIO()
    lines = csv.writer(text)
    lines.writerow(names)
    for row in shown.rows:
        lines.writerow([row.week, row.level, *(value for _, value in _flat(asdict(row.tally)))])
    return Response(text.getvalue(), media_type=CSV)


def _flat(nested: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in nested.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{above}{name}.")
        else:
            yield f"{above}{name}", value
