"""Nothing that anybody said is legible in the database, its log of writes included (S7, H10)."""

from collections.abc import Iterator
from typing import Any

import pytest
from pymongo import MongoClient

from mash_local.stack import Stack
from mash_shared.plumbing.database import database_of
from mash_shared.sealing import ring
from support.hub import Hub, Play
from support.outside import Outside
from support.stored import COLLECTIONS, as_it_lies, restored

pytestmark = pytest.mark.engines


def _texts(said: Any) -> Iterator[str]:
    """Give every text of a message that somebody may have written: those with a blank in them."""
    if isinstance(said, dict):
        for one in said.values():
            yield from _texts(one)
    elif isinstance(said, list):
        for one in said:
            yield from _texts(one)
    elif isinstance(said, str) and " " in said:
        yield said


@pytest.mark.rule("S7")
def test_what_was_said_is_legible_nowhere_in_the_database(
    stack: Stack, hub: Hub, outside: Outside
) -> None:
    (play,) = hub.play([Play(children=2)])
    said = {
        text
        for topic, records in outside.wire().items()
        for one in records
        if one.contact_id == play.contact_id and not topic.startswith("clock.")
        for text in _texts(one.body)
    }
    facts = {child[name] for child in play.form("")["children"] for name in ("full_name",)}
    assert facts < said
    assert len(said) > len(facts) + 5
    born = {child["date_of_birth"] for child in play.form("")["children"]}
    sought = [text.encode() for text in said | born]
    kept = list(as_it_lies(stack))
    found = {(where, one) for where, raw in kept for one in sought if one in raw}
    assert found == set()

    there = {where for where, raw in kept if play.contact_id.encode() in raw}
    assert there >= {f"{database_of(one)}.{COLLECTIONS[one]}" for one in ("intake", "enquiry")}
    assert there >= {"local.oplog.rs", f"{ring.DATABASE}.{ring.COLLECTION}"}


@pytest.mark.rule("S7")
def test_each_contact_has_a_key_and_no_key_lies_in_a_database_of_documents(
    stack: Stack, hub: Hub, outside: Outside
) -> None:
    (play,) = hub.play([Play(reach="nobody")])
    name = ring.key_of(play.council, play.contact_id)
    with MongoClient[dict[str, Any]](stack.addresses["mongo"]) as client:
        under = {
            process: {
                raw["sealed_under"]
                for raw in client[database_of(process)][COLLECTIONS[process]].find(
                    {"state.contact_id": play.contact_id}
                )
            }
            for process in COLLECTIONS
        }
        assert set.union(*under.values()) == {name}
        assert all(under[process] for process in ("intake", "decision", "notify", "ops"))
        key = client[ring.DATABASE][ring.COLLECTION].find_one({"_id": name}) or {}
    assert outside.documents("intake")[play.contact_id]["state"]["facts"]["children"]
    wrapped = [where for where, raw in as_it_lies(stack) if key["wrapped"] in raw]
    assert set(wrapped) == {f"{ring.DATABASE}.{ring.COLLECTION}", "local.oplog.rs"}


@pytest.mark.rule("S7")
def test_what_an_old_backup_has_of_a_contact_is_lost_with_its_key_and_nothing_else_is(
    stack: Stack, hub: Hub
) -> None:
    gone, stays = hub.play([Play(children=2), Play()])
    with restored(stack) as (keys, documents):
        before = documents()
        assert keys.delete_one({"_id": ring.key_of(gone.council, gone.contact_id)}).deleted_count
        after = documents()
    assert after.keys() == before.keys()
    shut = {one for one, raw in after.items() if "state" not in raw}
    assert shut == {one for one, raw in before.items() if _is_of(raw, gone.contact_id)}
    assert {process for process, _ in shut} >= {"intake", "enquiry", "decision", "notify", "ops"}
    assert all(before[one] == raw for one, raw in after.items() if one not in shut)
    assert any(_is_of(raw, stays.contact_id) for raw in after.values() if "state" in raw)


def _is_of(raw: dict[str, Any], contact_id: str) -> bool:
    return bool(raw["state"]["contact_id"] == contact_id)
