"""Every service shows all that it holds of a contact, page by page, and who saw it."""

from pathlib import Path
from typing import Any

import pytest

from contracts.test_access import COUNCILS, Asking
from mash_shared.act import Person
from mash_shared.http.subject import Shelf
from mash_shared.testing import person
from mash_shared.vocabulary import Role
from support.in_process import FACES, Face, face

COUNCIL = COUNCILS[0]
READS = 5
OFFICER = person(Role.INFORMATION_GOVERNANCE_OFFICER, id="igo", council=COUNCIL)


@pytest.fixture(params=FACES)
def one(request: pytest.FixtureRequest, tmp_path: Path) -> Face:
    return face(request.param, tmp_path)


async def _read(one: Face, by: Person, path: str) -> Any:
    async with one.client(by) as client:
        answer = await client.get(path)
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.fixture
def contact(one: Face) -> str:
    asking = Asking(one, COUNCIL)
    one.store.raws.update(asking.raws["one's own council's"])
    return str(asking.subject)


@pytest.mark.rule("S9")
async def test_each_document_of_a_contact_is_shown_whole_on_some_page(
    one: Face, contact: str
) -> None:
    (kept,) = [raw for raw in one.store.raws.values() if raw["state"]["contact_id"] == contact]
    second = {**kept, "_id": f"{kept['_id']}-2"}
    one.store.raws[second["_id"]] = second
    first = await _read(one, OFFICER, f"/contacts/{contact}/held?limit=1")
    rest = await _read(one, OFFICER, f"/contacts/{contact}/held?limit=1&after={first['next']}")
    shown = [*first["documents"], *rest["documents"]]
    assert [document["id"] for document in shown] == [kept["_id"], second["_id"]]
    assert rest["next"] is None
    assert shown[0]["state"].keys() == kept["state"].keys()
    assert not shown[0]["is_shut"]


@pytest.mark.rule("S9")
async def test_every_line_is_read_page_by_page_and_once(one: Face, contact: str) -> None:
    for _ in range(READS):
        await _read(one, OFFICER, f"/contacts/{contact}/held")
    seen, after = list[Any](), ""
    while True:
        page = await _read(one, OFFICER, f"/contacts/{contact}/access?limit=2{after}")
        seen += page["lines"]
        if page["next"] is None or len(seen) > READS:
            break
        after = f"&after={page['next']}"
    assert [line["what"] for line in seen].count("read_held") == READS
    assert {line["who"] for line in seen} == {"igo"}


@pytest.mark.rule("S7")
async def test_a_document_that_nothing_opens_is_named_and_fails_no_other(
    one: Face, contact: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (kept,) = [raw for raw in one.store.raws.values() if raw["state"]["contact_id"] == contact]
    shut = {name: value for name, value in kept.items() if name not in {"state", "handled"}}
    page = await Shelf(one.store).page({"_id": kept["_id"]}, None, 1)
    assert not page.documents[0].is_shut
    monkeypatch.setitem(one.store.raws, kept["_id"], shut)
    (named,) = (await Shelf(one.store).page({"_id": kept["_id"]}, None, 1)).documents
    assert (named.id, named.is_shut, named.state) == (kept["_id"], True, None)
