"""Searching over HTTP for people around a child."""

from pathlib import Path
from typing import Any

import pytest

from support.front_door import RECORDER, form
from support.in_process import face

AMINA = {"full_name": "Amina Trevanion", "date_of_birth": "1991-03-22"}
WHY = {"reason_code": "caller_asks"}
TOBIAS = {"full_name": "Tobias Fenwick-Adair", "date_of_birth": "2016-05-31"}


@pytest.mark.rule("M3", "M10")
async def test_a_parent_is_found_by_name_and_shown_with_the_role(tmp_path: Path) -> None:
    said = form(children=[TOBIAS], parental_responsibility=[AMINA]).model_dump(mode="json")
    async with face("intake", tmp_path).client(RECORDER) as client:

        async def search(**sought: Any) -> Any:
            (hit,) = (await client.post("/contacts/search", json=WHY | sought)).json()
            return hit

        headers = {"idempotency-key": "parent-0001"}
        contact = (await client.post("/contacts", json=said, headers=headers)).json()
        found = await search(full_name="Amina Trevanion")
        child = await search(**TOBIAS)
        by_reference = await search(reference=contact["reference"])
    assert found["contact_id"] == contact["contact_id"]
    assert [one["role"] for one in (found, child, by_reference)] == [
        "parental_responsibility",
        "child",
        None,
    ]
    assert found["because"][0].startswith("The given names are the same.")
